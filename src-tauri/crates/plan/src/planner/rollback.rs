//! Back to a release that ran before, without a registry.

use super::{
    Basis, Decision, Hold, naming, refuse,
    sequence::{Change, Sequence, existing, ports},
};
use crate::{
    image::Release,
    observed::Member,
    policy::GatePolicy,
    route::Backend,
    step::{Action, Ports, Purpose, Source, Stall, Target, Who},
    strategy::{Strategy, choose},
};

/// A kept release that can be gone back to.
#[derive(Debug, Clone, PartialEq)]
pub struct Destination {
    /// The release.
    pub release: Release,
    /// Our tag that keeps its image.
    pub pin: String,
    /// Its containers, one for each member of the service.
    pub members: Vec<KeptMember>,
    /// The config files as that release left them.
    pub backup: Option<String>,
}

/// A container of a kept release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptMember {
    /// Its ID.
    pub id: String,
    /// The name it waits under, if the object still exists.
    pub parked_as: Option<String>,
    /// Its generation, if it was behind the switch.
    pub generation: Option<String>,
}

/// Plans the way back. It is not watched afterwards: a rollback is never rolled back.
pub fn rollback(basis: &Basis<'_>, to: &Destination) -> Decision {
    let not_running = |hold: &Hold| matches!(hold, Hold::NotRunning { .. });
    if let Some(hold) = refuse::refusal(basis).filter(|hold| !not_running(hold)) {
        return Decision::Held(hold);
    }
    let order = basis
        .observed
        .compose
        .as_ref()
        .and_then(|deploy| deploy.rollback.order.or(deploy.update.order));
    let first = &basis.observed.members[0].container;
    let choice = choose(first, &ports(basis), order, basis.policy.strategy);
    let behind = basis.observed.switch.is_some();
    let choice = if behind {
        choice
    } else {
        // Without a switch there is only one way back.
        crate::strategy::Choice { strategy: Strategy::Recreate, ..choice }
    };
    if let Some(hold) = refuse::refusal_of_switch(basis, &choice) {
        return Decision::Held(hold);
    }
    let mut plan = Sequence::new(basis, choice);
    plan.pin();
    let image = Target::Local { image_id: to.release.image_id.clone().unwrap_or_default() };
    plan.tag(&to.release.image, image);
    let changes = bring_back(&mut plan, to);
    let stall = swap(&mut plan, &changes, to);
    let old_is_stopped = plan.choice.strategy != Strategy::Overlap;
    plan.confirm();
    plan.retire(&changes, old_is_stopped);
    Decision::Go(Box::new(plan.finish(Purpose::Rollback, to.release.clone(), stall)))
}

/// Finds each kept container, or makes it again from its description.
fn bring_back<'a>(plan: &mut Sequence<'a>, to: &Destination) -> Vec<Change<'a>> {
    let members = plan.basis.observed.members.iter().zip(&to.members).enumerate();
    let pairs: Vec<(usize, &Member, &KeptMember)> =
        members.map(|(index, (member, kept))| (index, member, kept)).collect();
    let mut changes = Vec::new();
    for (index, old, kept) in pairs {
        let behind = plan.behind_switch();
        let usable = kept.parked_as.as_ref().filter(|_| kept.generation.is_some() == behind);
        let generation = match (&kept.generation, usable) {
            (Some(generation), Some(_)) => generation.clone(),
            (_, _) => naming::generation(plan.basis.fresh, index),
        };
        let new = if let Some(name) = usable {
            Who::Existing {
                id: kept.id.clone(),
                name: name.clone(),
                generation: kept.generation.clone(),
            }
        } else {
            make_again(plan, old, kept, to, &generation);
            Who::New { generation: generation.clone() }
        };
        let backend = naming::backend(&generation, &old.container.name);
        changes.push(Change { old, new, backend });
    }
    changes
}

fn make_again(
    plan: &mut Sequence<'_>,
    old: &Member,
    kept: &KeptMember,
    to: &Destination,
    generation: &str,
) {
    let behind = plan.behind_switch();
    let action = Action::Create {
        generation: generation.to_owned(),
        name: naming::parking_name(&old.container.name, generation),
        like: Source::Kept { id: kept.id.clone() },
        image: Target::Local { image_id: to.release.image_id.clone().unwrap_or_default() },
        reference: to.release.image.clone(),
        ports: if behind { Ports::BehindSwitch } else { Ports::Same },
        network: behind.then(|| naming::switch_name(&plan.basis.observed.service)),
    };
    plan.push(action, "the container of that release is gone, its description is not");
}

fn swap(plan: &mut Sequence<'_>, changes: &[Change<'_>], to: &Destination) -> Stall {
    let gate = GatePolicy { successes: 1, ..plan.basis.policy.gate };
    let before = plan.routed();
    let backends: Vec<Backend> = changes.iter().map(|change| change.backend.clone()).collect();
    let none = std::time::Duration::ZERO;
    let stall = match plan.choice.strategy {
        Strategy::Overlap => {
            restore_config(plan, to);
            Stall::None
        }
        Strategy::Hold => {
            plan.hold_and_stop_old();
            restore_config(plan, to);
            Stall::Held { limit: plan.basis.policy.hold_limit }
        }
        Strategy::Recreate => {
            for change in changes {
                let grace = change.old.container.stop_timeout;
                let action = Action::Stop { who: existing(change.old), grace };
                plan.push(action, "its place is needed");
            }
            restore_config(plan, to);
            Stall::Restart
        }
    };
    for change in changes {
        plan.start_and_gate(&change.new, gate);
    }
    if plan.behind_switch() {
        plan.commit(backends, before, none);
    }
    if plan.choice.strategy == Strategy::Overlap {
        plan.drain_old();
    }
    stall
}

fn restore_config(plan: &mut Sequence<'_>, to: &Destination) {
    if let Some(backup) = &to.backup {
        let action = Action::RestoreConfig {
            backup: backup.clone(),
            release: plan.basis.from.name(),
            files: plan.basis.policy.config_files.clone(),
        };
        plan.push(action, "the config belongs to the release");
    }
}
