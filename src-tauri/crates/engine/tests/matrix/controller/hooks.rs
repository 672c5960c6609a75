//! The user's commands around a check.

use std::{sync::Arc, time::Duration};

use phoenix_engine::check::{Finding, NoAnswer};
use phoenix_plan::policy::{Hook, HookCommand, Hooks, UpdateMode};

use super::rig::{Desk, passes};

const HOUR: Duration = Duration::from_hours(1);

/// The same command before and after a check.
fn around_checks(run: HookCommand) -> Hooks {
    let hook = Some(Hook { run, timeout: Hook::TIMEOUT });
    Hooks { pre_check: hook.clone(), post_check: hook, ..Hooks::default() }
}

/// A service that is checked every hour, with a command before and after.
async fn hooked() -> Arc<Desk> {
    let desk = Desk::overlap().await;
    desk.check_every(HOUR, UpdateMode::Manual);
    desk.change(|wished| {
        wished.policy.hooks = around_checks(HookCommand::Host(vec!["true".to_owned()]));
    });
    desk
}

fn says(desk: &Desk, moment: &str, code: i64) {
    desk.fake().things().hook_codes.insert(moment.to_owned(), code);
}

fn ran(desk: &Desk) -> Vec<(String, String)> {
    desk.fake().things().hooks.clone()
}

fn around(outcome: &str) -> Vec<(String, String)> {
    let [before, after] = ["pre_check", "post_check"].map(str::to_owned);
    vec![(before, String::new()), (after, outcome.to_owned())]
}

#[tokio::test(start_paused = true)]
async fn a_check_runs_between_its_hooks_and_the_later_one_is_told_what_was_found() {
    let desk = hooked().await;
    let mut rig = desk.runs().await;
    rig.until_web(|web| web.checked_at.is_some()).await;
    assert_eq!(ran(&desk), around("update_available"));
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_defers_keeps_the_registry_from_being_asked_before_the_next_check_is_due() {
    let desk = hooked().await;
    says(&desk, "pre_check", 75);
    let mut rig = desk.runs().await;
    rig.until_web(|web| matches!(web.finding, Some(Finding::CheckFailed { .. }))).await;
    let Some(Finding::CheckFailed { because, reason, .. }) = rig.web().finding else {
        unreachable!()
    };
    assert_eq!(because, NoAnswer::Deferred);
    assert!(reason.ends_with("asks to wait (exit code 75): pre_check said 75"), "{reason}");
    passes(Duration::from_mins(50)).await;
    assert_eq!((desk.fake().asked(), ran(&desk).len()), (0, 1));
    says(&desk, "pre_check", 0);
    rig.until_web(|web| matches!(web.finding, Some(Finding::UpdateAvailable { .. }))).await;
    assert_eq!(desk.fake().asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_vetoes_leaves_what_the_last_answer_was_and_nothing_runs_after_it() {
    let desk = hooked().await;
    let mut rig = desk.runs().await;
    rig.until_web(|web| web.checked_at.is_some()).await;
    let answered = rig.web().checked_at;
    says(&desk, "pre_check", 3);
    rig.until_web(|web| matches!(web.finding, Some(Finding::CheckFailed { .. }))).await;
    let Some(Finding::CheckFailed { because, last_good, .. }) = rig.web().finding else {
        unreachable!()
    };
    assert_eq!((because, last_good), (NoAnswer::Vetoed, answered));
    assert_eq!((desk.fake().asked(), ran(&desk).len()), (1, 3));
}

#[tokio::test(start_paused = true)]
async fn the_later_hook_also_hears_that_no_registry_answered() {
    let desk = hooked().await;
    desk.fake().set_registry_away(true);
    let mut rig = desk.runs().await;
    rig.until_web(|web| matches!(web.finding, Some(Finding::CheckFailed { .. }))).await;
    assert_eq!(ran(&desk), around("check_failed"));
}

#[tokio::test(start_paused = true)]
async fn what_the_later_hook_says_changes_nothing() {
    let desk = hooked().await;
    says(&desk, "post_check", 75);
    let mut rig = desk.runs().await;
    rig.until_web(|web| matches!(web.finding, Some(Finding::UpdateAvailable { .. }))).await;
    assert_eq!(ran(&desk), around("update_available"));
}

#[tokio::test(start_paused = true)]
async fn a_stopped_service_is_checked_without_the_commands_for_its_container() {
    let desk = Desk::overlap().await;
    desk.change(|wished| {
        wished.services.clear();
        wished.policy.hooks = around_checks(HookCommand::Exec(vec!["true".to_owned()]));
    });
    let idle = desk.add_stopped("idle", &[]);
    desk.check_every(HOUR, UpdateMode::Manual);
    let mut rig = desk.runs().await;
    rig.until(|shown| shown.service(&idle).is_some_and(|idle| idle.checked_at.is_some())).await;
    assert_eq!(ran(&desk), []);
}

#[tokio::test(start_paused = true)]
async fn both_hooks_are_told_to_the_program_around() {
    let desk = hooked().await;
    says(&desk, "pre_check", 75);
    let mut rig = desk.runs().await;
    rig.until_web(|web| matches!(web.finding, Some(Finding::CheckFailed { .. }))).await;
    says(&desk, "pre_check", 0);
    rig.until_web(|web| web.checked_at.is_some()).await;
    let told = desk.hooks_told.lock().unwrap().clone();
    assert_eq!(told, ["pre_check said 75", "pre_check said 0", "post_check said 0"]);
}
