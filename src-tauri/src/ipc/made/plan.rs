//! Plans and what goes with them.

use phoenix_engine::{compose_edit::OfferError, ports::ComposeOffer, sheet::Sheet};
use phoenix_plan::{
    step::{self, Action, Who},
    strategy,
};

use super::{ms, said, service::release, word, worded};
use crate::ipc::view::{Because, Changes, Compose, ImageChange, Plan, ReleaseNote, Stall, Step};

/// A plan.
pub fn plan(plan: &step::Plan) -> Plan {
    let adopts = plan.steps.iter().any(|step| matches!(step.action, Action::CreateSwitch { .. }));
    let monitor_ms = plan.steps.iter().find_map(|step| watched_for(&step.action));
    Plan {
        id: plan.id.to_string(),
        purpose: word(plan.purpose),
        strategy: word(plan.choice.strategy),
        because: because(&plan.choice.reason),
        from: release(&plan.from),
        to: release(&plan.to),
        stall: match plan.stall {
            step::Stall::None => Stall::None,
            step::Stall::Held { limit } => Stall::Held { limit_ms: ms(limit) },
            step::Stall::PortMoves { about } => Stall::PortMoves { about_ms: ms(about) },
            step::Stall::Restart => Stall::Restart,
        },
        adopts,
        needs_consent: plan.stall.is_noticed(),
        monitor_ms,
        steps: plan.steps.iter().map(step).collect(),
        no_return: number(plan.no_return),
    }
}

/// One step.
pub(super) fn step(step: &step::Step) -> Step {
    Step {
        number: number(step.number),
        action: action_word(&step.action),
        what: what(&step.action),
        text: step.action.to_string(),
        cause: said::cause(&step.cause),
    }
}

/// The differences between two images.
pub fn changes(sheet: &Sheet) -> Changes {
    let entries = sheet.changes.iter().map(|change| ImageChange {
        kind: word(change.kind),
        name: change.name.clone(),
        before: change.before.clone(),
        after: change.after.clone(),
    });
    Changes {
        entries: entries.collect(),
        notes_url: sheet.notes_url.clone(),
        releases: sheet.releases.iter().map(note).collect(),
        download_bytes: sheet.download_bytes,
        needed_bytes: sheet.needed_bytes,
        free_bytes: sheet.free_bytes,
    }
}

fn note(note: &phoenix_plan::image::ReleaseNote) -> ReleaseNote {
    let phoenix_plan::image::ReleaseNote { title, url, text, .. } = note.clone();
    ReleaseNote { title, url, text }
}

/// The edit of the compose file, or why there is none.
pub fn compose(offer: Result<Option<ComposeOffer>, OfferError>) -> Option<Compose> {
    match offer {
        Ok(offer) => offer.map(|offer| Compose::Edit { file: offer.file, diff: offer.diff }),
        Err(error) => Some(Compose::Refused { reason: worded(&error.worded()) }),
    }
}

fn because(reason: &strategy::StrategyReason) -> Because {
    let stored = serde_json::to_value(reason).unwrap_or_default();
    Because {
        reason: stored["because"].as_str().unwrap_or_default().to_owned(),
        what: stored["what"].as_str().map(str::to_owned),
        text: reason.to_string(),
    }
}

fn action_word(action: &Action) -> String {
    let stored = serde_json::to_value(action).unwrap_or_default();
    stored["do"].as_str().unwrap_or_default().to_owned()
}

fn watched_for(action: &Action) -> Option<u64> {
    if let Action::Monitor { window, .. } = action { Some(ms(*window)) } else { None }
}

/// What a step is done to, where its word alone does not say it.
fn what(action: &Action) -> Option<String> {
    match action {
        Action::Hook { moment, .. } => Some(moment.key().to_owned()),
        Action::Pull { reference, .. } | Action::Tag { reference, .. } => Some(reference.clone()),
        Action::Start { who } | Action::Gate { who, .. } | Action::Stop { who, .. } => {
            existing(who)
        }
        Action::Rename { name, .. } => Some(name.clone()),
        Action::Monitor { window: time, .. } | Action::Wait { delay: time } => {
            Some(time.as_secs().to_string())
        }
        Action::Discard { drops, .. } => {
            let names: Vec<&str> = drops.iter().map(|dropped| dropped.name.as_str()).collect();
            (!names.is_empty()).then(|| names.join(", "))
        }
        Action::Pin { .. }
        | Action::BackUpConfig { .. }
        | Action::RestoreConfig { .. }
        | Action::CreateSwitch { .. }
        | Action::Create { .. }
        | Action::Compare { .. }
        | Action::Hold { .. }
        | Action::Drain { .. }
        | Action::StartSwitch { .. }
        | Action::StopSwitch { .. }
        | Action::Commit { .. }
        | Action::VerifyPort { .. }
        | Action::Confirm
        | Action::Keep { .. }
        | Action::Park { .. }
        | Action::Remove { .. }
        | Action::RemoveSwitch { .. } => None,
    }
}

fn existing(who: &Who) -> Option<String> {
    match who {
        Who::Existing { name, .. } => Some(name.clone()),
        Who::New { .. } => None,
    }
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
