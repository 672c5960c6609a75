//! The program: what is started in which order, and the one place where events meet effects.

mod events;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod tauri;

use std::sync::Arc;

use phoenix_adapters::{channels::Channels, config};
use phoenix_engine::controller::{Controller, Handle, Notice};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

#[cfg(target_os = "linux")]
pub use self::linux::run;
#[cfg(not(target_os = "linux"))]
pub use self::tauri::run;

use crate::{
    desk::Desk,
    ipc::view::Page,
    surroundings::Desktop,
    tray::{Shown, Touch},
    window::{Crashed, Window},
};

/// The running program. Clones are the same one.
#[derive(Clone)]
pub struct App {
    /// What it works with.
    pub desk: Arc<Desk>,
    /// Its window, open or not.
    pub window: Arc<Window>,
    /// The event loop that lets only its own thread touch the tray.
    #[cfg(not(target_os = "linux"))]
    pub handle: ::tauri::AppHandle,
}

impl App {
    /// Opens the window at a page, from any thread of the runtime.
    pub fn open(&self, page: Page, at: Option<(i32, i32)>) {
        if let Err(error) = self.window.open(page, at) {
            tracing::error!("the window cannot be opened: {error:#}");
        }
    }

    /// What the tray shows at this moment.
    fn shown(&self) -> Shown {
        Shown::of(&self.desk.controller.snapshot(), self.desk.words())
    }
}

/// Where everything that happens arrives.
struct Ears {
    touches: UnboundedReceiver<Touch>,
    notices: UnboundedReceiver<Notice>,
    crashes: UnboundedReceiver<Crashed>,
}

/// Where it is said.
struct Mouths {
    touches: UnboundedSender<Touch>,
    notices: UnboundedSender<Notice>,
    crashes: UnboundedSender<Crashed>,
}

fn channels() -> (Mouths, Ears) {
    let (touches_in, touches) = unbounded_channel();
    let (notices_in, notices) = unbounded_channel();
    let (crashes_in, crashes) = unbounded_channel();
    let mouths = Mouths { touches: touches_in, notices: notices_in, crashes: crashes_in };
    (mouths, Ears { touches, notices, crashes })
}

/// The controller, not running yet.
fn controller(notices: UnboundedSender<Notice>, channels: Arc<Channels>) -> (Controller, Handle) {
    let unread = Arc::new(config::Settings::default());
    Controller::new(Arc::new(Desktop::new(notices, channels)), unread)
}
