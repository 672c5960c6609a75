//! Start at login: the truth is the system's entry, never a setting of ours.

#[cfg(any(target_os = "linux", test))]
mod entry;
#[cfg(not(target_os = "linux"))]
mod plugin;

#[cfg(target_os = "linux")]
pub use entry::Entry;
#[cfg(not(target_os = "linux"))]
pub use plugin::Plugin;

use std::io;

use crate::ipc::view::Autostart;

/// What the entry starts the program with.
pub const HIDDEN: &str = "--hidden";

/// The system's entry.
pub trait StartAtLogin: Send + Sync {
    /// As the system has it.
    fn state(&self) -> Autostart;

    /// Writes or removes the entry.
    fn set(&self, on: bool) -> io::Result<()>;
}
