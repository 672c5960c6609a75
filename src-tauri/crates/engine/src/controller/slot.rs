//! One watched service, as the controller keeps it.

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;
use phoenix_plan::{
    image::{ImageReference, Release},
    observed::compose_labels,
    planner::switch_name,
    receipt::Receipt,
    service::ServiceId,
};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::{Activity, Health, Held, ServiceState, Watched, snapshot::detail};
use crate::{check::Finding, observe::Sighting, ports::ContainerChange};

/// One watched service.
pub(super) struct Slot {
    /// As the settings call it.
    pub(super) wished: ServiceId,
    /// What was seen last.
    pub(super) seen: Option<Seen>,
    pub(super) checking: bool,
    /// When a check was last begun.
    pub(super) tried_at: Option<Timestamp>,
    /// A check that failed, which is shown but not remembered.
    pub(super) check_failed: Option<Finding>,
    /// Checks in a row that failed.
    pub(super) failed_checks: u32,
    /// Why what was found is not installed by itself now.
    pub(super) held: Option<Held>,
    pub(super) running: Option<Running>,
    pub(super) trouble: Option<String>,
    /// Plans and operations of one service take turns.
    pub(super) turn: Arc<Semaphore>,
}

/// What a look brought.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) sighting: Sighting,
    pub(super) roll_back_to: Option<Release>,
    pub(super) newest: Option<Receipt>,
    /// Digests that failed here.
    pub(super) bad_digests: BTreeSet<String>,
    /// Updates in a row that failed.
    pub(super) failures_in_a_row: u32,
}

impl Seen {
    /// A look that began before an operation ended knows nothing of its receipt: the later one of
    /// both stays.
    pub(super) fn not_before(mut self, before: Option<&Self>) -> Self {
        let known = before.and_then(|before| before.newest.as_ref());
        self.newest = later(known, self.newest);
        self
    }
}

/// An operation under way.
pub(super) struct Running {
    /// Of which service: its containers may be gone for a moment.
    pub(super) service: ServiceId,
    pub(super) activity: Activity,
    /// Whether nobody asked for it.
    pub(super) by_itself: bool,
    pub(super) cancel: CancellationToken,
}

impl Slot {
    pub(super) fn new(wished: ServiceId) -> Self {
        Self {
            wished,
            seen: None,
            checking: false,
            tried_at: None,
            check_failed: None,
            failed_checks: 0,
            held: None,
            running: None,
            trouble: None,
            turn: Arc::new(Semaphore::new(1)),
        }
    }

    /// The service's own name once it was seen; a compose service may be wished for by the name of
    /// its container.
    pub(super) fn id(&self) -> &ServiceId {
        let running = self.running.as_ref().map(|running| &running.service);
        let seen = self.seen.as_ref().map(|seen| &seen.sighting.observed.service);
        running.or(seen).unwrap_or(&self.wished)
    }

    pub(super) fn is(&self, service: &ServiceId) -> bool {
        self.id() == service || self.wished == *service
    }

    /// Whether a check or an operation of it could begin.
    pub(super) const fn is_free(&self) -> bool {
        !self.checking && self.running.is_none()
    }

    /// What its containers state as their image, where that is a reference.
    pub(super) fn reference(&self) -> Option<&ImageReference> {
        self.seen.as_ref()?.sighting.reference.as_ref().ok()
    }

    pub(super) fn exists(&self) -> bool {
        self.seen.as_ref().is_some_and(|seen| !seen.sighting.observed.members.is_empty())
    }

    /// Whether a container that changed is one of this service's, or its switch.
    pub(super) fn is_concerned_by(&self, change: &ContainerChange) -> bool {
        let label = |key: &str| change.labels.get(key).map(String::as_str);
        let compose = label(compose_labels::PROJECT).zip(label(compose_labels::SERVICE));
        let by_compose = compose.is_some_and(|(project, service)| {
            *self.id()
                == ServiceId::Compose { project: project.to_owned(), service: service.to_owned() }
        });
        let by_name = [&self.wished, self.id()].into_iter().any(|id| {
            change.name == switch_name(id) || *id == ServiceId::Container(change.name.clone())
        });
        by_compose || by_name
    }

    /// The value that is shown.
    pub(super) fn state(&self, watched: &Watched) -> ServiceState {
        let observed = self.seen.as_ref().map(|seen| &seen.sighting.observed);
        let members = observed.map(|observed| observed.members.as_slice()).unwrap_or_default();
        let switch = observed.and_then(|observed| observed.switch.as_ref());
        let routed = switch.and_then(|switch| switch.routed.as_ref());
        let ports = match switch {
            Some(switch) => switch.ports.clone(),
            None => members.iter().flat_map(|member| member.container.ports.clone()).collect(),
        };
        let remembered = watched.last_check.as_ref().map(|check| check.finding.clone());
        let seen = self.seen.as_ref();
        let runs = seen.map(|seen| &seen.sighting.running);
        let remembered = remembered.map(|finding| still(finding, runs));
        let failed = self.check_failed.clone().map(|failed| failed.after(watched.last_good()));
        let finding = failed.or(remembered);
        let key = finding.as_ref().and_then(Finding::key);
        ServiceState {
            id: self.id().clone(),
            running: seen.filter(|_| !members.is_empty()).map(|seen| seen.sighting.running.clone()),
            health: Health::worst_of(members),
            health_detail: detail(members),
            containers: members.iter().map(|member| member.container.name.clone()).collect(),
            ports: ports.iter().map(ToString::to_string).collect(),
            behind_switch: switch.is_some(),
            switch_answers: routed.is_some(),
            holding: routed.is_some_and(|routed| routed.holding),
            checking: self.checking,
            checked_at: watched.last_check.as_ref().map(|check| check.at),
            skipped: key.is_some() && key == watched.skipped.as_deref(),
            snoozed_until: watched.snoozed_until,
            pinned: watched.pinned || self.held.as_ref().is_some_and(Held::is_pinned),
            held: self.held.clone(),
            finding,
            roll_back_to: seen.and_then(|seen| seen.roll_back_to.clone()),
            activity: self.running.as_ref().map(|running| running.activity.clone()),
            unseen: seen
                .and_then(|seen| seen.newest.clone())
                .filter(|receipt| watched.seen_receipt.as_ref() != Some(&receipt.id)),
            trouble: self.trouble.clone(),
        }
    }
}

/// What a check found is no longer newer once it runs, whoever installed it.
fn still(finding: Finding, running: Option<&Release>) -> Finding {
    let runs = |what: fn(&Release) -> Option<&str>, wanted: &str| {
        running.and_then(what).is_some_and(|runs| runs == wanted)
    };
    let is_installed = match &finding {
        Finding::UpdateAvailable { digest, .. } => runs(|it| it.digest.as_deref(), digest),
        Finding::NewerTag { digest, .. } => runs(|it| it.digest.as_deref(), digest),
        Finding::PulledNotRunning { image_id, .. } => runs(|it| it.image_id.as_deref(), image_id),
        Finding::UpToDate
        | Finding::Pinned { .. }
        | Finding::LocalBuild
        | Finding::KnownBad { .. }
        | Finding::CheckFailed { .. } => false,
    };
    if is_installed { Finding::UpToDate } else { finding }
}

/// The receipt that ended later.
fn later(known: Option<&Receipt>, found: Option<Receipt>) -> Option<Receipt> {
    match (known, found) {
        (Some(known), Some(found)) if known.finished_at <= found.finished_at => Some(found),
        (Some(known), Some(_) | None) => Some(known.clone()),
        (None, found) => found,
    }
}

#[cfg(test)]
mod tests;
