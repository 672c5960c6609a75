//! The boundary to the window: commands, events, and the types that both sides share.

pub mod commands;
mod error;
pub mod made;
pub mod view;

use serde::Serialize;
use specta::Type;
use tauri_specta::{Builder, collect_commands, collect_events};

pub use error::{ErrorCode, IpcError};

/// The snapshot changed.
#[derive(Debug, Clone, Serialize, Type, tauri_specta::Event)]
pub struct SnapshotChanged(pub view::Snapshot);

/// The window should go to a page.
#[derive(Debug, Clone, Serialize, Type, tauri_specta::Event)]
pub struct Navigate(pub view::Page);

/// All commands and events.
pub fn boundary() -> Builder<tauri::Wry> {
    Builder::<tauri::Wry>::new()
        // What is sent and what is read look alike here; counts and bytes stay below 2^53.
        .disable_serde_phases()
        .dangerously_cast_bigints_to_number()
        .commands(collect_commands![
            commands::snapshot,
            commands::check_now,
            commands::preview,
            commands::carry_out,
            commands::cancel,
            commands::skip,
            commands::snooze,
            commands::set_paused,
            commands::seen,
            commands::history,
            commands::receipt,
            commands::details,
            commands::watchable,
            commands::watch,
            commands::settings,
            commands::change_settings,
            commands::doctor,
            commands::remedy,
            commands::open_notes,
            commands::open_config,
            commands::painted,
            commands::quit,
        ])
        .events(collect_events![SnapshotChanged, Navigate])
}

#[cfg(test)]
#[path = "ipc/tests.rs"]
mod bindings;
