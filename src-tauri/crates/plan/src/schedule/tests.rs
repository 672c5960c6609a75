mod cron;
mod windows;

use std::time::Duration;

use jiff::{Zoned, civil::DateTime, tz::TimeZone};

use super::*;

/// A wall-clock time in a zone, the first one where the clock shows it twice.
fn at(zone: &str, text: &str) -> Zoned {
    let shown: DateTime = text.parse().unwrap();
    let zone = TimeZone::get(zone).unwrap();
    zone.to_ambiguous_zoned(shown).earlier().unwrap()
}

fn utc(text: &str) -> Zoned {
    at("UTC", text)
}

fn hours(count: u64) -> Duration {
    Duration::from_hours(count)
}

#[test]
fn watchtowers_interval_is_a_schedule() {
    assert_eq!(Schedule::parse("@every 6h"), Ok(Schedule::Every(hours(6))));
    assert_eq!(Schedule::parse("\"@every 1h30m\""), Ok(Schedule::Every(Duration::from_mins(90))));
    assert_eq!(Schedule::parse("@EVERY 1w"), Ok(Schedule::Every(hours(7 * 24))));
}

#[test]
fn an_interval_without_a_time_says_how_to_write_one() {
    for text in ["@every", "@every 0s", "@every -1h", "@every soon", "@every 1mo"] {
        let error = Schedule::parse(text).unwrap_err();
        assert!(error.to_string().contains("write \"@every 6h\""), "{error}");
    }
}

#[test]
fn however_many_runs_were_missed_one_makes_up_for_them() {
    let schedule = Schedule::parse("0 4 * * *").unwrap();
    let (slept, woke) = (utc("2026-11-01T04:00:10"), utc("2026-11-24T08:30:00"));
    let due = schedule.due(Some(slept.timestamp()), &woke).unwrap();
    assert!(due <= woke, "{due}");
    let after = schedule.due(Some(woke.timestamp()), &woke).unwrap();
    assert_eq!(after, utc("2026-11-25T04:00:00"));
}

#[test]
fn what_never_ran_begins_at_once_at_intervals_and_at_its_time_by_cron() {
    let now = utc("2026-11-24T15:00:00");
    assert_eq!(Schedule::Every(hours(6)).due(None, &now), Some(now.clone()));
    let cron = Schedule::parse("0 4 * * *").unwrap();
    assert_eq!(cron.due(None, &now), Some(utc("2026-11-25T04:00:00")));
}

#[test]
fn a_last_run_in_the_future_does_not_put_off_the_next_one() {
    let (now, wrong) = (utc("2026-11-24T15:00:00"), utc("2027-11-24T15:00:00").timestamp());
    assert_eq!(Schedule::Every(hours(6)).due(Some(wrong), &now), Some(now));
}

#[test]
fn never_is_never_due() {
    assert_eq!(Schedule::Never.due(None, &utc("2026-11-24T15:00:00")), None);
    assert!(Schedule::Never.preview(&utc("2026-11-24T15:00:00"), 3).is_empty());
}

#[test]
fn the_next_three_runs_are_foreseen() {
    let schedule = Schedule::parse("30 2 * * 1-5").unwrap();
    let runs = schedule.preview(&at("Europe/Paris", "2026-11-26T12:00:00"), 3);
    let shown: Vec<String> = runs.iter().map(|run| run.datetime().to_string()).collect();
    assert_eq!(shown, ["2026-11-27T02:30:00", "2026-11-30T02:30:00", "2026-12-01T02:30:00"]);
}

#[test]
fn the_end_of_the_calendar_is_no_next_run() {
    let last = utc("9999-12-30T22:00:00");
    assert_eq!(Schedule::Every(hours(24 * 30)).next(&last), None);
    assert_eq!(Schedule::parse("0 4 * * *").unwrap().next(&last), None);
    assert_eq!(Schedule::Every(Duration::MAX).next(&last), None);
}

proptest::proptest! {
    #[test]
    fn jitter_stays_within_its_bound(random: u64, most_ms in 0..u64::MAX) {
        let most = Duration::from_millis(most_ms);
        assert!(jitter(random, most) <= most);
    }

    #[test]
    fn no_text_breaks_the_parser(text in "[-0-9*/,@ a-zA-Z?#LW'\"]{0,24}") {
        let _read = Schedule::parse(&text);
    }

    #[test]
    fn runs_follow_each_other_and_a_due_run_is_never_due_again(
        minute in 0..60, hour in 0..24, day in 1..29, start in 1_500_000_000i64..4_000_000_000,
    ) {
        let schedule = Schedule::parse(&format!("{minute} {hour} {day} * *")).unwrap();
        let zone = TimeZone::get("America/New_York").unwrap();
        let now = Timestamp::from_second(start).unwrap().to_zoned(zone);
        let runs = schedule.preview(&now, 4);
        assert_eq!(runs.len(), 4);
        assert!(runs.iter().all(|run| *run > now) && runs.is_sorted());
        let due = schedule.due(Some(runs[0].timestamp()), &runs[0]).unwrap();
        assert!(due > runs[0]);
    }
}

#[test]
fn jitter_reaches_both_ends() {
    let most = Duration::from_mins(5);
    assert_eq!((jitter(0, most), jitter(u64::MAX, most)), (Duration::ZERO, most));
}
