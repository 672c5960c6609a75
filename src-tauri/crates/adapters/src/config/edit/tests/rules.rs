//! Edits of schedule, windows and tags.

use phoenix_plan::schedule::Schedule;

use super::*;

#[test]
fn cron_takes_the_place_of_an_interval_and_back() {
    let cron = Cron::parse("0 4 * * *").unwrap();
    let by_cron = after("[schedule]\nevery = \"6h\"\njitter = \"5m\"\n", &[Change::CheckAt(cron)]);
    assert_eq!(by_cron, "[schedule]\njitter = \"5m\"\ncron = \"0 4 * * *\"\n");
    let back = after(&by_cron, &[Change::CheckEvery(Some(Duration::from_hours(6)))]);
    assert_eq!(back, "[schedule]\njitter = \"5m\"\nevery = \"6h\"\n");
}

#[test]
fn every_key_of_the_schedule_is_written_and_removed() {
    let set = [
        Change::TimeZone(Some("Europe/Paris".to_owned())),
        Change::Jitter(Some(Duration::from_mins(5))),
        Change::BatteryAbove(Some(40)),
        Change::Metered(Some(true)),
        Change::AtOnce(Some(3)),
    ];
    let text = after("", &set);
    let settings = parse(&text, "").unwrap();
    assert_eq!(settings.schedule(), Schedule::Every(Duration::from_hours(6)));
    assert_eq!((settings.jitter(), settings.at_once()), (Duration::from_mins(5), 3));
    assert_eq!(settings.power_rules().battery_above, 40);
    let unset = [
        Change::TimeZone(None),
        Change::Jitter(None),
        Change::BatteryAbove(None),
        Change::Metered(None),
        Change::AtOnce(None),
    ];
    assert_eq!(after(&text, &unset), "");
}

#[test]
fn a_time_zone_that_does_not_exist_is_not_written() {
    let error = apply("", &[Change::TimeZone(Some("Mars/Base".to_owned()))]).unwrap_err();
    assert!(error.to_string().contains("Europe/Paris"), "{error}");
}

#[test]
fn every_rule_of_a_service_is_written_and_removed() {
    let set = [
        ServiceChange::MinAge(Some(Duration::from_hours(72))),
        ServiceChange::Windows(Some(vec![Window::parse("Mon-Fri  02:00-05:00").unwrap()])),
        ServiceChange::IncludeStopped(Some(true)),
        ServiceChange::DependsOn(Some(vec!["db".to_owned()])),
        ServiceChange::Pinned(Some(true)),
        ServiceChange::CleanUp(Some(false)),
        ServiceChange::Changelog(Some("https://example.com/".to_owned())),
        ServiceChange::Follow(Some(Follow::Minor)),
        ServiceChange::Include(Some(Pattern::parse("^1").unwrap())),
        ServiceChange::Exclude(Some(Pattern::parse("rc").unwrap())),
        ServiceChange::Prereleases(Some(true)),
    ];
    let text = after("", &set.map(|key| of("web", key)));
    assert_eq!(
        text,
        "[services.web]\nmin_age = \"3d\"\nwindows = [\"Mon-Fri 02:00-05:00\"]\n\
         include_stopped = true\ndepends_on = [\"db\"]\npinned = true\nclean_up = false\n\
         changelog = \"https://example.com/\"\n\n[services.web.tags]\nfollow = \"minor\"\n\
         include = \"^1\"\nexclude = \"rc\"\nprereleases = true\n"
    );
    let unset = [
        ServiceChange::MinAge(None),
        ServiceChange::Windows(None),
        ServiceChange::IncludeStopped(None),
        ServiceChange::DependsOn(None),
        ServiceChange::Pinned(None),
        ServiceChange::CleanUp(None),
        ServiceChange::Changelog(None),
        ServiceChange::Follow(None),
        ServiceChange::Include(None),
        ServiceChange::Exclude(None),
        ServiceChange::Prereleases(None),
    ];
    assert_eq!(after(&text, &unset.map(|key| of("web", key))), "[services.web]\n");
}

#[test]
fn tags_in_braces_are_changed_in_their_braces() {
    let text = "[defaults]\ntags = { follow = \"minor\" } # all\n";
    let edited = after(text, &[defaults(ServiceChange::Follow(Some(Follow::Patch)))]);
    assert_eq!(edited, "[defaults]\ntags = { follow = \"patch\" } # all\n");
}

#[test]
fn a_service_whose_only_key_was_about_tags_stays_watched() {
    let text = after("", &[of("web", ServiceChange::Follow(Some(Follow::Minor)))]);
    let gone = after(&text, &[of("web", ServiceChange::Follow(None))]);
    assert!(parse(&gone, "").unwrap().is_written(&service("web")), "{gone}");
}
