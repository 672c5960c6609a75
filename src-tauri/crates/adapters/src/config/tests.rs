use std::time::Duration;

use phoenix_plan::{
    policy::{Inconclusive, Policy, UpdateMode},
    service::ServiceId,
    strategy::Strategy,
};

use super::*;

mod rules;

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

#[test]
fn what_the_desktop_needs_has_defaults() {
    let settings = settings("");
    assert!(settings.notifications());
    assert_eq!(settings.language(), Language::System);
    assert_eq!(settings.zoom_percent(), 100);
    assert_eq!(settings.check_every(), Some(Duration::from_hours(6)));
    assert_eq!(settings.policy_for(&service("web")).updates, UpdateMode::Notify);
    assert!(!settings.is_written(&service("web")));
}

#[test]
fn the_desktops_keys_are_read() {
    let settings = settings(
        "[desktop]\nnotifications = false\nlanguage = \"fr\"\nzoom = 150\n[schedule]\nevery = \"7d\"\n\
         [defaults]\nupdates = \"manual\"\n[services.web]\nupdates = \"auto\"\n",
    );
    assert!(!settings.notifications());
    assert_eq!(settings.language(), Language::French);
    assert_eq!(settings.zoom_percent(), 150);
    assert_eq!(settings.check_every(), Some(Duration::from_hours(7 * 24)));
    assert_eq!(settings.policy_for(&service("web")).updates, UpdateMode::Auto);
    assert_eq!(settings.policy_for(&service("api")).updates, UpdateMode::Manual);
    assert!(settings.is_written(&service("web")));
}

#[test]
fn never_is_a_schedule_too() {
    assert_eq!(settings("[schedule]\nevery = \"never\"\n").check_every(), None);
}

#[test]
fn the_desktops_keys_have_their_bounds_and_words() {
    for (text, remedy) in [
        ("[schedule]\nevery = \"9m\"\n", "from 10m to 30d, or \"never\""),
        ("[schedule]\nevery = \"31d\"\n", "from 10m to 30d, or \"never\""),
        ("[schedule]\nevery = 6\n", "from 10m to 30d, or \"never\""),
        ("[schedule]\nevry = \"6h\"\n", "did you mean \"every\"?"),
        ("[desktop]\nlanguage = \"de\"\n", "write one of \"system\", \"en\", \"fr\""),
        ("[desktop]\nnotifications = \"no\"\n", "write true or false"),
        ("[desktop]\nzoom = 301\n", "from 50 to 300"),
        ("[defaults]\nupdates = \"yes\"\n", "write one of \"manual\", \"notify\", \"auto\""),
    ] {
        let said = complaint(text);
        assert!(said.contains("config.toml:2: ") && said.contains(remedy), "{said}");
    }
}

#[test]
fn a_duration_reads_back_as_it_was_written() {
    for (text, millis) in [
        ("0s", 0),
        ("250ms", 250),
        ("1m30s", 90_000),
        ("1h1s5ms", 3_601_005),
        ("6h", 21_600_000),
        ("30d", 2_592_000_000),
        ("1d12h", 129_600_000),
    ] {
        let duration = Duration::from_millis(millis);
        assert_eq!(write_duration(duration), text);
        assert_eq!(parse_duration(text), Some(duration));
    }
    for text in ["", "d", "-1d", "1d-1h", "1dx", "99999999999999999999d", "P1DT"] {
        assert_eq!(parse_duration(text), None, "{text}");
    }
}

#[test]
fn registries_are_reached_as_their_tables_say() {
    let settings = settings(
        "[registries.\"docker.io\"]\nmirror = \"https://mirror.example\"\n\
         [registries.\"nas.lan:5000\"]\nca = \"/etc/ssl/my-ca.pem\"\n\
         [registries.\"10.0.0.7:5000\"]\ninsecure = true\n",
    );
    let rules = settings.registries();
    assert_eq!(rules["docker.io"].mirror.as_deref(), Some("https://mirror.example"));
    assert_eq!(rules["nas.lan:5000"].ca.as_deref(), Some(Path::new("/etc/ssl/my-ca.pem")));
    assert_eq!(rules["10.0.0.7:5000"].insecure, Some(true));
}

#[test]
fn a_registrys_table_that_does_not_work_says_where_and_how_it_would() {
    for (text, expected) in [
        ("[registries.\"https://ghcr.io\"]\n", "config.toml:1: registries.\"https://ghcr.io\""),
        ("[registries.\"index.docker.io\"]\n", "Docker Hub is \"docker.io\""),
        (
            "[registries.\"ghcr.io\"]\nmirror = \"mirror.example\"\n",
            "config.toml:2: registries.\"ghcr.io\".mirror = \"mirror.example\" does not work; \
             write an address such as \"https://mirror.example\"",
        ),
        ("[registries.\"ghcr.io\"]\nca = \"my.pem\"\n", "write a whole path"),
        ("[registries.\"ghcr.io\"]\nca = \"/a\"\ninsecure = true\n", "remove one of both"),
        ("[registries.\"ghcr.io\"]\nmiror = \"https://a\"\n", "did you mean \"mirror\"?"),
        ("registries = 1\n", "config.toml:1: registries = 1 does not work; write a table here"),
    ] {
        let complaint = complaint(text);
        assert!(complaint.contains(expected), "{complaint}");
    }
}

mod hooks {
    use phoenix_plan::policy::{Hook, HookCommand};

    use super::*;

    const WRITTEN: &str = "[defaults.hooks]\npre_update = { host = [\"/bin/ask\"] }\n\
        post_update = { host = [\"/bin/tell\"], timeout = \"5s\" }\n\
        [services.web]\nhooks = { pre_update = { exec = [\"sh\", \"-c\", \"true\"] } }\n";

    #[test]
    fn a_services_hook_goes_before_that_of_the_defaults_and_others_stay() {
        let hooks = settings(WRITTEN).policy_for(&service("web")).hooks;
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let run = HookCommand::Exec(words(&["sh", "-c", "true"]));
        assert_eq!(hooks.pre_update, Some(Hook { run, timeout: Hook::TIMEOUT }));
        let run = HookCommand::Host(words(&["/bin/tell"]));
        assert_eq!(hooks.post_update, Some(Hook { run, timeout: Duration::from_secs(5) }));
        assert_eq!(hooks.pre_check, None);
    }

    #[test]
    fn a_hook_that_cannot_be_run_is_named_with_its_remedy() {
        let both = "[defaults.hooks]\npre_check = { exec = [\"a\"], host = [\"b\"] }\n";
        for text in [both, "[defaults.hooks]\npre_check = {}\n"] {
            let said = complaint(text);
            assert!(said.starts_with("config.toml:2: defaults.hooks.pre_check"), "{said}");
            assert!(said.contains("either exec") && said.contains("host"), "{said}");
        }
        let said = complaint("[defaults.hooks]\npre_check = { host = [] }\n");
        assert!(said.contains("a program and its arguments"), "{said}");
    }
}
