//! Services that do not run, and are updated like that.

use super::{
    super::{Decision, Hold, rollback},
    fixture::{Fixture, plan},
};
use crate::{
    observed::ContainerState,
    step::{Action, Plan, Stall},
};

/// A service whose containers are stopped, which the user wants updated all the same.
fn stopped(replicas: usize, adopted: bool) -> Fixture {
    let mut fixture = Fixture::new(replicas, adopted, false);
    fixture.policy.include_stopped = true;
    for member in &mut fixture.observed.members {
        member.container.state = ContainerState::Stopped { exit_code: 0, oom_killed: false };
    }
    fixture
}

fn starts_nothing(plan: &Plan) -> bool {
    !plan.steps.iter().any(|step| {
        matches!(step.action, Action::Start { .. } | Action::Gate { .. } | Action::Monitor { .. })
    })
}

fn hold(decision: Decision) -> Option<Hold> {
    match decision {
        Decision::Held(hold) => Some(hold),
        Decision::UpToDate | Decision::Go(_) => None,
    }
}

#[test]
fn it_is_fetched_made_compared_and_exchanged_but_not_started() {
    let plan = plan(stopped(1, false).updated());
    let words: Vec<String> = plan.steps.iter().map(|step| step.action.to_string()).collect();
    let first = |word: &str| words.iter().position(|text| text.starts_with(word)).unwrap();
    let places = ["pull", "pin", "tag", "create", "compare", "confirm", "keep", "park", "name"];
    assert!(places.map(first).is_sorted(), "{words:#?}");
    assert!(starts_nothing(&plan) && plan.stall == Stall::None && plan.witness.is_none());
}

#[test]
fn nobody_waits_for_it_so_it_may_be_done_by_itself() {
    assert!(!plan(stopped(3, false).updated()).stall.is_noticed());
}

#[test]
fn going_back_starts_nothing_where_nothing_was_started_since() {
    let mut fixture = stopped(1, false);
    fixture.observed.members[0].container.never_started = true;
    let kept = fixture.kept(true, false);
    assert!(starts_nothing(&plan(rollback(&fixture.basis(), &kept))));
}

#[test]
fn going_back_starts_what_ran_and_ended() {
    let fixture = stopped(1, false);
    let kept = fixture.kept(true, false);
    assert!(!starts_nothing(&plan(rollback(&fixture.basis(), &kept))));
}

#[test]
fn one_that_runs_beside_one_that_does_not_is_left_alone() {
    let mut fixture = stopped(2, false);
    fixture.observed.members[0].container.state =
        ContainerState::Running { health: None, restarts: 0 };
    assert!(matches!(hold(fixture.updated()), Some(Hold::NotRunning { .. })));
}

#[test]
fn behind_a_switch_and_without_the_wish_a_stopped_one_is_left_alone() {
    assert!(matches!(hold(stopped(1, true).updated()), Some(Hold::NotRunning { .. })));
    let mut fixture = stopped(1, false);
    fixture.policy.include_stopped = false;
    assert!(matches!(hold(fixture.updated()), Some(Hold::NotRunning { .. })));
}

#[test]
fn what_is_frozen_or_restarts_is_not_stopped() {
    for state in [
        ContainerState::Paused,
        ContainerState::Restarting { exit_code: 1, restarts: 3, oom_killed: false },
    ] {
        let mut fixture = stopped(1, false);
        fixture.observed.members[0].container.state = state;
        assert!(matches!(hold(fixture.updated()), Some(Hold::NotRunning { .. })));
    }
}
