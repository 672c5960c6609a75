use jiff::{civil::DateTime, tz::TimeZone};

use super::*;
use crate::schedule::Window;

const NEW: &str = "sha256:new";

fn at(text: &str) -> Zoned {
    text.parse::<DateTime>().unwrap().to_zoned(TimeZone::get("Europe/Paris").unwrap()).unwrap()
}

fn automatic() -> Policy {
    Policy { updates: UpdateMode::Auto, ..Policy::default() }
}

/// A candidate that nothing speaks against, seen a year ago.
fn candidate<'a>(policy: &'a Policy, known_bad: &'a BTreeSet<String>) -> Candidate<'a> {
    Candidate {
        policy,
        digest: NEW,
        first_seen: at("2025-11-24T12:00:00").timestamp(),
        skipped: None,
        snoozed_until: None,
        known_bad,
        failures_in_a_row: 0,
    }
}

fn answer(change: impl FnOnce(&mut Policy, &mut Circumstances)) -> MayInstall {
    let (mut policy, mut machine) = (automatic(), Circumstances::default());
    change(&mut policy, &mut machine);
    let none = BTreeSet::new();
    let now = at("2026-11-24T12:00:00");
    may_install(&candidate(&policy, &none), machine, PowerRules::default(), &now)
}

fn answer_to(change: impl FnOnce(&mut Candidate<'_>)) -> MayInstall {
    let (policy, none) = (automatic(), BTreeSet::new());
    let mut candidate = candidate(&policy, &none);
    change(&mut candidate);
    let now = at("2026-11-24T12:00:00");
    may_install(&candidate, Circumstances::default(), PowerRules::default(), &now)
}

fn for_now(reason: WhyWait) -> MayInstall {
    MayInstall::Wait { reason, until: None }
}

#[test]
fn an_automatic_service_is_updated_when_nothing_speaks_against_it() {
    assert_eq!(answer(|_, _| ()), MayInstall::Now);
}

#[test]
fn what_the_user_decided_stays_until_the_user_says_otherwise() {
    for updates in [UpdateMode::Manual, UpdateMode::Notify] {
        let found = answer(|policy, _| policy.updates = updates);
        assert_eq!(found, for_now(WhyWait::NotAutomatic { updates }));
    }
    assert_eq!(answer(|policy, _| policy.pinned = true), for_now(WhyWait::Pinned));
    assert_eq!(answer(|_, machine| machine.paused = true), for_now(WhyWait::Paused));
    assert_eq!(answer_to(|it| it.skipped = Some(NEW)), for_now(WhyWait::Skipped));
}

#[test]
fn a_release_that_did_not_work_is_not_tried_again_and_another_one_is() {
    let (policy, bad) = (automatic(), BTreeSet::from([NEW.to_owned()]));
    let now = at("2026-11-24T12:00:00");
    let asked = |digest| {
        let it = Candidate { digest, ..candidate(&policy, &bad) };
        may_install(&it, Circumstances::default(), PowerRules::default(), &now)
    };
    assert_eq!(asked(NEW), for_now(WhyWait::KnownBad));
    assert_eq!(asked("sha256:newer"), MayInstall::Now);
}

#[test]
fn the_breaker_opens_at_the_third_failure_in_a_row() {
    assert_eq!(answer_to(|it| it.failures_in_a_row = 2), MayInstall::Now);
    let third = answer_to(|it| it.failures_in_a_row = 3);
    assert_eq!(third, for_now(WhyWait::Breaker { failures: 3 }));
}

#[test]
fn another_skipped_release_does_not_hinder_this_one() {
    assert_eq!(answer_to(|it| it.skipped = Some("sha256:old")), MayInstall::Now);
}

#[test]
fn a_young_release_waits_until_it_is_old_enough() {
    let day = Duration::from_hours(24);
    let policy = Policy { min_age: 3 * day, ..automatic() };
    let (none, now) = (BTreeSet::new(), at("2026-11-24T12:00:00"));
    let first_seen = at("2026-11-23T12:00:00").timestamp();
    let it = Candidate { first_seen, ..candidate(&policy, &none) };
    let found = may_install(&it, Circumstances::default(), PowerRules::default(), &now);
    let reason = WhyWait::TooYoung { first_seen, min_age: 3 * day };
    assert_eq!(found, MayInstall::Wait { reason, until: Some(at("2026-11-26T12:00:00")) });
}

#[test]
fn a_first_sight_in_the_future_counts_from_now() {
    let policy = Policy { min_age: Duration::from_hours(1), ..automatic() };
    let (none, now) = (BTreeSet::new(), at("2026-11-24T12:00:00"));
    let first_seen = at("2027-11-24T12:00:00").timestamp();
    let it = Candidate { first_seen, ..candidate(&policy, &none) };
    match may_install(&it, Circumstances::default(), PowerRules::default(), &now) {
        MayInstall::Wait { until, .. } => assert_eq!(until, Some(at("2026-11-24T13:00:00"))),
        MayInstall::Now => panic!("a release just seen was installed"),
    }
}

#[test]
fn outside_its_windows_a_release_waits_for_the_next_one() {
    let found =
        answer(|policy, _| policy.windows = vec![Window::parse("Mon-Fri 02:00-05:00").unwrap()]);
    let until = Some(at("2026-11-25T02:00:00"));
    assert_eq!(found, MayInstall::Wait { reason: WhyWait::OutsideWindows, until });
}

#[test]
fn a_snooze_that_ends_outside_a_window_lasts_until_the_next_one() {
    let (mut policy, none) = (automatic(), BTreeSet::new());
    policy.windows = vec![Window::parse("Sat 22:00-23:00").unwrap()];
    let snoozed_until = Some(at("2026-11-25T09:00:00").timestamp());
    let it = Candidate { snoozed_until, ..candidate(&policy, &none) };
    let now = at("2026-11-24T12:00:00");
    let found = may_install(&it, Circumstances::default(), PowerRules::default(), &now);
    let until = Some(at("2026-11-28T22:00:00"));
    assert_eq!(found, MayInstall::Wait { reason: WhyWait::Snoozed, until });
}

#[test]
fn a_low_battery_and_a_metered_connection_wait_for_better_times() {
    let battery = |percent| answer(move |_, machine| machine.battery_percent = Some(percent));
    assert_eq!(battery(30), MayInstall::Now);
    assert_eq!(battery(29), for_now(WhyWait::Battery { percent: 29, above: 30 }));
    assert_eq!(answer(|_, machine| machine.metered = true), for_now(WhyWait::Metered));
}

#[test]
fn a_metered_connection_is_used_where_it_is_allowed() {
    let (policy, none) = (automatic(), BTreeSet::new());
    let rules = PowerRules { metered: true, ..PowerRules::default() };
    let machine = Circumstances { metered: true, ..Circumstances::default() };
    let found = may_install(&candidate(&policy, &none), machine, rules, &at("2026-11-24T12:00:00"));
    assert_eq!(found, MayInstall::Now);
}

proptest::proptest! {
    #[test]
    fn when_the_wait_is_over_the_answer_is_yes(
        seen in 1_700_000_000i64..1_900_000_000, now in 1_700_000_000i64..1_900_000_000,
        min_age_hours in 0..2_000u64, snooze in proptest::option::of(1_700_000_000i64..1_900_000_000),
        from in 0..23u32,
    ) {
        let window = Window::parse(&format!("Sun,Wed {from:02}:30-{:02}:15", from + 1)).unwrap();
        let min_age = Duration::from_hours(min_age_hours);
        let policy = Policy { windows: vec![window], min_age, ..automatic() };
        let (none, zone) = (BTreeSet::new(), TimeZone::get("America/New_York").unwrap());
        let second = |second| Timestamp::from_second(second).unwrap();
        let it = Candidate {
            first_seen: second(seen.min(now)),
            snoozed_until: snooze.map(second),
            ..candidate(&policy, &none)
        };
        let asked = |now: &Zoned| may_install(&it, Circumstances::default(), PowerRules::default(), now);
        if let MayInstall::Wait { until, .. } = asked(&second(now).to_zoned(zone)) {
            let until = until.unwrap();
            assert_eq!(asked(&until), MayInstall::Now, "at {until}");
        }
    }
}

#[test]
fn a_policy_of_an_older_journal_is_read_with_the_defaults() {
    let old = serde_json::json!({ "hold_limit": { "secs": 5, "nanos": 0 }, "keep_releases": 7 });
    let policy: Policy = serde_json::from_value(old).unwrap();
    let expected =
        Policy { hold_limit: Duration::from_secs(5), keep_releases: 7, ..Policy::default() };
    assert_eq!(policy, expected);
}

#[test]
fn a_policy_reads_back_as_it_was_kept() {
    let policy = Policy {
        windows: vec![Window::parse("Mon-Fri 02:00-05:00").unwrap()],
        tags: crate::tags::TagRules {
            include: Some(crate::tags::Pattern::parse("^1").unwrap()),
            ..crate::tags::TagRules::default()
        },
        ..automatic()
    };
    let kept = serde_json::to_string(&policy).unwrap();
    assert_eq!(serde_json::from_str::<Policy>(&kept).unwrap(), policy);
}
