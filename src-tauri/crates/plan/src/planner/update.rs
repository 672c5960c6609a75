//! To another release.

use std::time::Duration;

use super::{
    Basis, Candidate, Decision, Hold, refuse,
    sequence::{Change, Sequence, ports},
};
use crate::{
    gate,
    health::HealthCheck,
    image::Release,
    policy::{FailureAction, HookEvent, UpdateConfig},
    route::Backend,
    step::{Action, Purpose, Stall, StepCause, Target},
    strategy::{Choice, Strategy, StrategyReason, choose},
};

/// Watched for this long where neither policy nor compose file says anything.
const DEFAULT_MONITOR: Duration = Duration::from_mins(1);

/// Plans the way to a candidate.
pub fn update(basis: &Basis<'_>, candidate: &Candidate) -> Decision {
    if let Some(hold) = refuse::refusal_of_update(basis).or_else(|| bad(basis, candidate)) {
        return Decision::Held(hold);
    }
    if runs_already(basis, candidate) {
        return Decision::UpToDate;
    }
    if let Some(hold) = refuse::refusal_for_space(basis) {
        return Decision::Held(hold);
    }
    let deploy = basis.observed.compose.clone().unwrap_or_default();
    let first = &basis.observed.members[0].container;
    let choice = if refuse::stays_stopped(basis) {
        Choice { strategy: Strategy::Recreate, reason: StrategyReason::Stopped }
    } else if !basis.observed.dependents.is_empty() {
        Choice { strategy: Strategy::Recreate, reason: StrategyReason::Dependents }
    } else {
        choose(first, &ports(basis), deploy.update.order, basis.policy.strategy)
    };
    if let Some(hold) = refuse::refusal_of_switch(basis, &choice) {
        return Decision::Held(hold);
    }
    let to = Release {
        image: candidate.reference.familiar(),
        digest: candidate.digest.clone(),
        image_id: candidate.image_id.clone(),
        version: candidate.version.clone(),
    };
    Decision::Go(Box::new(steps(basis, candidate, &deploy.update, choice, to)))
}

fn steps(
    basis: &Basis<'_>,
    candidate: &Candidate,
    config: &UpdateConfig,
    choice: Choice,
    to: Release,
) -> crate::step::Plan {
    let mut plan = Sequence::new(basis, choice);
    plan.hooks_first(HookEvent::PreUpdate, HookEvent::PostUpdate);
    let image = fetch(&mut plan, candidate);
    plan.pin();
    let stall = roll(&mut plan, config, &image, &to.image);
    plan.finish(Purpose::Update, to, stall)
}

/// The image comes to the machine without moving any tag.
fn fetch(plan: &mut Sequence<'_>, candidate: &Candidate) -> Target {
    match (&candidate.digest, &candidate.image_id) {
        (None, Some(image_id)) => Target::Local { image_id: image_id.clone() },
        (digest, _) => {
            let reference = digest.as_ref().map_or_else(
                || candidate.reference.clone(),
                |digest| candidate.reference.at_digest(digest),
            );
            let action = Action::Pull {
                reference: reference.familiar(),
                platform: Some(plan.basis.platform.to_owned()),
            };
            plan.push(action, StepCause::Offered { release: name(candidate) });
            Target::Pulled
        }
    }
}

/// Everything from the first new container to the last old one, by the chosen strategy.
pub(super) fn roll(
    plan: &mut Sequence<'_>,
    config: &UpdateConfig,
    image: &Target,
    reference: &str,
) -> Stall {
    let window = plan.basis.policy.monitor.or(config.monitor).unwrap_or(DEFAULT_MONITOR);
    let changes = plan.changes();
    let adopted = plan.basis.observed.switch.is_some();
    plan.tag(reference, image.clone());
    if plan.stays_stopped() {
        return exchange_stopped(plan, &changes, image, reference);
    }
    let stall = match (plan.choice.strategy, adopted) {
        (Strategy::Overlap, true) => overlap(plan, config, &changes, image, reference, window),
        (Strategy::Overlap, false) => adopt_overlapping(plan, &changes, image, reference, window),
        (Strategy::Hold, true) => hold(plan, &changes, image, reference, window),
        (Strategy::Hold, false) => adopt_holding(plan, &changes, image, reference, window),
        (Strategy::Recreate, _) => recreate(plan, config, &changes, image, reference),
    };
    watch(plan, &changes, config, window);
    let old_is_stopped = !(adopted && plan.choice.strategy == Strategy::Overlap);
    plan.confirm();
    plan.retire(&changes, old_is_stopped);
    stall
}

/// New beside old, batch by batch; each batch moves its share of the traffic.
fn overlap(
    plan: &mut Sequence<'_>,
    config: &UpdateConfig,
    changes: &[Change<'_>],
    image: &Target,
    reference: &str,
    window: Duration,
) -> Stall {
    plan.back_up_config();
    let before = plan.routed();
    let size = config.batch(changes.len());
    let per_batch = config.delay.unwrap_or_default() + time_of_batch(plan.basis);
    // A member that nobody routed (compose recreated it behind our back) leaves no share to keep.
    let known = plan.basis.observed.members.iter().all(|member| member.generation.is_some());
    let mut route = if known { before.clone() } else { Vec::new() };
    let batches = batches_left(changes.len(), size);
    for (index, batch) in changes.chunks(size).enumerate() {
        let later = batches.saturating_sub(u32::try_from(index).unwrap_or(u32::MAX));
        if let Some(delay) = config.delay.filter(|delay| index > 0 && !delay.is_zero()) {
            plan.push(Action::Wait { delay }, StepCause::ComposeDelay);
        }
        create_all(plan, batch, image, reference);
        for change in batch {
            let gate = plan.basis.policy.gate;
            plan.start_and_gate(&change.new, gate);
        }
        let previous = if index == 0 { before.clone() } else { route.clone() };
        for change in batch {
            replace(&mut route, change);
        }
        plan.commit(route.clone(), previous, window + per_batch.saturating_mul(later));
        for generation in batch.iter().filter_map(|change| change.old.generation.clone()) {
            let limit = plan.basis.policy.drain_limit;
            plan.push(Action::Drain { generation, limit }, StepCause::MayFinish);
        }
    }
    Stall::None
}

/// The first generation starts and proves itself before the port changes hands.
fn adopt_overlapping(
    plan: &mut Sequence<'_>,
    changes: &[Change<'_>],
    image: &Target,
    reference: &str,
    window: Duration,
) -> Stall {
    plan.back_up_config();
    plan.create_switch();
    create_all(plan, changes, image, reference);
    for change in changes {
        let gate = plan.basis.policy.gate;
        plan.start_and_gate(&change.new, gate);
    }
    plan.stop_old(&StepCause::FreesPort);
    plan.take_port();
    plan.commit(backends(changes), Vec::new(), window);
    plan.verify_port();
    Sequence::handover_stall()
}

/// Everything slow first; then requests wait while the one instance changes.
fn hold(
    plan: &mut Sequence<'_>,
    changes: &[Change<'_>],
    image: &Target,
    reference: &str,
    window: Duration,
) -> Stall {
    let before = plan.routed();
    create_all(plan, changes, image, reference);
    plan.hold_and_stop_old();
    start_after_stop(plan, changes);
    plan.commit(backends(changes), before, window);
    Stall::Held { limit: plan.basis.policy.hold_limit }
}

fn adopt_holding(
    plan: &mut Sequence<'_>,
    changes: &[Change<'_>],
    image: &Target,
    reference: &str,
    window: Duration,
) -> Stall {
    plan.create_switch();
    create_all(plan, changes, image, reference);
    plan.stop_old(&StepCause::FreesPortAndNotTwice);
    plan.take_port();
    start_after_stop(plan, changes);
    plan.commit(backends(changes), Vec::new(), window);
    plan.verify_port();
    Sequence::handover_stall()
}

/// Stop, start, gate: for what a switch cannot serve.
fn recreate(
    plan: &mut Sequence<'_>,
    config: &UpdateConfig,
    changes: &[Change<'_>],
    image: &Target,
    reference: &str,
) -> Stall {
    create_all(plan, changes, image, reference);
    plan.create_dependents(changes, image, reference);
    plan.back_up_config();
    plan.stop_dependents();
    for (index, change) in changes.iter().enumerate() {
        if let Some(delay) = config.delay.filter(|delay| index > 0 && !delay.is_zero()) {
            plan.push(Action::Wait { delay }, StepCause::ComposeDelay);
        }
        let grace = change.old.container.stop_timeout;
        let who = super::sequence::existing(change.old);
        plan.push(Action::Stop { who, grace }, StepCause::SuccessorNeedsPlace);
        let gate = plan.basis.policy.gate;
        plan.start_and_gate(&change.new, gate);
    }
    plan.start_dependents(plan.basis.policy.gate);
    Stall::Restart
}

/// What does not run is exchanged, and not started: nobody asks it, so there is nothing to prove.
fn exchange_stopped(
    plan: &mut Sequence<'_>,
    changes: &[Change<'_>],
    image: &Target,
    reference: &str,
) -> Stall {
    create_all(plan, changes, image, reference);
    plan.create_dependents(changes, image, reference);
    plan.back_up_config();
    plan.confirm();
    plan.retire(changes, true);
    Stall::None
}

fn start_after_stop(plan: &mut Sequence<'_>, changes: &[Change<'_>]) {
    plan.back_up_config();
    for change in changes {
        let gate = plan.basis.policy.gate;
        plan.start_and_gate(&change.new, gate);
    }
}

fn watch(plan: &mut Sequence<'_>, changes: &[Change<'_>], config: &UpdateConfig, window: Duration) {
    if window.is_zero() || config.failure_action == Some(FailureAction::Continue) {
        return;
    }
    let old = plan.basis.observed.members.iter();
    let baseline = old.filter_map(|member| member.generation.clone()).collect();
    let new = changes.iter().map(|change| change.new.clone());
    let who = new.chain(plan.running_dependents()).collect();
    plan.push(Action::Monitor { who, baseline, window }, StepCause::BadNeverStays);
}

fn create_all(plan: &mut Sequence<'_>, changes: &[Change<'_>], image: &Target, reference: &str) {
    for change in changes {
        plan.create(change, image.clone(), reference);
    }
}

fn backends(changes: &[Change<'_>]) -> Vec<Backend> {
    changes.iter().map(|change| change.backend.clone()).collect()
}

fn replace(route: &mut Vec<Backend>, change: &Change<'_>) {
    route.retain(|backend| Some(&backend.generation) != change.old.generation.as_ref());
    route.push(change.backend.clone());
}

/// What a batch may take from its first create call to its drained predecessors.
fn time_of_batch(basis: &Basis<'_>) -> Duration {
    let check = basis.observed.members[0].container.health_check.as_ref();
    let gate = check.map_or(gate::WITHOUT_CHECK, HealthCheck::first_verdict);
    gate.max(gate::SHORTEST_DEADLINE) + basis.policy.gate.margin + basis.policy.drain_limit
}

fn batches_left(replicas: usize, size: usize) -> u32 {
    u32::try_from(replicas.div_ceil(size).saturating_sub(1)).unwrap_or(u32::MAX)
}

fn bad(basis: &Basis<'_>, candidate: &Candidate) -> Option<Hold> {
    if candidate.asked_for {
        return None;
    }
    if candidate.reference.is_pinned() {
        return Some(Hold::Pinned);
    }
    let digest = candidate.digest.as_ref()?;
    let known = basis.bad_digests.iter().find(|(bad, _)| bad == digest);
    known.map(|(digest, reason)| Hold::KnownBad { digest: digest.clone(), reason: reason.clone() })
}

fn runs_already(basis: &Basis<'_>, candidate: &Candidate) -> bool {
    let same = |ours: &Option<String>, theirs: &Option<String>| ours.is_some() && ours == theirs;
    same(&basis.from.image_id, &candidate.image_id) || same(&basis.from.digest, &candidate.digest)
}

fn name(candidate: &Candidate) -> String {
    candidate.version.clone().unwrap_or_else(|| candidate.reference.familiar())
}
