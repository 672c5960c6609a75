//! A whole desktop of its own for a test: X server, window manager, session bus, panel with a tray,
//! notification server. Nothing of it touches the desktop of whoever runs the tests, and nothing
//! survives the test.
//!
//! ```no_run
//! # use phoenix_tests::{Result, Scene, desktop::{App, Desktop}};
//! # async fn first(scene: &Scene) -> Result<()> {
//! let desktop = Desktop::start().await?;
//! let app = App::of(scene)?.hidden().start(&desktop)?;
//! let tray = app.tray().await?;
//! tray.click("Check now").await?;
//! desktop.finish().await
//! # }
//! ```

mod app;
mod bus;
pub mod family;
mod notifications;
mod process;
mod screen;
mod session;
mod tray;
mod window;

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result};
use tempfile::TempDir;
use tokio::sync::watch;
use zbus::Connection;

pub use app::{App, AppSpec, program};
pub use notifications::{Notification, Notifications};
pub use process::Process;
pub use screen::{Place, XWindow};
pub use tray::{Entry, Tray, TrayView};
pub use window::{Key, Window};

use process::Guard;
use session::Session;

/// How long a part of the desktop may take until it is there. Machines that test are busy.
const START_BOUND: Duration = Duration::from_secs(40);

/// A desktop. Call [`Desktop::finish`] at the end; one that is dropped without (a failed test)
/// leaves a screenshot and says what its programs said.
pub struct Desktop {
    session: Session,
    bus: Connection,
    notifications: Notifications,
    /// The parts, in the order in which they were started.
    parts: Mutex<Vec<Process>>,
    /// What programs said that were started on it, in the order in which they were started.
    said: Mutex<Vec<(String, watch::Receiver<String>)>>,
    guard: Guard,
    folder: TempDir,
    finished: bool,
}

impl Desktop {
    /// A desktop with everything: window manager, panel with a tray, notification server.
    pub async fn start() -> Result<Self> {
        let desktop = Self::start_without_panel().await?;
        desktop.start_panel().await?;
        Ok(desktop)
    }

    /// A desktop without a panel: nobody shows tray icons yet.
    pub async fn start_without_panel() -> Result<Self> {
        let folder = TempDir::with_prefix("phoenix-desktop-")?;
        let guard = Guard::start()?;
        let mut parts = Vec::new();
        let session = Session::begin(folder.path(), &guard, &mut parts).await?;
        let bus = bus::connect(&session.bus_address).await?;
        parts.push(session.settings(&guard)?);
        bus::name_is_owned(&bus, "org.xfce.Xfconf").await?;
        let manager = session.window_manager(&guard)?;
        let there = screen::window_manager_is_there(&session).await;
        there.with_context(|| format!("xfwm4 said:\n{}", manager.said()))?;
        parts.push(manager);
        parts.push(session.notification_server(&guard)?);
        bus::name_is_owned(&bus, "org.freedesktop.Notifications").await?;
        let notifications = Notifications::listen(&session, bus.clone()).await?;
        let parts = Mutex::new(parts);
        let said = Mutex::default();
        Ok(Self { session, bus, notifications, parts, said, guard, folder, finished: false })
    }

    /// Starts the panel, and waits until it shows tray icons.
    pub async fn start_panel(&self) -> Result<()> {
        let panel = self.session.panel(&self.guard)?;
        self.parts().push(panel);
        bus::tray_host_is_there(&self.bus).await
    }

    /// A command that runs on this desktop, with a home of the desktop's own.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        self.session.command(program)
    }

    /// Starts a program on this desktop; it ends with the desktop, whatever happens.
    pub fn spawn(&self, name: &str, command: Command) -> Result<Process> {
        let process = Process::spawn(name, command, &self.guard)?;
        self.said.lock().unwrap_or_else(PoisonError::into_inner).push(process.hearing());
        Ok(process)
    }

    /// What the notification server was asked to show, and its buttons.
    pub const fn notifications(&self) -> &Notifications {
        &self.notifications
    }

    /// The session bus.
    pub const fn bus(&self) -> &Connection {
        &self.bus
    }

    /// The desktop's temporary folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The windows of a process and its descendants that can be seen.
    pub async fn windows_of(&self, process: u32) -> Result<Vec<XWindow>> {
        let mut windows = Vec::new();
        for one in family::family(process)? {
            windows.extend(screen::windows_of(&self.session, one).await?);
        }
        Ok(windows)
    }

    /// Closes a window as the button in its frame does.
    pub async fn close_window(&self, window: &XWindow) -> Result<()> {
        screen::close(&self.session, window).await
    }

    /// Pictures the whole screen as a PNG file.
    pub async fn picture(&self, file: &Path) -> Result<()> {
        screen::picture(&self.session, file).await
    }

    /// Ends everything.
    pub async fn finish(mut self) -> Result<()> {
        self.finished = true;
        let parts = std::mem::take(&mut *self.parts());
        for part in parts.into_iter().rev() {
            part.kill().await?;
        }
        Ok(())
    }

    fn parts(&self) -> std::sync::MutexGuard<'_, Vec<Process>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        let file = picture_of_failure();
        match screen::picture_now(&self.session, &file) {
            Ok(()) => say(&format!("the screen at that moment: {}", file.display())),
            Err(error) => say(&format!("the screen could not be pictured: {error:#}")),
        }
        let parts: Vec<_> = self.parts().drain(..).rev().map(|part| part.hearing()).collect();
        let programs = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, said) in programs.iter().chain(&parts) {
            let said = said.borrow();
            if !said.is_empty() {
                say(&format!("-- {name} said:\n{}", *said));
            }
        }
    }
}

fn picture_of_failure() -> PathBuf {
    let test = std::thread::current().name().unwrap_or("desktop").replace("::", "-");
    std::env::temp_dir().join(format!("phoenix-failed-{test}.png"))
}

#[expect(clippy::print_stderr, reason = "the test harness shows it beside a failure")]
fn say(line: &str) {
    eprintln!("{line}");
}
