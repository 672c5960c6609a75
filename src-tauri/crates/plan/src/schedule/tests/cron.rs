use super::*;

fn next(cron: &str, zone: &str, after: &str) -> String {
    let next = Cron::parse(cron).unwrap().next(&at(zone, after)).unwrap();
    next.strftime("%Y-%m-%d %H:%M:%S %z").to_string()
}

/// The times shown on the wall, with their offsets.
fn runs(cron: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
    let runs = Schedule::parse(cron).unwrap().preview(&at(zone, after), count);
    runs.iter().map(|run| run.strftime("%d %H:%M %z").to_string()).collect()
}

#[test]
fn five_and_six_fields_mean_the_same_time() {
    for cron in ["0 4 * * *", "0 0 4 * * *", "  0   4 * * * ", "'0 4 * * *'", "\"0 0 4 * * *\""] {
        assert_eq!(next(cron, "UTC", "2026-11-24T12:00:00"), "2026-11-25 04:00:00 +0000", "{cron}");
    }
}

#[test]
fn names_ranges_steps_and_words_are_read() {
    for (cron, expected) in [
        ("*/15 * * * *", "2026-11-24 12:15:00 +0000"),
        ("5-10/5 13 * * *", "2026-11-24 13:05:00 +0000"),
        ("0 4 * * SUN", "2026-11-29 04:00:00 +0000"),
        ("0 4 * * 7", "2026-11-29 04:00:00 +0000"),
        ("0 4 * * mon-fri", "2026-11-25 04:00:00 +0000"),
        ("0 4 1 JAN,jul *", "2027-01-01 04:00:00 +0000"),
        ("0 4 L * *", "2026-11-30 04:00:00 +0000"),
        ("0 4 ? * *", "2026-11-25 04:00:00 +0000"),
        ("30 0 4 * * *", "2026-11-25 04:00:30 +0000"),
        ("0 0 29 2 *", "2028-02-29 00:00:00 +0000"),
        ("@hourly", "2026-11-24 13:00:00 +0000"),
        ("@daily", "2026-11-25 00:00:00 +0000"),
        ("@midnight", "2026-11-25 00:00:00 +0000"),
        ("@WEEKLY", "2026-11-29 00:00:00 +0000"),
        ("@monthly", "2026-12-01 00:00:00 +0000"),
        ("@yearly", "2027-01-01 00:00:00 +0000"),
    ] {
        assert_eq!(next(cron, "UTC", "2026-11-24T12:00:00"), expected, "{cron}");
    }
}

#[test]
fn a_day_of_the_month_and_one_of_the_week_mean_either() {
    let runs = runs("0 4 13 * FRI", "UTC", "2026-11-09T00:00:00", 3);
    assert_eq!(runs, ["13 04:00 +0000", "20 04:00 +0000", "27 04:00 +0000"]);
}

#[test]
fn a_field_that_does_not_work_is_named_with_its_remedy() {
    for (cron, said) in [
        ("60 4 * * *", "the minute \"60\" does not work; write 0 to 59"),
        ("0 24 * * *", "the hour \"24\" does not work; write 0 to 23"),
        ("0 4 32 * *", "the day of month \"32\" does not work; write 1 to 31"),
        ("0 4 * 13 *", "the month \"13\" does not work; write 1 to 12"),
        ("0 4 * * 8", "the day of week \"8\" does not work; write 0 to 7"),
        ("60 0 4 * * *", "the second \"60\" does not work"),
        ("0 4 * * MONDAY", "the day of week \"MONDAY\" does not work"),
        ("0 mon * * *", "the hour \"mon\" does not work"),
        ("0 4 * mon *", "the month \"mon\" does not work"),
        ("*/0 4 * * *", "the minute \"*/0\" does not work"),
        ("0,,5 4 * * *", "the minute \"0,,5\" does not work"),
        ("5-1 4 * * *", "the minute \"5-1\" does not work"),
        ("0 4h * * *", "the hour \"4h\" does not work"),
        ("0 -1 * * *", "the hour \"-1\" does not work"),
    ] {
        let error = Cron::parse(cron).unwrap_err().to_string();
        assert!(error.contains(said), "{cron}: {error}");
    }
}

#[test]
fn what_is_no_expression_says_what_is_one() {
    for (cron, said) in [
        ("6", "write every = \"6h\" for every 6 hours, or \"0 6 * * *\""),
        ("", "has 0 fields; write five"),
        ("0 4 * *", "has 4 fields; write five"),
        ("0 0 4 * * * 2027", "has 7 fields; write five"),
        ("@fortnightly", "no word of cron; write @hourly, @daily"),
        ("TZ=Europe/Paris 0 4 * * *", "write it as time_zone"),
        ("CRON_TZ=UTC 0 4 * * *", "write it as time_zone"),
    ] {
        let error = Cron::parse(cron).unwrap_err().to_string();
        assert!(error.contains(said), "{cron}: {error}");
    }
}

#[test]
fn a_date_that_never_comes_is_an_error_that_says_so() {
    for cron in ["0 0 30 2 *", "0 0 0 31 4,6,9,11 *", "0 0 31 FEB *"] {
        let error = Cron::parse(cron).unwrap_err();
        assert!(error.to_string().contains("never comes"), "{error}");
    }
}

#[test]
fn a_time_that_the_clock_skips_runs_once_when_it_has_skipped_it() {
    for (zone, eve, expected) in [
        ("Europe/Paris", "2027-03-27T12:00:00", ["28 03:00 +0200", "29 02:30 +0200"]),
        ("America/New_York", "2027-03-13T12:00:00", ["14 03:00 -0400", "15 02:30 -0400"]),
    ] {
        assert_eq!(runs("30 2 * * *", zone, eve, 2), expected, "{zone}");
    }
    // Half an hour, from 02:00 to 02:30.
    let lord_howe = runs("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00", 2);
    assert_eq!(lord_howe, ["04 02:30 +1100", "05 02:15 +1100"]);
}

#[test]
fn a_time_that_the_clock_repeats_runs_once() {
    for (zone, eve, expected) in [
        ("Europe/Paris", "2026-10-24T12:00:00", ["25 02:30 +0200", "26 02:30 +0100"]),
        ("America/New_York", "2026-10-31T12:00:00", ["01 01:30 -0400", "02 01:30 -0500"]),
        ("Australia/Lord_Howe", "2027-04-03T12:00:00", ["04 01:45 +1100", "05 01:45 +1030"]),
    ] {
        let time = expected[0].get(3..8).unwrap().split_once(':').unwrap();
        let cron = format!("{} {} * * *", time.1, time.0.trim_start_matches('0'));
        assert_eq!(runs(&cron, zone, eve, 2), expected, "{zone}");
    }
}

#[test]
fn what_runs_every_half_hour_goes_on_through_both() {
    let skipped = runs("*/30 * * * *", "Europe/Paris", "2027-03-28T01:00:00", 3);
    assert_eq!(skipped, ["28 01:30 +0100", "28 03:00 +0200", "28 03:30 +0200"]);
    let repeated = runs("*/30 * * * *", "Europe/Paris", "2026-10-25T02:00:00", 4);
    assert_eq!(repeated, ["25 02:30 +0200", "25 02:00 +0100", "25 02:30 +0100", "25 03:00 +0100"]);
}

#[test]
fn a_day_that_a_country_skips_does_not_end_the_schedule() {
    let apia = Cron::parse("0 4 30 12 *").unwrap().next(&at("Pacific/Apia", "2011-12-29T12:00:00"));
    assert!(apia.is_some_and(|run| run.timestamp() > at("UTC", "2011-12-30T10:00:00").timestamp()));
}

#[test]
fn fractions_of_a_second_neither_repeat_nor_lose_a_run() {
    for (after, expected) in [
        ("2026-11-24T03:59:59.5", "2026-11-24 04:00:00 +0000"),
        ("2026-11-24T04:00:00", "2026-11-25 04:00:00 +0000"),
        ("2026-11-24T04:00:00.5", "2026-11-25 04:00:00 +0000"),
    ] {
        assert_eq!(next("0 4 * * *", "UTC", after), expected, "{after}");
    }
}

#[test]
fn the_second_showing_of_a_time_is_not_another_run() {
    let second_half = at("Europe/Paris", "2026-10-25T03:00:00") - Duration::from_mins(50);
    assert_eq!(second_half.strftime("%H:%M %z").to_string(), "02:10 +0100");
    let next = Cron::parse("30 2 * * *").unwrap().next(&second_half).unwrap();
    assert_eq!(next.strftime("%d %H:%M %z").to_string(), "26 02:30 +0100");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(32))]

    #[test]
    fn a_daily_run_comes_once_each_day_whatever_the_clock_does(
        minute in 0..60, hour in 0..24, place in 0..5usize, year in 2025..2040,
    ) {
        let zones = [
            "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo",
            "America/Santiago",
        ];
        let daily = Schedule::parse(&format!("{minute} {hour} * * *")).unwrap();
        let runs = daily.preview(&at(zones[place], &format!("{year}-01-01T00:00:00")), 400);
        assert_eq!(runs.len(), 400);
        for pair in runs.windows(2) {
            assert_eq!(pair[0].date().tomorrow().unwrap(), pair[1].date(), "{} {}", pair[0], pair[1]);
        }
    }
}
