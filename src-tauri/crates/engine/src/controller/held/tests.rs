use std::time::Duration;

use jiff::tz::TimeZone;

use super::*;
use crate::controller::FirstSeen;

const HOUR: Duration = Duration::from_hours(1);

fn now() -> Zoned {
    "2026-03-04T12:00:00Z".parse::<Timestamp>().unwrap().to_zoned(TimeZone::UTC)
}

fn offered() -> Finding {
    Finding::UpdateAvailable { digest: "sha256:2".to_owned(), version: None, download_bytes: None }
}

fn held(policy: &Policy, watched: &Watched, finding: &Finding, failures: u32) -> Option<Held> {
    let bad_digests = &BTreeSet::new();
    let offer = Offer { policy, watched, finding, bad_digests, failures_in_a_row: failures };
    offer.held(Circumstances::default(), PowerRules::default(), &now())
}

fn seen(before: Duration) -> Watched {
    let at = now().timestamp() - before;
    let first_seen = Some(FirstSeen { release: "sha256:2".to_owned(), at });
    Watched { first_seen, ..Watched::default() }
}

#[test]
fn a_release_that_nothing_speaks_against_is_not_held_whoever_installs_it() {
    let policy = Policy { updates: UpdateMode::Notify, ..Policy::default() };
    assert_eq!(held(&policy, &seen(HOUR), &offered(), 0), None);
}

#[test]
fn a_young_one_is_held_until_it_is_old_enough() {
    let policy = Policy { min_age: 3 * HOUR, ..Policy::default() };
    let held = held(&policy, &seen(HOUR), &offered(), 0).unwrap();
    assert!(matches!(held.why, WhyWait::TooYoung { .. }), "{held:?}");
    assert_eq!(held.until, Some(now().timestamp() + 2 * HOUR));
}

#[test]
fn the_age_of_another_release_is_not_its_own() {
    let policy = Policy { min_age: HOUR, ..Policy::default() };
    let mut watched = seen(10 * HOUR);
    watched.first_seen.as_mut().unwrap().release = "sha256:1".to_owned();
    assert_eq!(
        held(&policy, &watched, &offered(), 0).unwrap().until,
        Some(now().timestamp() + HOUR)
    );
}

#[test]
fn outside_its_windows_it_is_held_until_one_opens() {
    let windows = vec!["22:00-23:00".to_owned().try_into().unwrap()];
    let policy = Policy { windows, ..Policy::default() };
    let held = held(&policy, &seen(HOUR), &offered(), 0).unwrap();
    assert_eq!(
        (held.why, held.until),
        (WhyWait::OutsideWindows, Some(now().timestamp() + 10 * HOUR))
    );
}

#[test]
fn a_pin_that_was_clicked_counts_like_one_that_was_written() {
    let clicked = Watched { pinned: true, ..seen(HOUR) };
    let written = Policy { pinned: true, ..Policy::default() };
    let by_click = held(&Policy::default(), &clicked, &offered(), 0).map(|held| held.why);
    let by_settings = held(&written, &seen(HOUR), &offered(), 0).map(|held| held.why);
    assert_eq!((by_click, by_settings), (Some(WhyWait::Pinned), Some(WhyWait::Pinned)));
}

#[test]
fn the_third_failure_in_a_row_opens_the_breaker() {
    let why =
        |failures| held(&Policy::default(), &seen(HOUR), &offered(), failures).map(|held| held.why);
    assert_eq!((why(2), why(3)), (None, Some(WhyWait::Breaker { failures: 3 })));
}

#[test]
fn where_there_is_nothing_to_install_nothing_is_held() {
    let policy = Policy { pinned: true, ..Policy::default() };
    assert_eq!(held(&policy, &seen(HOUR), &Finding::UpToDate, 5), None);
}

#[test]
fn its_json_names_the_reason_and_the_time() {
    let held = Held { why: WhyWait::OutsideWindows, until: Some(now().timestamp()) };
    let json = serde_json::to_value(&held).unwrap();
    let expected = serde_json::json!({ "why": "outside_windows", "until": "2026-03-04T12:00:00Z" });
    assert_eq!(json, expected);
}
