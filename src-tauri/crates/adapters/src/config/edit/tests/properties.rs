//! Any file, any change: what is not meant stays, and what was done can be undone.

use proptest::{prelude::*, sample::subsequence, strategy::Strategy};

use super::*;

/// Lines that a table of a service may have, in any order and with anything between them.
const KEYS: [&str; 6] = [
    "monitor = '7s'",
    "  hold_limit=\"10s\"   # short",
    "probe_path = \"\"\"/a\"\"\"",
    "config_files = [\n  \"/a\", # one\n\n  '~/b',\n]",
    "gate = { successes = 2 } # twice",
    "raw_ports = [ 1,2 ]",
];

const FILLING: [&str; 5] = ["", "# a comment", "    # indented", "\t", "#[defaults]"];

const HEADERS: [&str; 6] = [
    "[desktop]\nlanguage = 'en'",
    "[schedule] # when",
    "[defaults]",
    "[services.\"shop/web\"]",
    "[services.'my.app'] # app",
    "[services.phoenix-gateway]",
];

fn body() -> impl Strategy<Value = Vec<String>> {
    let keys = subsequence(KEYS.to_vec(), 0..=KEYS.len()).prop_shuffle();
    let filling = proptest::collection::vec(proptest::sample::select(FILLING.to_vec()), KEYS.len());
    (keys, filling).prop_map(|(keys, filling)| {
        let both = keys.into_iter().map(str::to_owned).zip(filling);
        both.flat_map(|(key, filling)| [key, filling.to_owned()]).collect()
    })
}

/// A file; `true` if it ends with a line break, and with Windows' line breaks now and then.
fn file() -> impl Strategy<Value = String> {
    let headers = subsequence(HEADERS.to_vec(), 0..=HEADERS.len()).prop_shuffle();
    let bodies = proptest::collection::vec(body(), HEADERS.len());
    let head = proptest::collection::vec(proptest::sample::select(FILLING.to_vec()), 0..3);
    let engine = any::<bool>();
    (head, engine, headers, bodies, any::<bool>(), any::<bool>()).prop_map(
        |(head, engine, headers, bodies, windows, ends)| {
            let mut lines: Vec<String> = head.into_iter().map(str::to_owned).collect();
            lines.extend(engine.then(|| "engine = 'unix:///a' # here".to_owned()));
            for (header, body) in headers.into_iter().zip(bodies) {
                lines.push(header.to_owned());
                let takes_keys = header.contains("services") || header.contains("defaults");
                lines.extend(body.into_iter().filter(|_| takes_keys));
                lines.push("# below".to_owned());
            }
            let mut text = lines.join("\n");
            text.push_str(if ends && !text.is_empty() { "\n" } else { "" });
            if windows { text.replace('\n', "\r\n") } else { text }
        },
    )
}

fn scope() -> impl Strategy<Value = Scope> {
    let services = ["shop/web", "my.app", "phoenix-gateway", "phoenix/gateway", "new/one"];
    prop_oneof![
        Just(Scope::Defaults),
        proptest::sample::select(services.to_vec()).prop_map(|name| Scope::Service(service(name))),
    ]
}

/// A key that [`KEYS`] has not, its value, and its absence.
fn absent_key() -> impl Strategy<Value = (ServiceChange, ServiceChange)> {
    use ServiceChange as Key;
    proptest::sample::select(vec![
        (Key::Updates(Some(UpdateMode::Manual)), Key::Updates(None)),
        (Key::KeepReleases(Some(5)), Key::KeepReleases(None)),
        (Key::DrainLimit(Some(Duration::from_millis(1_500))), Key::DrainLimit(None)),
        (Key::AcceptUnhealthy(Some(true)), Key::AcceptUnhealthy(None)),
        (Key::MayInterrupt(Some(true)), Key::MayInterrupt(None)),
        (Key::MinAge(Some(Duration::from_hours(72))), Key::MinAge(None)),
        (Key::Pinned(Some(true)), Key::Pinned(None)),
        (Key::Windows(Some(vec![Window::parse("02:00-05:00").unwrap()])), Key::Windows(None)),
        (Key::Follow(Some(Follow::Minor)), Key::Follow(None)),
    ])
}

fn any_change() -> impl Strategy<Value = Change> {
    use ServiceChange as Key;
    let keys = proptest::sample::select(vec![
        Key::Monitor(Some(Duration::from_secs(90))),
        Key::Monitor(None),
        Key::HoldLimit(None),
        Key::ProbePath(Some("/b".to_owned())),
        Key::ConfigFiles(None),
        Key::ConfigFiles(Some(vec!["/c".to_owned()])),
        Key::Updates(Some(UpdateMode::Auto)),
    ]);
    prop_oneof![
        (scope(), keys).prop_map(|(scope, key)| Change::Service { scope, key }),
        any::<bool>().prop_map(Change::Notifications),
        Just(Change::Language(Language::French)),
        Just(Change::Zoom(150)),
        Just(Change::CheckEvery(None)),
        Just(Change::Engine(None)),
        Just(Change::Engine(Some("unix:///b".to_owned()))),
        Just(Change::Watch(service("new/one"))),
    ]
}

/// The lines of `short`, in their order, are all in `long`.
fn is_within(short: &str, long: &str) -> bool {
    let mut long = long.lines();
    short.lines().all(|line| long.any(|other| other == line))
}

/// The file without the lines that the change is about.
fn others(text: &str, change: &Change) -> String {
    let key = match change {
        Change::Engine(_) => "engine",
        Change::Notifications(_) => "notifications",
        Change::Language(_) => "language",
        Change::Zoom(_) => "zoom",
        Change::CheckEvery(_) => "every",
        Change::CheckAt(_) => "cron",
        Change::TimeZone(_) => "time_zone",
        Change::Jitter(_) => "jitter",
        Change::BatteryAbove(_) => "battery_above",
        Change::Metered(_) => "metered",
        Change::AtOnce(_) => "at_once",
        Change::Watch(_) | Change::Unwatch(_) => return text.to_owned(),
        Change::Service { key: ServiceChange::Monitor(_), .. } => "monitor",
        Change::Service { key: ServiceChange::HoldLimit(_), .. } => "hold_limit",
        Change::Service { key: ServiceChange::ProbePath(_), .. } => "probe_path",
        Change::Service { key: ServiceChange::ConfigFiles(_), .. } => "config_files",
        Change::Service { .. } => "updates",
    };
    let mut kept = Vec::new();
    let mut in_list = false;
    for line in text.lines() {
        let is_key = line.trim_start().starts_with(key);
        if !is_key && !in_list {
            kept.push(line);
        }
        in_list = (in_list || is_key && line.ends_with('[')) && line != "]";
    }
    kept.join("\n")
}

proptest! {
    #[test]
    fn a_key_that_was_absent_leaves_no_trace((text, scope, (set, unset)) in (file(), scope(), absent_key())) {
        let there = after(&text, &[Change::Service { scope: scope.clone(), key: set }]);
        prop_assert!(is_within(&text, &there), "{text}\n---\n{there}");
        let newly = match &scope {
            Scope::Service(id) => !parse(&text, "").unwrap().is_written(id),
            Scope::Defaults => false,
        };
        let mut undo = vec![Change::Service { scope: scope.clone(), key: unset }];
        if let Scope::Service(id) = &scope && newly && !is_gateway(id) {
            undo.push(Change::Unwatch(id.clone()));
        }
        let bare = "[defaults]\n";
        prop_assume!(!text.contains(&format!("{bare}\n")) && !text.ends_with(bare));
        prop_assert_eq!(after(&there, &undo), text);
    }

    #[test]
    fn what_a_change_is_not_about_survives((text, change) in (file(), any_change())) {
        let edited = after(&text, std::slice::from_ref(&change));
        prop_assert!(is_within(&others(&text, &change), &edited), "{change:?}\n{text}\n---\n{edited}");
        prop_assert_eq!(text.contains("\r\n") && edited.replace("\r\n", "").contains('\n'), false);
    }

    #[test]
    fn a_change_does_what_it_says((text, scope) in (file(), scope())) {
        let key = ServiceChange::Monitor(Some(Duration::from_secs(90)));
        let edited = after(&text, &[Change::Service { scope: scope.clone(), key }]);
        let id = match scope {
            Scope::Defaults => service("not/written"),
            Scope::Service(id) => id,
        };
        let monitor = parse(&edited, "").unwrap().policy_for(&id).monitor;
        prop_assert_eq!(monitor, Some(Duration::from_secs(90)), "{}", edited);
    }
}
