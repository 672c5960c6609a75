//! Schedule, windows, tags, and where labels stand.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use phoenix_plan::{schedule::Schedule, tags::Follow};

use super::*;

#[test]
fn the_schedule_has_defaults() {
    let settings = settings("");
    assert_eq!(settings.schedule(), Schedule::Every(Duration::from_hours(6)));
    assert_eq!(settings.zone(), TimeZone::system());
    assert_eq!((settings.jitter(), settings.at_once()), (Duration::ZERO, 1));
    let rules = settings.power_rules();
    assert_eq!((rules.battery_above, rules.metered), (30, false));
}

#[test]
fn the_schedules_keys_are_read() {
    let settings = settings(
        "[schedule]\ncron = \"0 0 4 * * *\"\ntime_zone = \"Europe/Paris\"\njitter = \"5m\"\n\
         battery_above = 50\nmetered = true\nat_once = 4\n",
    );
    assert_eq!(settings.schedule(), Schedule::parse("0 0 4 * * *").unwrap());
    assert_eq!(settings.zone(), TimeZone::get("Europe/Paris").unwrap());
    assert_eq!((settings.jitter(), settings.at_once()), (Duration::from_mins(5), 4));
    let rules = settings.power_rules();
    assert_eq!((rules.battery_above, rules.metered), (50, true));
    assert_eq!(settings.check_every(), None);
}

#[test]
fn the_rules_of_a_service_are_read_and_go_before_the_defaults() {
    let settings = settings(
        "[defaults]\nmin_age = \"3d\"\nwindows = [\"Mon-Fri 02:00-05:00\"]\n\
         tags = { follow = \"minor\", exclude = \"rc\" }\ninclude_stopped = true\n\
         [services.\"shop/web\"]\nmin_age = \"0s\"\nwindows = []\n\
         tags = { follow = \"patch\", include = '^1\\.', prereleases = true }\n\
         include_stopped = false\ndepends_on = [\"db\", \"other/cache\"]\npinned = true\n\
         clean_up = false\nchangelog = \"https://example.com/notes\"\n",
    );
    let (web, api) =
        (settings.policy_for(&service("shop/web")), settings.policy_for(&service("shop/api")));
    assert_eq!((web.min_age, api.min_age), (Duration::ZERO, Duration::from_hours(72)));
    assert_eq!((web.windows.len(), api.windows.len()), (0, 1));
    assert_eq!((web.tags.follow, api.tags.follow), (Follow::Patch, Follow::Minor));
    assert_eq!(web.tags.include.map(String::from).as_deref(), Some("^1\\."));
    assert_eq!(web.tags.exclude.map(String::from).as_deref(), Some("rc"));
    assert!(web.tags.prereleases && !web.include_stopped && api.include_stopped);
    assert_eq!(web.depends_on, ["db", "other/cache"]);
    assert!(web.pinned && !web.clean_up && api.clean_up);
    assert_eq!(web.changelog.as_deref(), Some("https://example.com/notes"));
}

#[test]
fn labels_stand_over_the_defaults_and_below_the_services_table() {
    let settings = settings(
        "[defaults]\nupdates = \"auto\"\nmin_age = \"1d\"\n[services.api]\nupdates = \"manual\"\n",
    );
    let label = |key: &str, value: &str| {
        (format!("com.centurylinklabs.watchtower.{key}"), value.to_owned())
    };
    let labels = BTreeMap::from([label("monitor-only", "true"), label("cooldown-delay", "7d")]);
    let web = settings.policy_with(&service("web"), &labels);
    assert_eq!((web.updates, web.min_age), (UpdateMode::Notify, Duration::from_hours(7 * 24)));
    let api = settings.policy_with(&service("api"), &labels);
    assert_eq!((api.updates, api.min_age), (UpdateMode::Manual, Duration::from_hours(7 * 24)));
    assert_eq!(settings.policy_for(&service("web")).updates, UpdateMode::Auto);
}

#[test]
fn what_does_not_work_is_named_with_place_and_remedy() {
    for (line, remedy) in [
        ("[schedule]\ncron = \"0 25 * * *\"", "the hour \"25\" does not work; write 0 to 23"),
        ("[schedule]\ncron = \"0 0 30 2 *\"", "never comes"),
        ("[schedule]\ncron = \"6\"", "write every = \"6h\""),
        ("[schedule]\ncron = 6", "write fields in quotes"),
        ("[schedule]\ntime_zone = \"Europe/Pari\"", "write one such as \"Europe/Paris\""),
        ("[schedule]\njitter = \"7h\"", "from 0s to 6h"),
        ("[schedule]\nbattery_above = 101", "a whole number from 0 to 100"),
        ("[schedule]\nbattery_above = \"30%\"", "a whole number from 0 to 100"),
        ("[schedule]\nat_once = 0", "a whole number from 1 to 32"),
        ("[schedule]\nmetered = \"no\"", "write true or false"),
        ("[defaults]\nmin_age = \"366d\"", "from 0s to 365d"),
        ("[defaults]\nwindows = \"Mon\"", "write a list in brackets"),
        ("[defaults]\nwindows = [\"Mon 2-5\"]", "write two such as 02:00-05:00"),
        ("[defaults]\ntags = { follow = \"all\" }", "\"none\", \"patch\", \"minor\", \"major\""),
        ("[defaults]\ntags = { include = \"(\" }", "write a regular expression: "),
        ("[defaults]\ntags = { incude = \"1\" }", "did you mean \"include\"?"),
        ("[defaults]\ndepends_on = [\"a b\"]", "write a service of the same project"),
        ("[defaults]\nchangelog = \"example.com\"", "write an address such as"),
        ("[defaults]\npinned = 1", "write true or false"),
    ] {
        let said = complaint(line);
        assert!(said.contains("config.toml:2: ") && said.contains(remedy), "{line}: {said}");
    }
}

#[test]
fn an_interval_and_cron_exclude_each_other() {
    let said = complaint("[schedule]\nevery = \"6h\"\ncron = \"0 4 * * *\"\n");
    assert!(said.contains("config.toml:3: schedule.cron"), "{said}");
    assert!(said.contains("remove one of them"), "{said}");
}
