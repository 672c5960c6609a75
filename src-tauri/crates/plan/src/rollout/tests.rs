use std::time::Duration;

use super::*;
use crate::{
    planner::tests::{update_by_overlap, update_by_recreate},
    route::Routed,
};

fn started(step: usize) -> Event {
    Event::Started { step }
}

fn succeeded(step: usize) -> Event {
    Event::Succeeded { step, evidence: Evidence::Nothing, took: Duration::from_millis(5) }
}

fn failed(step: usize) -> Event {
    Event::Failed {
        step,
        reason: "no".to_owned(),
        speaks_against_release: false,
        cause: None,
        why: None,
    }
}

/// A journal in which the first `done` steps are done and the next one has begun.
fn up_to(plan: &Plan, done: usize) -> Rollout {
    let mut rollout = Rollout::new(plan.clone());
    for step in 0..done {
        rollout.apply(&started(step)).unwrap();
        rollout.apply(&succeeded(step)).unwrap();
    }
    rollout.apply(&started(done)).unwrap();
    rollout
}

fn commit_of(plan: &Plan) -> usize {
    plan.steps.iter().position(|step| matches!(step.action, Action::Commit { .. })).unwrap()
}

#[test]
fn replaying_a_journal_gives_the_rollout_that_wrote_it() {
    let plan = update_by_overlap();
    let mut live = Rollout::new(plan.clone());
    let mut journal = vec![Event::Planned { plan: Box::new(plan) }];
    let mut steps = 0;
    loop {
        let events = match live.next() {
            Next::Run(step) if steps == 9 => vec![started(step.number), failed(step.number)],
            Next::Run(step) => vec![started(step.number), succeeded(step.number)],
            Next::Undo(step) => {
                vec![Event::UndoStarted { step: step.number }, Event::Undone { step: step.number }]
            }
            Next::Blocked(..) => panic!("blocked"),
            Next::Done(outcome) => vec![Event::Finished { outcome }],
        };
        steps += 1;
        for event in events {
            live.apply(&event).unwrap();
            journal.push(event);
            assert_eq!(Rollout::replay(journal.clone()).unwrap().as_ref(), Some(&live));
        }
        if matches!(journal.last(), Some(Event::Finished { .. })) {
            break;
        }
    }
    assert_eq!(journal.last(), Some(&Event::Finished { outcome: Outcome::RolledBack }));
}

#[test]
fn an_event_that_cannot_follow_is_refused() {
    let plan = update_by_overlap();
    let fresh = Rollout::new(plan.clone());
    let begun = up_to(&plan, 0);
    let mut back = begun.clone();
    back.apply(&failed(0)).unwrap();
    let beyond = up_to(&plan, plan.no_return + 1);
    let cancelled = Event::Cancelled { reason: String::new(), cause: None };
    let cases = [
        (&fresh, succeeded(0)),
        (&fresh, started(1)),
        (&fresh, started(99)),
        (&fresh, Event::UndoStarted { step: 0 }),
        (&fresh, Event::Finished { outcome: Outcome::Updated }),
        (&fresh, Event::Planned { plan: Box::new(plan.clone()) }),
        (&begun, Event::UndoStarted { step: 0 }),
        (&begun, started(1)),
        (&back, started(0)),
        (&back, cancelled.clone()),
        (&back, Event::Undone { step: 0 }),
        (&beyond, cancelled),
        (&beyond, Event::Unnecessary { step: plan.no_return + 1 }),
    ];
    for (rollout, event) in cases {
        assert!(rollout.clone().apply(&event).is_err(), "{event:?} was taken");
    }
}

#[test]
fn nothing_follows_the_end() {
    let mut rollout = up_to(&update_by_overlap(), 0);
    for event in [
        failed(0),
        Event::UndoStarted { step: 0 },
        Event::Undone { step: 0 },
        Event::Finished { outcome: Outcome::Failed },
    ] {
        rollout.apply(&event).unwrap();
    }
    assert!(rollout.apply(&Event::Resumed).is_err());
}

#[test]
fn the_switchs_word_decides_from_the_last_commit_on() {
    let plan = update_by_overlap();
    let Action::Commit { backends, before, .. } = &plan.steps[commit_of(&plan)].action else {
        panic!("no commit")
    };
    let routed = |backends: &[crate::route::Backend]| Routed {
        backends: backends.to_vec(),
        ..Routed::default()
    };
    let (new, old) = (routed(backends), routed(before));
    for done in 0..plan.steps.len() {
        let rollout = up_to(&plan, done);
        let committed = done >= commit_of(&plan);
        let confirmed = done > plan.no_return;
        let by = |word| rollout.resume(word);
        let is_back = |resume| matches!(resume, Resume::Back(_));
        assert_eq!(by(SwitchWord::Routes(&new)) == Resume::Forward, committed, "{done}");
        assert_eq!(is_back(by(SwitchWord::Routes(&old))), !confirmed, "{done}");
        assert_eq!(is_back(by(SwitchWord::Absent)), !confirmed, "{done}");
        assert_eq!(by(SwitchWord::Silent) == Resume::Wait, committed && !confirmed, "{done}");
    }
}

#[test]
fn without_a_switch_it_goes_forward_once_the_new_release_is_ready() {
    let plan = update_by_recreate();
    let monitor = plan.no_return - 1;
    for done in 0..plan.steps.len() {
        let forward = up_to(&plan, done).resume(SwitchWord::Absent) == Resume::Forward;
        assert_eq!(forward, done >= monitor, "{done}");
    }
}

#[test]
fn what_failed_beyond_the_point_of_no_return_is_tried_again_by_the_next_process() {
    let plan = update_by_overlap();
    let mut rollout = up_to(&plan, plan.no_return + 1);
    rollout.apply(&failed(plan.no_return + 1)).unwrap();
    assert!(matches!(rollout.next(), Next::Blocked(..)));
    assert!(!rollout.is_at_its_end());
    rollout.apply(&Event::Resumed).unwrap();
    assert!(matches!(rollout.next(), Next::Run(step) if step.number == plan.no_return + 1));
}

#[test]
fn while_the_route_cannot_be_moved_back_the_new_release_stays() {
    let plan = update_by_overlap();
    let commit = commit_of(&plan);
    let mut rollout = up_to(&plan, commit);
    rollout.apply(&failed(commit)).unwrap();
    rollout.apply(&Event::UndoStarted { step: commit }).unwrap();
    let reason = "away".to_owned();
    rollout.apply(&Event::UndoFailed { step: commit, reason, lasts: false }).unwrap();
    assert!(matches!(rollout.next(), Next::Blocked(step, "away") if step.number == commit));
}

#[test]
fn time_spent_is_known_of_steps_that_were_undone() {
    let plan = update_by_overlap();
    let mut rollout = up_to(&plan, 2);
    rollout.apply(&failed(2)).unwrap();
    rollout.apply(&Event::UndoStarted { step: 2 }).unwrap();
    rollout.apply(&Event::Undone { step: 2 }).unwrap();
    rollout.apply(&Event::UndoStarted { step: 1 }).unwrap();
    rollout.apply(&Event::Undone { step: 1 }).unwrap();
    assert_eq!(rollout.time_in(|_| true), Duration::from_millis(10));
}
