//! Hooks that say no, and what is told to those that run afterwards.

use phoenix_engine::operate::Ended;
use phoenix_plan::{
    hooks::HookEnded,
    receipt::{Outcome, Receipt},
};
use tokio_util::sync::CancellationToken;

use crate::{
    fake::{Fake, Things},
    invariants::violations,
    oddities::{dies_at, named},
    scenario::Scenario,
};

async fn with_code(scenario: &Scenario, moment: &str, code: i64) -> (Receipt, Things, Things) {
    let mut before = scenario.prepared().await;
    before.hook_codes.insert(moment.to_owned(), code);
    let fake = Fake::new(before.clone());
    let ended = scenario.perform(&fake, scenario.act, &CancellationToken::new()).await.unwrap();
    let Ended::Receipt(receipt) = ended else { panic!("declined") };
    (*receipt, before, fake.snapshot())
}

fn ran(things: &Things) -> Vec<(&str, &str)> {
    things.hooks.iter().map(|(moment, told)| (moment.as_str(), told.as_str())).collect()
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_defers_or_vetoes_keeps_everything_from_beginning() {
    let cases = [("hooks, overlap", "pre_update"), ("hooks, rollback", "pre_rollback")];
    for (name, moment) in cases {
        for (code, word) in [(75, "deferred"), (3, "vetoed")] {
            let scenario = named(name);
            let (receipt, before, after) = with_code(&scenario, moment, code).await;
            assert_eq!(receipt.outcome, Outcome::Held, "{}", receipt.reason);
            assert!(receipt.reason.starts_with(word), "{}", receipt.reason);
            assert!(receipt.reason.contains(&format!("{moment} said {code}")));
            assert_eq!(
                ran(&after),
                [(moment, "")],
                "nothing had begun, so nothing runs afterwards"
            );
            assert_eq!(violations(&before, &after, &scenario), Vec::<String>::new());
            assert_eq!(before.images.len(), after.images.len(), "something was pulled");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_veto_does_not_speak_against_the_release() {
    let scenario = named("hooks, overlap");
    let (_, _, mut things) = with_code(&scenario, "pre_update", 1).await;
    things.hook_codes.clear();
    let fake = Fake::new(things);
    let again = scenario.perform(&fake, scenario.act, &CancellationToken::new()).await.unwrap();
    let Ended::Receipt(receipt) = again else { panic!("declined") };
    assert_eq!(receipt.outcome, Outcome::Updated, "{}", receipt.reason);
}

#[tokio::test(start_paused = true)]
async fn what_runs_afterwards_changes_nothing_and_is_in_the_receipt() {
    let scenario = named("hooks, overlap");
    let (receipt, _, after) = with_code(&scenario, "post_update", 9).await;
    assert_eq!(receipt.outcome, Outcome::Updated);
    assert_eq!(ran(&after), [("pre_update", ""), ("post_update", "updated")]);
    let ends: Vec<_> = receipt.hooks.iter().map(|hook| hook.ended.clone()).collect();
    assert_eq!(ends, [HookEnded::Exited { code: 0 }, HookEnded::Exited { code: 9 }]);
    assert_eq!(receipt.hooks[1].output, "post_update said 9");
}

#[tokio::test(start_paused = true)]
async fn after_an_update_that_was_rolled_back_the_hook_is_told_so() {
    let scenario = named("hooks, turns sick");
    let (receipt, _, after) = with_code(&scenario, "none", 0).await;
    assert_eq!(receipt.outcome, Outcome::RolledBack);
    assert_eq!(ran(&after), [("pre_update", ""), ("post_update", "rolled_back")]);
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_may_have_run_before_the_program_died_is_not_run_again() {
    let scenario = named("hooks, overlap");
    // It ran, and the program died before it could write that down.
    let mut things = dies_at(&scenario, "append HookEnded { step: 0").await;
    assert_eq!(ran(&things), [("pre_update", "")]);
    things.hook_codes.clear();
    let fake = Fake::new(things);
    let receipts = scenario.recover(&fake).await;
    assert_eq!(receipts[0].outcome, Outcome::Failed, "{}", receipts[0].reason);
    assert_eq!(ran(&fake.things()), [("pre_update", ""), ("post_update", "failed")]);
}
