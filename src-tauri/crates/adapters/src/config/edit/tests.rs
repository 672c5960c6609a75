mod files;
mod properties;
mod rules;

use std::time::Duration;

use phoenix_plan::{policy::UpdateMode, service::ServiceId, strategy::Strategy};

use super::*;
use crate::config::parse;

fn service(name: &str) -> ServiceId {
    ServiceId::parse(name).unwrap()
}

fn defaults(key: ServiceChange) -> Change {
    Change::Service { scope: Scope::Defaults, key }
}

fn of(name: &str, key: ServiceChange) -> Change {
    Change::Service { scope: Scope::Service(service(name)), key }
}

fn after(text: &str, changes: &[Change]) -> String {
    apply(text, changes).unwrap()
}

const COMMENTED: &str = "\
# My machine

engine = 'unix:///run/docker.sock' # rootless

[defaults]   # for all
  monitor    = \"300s\"
  # hold_limit = \"10s\"

# The shop
[services.\"shop/web\"]
config_files = [
  \"/srv/a.json\", # first
]

[services.\"shop/web\".gate]
successes = 5
# the end
";

#[test]
fn a_new_value_replaces_only_the_old_one() {
    let changes = [defaults(ServiceChange::Monitor(Some(Duration::from_secs(90))))];
    let expected = COMMENTED.replace("\"300s\"", "\"1m30s\"");
    assert_eq!(after(COMMENTED, &changes), expected);
}

#[test]
fn a_value_that_means_the_same_stays_as_it_was_written() {
    let changes = [
        defaults(ServiceChange::Monitor(Some(Duration::from_mins(5)))),
        Change::Engine(Some("unix:///run/docker.sock".to_owned())),
        Change::Watch(service("shop/web")),
        of("shop/web", ServiceChange::ConfigFiles(Some(vec!["/srv/a.json".to_owned()]))),
    ];
    assert_eq!(after(COMMENTED, &changes), COMMENTED);
}

#[test]
fn a_new_key_goes_below_the_last_one_of_its_table_and_is_indented_as_that() {
    let text = after(COMMENTED, &[defaults(ServiceChange::KeepReleases(Some(2)))]);
    assert_eq!(text, COMMENTED.replace("\"300s\"\n", "\"300s\"\n  keep_releases = 2\n"));
    let text = after(COMMENTED, &[of("shop/web", ServiceChange::Updates(Some(UpdateMode::Auto)))]);
    assert_eq!(text, COMMENTED.replace("first\n]\n", "first\n]\nupdates = \"auto\"\n"));
}

#[test]
fn a_table_that_is_missing_is_added_at_the_end() {
    let text = after("# mine\n", &[Change::Language(Language::French), Change::CheckEvery(None)]);
    assert_eq!(text, "# mine\n\n[desktop]\nlanguage = \"fr\"\n\n[schedule]\nevery = \"never\"\n");
}

#[test]
fn an_empty_file_takes_every_change() {
    let text = after(
        "",
        &[
            Change::Engine(Some("tcp://10.0.0.1:2375".to_owned())),
            Change::Notifications(false),
            Change::Zoom(150),
            Change::CheckEvery(Some(Duration::from_hours(36))),
            Change::Watch(service("my.app")),
            of("shop/web", ServiceChange::Strategy(Some(Strategy::Hold))),
            of("shop/web", ServiceChange::ConfigFiles(Some(vec!["/a \"b\"".to_owned()]))),
        ],
    );
    assert_eq!(
        text,
        "engine = \"tcp://10.0.0.1:2375\"\n\n[desktop]\nnotifications = false\nzoom = 150\n\n[schedule]\n\
         every = \"1d12h\"\n\n[services.\"my.app\"]\n\n[services.\"shop/web\"]\n\
         strategy = \"hold\"\nconfig_files = ['/a \"b\"']\n"
    );
}

#[test]
fn the_engine_goes_above_the_first_table_and_its_comment() {
    let text =
        after("# Head\n\n# for all\n[defaults]\n", &[Change::Engine(Some("unix:///a".to_owned()))]);
    assert_eq!(text, "# Head\n\nengine = \"unix:///a\"\n# for all\n[defaults]\n");
}

#[test]
fn a_service_without_a_key_of_its_own_stays_watched() {
    for text in ["[services.web]\nupdates = \"auto\"\n", "services.web.updates = \"auto\"\n"] {
        let text = after(text, &[of("web", ServiceChange::Updates(None))]);
        assert!(parse(&text, "").unwrap().is_written(&service("web")), "{text}");
        assert!(!text.contains("updates"), "{text}");
    }
}

#[test]
fn a_service_that_is_not_written_does_not_become_so_by_a_default() {
    assert_eq!(after("", &[of("web", ServiceChange::Monitor(None))]), "");
}

#[test]
fn unwatching_removes_the_table_and_what_is_below_it_but_no_line_of_others() {
    let text = after(COMMENTED, &[Change::Unwatch(service("shop/web"))]);
    let kept = COMMENTED.split_once("[services").unwrap().0;
    assert_eq!(text, format!("{kept}\n# the end\n"));
}

#[test]
fn every_way_to_write_a_table_can_be_edited() {
    for (text, expected) in [
        ("services = { web = {} }\n", "services = { web = { updates = \"auto\" } }\n"),
        (
            "services = {web = {monitor = \"5s\"}}\n",
            "services = {web = {monitor = \"5s\", updates = \"auto\"}}\n",
        ),
        (
            "[services]\nweb = { monitor = \"5s\" } # w\n",
            "[services]\nweb = { monitor = \"5s\", updates = \"auto\" } # w\n",
        ),
        (
            "services.web.monitor = \"5s\"\n",
            "services.web.monitor = \"5s\"\nservices.web.updates = \"auto\"\n",
        ),
        (
            "[services]\nweb.monitor = \"5s\"\n",
            "[services]\nweb.monitor = \"5s\"\nweb.updates = \"auto\"\n",
        ),
        (
            "[services.web.gate]\nsuccesses = 1\n",
            "[services.web.gate]\nsuccesses = 1\n\n[services.web]\nupdates = \"auto\"\n",
        ),
        (
            "[services.'web']\r\nmonitor = \"5s\"\r\n",
            "[services.'web']\r\nmonitor = \"5s\"\r\nupdates = \"auto\"\r\n",
        ),
        ("[services.web]", "[services.web]\nupdates = \"auto\""),
    ] {
        let edited = after(text, &[of("web", ServiceChange::Updates(Some(UpdateMode::Auto)))]);
        assert_eq!(edited, expected);
        let policy = parse(&edited, "").unwrap().policy_for(&service("web"));
        assert_eq!(policy.updates, UpdateMode::Auto, "{edited}");
        let other = after(text, &[Change::Watch(service("shop/api"))]);
        assert!(parse(&other, "").unwrap().is_written(&service("shop/api")), "{other}");
        let none = after(text, &[Change::Unwatch(service("web"))]);
        assert!(!parse(&none, "").unwrap().is_written(&service("web")), "{none}");
    }
}

#[test]
fn braces_over_several_lines_are_left_to_the_user() {
    let text = "[services]\nweb = {\n  # note\n  monitor = \"5s\",\n}\n";
    let error = apply(text, &[of("web", ServiceChange::Monitor(None))]).unwrap_err();
    assert!(matches!(error, ConfigError::NotEditable { line: 2, .. }), "{error:?}");
    assert!(error.to_string().contains("write [services.web] as a table of its own"), "{error}");
}

#[test]
fn the_gateways_edits_go_to_the_table_that_exists() {
    let auto = ServiceChange::Updates(Some(UpdateMode::Auto));
    for (text, called, table) in [
        ("", "phoenix/gateway", "[services.phoenix-gateway]"),
        ("[services.phoenix-gateway]\n", "phoenix/gateway", "[services.phoenix-gateway]"),
        ("[services.\"phoenix/gateway\"]\n", "phoenix/gateway", "[services.\"phoenix/gateway\"]"),
        ("", "phoenix-gateway", "[services.phoenix-gateway]"),
    ] {
        let edited = after(text, &[of(called, auto.clone())]);
        assert_eq!(edited, format!("{table}\nupdates = \"auto\"\n"));
        let policy = parse(&edited, "").unwrap().policy_for(&service(called));
        assert_eq!(policy.updates, UpdateMode::Auto);
    }
}

#[test]
fn a_key_of_the_gateway_is_removed_from_the_table_that_holds_for_it() {
    let text = "[services.phoenix-gateway]\nmonitor = \"5s\"\nupdates = \"auto\"\n";
    let edited = after(text, &[of("phoenix/gateway", ServiceChange::Updates(None))]);
    assert_eq!(edited, "[services.phoenix-gateway]\nmonitor = \"5s\"\n");
    assert_eq!(after(&edited, &[of("phoenix/gateway", ServiceChange::Monitor(None))]), "");
}

#[test]
fn the_gateway_cannot_be_unwatched() {
    for name in ["phoenix-gateway", "phoenix/gateway"] {
        let error = apply("[services.phoenix-gateway]\n", &[Change::Unwatch(service(name))]);
        assert!(matches!(error, Err(ConfigError::AlwaysWatched { .. })), "{error:?}");
    }
}

#[test]
fn a_change_that_the_reader_would_refuse_is_refused() {
    let too_long = defaults(ServiceChange::HoldLimit(Some(Duration::from_hours(1))));
    let error = apply("", &[too_long]).unwrap_err();
    assert!(matches!(error, ConfigError::BadValue { line: 2, .. }), "{error:?}");
    let error = apply("[defaults]\nmonitr = 1\n", &[Change::Notifications(true)]).unwrap_err();
    assert!(matches!(error, ConfigError::UnknownKey { line: 2, .. }), "{error:?}");
}

#[test]
fn a_header_with_a_comment_stays_though_nothing_is_below_it() {
    for text in [
        "[defaults] # mine\nmonitor = \"5s\"\n",
        "# mine\n[defaults]\nmonitor = \"5s\"\n",
        "[defaults]\nmonitor = \"5s\"\n# mine\n",
    ] {
        let edited = after(text, &[defaults(ServiceChange::Monitor(None))]);
        assert_eq!(edited, text.replace("monitor = \"5s\"\n", ""));
    }
}
