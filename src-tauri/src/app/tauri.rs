//! The start on macOS and Windows: Tauri's event loop carries tray and window in one process.

use std::{process::ExitCode, sync::Arc};

use anyhow::Context as _;
use phoenix_adapters::channels::Channels;
use tauri::{AppHandle, RunEvent};
use tokio::runtime::Builder;

use super::{App, Ears, Mouths, channels, controller, events};
use crate::{
    arguments::Arguments,
    autostart::{HIDDEN, Plugin, StartAtLogin},
    desk::Desk,
    ipc::view::{Autostart, Page},
    panel, theme,
    tray::{Act, Touch, Tray},
    window::{Window, Within},
};

/// Runs the program until it is quit.
pub fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    tauri::async_runtime::set(runtime.handle().clone());
    let _within = runtime.enter();
    let (Mouths { touches, notices, crashes }, ears) = channels();
    let channels = Arc::new(Channels::new());
    let (controller, handle) = controller(notices, Arc::clone(&channels));
    let start_at_login = Arc::new(Plugin::default());
    let desk = Arc::new(Desk::new(handle, channels, Box::new(Shared(Arc::clone(&start_at_login)))));
    let further = touches.clone();
    let program = Arc::new(Within(Arc::clone(&desk)));
    let app = phoenix_window::builder(program)
        // First, so that a second start ends before it does anything.
        .plugin(tauri_plugin_single_instance::init(move |_app, argv, _folder| {
            if !argv.iter().any(|argument| argument == HIDDEN) {
                // The program is on its way out when nobody listens any more.
                let _gone = further.send(Touch::Chose(Act::Open));
            }
        }))
        .plugin(Plugin::init())
        .setup(move |app| {
            start_at_login.attach(app.handle().clone());
            let window = Arc::new(Window::new(Arc::clone(&desk), app.handle().clone(), crashes));
            let app = App { desk, window, handle: app.handle().clone() };
            tokio::spawn(controller.run());
            tokio::spawn(beside_the_loop(app, arguments, touches, ears));
            Ok(())
        })
        .build(phoenix_window::context())
        .context("the system's event loop cannot be used")?;
    app.run(|_app, event| {
        // Closing the window leaves the tray; only an exit with a code ends the program.
        if let RunEvent::ExitRequested { api, code: None, .. } = event {
            api.prevent_exit();
        }
    });
    Ok(ExitCode::SUCCESS)
}

async fn beside_the_loop(
    app: App,
    arguments: Arguments,
    touches: tokio::sync::mpsc::UnboundedSender<Touch>,
    ears: Ears,
) {
    let panel = panel::of_process(theme::prefers_dark().await);
    app.desk.set_tray_shown(true);
    let shown = app.shown();
    let show = move |handle: &AppHandle| Tray::show(handle, &shown, panel, touches);
    let tray = match events::on_main_thread(&app, show).await {
        Ok(tray) => Some(tray),
        Err(error) => {
            app.desk.set_tray_shown(false);
            tracing::warn!(%error, "this desktop shows no tray icon");
            None
        }
    };
    if !arguments.hidden {
        app.open(Page::Services, None);
    }
    let handle = app.handle.clone();
    tokio::select! {
        () = events::run(app.clone(), tray, ears) => {}
        () = app.desk.over() => {}
    }
    handle.exit(0);
}

/// The desk has it, and Tauri's start attaches to it.
struct Shared(Arc<Plugin>);

impl StartAtLogin for Shared {
    fn state(&self) -> Autostart {
        self.0.state()
    }

    fn set(&self, on: bool) -> std::io::Result<()> {
        self.0.set(on)
    }
}
