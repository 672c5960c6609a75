//! Whether anything happens by itself, and why an update that is there was not installed.

use jiff::Timestamp;
use phoenix_plan::{policy::UpdateMode, schedule::Schedule, service::ServiceId};

use super::{Check, Remedy, Subject, Topic};
use crate::{check::Finding, controller::Watched};

/// Whether somebody checks by itself, and when.
pub(super) fn of_machine(schedule: &Schedule, watcher: Option<&str>) -> Check {
    let subject = Subject::machine(Topic::Automation);
    let Some(who) = watcher else {
        let remedy = Remedy::by_hand(
            "start the desktop application (and let it start at login), or on a server \
             'systemctl enable --now phoenixctl-watch'",
        );
        return Check::advice(subject, "nobody checks by itself now", remedy);
    };
    match schedule {
        Schedule::Never => {
            let remedy = Remedy::by_hand("set every or cron of [schedule] in config.toml");
            Check::advice(subject, "checks only begin when somebody asks", remedy)
        }
        Schedule::Every(time) => {
            let minutes = time.as_secs() / 60;
            let every = match (minutes / 60, minutes % 60) {
                (0, minutes) => format!("{minutes} min"),
                (hours, 0) => format!("{hours} h"),
                (hours, minutes) => format!("{hours} h {minutes} min"),
            };
            Check::good(subject, format!("{who} checks every {every}"))
        }
        Schedule::Cron(cron) => Check::good(subject, format!("{who} checks at \"{cron}\"")),
    }
}

/// What the last check found, and what becomes of it.
pub(super) fn of_service(
    service: &ServiceId,
    updates: UpdateMode,
    known: Option<&Watched>,
    now: Timestamp,
) -> Check {
    let subject = Subject::of(service, Topic::Updates);
    let Some(check) = known.and_then(|known| known.last_check.as_ref()) else {
        let remedy = Remedy::by_hand(format!("'phoenixctl check {service}' asks now"));
        return Check::advice(subject, "no check has given an answer yet", remedy);
    };
    let name = check.finding.name().unwrap_or_default();
    let hours = now.duration_since(check.at).as_hours().max(0);
    let age = if hours == 0 { "less than an hour".to_owned() } else { format!("{hours} h") };
    match &check.finding {
        Finding::UpdateAvailable { .. }
        | Finding::NewerTag { .. }
        | Finding::PulledNotRunning { .. } => {
            let (finding, remedy) = waits(service, updates, known, &name);
            Check::advice(subject, finding, Remedy::by_hand(remedy))
        }
        Finding::KnownBad { reason, .. } => {
            let finding = format!("{name} is offered, but failed here before: {reason}");
            let remedy = format!(
                "nothing: it is installed once its maker publishes another one; 'phoenixctl update \
                 {service} --to TAG' tries it all the same"
            );
            Check::advice(subject, finding, Remedy::by_hand(remedy))
        }
        Finding::LocalBuild => Check::good(subject, "a local build: there is no registry to ask"),
        Finding::Pinned { newer: None } => {
            Check::good(subject, "pinned by digest: nothing newer is meant")
        }
        Finding::Pinned { newer: Some(newer) } => {
            let remedy = format!("'phoenixctl update {service} --to {}' moves to it", newer.tag);
            let finding = format!("pinned by digest; the tag {} is newer", newer.tag);
            Check::advice(subject, finding, Remedy::by_hand(remedy))
        }
        Finding::UpToDate => Check::good(subject, format!("up to date {age} ago")),
        Finding::CheckFailed { reason, .. } => {
            let remedy = Remedy::by_hand("it is tried again by itself");
            Check::advice(subject, format!("could not be checked: {reason}"), remedy)
        }
    }
}

/// Why something that is there was not installed, and what would install it.
fn waits(
    service: &ServiceId,
    updates: UpdateMode,
    known: Option<&Watched>,
    name: &str,
) -> (String, String) {
    let command = format!("'phoenixctl update {service}' installs it");
    let skipped = known.and_then(|known| known.skipped.as_deref());
    let found = known.and_then(|known| known.last_check.as_ref()?.finding.key());
    if skipped.is_some() && skipped == found {
        return (format!("{name} is available, and skipped"), command);
    }
    match updates {
        UpdateMode::Manual | UpdateMode::Notify => (
            format!("{name} is available, and not installed by itself"),
            format!("{command}; updates = \"auto\" in config.toml lets it happen by itself"),
        ),
        UpdateMode::Auto => (
            format!("{name} is available, and was not installed by itself yet"),
            format!(
                "{command}; if clients would notice, somebody has to agree first, or may_interrupt = \
                 true in config.toml does"
            ),
        ),
    }
}
