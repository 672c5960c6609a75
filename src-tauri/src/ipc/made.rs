//! Makes what the window sees out of the engine's values. Pure.

mod activity;
mod details;
mod doctor;
mod plan;
mod receipt;
mod said;
mod service;
mod settings;

use phoenix_engine::controller;

use super::view::{Engine, Snapshot};
use crate::words::Words;

pub use details::details;
pub use doctor::checks;
pub use plan::{changes, compose, plan};
pub use receipt::{page, receipt};
pub use said::{reason, worded};
pub use service::watchable;
pub use settings::{BadSetting, changes as setting_changes, channels, settings, zoomed};

/// The snapshot.
pub fn snapshot(snapshot: &controller::Snapshot, words: Words, tray_shown: bool) -> Snapshot {
    Snapshot {
        engine: match &snapshot.engine {
            controller::EngineState::Connecting => Engine::Connecting,
            controller::EngineState::Connected { endpoint, version } => {
                Engine::Connected { endpoint: endpoint.clone(), version: version.clone() }
            }
            controller::EngineState::Away { reason, since } => {
                Engine::Away { reason: worded(reason), since: since.to_string() }
            }
        },
        services: snapshot.services.iter().map(service::service).collect(),
        paused: snapshot.paused,
        next_checks: snapshot.next_checks.iter().map(ToString::to_string).collect(),
        other_updaters: snapshot
            .other_updaters
            .iter()
            .map(|other| format!("{} ({})", other.program.name(), other.container))
            .collect(),
        config_error: snapshot.config_error.as_ref().map(worded),
        language: words.code().to_owned(),
        quitting: snapshot.quitting,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        tray_shown,
    }
}

/// Milliseconds, as far as a number can say.
fn ms(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A word of a closed set, as it is stored.
fn word(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}
