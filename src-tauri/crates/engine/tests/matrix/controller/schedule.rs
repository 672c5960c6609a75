//! Checks by the clock on the wall: time zones, sleep, and a network that is not there yet.

use std::time::Duration;

use phoenix_engine::{check::Finding, controller::Surroundings as _};
use phoenix_plan::policy::UpdateMode;

use super::rig::{Desk, passes};

const HOUR: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_mins(1);

/// Waits until a registry was asked once more, and says what the clock shows then, to ten minutes.
async fn next_check(desk: &Desk) -> String {
    let before = desk.fake().asked();
    while desk.fake().asked() == before {
        passes(MINUTE).await;
    }
    format!("{}0", &desk.now().to_string()[..15])
}

#[tokio::test(start_paused = true)]
async fn a_check_at_four_is_at_four_also_after_the_clock_was_put_forward() {
    let desk = Desk::overlap().await;
    // The last Sunday of March: two o'clock is followed by three.
    desk.check_at("0 4 * * *", "Europe/Paris", "2026-03-28T01:00:00Z", UpdateMode::Manual);
    let _rig = desk.runs().await;
    assert_eq!(next_check(&desk).await, "2026-03-28T03:00");
    assert_eq!(next_check(&desk).await, "2026-03-29T02:00");
}

#[tokio::test(start_paused = true)]
async fn a_check_in_the_hour_that_comes_twice_runs_once() {
    let desk = Desk::overlap().await;
    // The last Sunday of October: three o'clock is followed by two.
    desk.check_at("30 2 * * *", "Europe/Paris", "2026-10-24T12:00:00Z", UpdateMode::Manual);
    let _rig = desk.runs().await;
    next_check(&desk).await;
    passes(20 * HOUR).await;
    assert_eq!(desk.fake().asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_next_three_checks_are_shown() {
    let desk = Desk::overlap().await;
    desk.check_at("0 0 4 * * *", "UTC", "2026-05-01T12:00:00Z", UpdateMode::Manual);
    let mut rig = desk.runs().await;
    let shown = rig.until(|shown| shown.next_checks.len() == 3).await;
    let days: Vec<String> = shown.next_checks.iter().map(ToString::to_string).collect();
    assert_eq!(days, ["2026-05-02T04:00:00Z", "2026-05-03T04:00:00Z", "2026-05-04T04:00:00Z"]);
}

#[tokio::test(start_paused = true)]
async fn checks_that_were_slept_through_are_made_up_for_once_right_after_waking() {
    let desk = Desk::overlap().await;
    desk.check_at("0 4 * * *", "UTC", "2026-05-01T12:00:00Z", UpdateMode::Manual);
    let mut rig = desk.runs().await;
    rig.handle.check(None);
    rig.until_web(|web| web.checked_at.is_some()).await;
    passes(HOUR).await;
    desk.sleeps(5 * 24 * HOUR);
    passes(5 * MINUTE).await;
    assert_eq!(desk.fake().asked(), 2, "at {}", desk.clock());
    passes(12 * HOUR).await;
    assert_eq!(desk.fake().asked(), 2);
    passes(4 * HOUR).await;
    assert_eq!(desk.fake().asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_sleep_that_missed_nothing_is_followed_by_nothing() {
    let desk = Desk::overlap().await;
    desk.check_at("0 4 * * *", "UTC", "2026-05-01T12:00:00Z", UpdateMode::Manual);
    let _rig = desk.runs().await;
    desk.sleeps(8 * HOUR);
    passes(HOUR).await;
    assert_eq!(desk.fake().asked(), 0);
}

#[tokio::test(start_paused = true)]
async fn after_waking_the_check_waits_for_the_network_and_then_counts_once() {
    let desk = Desk::overlap().await;
    desk.check_at("0 4 * * *", "UTC", "2026-05-01T12:00:00Z", UpdateMode::Notify);
    let mut rig = desk.runs().await;
    rig.handle.check(None);
    rig.until_web(|web| web.checked_at.is_some()).await;
    desk.fake().set_registry_away(true);
    desk.sleeps(24 * HOUR);
    rig.until_web(|web| matches!(web.finding, Some(Finding::CheckFailed { .. }))).await;
    desk.fake().set_registry_away(false);
    let asked = desk.fake().asked();
    rig.until_web(|web| matches!(web.finding, Some(Finding::UpdateAvailable { .. }))).await;
    assert_eq!(desk.fake().asked(), asked + 1);
    passes(12 * HOUR).await;
    assert_eq!(desk.fake().asked(), asked + 1);
}

#[tokio::test(start_paused = true)]
async fn a_failed_check_is_shown_with_the_age_of_the_last_answer_and_never_as_up_to_date() {
    let desk = Desk::overlap().await;
    desk.check_every(HOUR, UpdateMode::Manual);
    let mut rig = desk.runs().await;
    rig.until_web(|web| web.checked_at.is_some()).await;
    let answered = rig.web().checked_at;
    desk.fake().set_registry_away(true);
    rig.until_web(|web| matches!(web.finding, Some(Finding::CheckFailed { .. }))).await;
    let Some(Finding::CheckFailed { last_good, .. }) = rig.web().finding else { unreachable!() };
    assert!(last_good.is_some() && last_good == answered);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_was_a_year_ahead_does_not_stop_the_checks() {
    let desk = Desk::overlap().await;
    desk.check_every(HOUR, UpdateMode::Manual);
    let mut rig = desk.runs().await;
    rig.until_web(|web| web.checked_at.is_some()).await;
    *desk.date.lock().unwrap() -= Duration::from_hours(24 * 365 / 10);
    desk.sleeps(Duration::ZERO);
    passes(2 * HOUR).await;
    assert!(desk.fake().asked() >= 2);
}
