use std::time::Duration;

use phoenix_plan::{
    policy::{Inconclusive, Policy},
    service::ServiceId,
    strategy::Strategy,
};

use super::*;

fn service(name: &str) -> ServiceId {
    ServiceId::parse(name).unwrap()
}

fn settings(text: &str) -> Settings {
    parse(text, "config.toml").unwrap()
}

fn complaint(text: &str) -> String {
    parse(text, "config.toml").unwrap_err().to_string()
}

#[test]
fn without_a_file_the_gateway_is_watched() {
    let dir = tempfile::tempdir().unwrap();
    let settings = load_from(&dir.path().join(FILE_NAME)).unwrap();
    assert_eq!(settings.services(), [service("phoenix-gateway")]);
}

#[test]
fn the_gateway_is_known_however_it_was_started() {
    for name in ["phoenix-gateway", "phoenix/gateway"] {
        let policy = settings("").policy_for(&service(name));
        assert_eq!(policy.probe_path.as_deref(), Some("/api/health"));
        assert_eq!(policy.config_files, ["~/.phoenix/phoenix.json"]);
    }
}

#[test]
fn a_service_without_a_table_has_the_defaults() {
    assert_eq!(settings("").policy_for(&service("shop/web")), Policy::default());
}

#[test]
fn a_services_table_goes_before_the_defaults() {
    let settings = settings(
        "engine = \"unix:///run/docker.sock\"\n[defaults]\nmonitor = \"60s\"\nhold_limit = \"1m30s\"\n\
         raw_ports = [6379]\n[services.\"shop/web\"]\nmonitor = \"5m\"\nstrategy = \"hold\"\n\
         inconclusive = \"roll_back\"\ngate = { successes = 5, spacing = \"250ms\" }\n",
    );
    let policy = settings.policy_for(&service("shop/web"));
    assert_eq!(settings.engine(), Some("unix:///run/docker.sock"));
    assert_eq!(policy.monitor, Some(Duration::from_mins(5)));
    assert_eq!(policy.hold_limit, Duration::from_secs(90));
    assert_eq!(policy.strategy, Some(Strategy::Hold));
    assert_eq!(policy.inconclusive, Inconclusive::RollBack);
    assert_eq!((policy.gate.successes, policy.gate.spacing), (5, Duration::from_millis(250)));
    assert_eq!(settings.raw_ports_for(&service("shop/web")), [6379]);
}

#[test]
fn the_gateways_table_holds_for_its_compose_service_too() {
    let settings = settings("[services.phoenix-gateway]\nkeep_releases = 7\n");
    assert_eq!(settings.policy_for(&service("phoenix/gateway")).keep_releases, 7);
    assert_eq!(settings.services().len(), 1);
}

#[test]
fn a_misspelt_key_gets_the_nearest_one() {
    assert_eq!(
        complaint("[defaults]\n\nmonitr = \"60s\"\n"),
        "config.toml:3: \"defaults.monitr\" is no setting here; did you mean \"monitor\"?"
    );
}

#[test]
fn a_key_like_none_gets_the_list() {
    let complaint = complaint("[services.web]\ncolour = 1\n");
    assert!(complaint.contains("config.toml:2: \"services.\"web\".colour\""), "{complaint}");
    assert!(complaint.contains("known here: ") && complaint.contains("probe_path"), "{complaint}");
}

#[test]
fn a_bad_value_is_named_with_place_and_remedy() {
    assert_eq!(
        complaint("[defaults]\nstrategy = \"fast\"\n"),
        "config.toml:2: defaults.strategy = \"fast\" does not work; \
         write one of \"overlap\", \"hold\", \"recreate\""
    );
}

#[test]
fn values_beyond_their_bounds_or_of_another_kind_are_refused() {
    for line in [
        "hold_limit = \"11m\"",
        "hold_limit = \"0s\"",
        "monitor = 60",
        "monitor = \"-5s\"",
        "monitor = \"soon\"",
        "keep_releases = 0",
        "keep_releases = \"3\"",
        "probe_path = \"api\"",
        "config_files = [\"relative.json\"]",
        "config_files = \"~/a\"",
        "raw_ports = [0]",
        "raw_ports = [70000]",
        "accept_unhealthy = \"yes\"",
        "gate = { successes = 0 }",
        "gate = 3",
    ] {
        let error = parse(&format!("[defaults]\n{line}\n"), "config.toml").unwrap_err();
        assert!(matches!(error, ConfigError::BadValue { line: 2, .. }), "{line}: {error:?}");
    }
}

#[test]
fn text_that_is_not_toml_is_named_with_its_line() {
    let error = parse("a = 1\n[defaults\n", "config.toml").unwrap_err();
    assert!(matches!(error, ConfigError::Syntax { line: 2, .. }), "{error:?}");
}

#[test]
fn a_service_name_that_cannot_be_is_refused() {
    let complaint = complaint("[services.\"a b\"]\n");
    assert!(complaint.contains("project/service"), "{complaint}");
}
