//! The check-list.

use phoenix_engine::doctor::{self, RemedyAction};

use super::{word, worded};
use crate::ipc::view::{Check, CheckState, Remedy};

/// The check-list and, in the order of their numbers, what its buttons do.
pub fn checks(found: &[doctor::Check]) -> (Vec<Check>, Vec<RemedyAction>) {
    let mut actions = Vec::new();
    let checks = found.iter().map(|check| Check {
        topic: word(check.subject.topic),
        service: check.subject.service.as_ref().map(ToString::to_string),
        state: match check.state {
            doctor::CheckState::Good => CheckState::Good,
            doctor::CheckState::Advice => CheckState::Advice,
            doctor::CheckState::Bad => CheckState::Bad,
        },
        finding: worded(&check.finding),
        remedy: check.remedy.as_ref().map(|remedy| {
            let action = remedy.action.as_ref().map(|action| {
                actions.push(action.clone());
                u32::try_from(actions.len() - 1).unwrap_or(u32::MAX)
            });
            let verb = remedy.action.as_ref().map(|action| verb(action).to_owned());
            Remedy { text: worded(&remedy.text), action, verb }
        }),
    });
    (checks.collect(), actions)
}

const fn verb(action: &RemedyAction) -> &'static str {
    match action {
        RemedyAction::StartContainer(_) => "start_container",
        RemedyAction::Adopt(_) => "adopt",
        RemedyAction::Resume(_) => "resume",
    }
}
