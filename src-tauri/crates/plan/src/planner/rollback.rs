//! Back to a release that ran before, without a registry.

use super::{
    Basis, Decision, Hold, naming, refuse,
    sequence::{Change, Sequence, ports},
};
use crate::{
    image::Release,
    observed::Member,
    policy::{GatePolicy, HookEvent},
    route::Backend,
    step::{Action, Joining, Ports, Purpose, Source, Stall, StepCause, Target, Who},
    strategy::{Choice, Strategy, StrategyReason, choose},
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
    /// Containers that it names and that were exchanged since: it has to be made again for those
    /// that took their places.
    pub joins: Vec<Joining>,
}

/// Plans the way back. It is not watched afterwards: a rollback is never rolled back.
pub fn rollback(basis: &Basis<'_>, to: &Destination) -> Decision {
    if let Some(hold) = refuse::refusal_of_service(basis) {
        return Decision::Held(hold);
    }
    if to.release.image_id.is_none() {
        return Decision::Held(Hold::NothingKept);
    }
    let order = basis
        .observed
        .compose
        .as_ref()
        .and_then(|deploy| deploy.rollback.order.or(deploy.update.order));
    let first = &basis.observed.members[0].container;
    let choice = choose(first, &ports(basis), order, basis.policy.strategy);
    let behind = basis.observed.switch.is_some();
    let choice = match (behind, was_never_started(basis)) {
        (true, _) => choice,
        (false, true) => Choice { strategy: Strategy::Recreate, reason: StrategyReason::Stopped },
        (false, false) if !basis.observed.dependents.is_empty() => {
            Choice { strategy: Strategy::Recreate, reason: StrategyReason::Dependents }
        }
        // Without a switch there is only one way back.
        (false, false) => Choice { strategy: Strategy::Recreate, ..choice },
    };
    if let Some(hold) = refuse::refusal_of_switch(basis, &choice) {
        return Decision::Held(hold);
    }
    let mut plan = Sequence::new(basis, choice);
    plan.hooks_first(HookEvent::PreRollback, HookEvent::PostRollback);
    plan.pin();
    let image = Target::Local { image_id: to.release.image_id.clone().unwrap_or_default() };
    plan.tag(&to.release.image, image.clone());
    let changes = bring_back(&mut plan, to);
    plan.create_dependents(&changes, &image, &to.release.image);
    let stall = if plan.stays_stopped() {
        restore_config(&mut plan, to);
        Stall::None
    } else {
        swap(&mut plan, &changes, to)
    };
    let old_is_stopped = plan.choice.strategy != Strategy::Overlap;
    plan.confirm();
    plan.retire(&changes, old_is_stopped);
    Decision::Go(Box::new(plan.finish(Purpose::Rollback, to.release.clone(), stall)))
}

/// Whether the release was exchanged while the service was stopped, and nobody started it since:
/// then going back starts nothing either. What ran and ended is brought back to life.
fn was_never_started(basis: &Basis<'_>) -> bool {
    let never = |member: &Member| member.container.never_started;
    refuse::stays_stopped(basis) && basis.observed.members.iter().all(never)
}

/// Finds each kept container, or makes it again from its description.
fn bring_back<'a>(plan: &mut Sequence<'a>, to: &Destination) -> Vec<Change<'a>> {
    let members: &'a [Member] = &plan.basis.observed.members;
    let behind = plan.behind_switch();
    let mut changes = Vec::new();
    for (index, old) in members.iter().enumerate() {
        let kept = to.members.get(index);
        let waits = kept
            .filter(|kept| kept.generation.is_some() == behind && kept.joins.is_empty())
            .and_then(|kept| Some((kept, kept.parked_as.as_ref()?)));
        let fresh = naming::generation(plan.basis.fresh, index);
        let (generation, new) = if let Some((kept, name)) = waits {
            let (id, name) = (kept.id.clone(), name.clone());
            let who = Who::Existing { id, name, generation: kept.generation.clone() };
            (kept.generation.clone().unwrap_or(fresh), who)
        } else {
            make_again(plan, old, kept, to, &fresh);
            (fresh.clone(), Who::New { generation: fresh })
        };
        let backend = naming::backend(&generation);
        changes.push(Change { old, new, backend });
    }
    changes
}

/// By its own description; one more than there were then follows the container that it replaces.
fn make_again(
    plan: &mut Sequence<'_>,
    old: &Member,
    kept: Option<&KeptMember>,
    to: &Destination,
    generation: &str,
) {
    let behind = plan.behind_switch();
    let model = &old.container;
    let (like, cause) = match kept {
        Some(kept) => (Source::Kept { id: kept.id.clone() }, StepCause::OnlyDescription),
        None => (
            Source::Container { id: model.id.clone(), name: model.name.clone() },
            StepCause::FewerContainers,
        ),
    };
    // A container that once was behind a switch publishes nothing by itself.
    let was_behind = kept.is_some_and(|kept| kept.generation.is_some());
    let ports = match (behind, was_behind) {
        (true, _) => Ports::BehindSwitch,
        (false, true) => Ports::Publish { bindings: model.ports.clone() },
        (false, false) => Ports::Same,
    };
    let action = Action::Create {
        generation: generation.to_owned(),
        name: naming::parking_name(&model.name, generation),
        like,
        image: Target::Local { image_id: to.release.image_id.clone().unwrap_or_default() },
        reference: to.release.image.clone(),
        ports,
        network: behind.then(|| naming::switch_name(&plan.basis.observed.service)),
        joins: kept.map(|kept| kept.joins.clone()).unwrap_or_default(),
    };
    plan.push(action, cause);
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
            plan.stop_dependents();
            plan.stop_old(&StepCause::PlaceNeeded);
            restore_config(plan, to);
            Stall::Restart
        }
    };
    for change in changes {
        plan.start_and_gate(&change.new, gate);
    }
    plan.start_dependents(gate);
    if plan.behind_switch() {
        plan.commit(backends, before, none);
    }
    if plan.choice.strategy == Strategy::Overlap {
        plan.drain_old();
    }
    stall
}

fn restore_config(plan: &mut Sequence<'_>, to: &Destination) {
    if let Some(backup) = to.backup.as_ref().filter(|_| !plan.basis.policy.config_files.is_empty())
    {
        plan.back_up_config();
        plan.push(Action::RestoreConfig { backup: backup.clone() }, StepCause::ConfigBelongs);
    }
}
