use std::time::Duration;

use super::*;
use crate::{journal::Evidence, planner::tests::update_by_overlap};

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// A journal whose lines are a second apart.
fn journal(plan: &Plan, events: impl IntoIterator<Item = Event>) -> Vec<Entry> {
    let first = Event::Planned { plan: Box::new(plan.clone()) };
    let events = [first].into_iter().chain(events);
    events.zip(0..).map(|(event, at)| Entry { at: second(at), event }).collect()
}

fn succeeded(step: usize) -> Event {
    Event::Succeeded { step, evidence: Evidence::Nothing, took: Duration::ZERO }
}

fn commit_of(plan: &Plan) -> usize {
    plan.steps.iter().position(|step| matches!(step.action, Action::Commit { .. })).unwrap()
}

fn told(entries: &[Entry]) -> Vec<Moment> {
    moments(entries).into_iter().map(|(_, moment)| moment).collect()
}

#[test]
fn an_update_by_overlap_is_told_in_its_order() {
    use Moment::{Confirmed, Drained, Ready, Started, Switched};
    let plan = update_by_overlap();
    let events: Vec<_> = (0..=plan.no_return).map(succeeded).collect();
    assert_eq!(told(&journal(&plan, events)), [Started, Ready, Switched, Drained, Confirmed]);
}

#[test]
fn a_moment_is_when_its_line_was_written() {
    let plan = update_by_overlap();
    let commit = commit_of(&plan);
    let entries = journal(&plan, [Event::Started { step: commit }, succeeded(commit)]);
    assert_eq!(moments(&entries), [(second(2), Moment::Switched)]);
}

#[test]
fn going_back_is_told_by_its_begin_and_by_the_route() {
    let plan = update_by_overlap();
    let step = commit_of(&plan);
    let failed = Event::Failed {
        step,
        reason: "no".to_owned(),
        speaks_against_release: false,
        cause: None,
        why: None,
    };
    let entries = journal(&plan, [failed, Event::UndoStarted { step }, Event::Undone { step }]);
    assert_eq!(told(&entries), [Moment::Failed, Moment::RolledBack]);
}

#[test]
fn what_fails_beyond_the_point_of_no_return_turns_nothing_back() {
    let plan = update_by_overlap();
    let step = plan.no_return + 1;
    let failed = Event::Failed {
        step,
        reason: "no".to_owned(),
        speaks_against_release: false,
        cause: None,
        why: None,
    };
    assert_eq!(told(&journal(&plan, [failed])), []);
}
