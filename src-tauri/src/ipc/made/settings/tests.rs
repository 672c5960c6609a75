use std::time::Duration;

use serde_json::{Value, json};

use phoenix_adapters::config::edit::{Change, Scope, ServiceChange};
use phoenix_plan::{
    schedule::{Cron, Window},
    strategy::Strategy,
    tags::Pattern,
};

use super::*;
use crate::ipc::view::SettingChange;

/// One change as the window sends it.
fn edit(sent: &Value) -> Result<(Vec<Change>, Option<bool>), BadSetting> {
    let change: SettingChange = serde_json::from_value(sent.clone()).unwrap();
    changes(&[change])
}

fn of(scope: Scope, key: ServiceChange) -> Change {
    Change::Service { scope, key }
}

fn web() -> Scope {
    Scope::Service(ServiceId::parse("shop/web").unwrap())
}

#[test]
fn every_change_of_the_window_is_one_edit_of_the_file() {
    use ServiceChange::{KeepReleases, Monitor, Strategy as By, Updates as Mode};
    use config::Language::{English, French, System};
    let address = "tcp://10.0.0.2:2375";
    let minute = Some(Duration::from_mins(1));
    let (overlap, hold) = (Some(Strategy::Overlap), Some(Strategy::Hold));
    for (sent, expected) in [
        (json!({ "set": "engine", "address": address }), Change::Engine(Some(address.to_owned()))),
        (json!({ "set": "engine", "address": null }), Change::Engine(None)),
        (json!({ "set": "notifications", "on": false }), Change::Notifications(false)),
        (json!({ "set": "language", "language": "system" }), Change::Language(System)),
        (json!({ "set": "language", "language": "en" }), Change::Language(English)),
        (json!({ "set": "language", "language": "fr" }), Change::Language(French)),
        (json!({ "set": "zoom", "percent": 150 }), Change::Zoom(150)),
        (
            json!({ "set": "checkEvery", "every": "6h" }),
            Change::CheckEvery(Some(Duration::from_hours(6))),
        ),
        (json!({ "set": "checkEvery", "every": null }), Change::CheckEvery(None)),
        (
            json!({ "set": "updates", "service": "shop/web", "mode": "auto" }),
            of(web(), Mode(Some(UpdateMode::Auto))),
        ),
        (
            json!({ "set": "updates", "service": null, "mode": "manual" }),
            of(Scope::Defaults, Mode(Some(UpdateMode::Manual))),
        ),
        (json!({ "set": "updates", "service": "shop/web" }), of(web(), Mode(None))),
        (
            json!({ "set": "updates", "service": "shop/web", "mode": "notify" }),
            of(web(), Mode(Some(UpdateMode::Notify))),
        ),
        (
            json!({ "set": "strategy", "service": "shop/web", "strategy": "overlap" }),
            of(web(), By(overlap)),
        ),
        (
            json!({ "set": "strategy", "service": null, "strategy": "hold" }),
            of(Scope::Defaults, By(hold)),
        ),
        (
            json!({ "set": "strategy", "service": "shop/web", "strategy": "recreate" }),
            of(web(), By(Some(Strategy::Recreate))),
        ),
        (json!({ "set": "strategy", "service": "shop/web" }), of(web(), By(None))),
        (
            json!({ "set": "monitor", "service": "shop/web", "window": "60s" }),
            of(web(), Monitor(minute)),
        ),
        (json!({ "set": "monitor", "service": "shop/web" }), of(web(), Monitor(None))),
        (
            json!({ "set": "keepReleases", "service": "shop/web", "count": 3 }),
            of(web(), KeepReleases(Some(3))),
        ),
        (
            json!({ "set": "keepReleases", "service": null }),
            of(Scope::Defaults, KeepReleases(None)),
        ),
    ] {
        assert_eq!(edit(&sent), Ok((vec![expected], None)), "{sent}");
    }
}

#[test]
fn what_happens_by_itself_is_edited_like_everything_else() {
    use ServiceChange::{Exclude, Follow, Include, IncludeStopped, MinAge, Pinned, Prereleases};
    let cron = Cron::parse("0 4 * * *").unwrap();
    let night = Window::parse("Mon-Fri 02:00-05:00").unwrap();
    let pattern = |text| Some(Pattern::parse(text).unwrap());
    let web_is = |key| of(web(), key);
    for (sent, expected) in [
        (json!({ "set": "cron", "cron": "0 4 * * *" }), Change::CheckAt(cron)),
        (
            json!({ "set": "timeZone", "zone": "Europe/Paris" }),
            Change::TimeZone(Some("Europe/Paris".to_owned())),
        ),
        (json!({ "set": "timeZone", "zone": null }), Change::TimeZone(None)),
        (json!({ "set": "batteryAbove", "percent": 50 }), Change::BatteryAbove(Some(50))),
        (json!({ "set": "metered", "on": true }), Change::Metered(Some(true))),
        (
            json!({ "set": "minAge", "service": "shop/web", "age": "3d" }),
            web_is(MinAge(Some(Duration::from_hours(72)))),
        ),
        (json!({ "set": "minAge", "service": "shop/web", "age": null }), web_is(MinAge(None))),
        (
            json!({ "set": "windows", "service": "shop/web", "windows": ["Mon-Fri 02:00-05:00"] }),
            web_is(ServiceChange::Windows(Some(vec![night]))),
        ),
        (
            json!({ "set": "windows", "service": "shop/web", "windows": [] }),
            web_is(ServiceChange::Windows(None)),
        ),
        (
            json!({ "set": "follow", "service": "shop/web", "follow": "minor" }),
            web_is(Follow(Some(tags::Follow::Minor))),
        ),
        (
            json!({ "set": "include", "service": "shop/web", "pattern": "^1" }),
            web_is(Include(pattern("^1"))),
        ),
        (
            json!({ "set": "exclude", "service": "shop/web", "pattern": null }),
            web_is(Exclude(None)),
        ),
        (
            json!({ "set": "prereleases", "service": "shop/web", "on": true }),
            web_is(Prereleases(Some(true))),
        ),
        (json!({ "set": "pinned", "service": "shop/web", "on": true }), web_is(Pinned(Some(true)))),
        (
            json!({ "set": "includeStopped", "service": "shop/web", "on": false }),
            web_is(IncludeStopped(Some(false))),
        ),
    ] {
        assert_eq!(edit(&sent), Ok((vec![expected], None)), "{sent}");
    }
}

#[test]
fn set_times_are_shown_with_the_next_three_runs() {
    let text = "[schedule]\ncron = \"0 4 * * *\"\ntime_zone = \"Europe/Paris\"\n";
    let written = config::parse(text, "c").unwrap();
    // Summer time ends on the second of these days.
    let now = "2026-10-24T12:00:00+02:00[Europe/Paris]".parse().unwrap();
    let shown = settings("c".to_owned(), &written, &[], Autostart::Off, &now).schedule;
    assert_eq!((shown.every, shown.cron), (None, Some("0 4 * * *".to_owned())));
    assert_eq!(shown.zone_in_force, "Europe/Paris");
    let next = ["2026-10-25T03:00:00Z", "2026-10-26T03:00:00Z", "2026-10-27T03:00:00Z"];
    assert_eq!(shown.next, next);
}

#[test]
fn autostart_is_the_systems_and_no_edit_of_the_file() {
    assert_eq!(edit(&json!({ "set": "autostart", "on": true })), Ok((Vec::new(), Some(true))));
}

#[test]
fn several_changes_keep_their_order() {
    let sent = [
        SettingChange::Notifications { on: true },
        SettingChange::Autostart { on: false },
        SettingChange::Engine { address: None },
    ];
    let expected = vec![Change::Notifications(true), Change::Engine(None)];
    assert_eq!(changes(&sent), Ok((expected, Some(false))));
}

#[test]
fn what_cannot_be_written_is_said() {
    for (sent, part) in [
        (json!({ "set": "checkEvery", "every": "soon" }), "\"soon\" is no time"),
        (json!({ "set": "monitor", "service": null, "window": "5" }), "\"5\" is no time"),
        (
            json!({ "set": "strategy", "service": null, "strategy": "swarm" }),
            "no strategy \"swarm\"",
        ),
        (json!({ "set": "updates", "service": "a b", "mode": "auto" }), "\"a b\" is not"),
        (json!({ "set": "cron", "cron": "0 25 * * *" }), "hour"),
        (json!({ "set": "windows", "service": null, "windows": ["night"] }), "night"),
        (json!({ "set": "include", "service": null, "pattern": "(" }), "open group"),
    ] {
        let error = edit(&sent).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn without_a_file_every_default_is_shown() {
    let service = ServiceId::parse("shop/web").unwrap();
    let now = Zoned::now();
    let written = config::Settings::default();
    let shown = settings("c".to_owned(), &written, &[service], Autostart::Off, &now);
    assert_eq!((shown.engine, shown.language), (None, Language::System));
    assert_eq!(shown.defaults.service, None);
    assert_eq!(shown.services[0].service, Some("shop/web".to_owned()));
    let own = ServiceSettings { service: None, ..shown.services[0].clone() };
    assert_eq!(own, shown.defaults);
    assert!(shown.schedule.every.is_some());
}
