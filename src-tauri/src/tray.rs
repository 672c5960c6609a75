//! The tray icon: what it shows is a value made from the snapshot; the rest only renders it.

mod face;
mod menu;
#[cfg(target_os = "linux")]
mod status_notifier;
#[cfg(not(target_os = "linux"))]
mod system;

pub use face::{Face, face};
pub use menu::{Act, Item, menu};
#[cfg(target_os = "linux")]
pub use status_notifier::Tray;
#[cfg(not(target_os = "linux"))]
pub use system::Tray;

use crate::words::Words;
use phoenix_engine::controller::Snapshot;

/// Everything that the tray shows. Equal values need no new drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Icon and tooltip.
    pub face: Face,
    /// The menu.
    pub menu: Vec<Item>,
}

impl Shown {
    /// What a snapshot looks like.
    pub fn of(snapshot: &Snapshot, words: Words) -> Self {
        Self { face: face(snapshot, words), menu: menu(snapshot, words) }
    }
}

/// What a person did with the tray.
#[derive(Debug, Clone, PartialEq)]
pub enum Touch {
    /// A left click, and where on the screen.
    Clicked {
        /// The place, where the platform tells it.
        at: Option<(i32, i32)>,
    },
    /// Something in the menu.
    Chose(Act),
    /// The desktop began or ceased to show the icon.
    Shown(bool),
}

#[cfg(test)]
mod tests;
