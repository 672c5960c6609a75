//! The window on macOS and Windows: in this process, whose event loop the tray needs, too.

use std::sync::Arc;

use phoenix_window::{Answering, Program};
use phoenix_wire::Json;
use tauri::AppHandle;
use tokio::sync::mpsc::UnboundedSender;

use super::{Crashed, opening};
use crate::{
    desk::Desk,
    ipc::{Told, commands, view::Page},
};

/// The window.
pub struct Window {
    desk: Arc<Desk>,
    app: AppHandle,
}

impl Window {
    /// No window yet. It cannot crash without the program.
    pub fn new(desk: Arc<Desk>, app: AppHandle, _crashes: UnboundedSender<Crashed>) -> Self {
        Self { desk, app }
    }

    /// Opens the window at a page, next to where the tray was clicked where that is known; if it is
    /// open, it goes to the page and comes to the front.
    pub fn open(&self, page: Page, at: Option<(i32, i32)>) -> anyhow::Result<()> {
        let (desk, app) = (Arc::clone(&self.desk), self.app.clone());
        self.app.run_on_main_thread(move || {
            if let Err(error) = open(&desk, &app, page, at) {
                tracing::error!(%error, "the window cannot be opened");
            }
        })?;
        Ok(())
    }

    /// Whether there is a window.
    pub fn is_open(&self) -> bool {
        phoenix_window::is_open(&self.app)
    }

    /// Shows everything at this size, in percent; nothing happens where there is no window.
    pub fn zoom(&self, percent: u32) {
        if let Err(error) = phoenix_window::zoom(&self.app, percent) {
            tracing::warn!(%error, "the window keeps its size");
        }
    }

    /// Tells the pages something; nobody hears it where there is no window.
    pub fn tell(&self, told: &Told) {
        if let Err(error) = phoenix_window::tell(&self.app, &told.event()) {
            tracing::warn!(%error, "the window was not told");
        }
    }
}

fn open(
    desk: &Arc<Desk>,
    app: &AppHandle,
    page: Page,
    at: Option<(i32, i32)>,
) -> tauri::Result<()> {
    if phoenix_window::is_open(app) {
        if let Some(page) = desk.navigates(page) {
            phoenix_window::tell(app, &Told::Navigate(page).event())?;
        }
        return phoenix_window::front(app);
    }
    desk.window_asked();
    let controller = desk.controller.clone();
    let closed = Box::new(move || controller.watching(false));
    phoenix_window::open(app, &opening(desk, &page, at), closed)?;
    desk.controller.watching(true);
    Ok(())
}

/// Answers the pages out of this process.
pub struct Within(pub Arc<Desk>);

impl Program for Within {
    fn ask(&self, command: String, arguments: Json, answer: Answering) {
        let desk = Arc::clone(&self.0);
        tauri::async_runtime::spawn(async move {
            answer(commands::answer(&desk, &command, &arguments).await);
        });
    }
}
