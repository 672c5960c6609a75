//! What is worth a line between two snapshots.

use phoenix_engine::{
    check::{Finding, NoAnswer},
    controller::{EngineState, Health, Held, ServiceState, Snapshot},
    wording::Wording,
};

use super::line::{Level, Line};
use crate::words;

/// The lines that tell what changed.
pub(super) fn between(before: &Snapshot, now: &Snapshot) -> Vec<Line> {
    let mut lines = Vec::new();
    lines.extend(engine(&before.engine, &now.engine));
    lines.extend(settings(before.config_error.as_ref(), now.config_error.as_ref()));
    if before.paused != now.paused {
        let text = if now.paused { "paused: nothing is done by itself" } else { "resumed" };
        lines.push(Line::new(Level::Notice, "paused", text));
    }
    for service in &now.services {
        lines.extend(of_service(before.service(&service.id), service));
    }
    if is_checking(before) && !is_checking(now) {
        lines.push(Line::new(Level::Info, "checked", checked(now)));
    }
    lines
}

/// One line about everything, as `systemctl status` shows it.
pub(super) fn summary(now: &Snapshot) -> String {
    let doing = now.services.iter().find(|service| service.activity.is_some());
    match (&now.engine, doing) {
        (EngineState::Connecting, _) => "looking for the container engine".to_owned(),
        (EngineState::Away { .. }, _) => "the container engine does not answer".to_owned(),
        (EngineState::Connected { .. }, Some(service)) => format!("working on {}", service.id),
        (EngineState::Connected { .. }, None) => {
            format!("watching {}", counted(now.services.len(), "service", "services"))
        }
    }
}

fn engine(before: &EngineState, now: &EngineState) -> Option<Line> {
    match (before, now) {
        (EngineState::Connected { .. }, EngineState::Connected { .. })
        | (EngineState::Away { .. }, EngineState::Away { .. })
        | (_, EngineState::Connecting) => None,
        (_, EngineState::Connected { endpoint, version }) => {
            let text = format!("Docker Engine {version} answers at {endpoint}");
            Some(Line::new(Level::Info, "engine_answers", text))
        }
        (_, EngineState::Away { reason, .. }) => {
            let text = format!("{reason}; it is tried again by itself");
            Some(Line::new(Level::Warning, "engine_away", text))
        }
    }
}

fn settings(before: Option<&Wording>, now: Option<&Wording>) -> Option<Line> {
    match now {
        Some(error) if before != now => {
            let text = format!("{error}. The settings before stay in force");
            Some(Line::new(Level::Error, "settings_bad", text))
        }
        None if before.is_some() => {
            Some(Line::new(Level::Info, "settings", "config.toml can be used again"))
        }
        Some(_) | None => None,
    }
}

fn of_service(before: Option<&ServiceState>, now: &ServiceState) -> Vec<Line> {
    let mut lines = Vec::new();
    if before.is_none_or(|before| before.health == Health::Missing) && now.running.is_some() {
        let text = format!("{} runs, {}", name(now), words::health(now));
        lines.push(Line::of(&now.id, Line::new(Level::Info, "watched", text)));
    } else if let Some(before) = before {
        lines.extend(health(before, now).map(|line| Line::of(&now.id, line)));
    }
    let known = before.and_then(|before| before.finding.as_ref());
    if let Some(finding) = now.finding.as_ref().filter(|finding| known != Some(finding)) {
        lines.extend(found(finding).map(|line| Line::of(&now.id, line)));
    }
    if let Some(line) = held(before, now) {
        lines.push(Line::of(&now.id, line));
    }
    let planned = |service: &ServiceState| service.activity.as_ref()?.plan.clone();
    if before.and_then(planned).is_none()
        && let Some(plan) = planned(now)
    {
        lines.push(Line::of(&now.id, Line::new(Level::Notice, "begins", plan.summary())));
    }
    lines
}

/// What a running operation does to containers is told by the operation.
fn health(before: &ServiceState, now: &ServiceState) -> Option<Line> {
    let is_working = now.activity.is_some() || before.activity.is_some();
    if before.health == now.health || is_working {
        return None;
    }
    let level = match now.health {
        Health::Healthy | Health::Running | Health::Starting | Health::Paused => Level::Info,
        Health::Stopped | Health::Restarting | Health::Unhealthy | Health::Missing => {
            Level::Warning
        }
    };
    Some(Line::new(level, "health", words::health(now)))
}

/// What is new is told by its notice; what is as it should be only in the sum.
fn found(finding: &Finding) -> Option<Line> {
    let level = match finding {
        Finding::CheckFailed { because: NoAnswer::Deferred, .. } => Level::Notice,
        Finding::CheckFailed { .. } | Finding::KnownBad { .. } => Level::Warning,
        Finding::UpdateAvailable { .. }
        | Finding::NewerTag { .. }
        | Finding::PulledNotRunning { .. } => Level::Info,
        Finding::UpToDate | Finding::Pinned { .. } | Finding::LocalBuild => return None,
    };
    Some(Line::new(level, "found", words::finding(finding)).with(finding))
}

/// Why what was found waits, once for each reason.
fn held(before: Option<&ServiceState>, now: &ServiceState) -> Option<Line> {
    let why = |held: &Held| std::mem::discriminant(&held.why);
    let held = now.held.as_ref()?;
    if before.and_then(|before| before.held.as_ref()).map(why) == Some(why(held)) {
        return None;
    }
    Some(Line::new(Level::Info, "held", words::waits(held)?).with(held))
}

fn is_checking(snapshot: &Snapshot) -> bool {
    snapshot.services.iter().any(|service| service.checking)
}

fn checked(now: &Snapshot) -> String {
    let findings = || now.services.iter().filter_map(|service| service.finding.as_ref());
    let failed = findings().filter(|it| matches!(it, Finding::CheckFailed { .. })).count();
    let offered = now.services.iter().filter(|service| service.offered().is_some()).count();
    let services = counted(now.services.len(), "service", "services");
    let news = match offered {
        0 => "nothing newer".to_owned(),
        offered => format!("{} available", counted(offered, "update", "updates")),
    };
    let unanswered = match failed {
        0 => String::new(),
        failed => format!(", {failed} could not be checked"),
    };
    format!("checked {services}: {news}{unanswered}")
}

fn name(service: &ServiceState) -> String {
    service.running.as_ref().map(phoenix_plan::image::Release::name).unwrap_or_default()
}

fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

#[cfg(test)]
mod tests;
