//! The moments of a rollout that a plot marks, read from its journal.

use jiff::Timestamp;

use super::{ending::Cause, plot::Moment};
use crate::{
    journal::{Entry, Event},
    step::{Action, Plan, Who},
};

/// All moments of a journal, in its order. Without a plan at its begin there are none.
pub fn moments(entries: &[Entry]) -> Vec<(Timestamp, Moment)> {
    let Some(Event::Planned { plan }) = entries.first().map(|entry| &entry.event) else {
        return Vec::new();
    };
    entries.iter().filter_map(|entry| Some((entry.at, moment(plan, &entry.event)?))).collect()
}

fn moment(plan: &Plan, event: &Event) -> Option<Moment> {
    let action = |step: &usize| plan.steps.get(*step).map(|step| &step.action);
    match event {
        Event::Succeeded { step, .. } => done(action(step)?),
        Event::Undone { step } => undone(action(step)?),
        // What a person ends has not failed.
        Event::Failed { cause: Some(Cause::Person), .. }
        | Event::Cancelled { cause: Some(Cause::Person), .. }
        | Event::Planned { .. }
        | Event::HookEnded { .. }
        | Event::Started { .. }
        | Event::Unnecessary { .. }
        | Event::Resumed
        | Event::UndoStarted { .. }
        | Event::UndoFailed { .. }
        | Event::Finished { .. } => None,
        Event::Failed { step, .. } => (*step < plan.no_return).then_some(Moment::Failed),
        Event::Cancelled { .. } => Some(Moment::Failed),
    }
}

const fn done(action: &Action) -> Option<Moment> {
    match action {
        Action::Start { who: Who::New { .. } } => Some(Moment::Started),
        Action::Gate { .. } => Some(Moment::Ready),
        Action::Hold { .. } | Action::StartSwitch { .. } => Some(Moment::Held),
        Action::Stop { .. } => Some(Moment::Stopped),
        Action::Commit { .. } => Some(Moment::Switched),
        Action::Drain { .. } => Some(Moment::Drained),
        Action::Confirm => Some(Moment::Confirmed),
        Action::Start { who: Who::Existing { .. } }
        | Action::Hook { .. }
        | Action::Pull { .. }
        | Action::Pin { .. }
        | Action::BackUpConfig { .. }
        | Action::RestoreConfig { .. }
        | Action::CreateSwitch { .. }
        | Action::Create { .. }
        | Action::Compare { .. }
        | Action::StopSwitch { .. }
        | Action::Tag { .. }
        | Action::VerifyPort { .. }
        | Action::Monitor { .. }
        | Action::Wait { .. }
        | Action::Keep { .. }
        | Action::Park { .. }
        | Action::Rename { .. }
        | Action::Remove { .. }
        | Action::RemoveSwitch { .. }
        | Action::Discard { .. } => None,
    }
}

const fn undone(action: &Action) -> Option<Moment> {
    match action {
        // A switch that the plan itself has brought has no route to go back to: it goes.
        Action::Commit { before, .. } if before.is_empty() => None,
        Action::Commit { .. } | Action::StartSwitch { .. } => Some(Moment::RolledBack),
        Action::Hold { .. } => Some(Moment::Resumed),
        Action::Hook { .. }
        | Action::Pull { .. }
        | Action::Pin { .. }
        | Action::BackUpConfig { .. }
        | Action::RestoreConfig { .. }
        | Action::CreateSwitch { .. }
        | Action::Create { .. }
        | Action::Compare { .. }
        | Action::Start { .. }
        | Action::Gate { .. }
        | Action::Drain { .. }
        | Action::Stop { .. }
        | Action::StopSwitch { .. }
        | Action::Tag { .. }
        | Action::VerifyPort { .. }
        | Action::Monitor { .. }
        | Action::Wait { .. }
        | Action::Confirm
        | Action::Keep { .. }
        | Action::Park { .. }
        | Action::Rename { .. }
        | Action::Remove { .. }
        | Action::RemoveSwitch { .. }
        | Action::Discard { .. } => None,
    }
}

#[cfg(test)]
mod tests;
