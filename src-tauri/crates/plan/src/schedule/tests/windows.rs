use super::*;

fn windows(texts: &[&str]) -> Vec<Window> {
    texts.iter().map(|text| Window::parse(text).unwrap()).collect()
}

fn opens(texts: &[&str], zone: &str, now: &str) -> String {
    let opens = opens_at(&windows(texts), &at(zone, now)).unwrap();
    opens.strftime("%a %d %H:%M %z").to_string()
}

// 2026-11-24 is a Tuesday.
#[test]
fn a_window_is_open_from_its_first_minute_to_before_its_last() {
    for (window, now, open) in [
        ("Mon-Fri 02:00-05:00", "2026-11-24T01:59:59", false),
        ("Mon-Fri 02:00-05:00", "2026-11-24T02:00:00", true),
        ("Mon-Fri 02:00-05:00", "2026-11-24T04:59:59", true),
        ("Mon-Fri 02:00-05:00", "2026-11-24T05:00:00", false),
        ("Mon-Fri 02:00-05:00", "2026-11-28T03:00:00", false),
        ("02:00-05:00", "2026-11-28T03:00:00", true),
        ("Sat,Sun 22:00-06:00", "2026-11-28T23:00:00", true),
        ("Sat,Sun 22:00-06:00", "2026-11-30T05:59:00", true),
        ("Sat,Sun 22:00-06:00", "2026-11-30T06:00:00", false),
        ("Sat,Sun 22:00-06:00", "2026-11-28T05:00:00", false),
        ("tuesday", "2026-11-24T00:00:00", true),
        ("Tue", "2026-11-25T00:00:00", false),
        ("Fri-Mon 22:00-24:00", "2026-11-29T23:59:00", true),
        ("Fri-Mon 22:00-24:00", "2026-11-30T00:00:00", false),
        ("Fri-Mon 22:00-24:00", "2026-11-24T23:00:00", false),
    ] {
        assert_eq!(is_open(&windows(&[window]), &utc(now)), open, "{window} at {now}");
    }
}

#[test]
fn without_windows_it_is_always_open() {
    assert!(is_open(&[], &utc("2026-11-24T12:00:00")));
}

#[test]
fn the_next_opening_is_that_of_the_first_of_several_windows() {
    let texts = ["Mon-Fri 02:00-05:00", "Sat,Sun 22:00-06:00"];
    for (now, expected) in [
        ("2026-11-24T01:00:00", "Tue 24 02:00 +0000"),
        ("2026-11-24T03:10:00", "Tue 24 03:10 +0000"),
        ("2026-11-27T12:00:00", "Sat 28 22:00 +0000"),
        ("2026-11-29T12:00:00", "Sun 29 22:00 +0000"),
    ] {
        assert_eq!(opens(&texts, "UTC", now), expected, "{now}");
    }
}

#[test]
fn a_window_that_begins_in_a_skipped_hour_opens_when_the_clock_has_skipped_it() {
    let paris = opens(&["02:30-05:00"], "Europe/Paris", "2027-03-28T00:00:00");
    assert_eq!(paris, "Sun 28 03:00 +0200");
    let lord_howe = opens(&["02:10-05:00"], "Australia/Lord_Howe", "2026-10-04T00:00:00");
    assert_eq!(lord_howe, "Sun 04 02:30 +1100");
}

#[test]
fn a_window_within_a_skipped_hour_waits_for_its_next_day() {
    let next = opens(&["02:10-02:50"], "America/New_York", "2027-03-14T00:00:00");
    assert_eq!(next, "Mon 15 02:10 -0400");
    let next = opens(&["Sun 02:10-02:50"], "America/New_York", "2027-03-14T00:00:00");
    assert_eq!(next, "Sun 21 02:10 -0400");
}

#[test]
fn a_window_in_a_repeated_hour_opens_twice() {
    let zone = "Europe/Paris";
    assert_eq!(opens(&["02:10-02:50"], zone, "2026-10-25T00:00:00"), "Sun 25 02:10 +0200");
    let between = at(zone, "2026-10-25T02:55:00");
    let again = opens_at(&windows(&["02:10-02:50"]), &between).unwrap();
    assert_eq!(again.strftime("%H:%M %z").to_string(), "02:10 +0100");
}

#[test]
fn a_window_that_was_shut_opens_again_when_the_clock_goes_back_into_it() {
    let shut = at("Europe/Paris", "2026-10-25T02:55:00");
    let again = opens_at(&windows(&["01:30-02:30"]), &shut).unwrap();
    assert_eq!(again.strftime("%H:%M %z").to_string(), "02:00 +0100");
}

#[test]
fn what_is_no_window_says_what_is_one() {
    for (text, said) in [
        ("", "is no window; write days and times"),
        ("Mon 02:00 05:00", "is no window"),
        ("Mun 02:00-05:00", "\"Mun\" is no day; write Mon"),
        ("Mon- 02:00-05:00", "is no day"),
        ("02:00", "\"02:00\" is no time of day"),
        ("25:00-26:00", "is no time of day"),
        ("02:60-05:00", "is no time of day"),
        ("24:00-05:00", "is no time of day"),
        ("2-5", "is no time of day"),
        ("02:00-02:00", "ends when it begins; leave the times out"),
    ] {
        let error = Window::parse(text).unwrap_err().to_string();
        assert!(error.contains(said), "{text}: {error}");
    }
}

proptest::proptest! {
    #[test]
    fn a_window_is_open_when_it_opens_and_shut_just_before(
        day in 0..7usize, from in 0..1440u32, length in 1..1440u32,
        start in 1_500_000_000i64..4_000_000_000, place in 0..4usize,
    ) {
        let zones = ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "UTC"];
        let names = ["Mon", "Tue-Thu", "Wed", "Thu", "Fri,Sat", "Sat", "Sun"];
        let until = (from + length) % 1440;
        let text = format!(
            "{} {:02}:{:02}-{:02}:{:02}", names[day], from / 60, from % 60, until / 60, until % 60
        );
        let windows = windows(&[&text]);
        let now = Timestamp::from_second(start).unwrap();
        let now = now.to_zoned(TimeZone::get(zones[place]).unwrap());
        let opens = opens_at(&windows, &now).unwrap();
        assert!(opens >= now && is_open(&windows, &opens), "{text} from {now}: {opens}");
        let before = opens.checked_sub(Duration::from_secs(1)).unwrap();
        assert!(opens == now || !is_open(&windows, &before), "{text} from {now}: {opens}");
    }

    #[test]
    fn a_window_reads_back_as_it_was_written(from in 0..24u32, until in 0..24u32) {
        proptest::prop_assume!(from != until);
        let window = Window::parse(&format!("Mon-Fri {from:02}:00-{until:02}:00")).unwrap();
        assert_eq!(Window::parse(&window.to_string()), Ok(window));
    }

    #[test]
    fn no_text_breaks_the_parser(text in "[-0-9:, a-zA-Zé]{0,24}") {
        let _read = Window::parse(&text);
    }
}

#[test]
fn the_end_of_the_calendar_is_no_opening() {
    let last = utc("9999-12-30T21:00:00");
    assert_eq!(opens_at(&windows(&["Mon 02:00-03:00"]), &last), None);
}
