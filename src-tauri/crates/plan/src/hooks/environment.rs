//! What a hook is told.

use crate::{policy::HookEvent, receipt::Outcome, step::Plan};

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
