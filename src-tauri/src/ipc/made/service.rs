//! Services, as the window sees them.

use phoenix_engine::{check, controller};
use phoenix_plan::{image, observed::compose_labels, policy::install::WhyWait, service::ServiceId};
use serde_json::Value;

use super::{activity::activity, said::no_answer};
use crate::ipc::view::{Finding, Health, Held, Release, Service, Standing, Watchable, WhyHeld};

/// One service.
pub(super) fn service(state: &controller::ServiceState) -> Service {
    let (name, project) = match &state.id {
        ServiceId::Container(name) => (name.clone(), None),
        ServiceId::Compose { project, service } => (service.clone(), Some(project.clone())),
    };
    Service {
        id: state.id.to_string(),
        name,
        project,
        standing: standing(state.standing()),
        running: state.running.as_ref().map(release),
        health: health(state.health),
        health_detail: state.health_detail.clone(),
        containers: state.containers.clone(),
        ports: state.ports.clone(),
        behind_switch: state.behind_switch,
        switch_answers: state.switch_answers,
        holding: state.holding,
        checking: state.checking,
        checked_at: state.checked_at.map(|at| at.to_string()),
        finding: state.finding.as_ref().map(finding),
        skipped: state.skipped,
        snoozed_until: state.snoozed_until.map(|until| until.to_string()),
        pinned: state.pinned,
        held: state.held.as_ref().map(held),
        roll_back_to: state.roll_back_to.as_ref().map(release),
        warm: state
            .activity
            .as_ref()
            .is_some_and(|activity| activity.phase() == controller::Phase::Watching),
        activity: state.activity.as_ref().map(activity),
        unseen_receipt: state.unseen_id().map(ToString::to_string),
        trouble: state.trouble.clone(),
    }
}

/// A service that could be watched, as the engine's list of containers knows it.
pub fn watchable(service: &ServiceId, listed: &[Value]) -> Watchable {
    let found = listed.iter().find(|entry| is_of(entry, service));
    let text = |key: &str| {
        let value = found.and_then(|entry| entry[key].as_str());
        value.unwrap_or_default().to_owned()
    };
    Watchable {
        id: service.to_string(),
        image: text("Image"),
        state: text("State"),
        watched: false,
    }
}

fn is_of(entry: &Value, service: &ServiceId) -> bool {
    let label = |key: &str| entry["Labels"][key].as_str();
    match service {
        ServiceId::Container(name) => {
            let names = entry["Names"].as_array().into_iter().flatten();
            let mut names = names.filter_map(Value::as_str);
            names.any(|known| known.trim_start_matches('/') == name)
        }
        ServiceId::Compose { project, service } => {
            label(compose_labels::PROJECT) == Some(project)
                && label(compose_labels::SERVICE) == Some(service)
        }
    }
}

/// A release.
pub(super) fn release(release: &image::Release) -> Release {
    Release {
        name: release.name(),
        image: release.image.clone(),
        digest: release.digest.clone(),
        image_id: release.image_id.clone(),
        version: release.version.clone(),
    }
}

fn finding(finding: &check::Finding) -> Finding {
    let name = finding.name().unwrap_or_default();
    match finding {
        check::Finding::UpToDate => Finding::UpToDate,
        check::Finding::UpdateAvailable { digest, download_bytes, .. } => {
            Finding::UpdateAvailable {
                name,
                digest: digest.clone(),
                download_bytes: *download_bytes,
            }
        }
        check::Finding::PulledNotRunning { .. } => Finding::PulledNotRunning { name },
        check::Finding::NewerTag { tag, digest, download_bytes, .. } => Finding::NewerTag {
            name,
            tag: tag.clone(),
            digest: digest.clone(),
            download_bytes: *download_bytes,
        },
        check::Finding::Pinned { newer } => {
            Finding::Pinned { newer_tag: newer.as_ref().map(|newer| newer.tag.clone()) }
        }
        check::Finding::LocalBuild => Finding::LocalBuild,
        check::Finding::KnownBad { digest, reason, at } => {
            Finding::KnownBad { digest: digest.clone(), reason: reason.clone(), at: at.to_string() }
        }
        check::Finding::CheckFailed { reason, because, last_good } => Finding::CheckFailed {
            reason: no_answer(*because, reason),
            last_good: last_good.map(|at| at.to_string()),
        },
    }
}

fn held(held: &controller::Held) -> Held {
    let why = match held.why {
        WhyWait::NotAutomatic { .. } => WhyHeld::NotAutomatic,
        WhyWait::Pinned => WhyHeld::Pinned,
        WhyWait::Paused => WhyHeld::Paused,
        WhyWait::Skipped => WhyHeld::Skipped,
        WhyWait::KnownBad => WhyHeld::KnownBad,
        WhyWait::Breaker { .. } => WhyHeld::Breaker,
        WhyWait::Snoozed => WhyHeld::Snoozed,
        WhyWait::TooYoung { .. } => WhyHeld::TooYoung,
        WhyWait::OutsideWindows => WhyHeld::OutsideWindows,
        WhyWait::Battery { .. } => WhyHeld::Battery,
        WhyWait::Metered => WhyHeld::Metered,
    };
    Held { why, until: held.until.map(|until| until.to_string()) }
}

const fn standing(standing: controller::Standing) -> Standing {
    match standing {
        controller::Standing::Attention => Standing::Attention,
        controller::Standing::Updating => Standing::Updating,
        controller::Standing::UpdateAvailable => Standing::UpdateAvailable,
        controller::Standing::Good => Standing::Good,
        controller::Standing::Absent => Standing::Absent,
    }
}

const fn health(health: controller::Health) -> Health {
    match health {
        controller::Health::Healthy => Health::Healthy,
        controller::Health::Unhealthy => Health::Unhealthy,
        controller::Health::Starting => Health::Starting,
        controller::Health::Running => Health::Running,
        controller::Health::Stopped => Health::Stopped,
        controller::Health::Paused => Health::Paused,
        controller::Health::Restarting => Health::Restarting,
        controller::Health::Missing => Health::Missing,
    }
}
