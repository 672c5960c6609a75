use std::time::Duration;

use serde_json::{Value, json};

use super::*;

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
    ] {
        let error = edit(&sent).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn without_a_file_every_default_is_shown() {
    let service = ServiceId::parse("shop/web").unwrap();
    let shown = settings("c".to_owned(), &config::Settings::default(), &[service], Autostart::Off);
    assert_eq!((shown.engine, shown.language), (None, Language::System));
    assert_eq!(shown.defaults.service, None);
    assert_eq!(shown.services[0].service, Some("shop/web".to_owned()));
    let own = ServiceSettings { service: None, ..shown.services[0].clone() };
    assert_eq!(own, shown.defaults);
    assert!(shown.check_every.is_some());
}
