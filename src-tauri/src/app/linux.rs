//! The start on Linux: no event loop of a toolkit, and no toolkit in this process at all.

use std::{process::ExitCode, sync::Arc};

use phoenix_adapters::channels::Channels;
use tokio::runtime::Builder;

use super::{App, Ears, Mouths, channels, controller, events};
use crate::{
    arguments::Arguments,
    autostart::Entry,
    desk::Desk,
    instance::{self, Start},
    ipc::view::Page,
    panel, theme,
    tray::Tray,
    window::Window,
};

/// Threads of the runtime: what the program does is mostly to wait.
const THREADS: usize = 2;

/// Runs the program until it is quit.
pub fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let runtime = Builder::new_multi_thread().worker_threads(THREADS).enable_all().build()?;
    runtime.block_on(program(arguments))?;
    // A notification that waits for its button is nothing to wait for.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}

async fn program(arguments: Arguments) -> anyhow::Result<()> {
    let (mouths, ears) = channels();
    let _name = match instance::claim(mouths.touches.clone()).await? {
        Start::First(connection) => Some(connection),
        Start::Alone => None,
        Start::Further => return Ok(()),
    };
    let Mouths { touches, notices, crashes } = mouths;
    let channels = Arc::new(Channels::new());
    let (controller, handle) = controller(notices, Arc::clone(&channels));
    let desk = Arc::new(Desk::new(handle, channels, Box::new(Entry::of_process())));
    let window = Arc::new(Window::new(Arc::clone(&desk), crashes));
    let app = App { desk, window };
    let controller = tokio::spawn(controller.run());
    let shown = beside_the_controller(app, arguments, touches, ears).await;
    controller.abort();
    shown
}

async fn beside_the_controller(
    app: App,
    arguments: Arguments,
    touches: tokio::sync::mpsc::UnboundedSender<crate::tray::Touch>,
    ears: Ears,
) -> anyhow::Result<()> {
    // Until it is known: a note that comes and goes at once would move what is about to be clicked.
    app.desk.set_tray_shown(true);
    if !arguments.hidden {
        app.open(Page::Services, None);
    }
    let panel = panel::of_process(theme::prefers_dark().await);
    let tray = match Tray::show(app.shown(), panel, touches).await {
        Ok(tray) => Some(tray),
        Err(error) => {
            app.desk.set_tray_shown(false);
            tracing::warn!(%error, "this desktop shows no tray icon");
            None
        }
    };
    tokio::select! {
        () = events::run(app.clone(), tray, ears) => {}
        () = app.desk.over() => {}
    }
    Ok(())
}
