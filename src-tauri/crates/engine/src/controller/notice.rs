//! What a person is told without having asked, and when: once per release.

use jiff::Timestamp;
use phoenix_plan::{
    receipt::{Outcome, Receipt},
    service::ServiceId,
};

use super::{Aim, ServiceState, Watched};
use crate::{check::Finding, other_updaters::OtherUpdater};

/// Something to tell.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// There is something newer.
    UpdateAvailable {
        /// Of which service.
        service: ServiceId,
        /// What runs.
        from: String,
        /// What could run.
        to: String,
        /// The tag that leads to it, where it is another than the one that runs.
        tag: Option<String>,
    },
    /// An operation ended.
    Ended(Box<Receipt>),
    /// Clients would notice, so a person has to agree first.
    ConsentNeeded {
        /// To which service.
        service: ServiceId,
        /// What was wanted.
        aim: Aim,
    },
    /// Something could not even be begun.
    Trouble {
        /// With which service.
        service: ServiceId,
        /// What happened, what runs, what next.
        message: String,
    },
    /// Another program updates containers on the same engine. Told once for each.
    OtherUpdater(OtherUpdater),
    /// The program quits as soon as this service's operation is at its end.
    QuitsAfter {
        /// Which service.
        service: ServiceId,
    },
}

/// What to announce of a finding, and the release that this is remembered under.
pub(super) fn announcement(
    service: &ServiceState,
    watched: &Watched,
    now: Timestamp,
) -> Option<(Notice, String)> {
    let to = service.offered()?;
    let key = service.finding.as_ref()?.key()?.to_owned();
    let snoozed = watched.snoozed_until.is_some_and(|until| now < until);
    let woke = watched.snoozed_until.is_some() && !snoozed;
    let announced = watched.announced.as_deref() == Some(key.as_str()) && !woke;
    if snoozed || announced || service.activity.is_some() {
        return None;
    }
    let from = service.running.as_ref()?.name();
    let tag = service.finding.as_ref().and_then(Finding::tag).map(str::to_owned);
    Some((Notice::UpdateAvailable { service: service.id.clone(), from, to, tag }, key))
}

/// Whether the end of an operation is worth telling.
pub(super) const fn is_worth_telling(receipt: &Receipt) -> bool {
    match receipt.outcome {
        Outcome::Unchanged => false,
        Outcome::Updated
        | Outcome::RolledBack
        | Outcome::Failed
        | Outcome::Held
        | Outcome::Stuck => true,
    }
}

#[cfg(test)]
pub(super) mod tests;
