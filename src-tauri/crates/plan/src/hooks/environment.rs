//! What a hook is told.

use crate::{image::Release, policy::HookEvent, receipt::Outcome, service::ServiceId, step::Plan};

/// The variables of a hook around a plan: `PHOENIX_HOOK` (the moment), `PHOENIX_UPDATE` (the plan's
/// ID), `PHOENIX_SERVICE`, `PHOENIX_FROM` and `PHOENIX_TO` (the releases' names),
/// `PHOENIX_FROM_IMAGE`, `PHOENIX_TO_IMAGE`, and afterwards `PHOENIX_OUTCOME`, a receipt's word.
pub fn environment(
    plan: &Plan,
    moment: HookEvent,
    outcome: Option<Outcome>,
) -> Vec<(String, String)> {
    let told = outcome.map(|outcome| ("PHOENIX_OUTCOME", word(outcome).to_owned()));
    [
        ("PHOENIX_HOOK", moment.key().to_owned()),
        ("PHOENIX_UPDATE", plan.id.to_string()),
        ("PHOENIX_SERVICE", plan.service.to_string()),
        ("PHOENIX_FROM", plan.from.name()),
        ("PHOENIX_TO", plan.to.name()),
        ("PHOENIX_FROM_IMAGE", plan.from.image.clone()),
        ("PHOENIX_TO_IMAGE", plan.to.image.clone()),
    ]
    .into_iter()
    .chain(told)
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// The variables of a hook around a check: `PHOENIX_HOOK`, `PHOENIX_SERVICE`, `PHOENIX_FROM` and
/// `PHOENIX_FROM_IMAGE` (what runs), and afterwards `PHOENIX_OUTCOME`, the finding's stable word, and
/// `PHOENIX_TO`, the name of what was found.
pub fn check_environment(
    service: &ServiceId,
    running: &Release,
    moment: HookEvent,
    found: Option<Found>,
) -> Vec<(String, String)> {
    let (word, name) = found.map_or((None, None), |found| (Some(found.word), found.name));
    let told = word.map(|word| ("PHOENIX_OUTCOME", word.to_owned()));
    [
        ("PHOENIX_HOOK", moment.key().to_owned()),
        ("PHOENIX_SERVICE", service.to_string()),
        ("PHOENIX_FROM", running.name()),
        ("PHOENIX_FROM_IMAGE", running.image.clone()),
    ]
    .into_iter()
    .chain(told)
    .chain(name.map(|name| ("PHOENIX_TO", name)))
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// What a check found, as far as a hook is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The stable word for it.
    pub word: &'static str,
    /// The name of the release that it speaks of, if there is one.
    pub name: Option<String>,
}

const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Updated => "updated",
        Outcome::Unchanged => "unchanged",
        Outcome::RolledBack => "rolled_back",
        Outcome::Failed => "failed",
        Outcome::Held => "held",
        Outcome::Stuck => "stuck",
    }
}
