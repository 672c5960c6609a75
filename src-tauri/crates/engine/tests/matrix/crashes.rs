//! The crash matrix: every plan, every call, an error or the program's death, before the effect or
//! after it; then the next start.

use std::collections::BTreeMap;

use tokio_util::sync::CancellationToken;

use crate::{
    fake::{Fake, Fault, Things},
    invariants::violations,
    scenario::{Scenario, scenarios},
};

/// Lives of the program after the first.
const NEXT_STARTS: usize = 2;
/// Of the calls of a first life, every so many-th meets a death that is followed by another.
const EVERY: usize = 40;

/// What became of one case.
struct Case {
    struck: Option<String>,
    wrong: Vec<String>,
}

/// Performs the act with a fault at a call; answers the call that it met.
async fn first_life(
    scenario: &Scenario,
    fake: &Fake,
    at: usize,
    count: usize,
    fault: Fault,
) -> Option<String> {
    fake.strike(at, count, fault);
    let never = CancellationToken::new();
    tokio::select! {
        _ = scenario.perform(fake, scenario.act, &never) => {}
        () = fake.died() => {}
    }
    fake.struck()
}

/// The program dies, and at its next start it dies again.
async fn dies_twice(scenario: &Scenario, before: &Things, at: usize, again: usize) -> Option<Case> {
    let fake = Fake::new(before.clone());
    first_life(scenario, &fake, at, 1, Fault::DiesAfter).await?;
    let fake = Fake::new(fake.snapshot());
    // The first call of a recovery is the question for the engine's facts, which the test asks.
    fake.strike(again, 1, Fault::DiesAfter);
    tokio::select! {
        _ = scenario.recover(&fake) => {}
        () = fake.died() => {}
    }
    let struck = fake.struck();
    let after = next_lives(scenario, fake.snapshot()).await;
    Some(Case { struck, wrong: violations(before, &after, scenario) })
}

async fn next_lives(scenario: &Scenario, things: Things) -> Things {
    let mut things = things;
    for _ in 0..NEXT_STARTS {
        let fake = Fake::new(things);
        scenario.recover(&fake).await;
        things = fake.snapshot();
    }
    things
}

async fn case(scenario: &Scenario, before: &Things, at: usize, count: usize, fault: Fault) -> Case {
    let fake = Fake::new(before.clone());
    let struck = first_life(scenario, &fake, at, count, fault).await;
    let first = fake.snapshot();
    let lives = matches!(fault, Fault::FailsBefore | Fault::FailsAfter);
    let silent = lives && count == 1 && !first.answers("8080");
    let after = next_lives(scenario, first).await;
    let mut wrong = violations(before, &after, scenario);
    if silent {
        wrong.push("after one error the service did not answer until the next start".to_owned());
    }
    Case { struck, wrong }
}

async fn matrix(fault: Fault, count: usize) -> usize {
    let mut failures: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut cases = 0;
    for scenario in scenarios() {
        let before = scenario.prepared().await;
        for at in 0.. {
            let Case { struck, wrong } = case(&scenario, &before, at, count, fault).await;
            let Some(call) = struck else { break };
            cases += 1;
            if !wrong.is_empty() {
                let found = failures.entry(format!("{}: {wrong:?}", scenario.name)).or_default();
                found.push(format!("{at} ({call})"));
            }
        }
    }
    for found in failures.values_mut() {
        found.truncate(3);
    }
    assert!(failures.is_empty(), "of {cases} cases: {failures:#?}");
    cases
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_leaves_one_release_serving() {
    assert!(matrix(Fault::FailsBefore, 1).await > 1_000);
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_answer_is_lost_leaves_one_release_serving() {
    assert!(matrix(Fault::FailsAfter, 1).await > 1_000);
}

#[tokio::test(start_paused = true)]
async fn death_before_any_call_takes_effect_is_survived() {
    assert!(matrix(Fault::DiesBefore, 1).await > 1_000);
}

#[tokio::test(start_paused = true)]
async fn death_after_any_call_took_effect_is_survived() {
    assert!(matrix(Fault::DiesAfter, 1).await > 1_000);
}

#[tokio::test(start_paused = true)]
async fn a_world_that_vanishes_half_way_finds_one_release_at_the_next_start() {
    assert!(matrix(Fault::FailsBefore, usize::MAX / 2).await > 1_000);
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_is_away_for_long_finds_one_release_at_the_next_start() {
    assert!(matrix(Fault::Away, usize::MAX / 2).await > 1_000);
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_is_away_for_some_calls_finds_one_release_at_the_next_start() {
    assert!(matrix(Fault::Away, 4).await > 1_000);
}

#[tokio::test(start_paused = true)]
async fn death_during_the_recovery_is_survived_too() {
    let mut failures = Vec::new();
    let mut cases = 0;
    for scenario in scenarios() {
        let before = scenario.prepared().await;
        // Some calls for the first death, every call of the recovery for the second.
        for at in (0..).step_by(EVERY) {
            let mut again = 1;
            let Some(mut case) = dies_twice(&scenario, &before, at, again).await else { break };
            while let Some(call) = case.struck {
                cases += 1;
                if !case.wrong.is_empty() {
                    let (name, wrong) = (scenario.name, &case.wrong);
                    failures.push(format!("{name} at {at}, then at {again} ({call}): {wrong:?}"));
                }
                again += 1;
                let Some(next) = dies_twice(&scenario, &before, at, again).await else { break };
                case = next;
            }
        }
    }
    failures.truncate(20);
    assert!(failures.is_empty(), "of {cases} cases: {failures:#?}");
    assert!(cases > 300);
}
