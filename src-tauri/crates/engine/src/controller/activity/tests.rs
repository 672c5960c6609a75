use phoenix_plan::{
    image::Release,
    journal::JournalId,
    policy::GatePolicy,
    service::ServiceId,
    step::{Stall, StepCause, Who},
    strategy::{Choice, Strategy, StrategyReason},
};

use super::*;

const START: Timestamp = Timestamp::UNIX_EPOCH;

fn at(ms: u64) -> Timestamp {
    START + Duration::from_millis(ms)
}

/// Pull, start, commit, drain, monitor, confirm, keep; no way back from confirm on.
fn plan() -> Plan {
    let generation = || "g1-0".to_owned();
    let who = || Who::New { generation: generation() };
    let limit = Duration::from_secs(30);
    let actions = [
        Action::Pull { reference: "app@sha256:1".to_owned(), platform: None },
        Action::Gate { who: who(), policy: GatePolicy::default() },
        Action::Commit {
            backends: Vec::new(),
            before: Vec::new(),
            confirm_within: None,
            hold_on_undo: None,
        },
        Action::Drain { generation: generation(), limit },
        Action::Wait { delay: limit },
        Action::Confirm,
        Action::Wait { delay: limit },
    ];
    let steps = actions.into_iter().enumerate();
    let steps =
        steps.map(|(number, action)| Step { number, action, cause: StepCause::DisksAreFinite });
    Plan {
        id: JournalId::new(START, "00000001"),
        service: ServiceId::Container("web".to_owned()),
        purpose: Purpose::Update,
        choice: Choice { strategy: Strategy::Overlap, reason: StrategyReason::Chosen },
        from: Release::default(),
        to: Release::default(),
        stall: Stall::None,
        witness: None,
        probe: None,
        switch: None,
        was_unhealthy: false,
        compose_hash: None,
        steps: steps.collect(),
        no_return: 5,
    }
}

fn begun() -> Activity {
    let mut activity = Activity::new(Purpose::Update, START);
    activity.hear(Told::Planned(Box::new(plan())), START);
    activity
}

fn start(activity: &mut Activity, number: usize) {
    activity.hear(Told::Started(Box::new(plan().steps[number].clone())), at(0));
}

fn done(activity: &mut Activity, numbers: std::ops::Range<usize>) {
    for number in numbers {
        start(activity, number);
        activity.hear(Told::Succeeded(number, Duration::from_millis(5)), at(0));
    }
}

fn fail(activity: &mut Activity, number: usize) {
    start(activity, number);
    activity.hear(Told::Failed(number, "no".to_owned()), at(0));
}

#[test]
fn a_run_goes_from_preparing_over_working_and_watching_to_its_rest() {
    use Phase::{Preparing, Watching, Working};
    let mut activity = Activity::new(Purpose::Update, START);
    let mut phases = vec![activity.phase()];
    activity.hear(Told::Planned(Box::new(plan())), START);
    for number in 0..7 {
        start(&mut activity, number);
        phases.push(activity.phase());
        activity.hear(Told::Succeeded(number, Duration::ZERO), START);
    }
    let expected = [Preparing, Working, Working, Working, Watching, Watching, Working, Working];
    assert_eq!(phases, expected);
}

#[test]
fn a_plan_that_moves_traffic_in_batches_works_until_all_of_it_has_moved() {
    let mut plan = plan();
    let commit = plan.steps[2].action.clone();
    plan.steps[4].action = commit;
    let mut activity = Activity::new(Purpose::Update, START);
    activity.hear(Told::Planned(Box::new(plan.clone())), START);
    done(&mut activity, 0..4);
    assert_eq!(activity.phase(), Phase::Working);
    activity.hear(Told::Started(Box::new(plan.steps[4].clone())), START);
    assert_eq!(activity.phase(), Phase::Working);
    activity.hear(Told::Succeeded(4, Duration::ZERO), START);
    assert_eq!(activity.phase(), Phase::Watching);
}

#[test]
fn it_can_be_cancelled_until_there_is_no_way_back() {
    let mut activity = Activity::new(Purpose::Update, START);
    assert!(activity.can_cancel());
    activity = begun();
    done(&mut activity, 0..5);
    assert!(activity.can_cancel());
    start(&mut activity, 5);
    assert!(!activity.can_cancel());
}

#[test]
fn it_can_be_cancelled_once() {
    let mut activity = begun();
    done(&mut activity, 0..1);
    activity.cancelling = true;
    assert!(!activity.can_cancel());
    assert_eq!(activity.phase(), Phase::GoingBack);
}

#[test]
fn a_cancellation_that_came_too_late_is_forgotten() {
    let mut activity = begun();
    done(&mut activity, 0..5);
    activity.cancelling = true;
    start(&mut activity, 5);
    assert_eq!((activity.cancelling, activity.phase()), (false, Phase::Working));
}

#[test]
fn what_was_interrupted_is_not_cancelled() {
    let mut activity = Activity::new(Purpose::Update, START);
    activity.settling = true;
    assert!(!activity.can_cancel());
}

#[test]
fn a_failure_goes_back_and_the_failed_step_stays_failed_while_the_others_are_undone() {
    let mut activity = begun();
    done(&mut activity, 0..1);
    fail(&mut activity, 1);
    assert_eq!(activity.phase(), Phase::GoingBack);
    assert!(!activity.can_cancel());
    activity.hear(Told::Undoing(1), at(1));
    activity.hear(Told::Undoing(0), at(1));
    let states: Vec<_> = activity.steps.iter().map(|step| step.state.clone()).collect();
    assert_eq!(states, [StepState::Undone, StepState::Failed { reason: "no".to_owned() }]);
}

#[test]
fn what_fails_beyond_the_point_of_no_return_is_no_way_back() {
    let mut activity = begun();
    done(&mut activity, 0..6);
    fail(&mut activity, 6);
    assert_eq!((activity.phase(), activity.can_cancel()), (Phase::Working, false));
}

#[test]
fn steps_of_an_interrupted_update_that_was_settled_first_are_not_those_of_the_plan() {
    let mut activity = Activity::new(Purpose::Update, START);
    start(&mut activity, 6);
    activity.hear(Told::Undoing(6), START);
    assert_eq!(activity.phase(), Phase::GoingBack);
    activity.hear(Told::Planned(Box::new(plan())), START);
    start(&mut activity, 0);
    assert_eq!((activity.phase(), activity.steps.len()), (Phase::Working, 1));
}

#[test]
fn progress_rises_with_the_pull_and_the_steps_and_is_never_complete_before_the_end() {
    let mut activity = begun();
    let mut percents = vec![activity.percent()];
    start(&mut activity, 0);
    for done_bytes in [0, 50, 100] {
        activity.hear(Told::Layers { done_bytes, total_bytes: 100 }, START);
        percents.push(activity.percent());
    }
    activity.hear(Told::Succeeded(0, Duration::ZERO), START);
    percents.push(activity.percent());
    for number in 1..7 {
        done(&mut activity, number..number + 1);
        percents.push(activity.percent());
    }
    assert_eq!(percents, [0, 0, 7, 14, 14, 28, 42, 57, 71, 85, 99]);
}

#[test]
fn without_a_plan_there_is_no_progress() {
    let mut activity = Activity::new(Purpose::Update, START);
    start(&mut activity, 0);
    assert_eq!(activity.percent(), 0);
}

#[test]
fn a_pull_has_a_speed_and_a_rest_once_half_a_second_has_passed() {
    let mut activity = begun();
    start(&mut activity, 0);
    let mut layers = |done_bytes, ms| {
        activity.hear(Told::Layers { done_bytes, total_bytes: 10_000 }, at(ms));
        activity.pull.unwrap()
    };
    assert_eq!(layers(0, 0).bytes_per_second(), None);
    assert_eq!(layers(400, 499).remaining(), None);
    let pull = layers(2_000, 1_000);
    assert_eq!(pull.bytes_per_second(), Some(2_000));
    assert_eq!(pull.remaining(), Some(Duration::from_secs(4)));
    assert_eq!(layers(10_000, 5_000).remaining(), Some(Duration::ZERO));
}

#[test]
fn a_pull_that_stands_still_has_no_end() {
    let pull = Pull { since: at(0), at: at(2_000), done_bytes: 0, total_bytes: 10 };
    assert_eq!((pull.bytes_per_second(), pull.remaining()), (Some(0), None));
}

#[test]
fn the_next_step_ends_the_pull() {
    let mut activity = begun();
    start(&mut activity, 0);
    activity.hear(Told::Layers { done_bytes: 1, total_bytes: 2 }, at(0));
    start(&mut activity, 1);
    assert_eq!(activity.pull, None);
}

#[test]
fn the_newest_notes_are_kept() {
    let mut activity = begun();
    for number in 0..25 {
        activity.hear(Told::Note(number.to_string()), START);
    }
    assert_eq!(activity.notes.len(), 20);
    assert_eq!(activity.notes.last().map(String::as_str), Some("24"));
}
