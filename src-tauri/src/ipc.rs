//! The boundary to the window: commands, events, and the types that both sides share. The same
//! wherever the window is: in this process or in one of its own.

#[cfg(test)]
mod bindings;
pub mod commands;
mod error;
pub mod made;
pub mod view;

use phoenix_wire::{Event, Json};
use serde::Serialize;
use serde_json::value::to_raw_value;

pub use error::{ErrorCode, IpcError};

/// What the window is told without having asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// The snapshot changed.
    SnapshotChanged(Box<view::Snapshot>),
    /// The window should go to a page.
    Navigate(view::Page),
}

/// The names of [`Told`] on the wire.
const SNAPSHOT_CHANGED: &str = "snapshot-changed";
const NAVIGATE: &str = "navigate";

impl Told {
    /// As it is sent.
    pub fn event(&self) -> Event {
        let (name, payload) = match self {
            Self::SnapshotChanged(snapshot) => (SNAPSHOT_CHANGED, json(snapshot)),
            Self::Navigate(page) => (NAVIGATE, json(page)),
        };
        Event { name: name.to_owned(), payload }
    }
}

/// A value of the boundary as JSON.
pub fn json(value: &impl Serialize) -> Json {
    to_raw_value(value).expect("BUG: a value of the boundary has a key that is no text")
}
