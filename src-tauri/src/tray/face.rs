//! Icon and tooltip.

use phoenix_engine::controller::{Activity, EngineState, ServiceState, Snapshot, Standing};
use phoenix_icons::TrayState;

use super::menu::{line, reason};
use crate::words::Words;

/// Icon and tooltip.
#[derive(Debug, Clone, PartialEq)]
pub struct Face {
    /// Which icon.
    pub icon: TrayState,
    /// The tooltip's lines.
    pub tooltip: Vec<String>,
}

/// The program's name is the same in every language.
const TITLE: &str = "Phoenix Tray";
/// Tooltips longer than this are cut by every desktop.
const MOST_LINES: usize = 6;

/// The icon of the worst service, and a line about each.
pub fn face(snapshot: &Snapshot, words: Words) -> Face {
    Face { icon: icon(snapshot), tooltip: tooltip(snapshot, words) }
}

fn icon(snapshot: &Snapshot) -> TrayState {
    let standings = snapshot.services.iter().map(ServiceState::standing);
    if standings.clone().any(|standing| standing == Standing::Updating) {
        return TrayState::Updating { eighths: eighths(snapshot) };
    }
    if matches!(snapshot.engine, EngineState::Away { .. }) {
        return TrayState::Unreachable;
    }
    match standings.min() {
        Some(Standing::Attention) => TrayState::Attention,
        _ if snapshot.config_error.is_some() => TrayState::Attention,
        Some(Standing::UpdateAvailable) => TrayState::UpdateAvailable,
        Some(Standing::Updating | Standing::Good | Standing::Absent) | None => TrayState::Healthy,
    }
}

/// Progress over everything that is under way.
fn eighths(snapshot: &Snapshot) -> u8 {
    let activities = snapshot.services.iter().filter_map(|service| service.activity.as_ref());
    let percents: Vec<u32> = activities.map(Activity::percent).collect();
    let count = u32::try_from(percents.len().max(1)).unwrap_or(1);
    let mean = percents.iter().sum::<u32>() / count;
    u8::try_from(mean * 8 / 100).unwrap_or(7).min(7)
}

fn tooltip(snapshot: &Snapshot, words: Words) -> Vec<String> {
    let mut lines = vec![TITLE.to_owned()];
    match &snapshot.engine {
        EngineState::Connecting => lines.push(words.say("tray.engine_connecting")),
        EngineState::Away { .. } => lines.push(words.say("tray.engine_away")),
        EngineState::Connected { .. } if snapshot.services.is_empty() => {
            lines.push(words.say("tray.no_services"));
        }
        EngineState::Connected { .. } => {
            lines.extend(snapshot.services.iter().map(|service| told(service, words)));
        }
    }
    if snapshot.config_error.is_some() {
        lines.insert(1, words.say("tray.config_error"));
    }
    if snapshot.paused {
        lines.push(words.say("tray.paused"));
    }
    lines.truncate(MOST_LINES);
    lines
}

/// A service in a line, with what asks for attention, or else with what is available.
fn told(service: &ServiceState, words: Words) -> String {
    let line = line(service, words);
    let available = || {
        let version = service.offered().filter(|_| service.activity.is_none())?;
        Some(words.fill("tray.available", &[("version", &version)]))
    };
    match reason(service, words).or_else(available) {
        Some(note) => words.fill("tray.service_with_note", &[("line", &line), ("note", &note)]),
        None => line,
    }
}
