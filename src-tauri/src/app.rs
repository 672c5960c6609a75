//! The program: what Tauri is told, and the one place where events meet effects.

mod events;

use std::{sync::Arc, time::Duration};

use phoenix_adapters::{channels::Channels, config};
use phoenix_engine::controller::{Controller, Notice};
use phoenix_icons::Panel;
use tauri::{AppHandle, Manager as _, RunEvent};
use tokio::sync::mpsc;

use crate::{
    arguments::Arguments,
    autostart,
    desk::Desk,
    ipc::{self, view::Page},
    panel,
    surroundings::Desktop,
    theme,
    tray::{Shown, Touch, Tray},
    window,
};

/// An operation that takes longer than this is taken up at the next start instead.
const QUIT_WITHIN: Duration = Duration::from_mins(15);

/// What channels could not send by then is logged as lost.
const TOLD_WITHIN: Duration = Duration::from_secs(10);

/// Runs the program until it is quit.
pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    let boundary = ipc::boundary();
    let (notices_in, notices) = mpsc::unbounded_channel();
    let app = tauri::Builder::default()
        // First, so that a second start ends before it does anything.
        .plugin(tauri_plugin_single_instance::init(|app, argv, _folder| {
            if !argv.iter().any(|argument| argument == autostart::HIDDEN) {
                open_later(app, Page::Services, None);
            }
        }))
        .plugin(autostart::plugin())
        .invoke_handler(boundary.invoke_handler())
        .setup(move |app| {
            boundary.mount_events(app);
            start(app.handle(), arguments, notices_in, notices);
            Ok(())
        })
        .build(tauri::generate_context!())?;
    app.run(|_app, event| {
        // Closing the window leaves the tray; only an exit with a code ends the program.
        if let RunEvent::ExitRequested { api, code: None, .. } = event {
            api.prevent_exit();
        }
    });
    Ok(())
}

/// Opens the window at a page from any thread.
pub fn open_later(app: &AppHandle, page: Page, at: Option<(i32, i32)>) {
    let handle = app.clone();
    let opened = app.run_on_main_thread(move || {
        let desk = handle.state::<Desk>();
        if handle.get_webview_window(window::LABEL).is_none() {
            desk.window_asked();
        }
        if let Err(error) = window::open(&handle, &desk.controller, page, at) {
            tracing::error!(%error, "the window cannot be opened");
        }
    });
    if let Err(error) = opened {
        tracing::error!(%error, "the window cannot be opened");
    }
}

/// The settings changed: language, policies, engine, notifications.
pub fn settings_changed(app: &AppHandle) {
    let desk = app.state::<Desk>();
    desk.choose_words();
    desk.controller.reload();
}

/// Ends the program once no operation is under way any more.
pub fn quit(app: &AppHandle) {
    let (handle, controller) = (app.clone(), app.state::<Desk>().controller.clone());
    let channels = Arc::clone(&app.state::<Desk>().channels);
    tauri::async_runtime::spawn(async move {
        if tokio::time::timeout(QUIT_WITHIN, controller.quit()).await.is_err() {
            tracing::error!("an operation did not end; its journal is taken up at the next start");
        }
        channels.close(TOLD_WITHIN).await;
        handle.exit(0);
    });
}

/// Everything that runs beside the window: controller, tray, notifications.
fn start(
    app: &AppHandle,
    arguments: Arguments,
    notices_in: mpsc::UnboundedSender<Notice>,
    notices: mpsc::UnboundedReceiver<Notice>,
) {
    let unread = Arc::new(config::Settings::default());
    let channels = Arc::new(Channels::new());
    let desktop = Desktop::new(notices_in, Arc::clone(&channels));
    let (controller, handle) = Controller::new(Arc::new(desktop), unread);
    app.manage(Desk::new(handle, channels));
    tauri::async_runtime::spawn(controller.run());
    let panel = panel::of_process(theme::prefers_dark());
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let (touches_in, touches) = mpsc::unbounded_channel();
        let tray = show_tray(&app, panel, touches_in).await;
        if !arguments.hidden {
            open_later(&app, Page::Services, None);
        }
        events::run(app, tray, touches, notices).await;
    });
}

/// Offers the icon. A desktop without a tray is no reason not to run.
async fn show_tray(
    app: &AppHandle,
    panel: Panel,
    touches: mpsc::UnboundedSender<Touch>,
) -> Option<Tray> {
    let desk = app.state::<Desk>();
    let shown = Shown::of(&desk.controller.snapshot(), desk.words());
    desk.set_tray_shown(true);
    #[cfg(target_os = "linux")]
    let tray = Tray::show(shown, panel, touches).await;
    #[cfg(not(target_os = "linux"))]
    let tray =
        events::on_main_thread(app, move |app| Tray::show(app, &shown, panel, touches)).await;
    match tray {
        Ok(tray) => Some(tray),
        Err(error) => {
            desk.set_tray_shown(false);
            tracing::warn!(%error, "this desktop shows no tray icon");
            None
        }
    }
}
