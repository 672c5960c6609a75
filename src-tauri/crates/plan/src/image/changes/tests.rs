use serde_json::json;

use super::*;

/// A config blob, as a registry has it.
fn blob(config: &Value) -> Value {
    json!({ "os": "linux", "architecture": "amd64", "config": config })
}

fn change(old: &Value, new: &Value) -> Vec<ImageChange> {
    changes(&blob(old), &blob(new))
}

/// The one change between two configurations, as `name: before -> after`.
fn only(old: &Value, new: &Value) -> String {
    let found = change(old, new);
    let [one] = found.as_slice() else { panic!("{found:#?}") };
    line(one)
}

fn line(change: &ImageChange) -> String {
    let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
    let name = change.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    format!("{:?}{name}: {} -> {}", change.kind, side(&change.before), side(&change.after))
}

#[test]
fn everything_that_differs_is_listed_in_a_fixed_order() {
    let old = json!({ "Env": ["B=1", "A=1", "SAME=x"], "ExposedPorts": { "80/tcp": {} },
        "Entrypoint": ["/app"], "Cmd": ["serve"], "Labels": {
            "org.opencontainers.image.version": "1.0.0", "build.host": "a" } });
    let new = json!({ "Env": ["SAME=x", "C=empty", "B=2"], "ExposedPorts": { "8080/tcp": {}, "53/udp": {} },
        "Volumes": { "/data": {} }, "User": "1000", "Entrypoint": ["/app", "--now"],
        "Cmd": ["sh", "-c", "exec 'it'"], "WorkingDir": "/srv", "StopSignal": "SIGINT",
        "Healthcheck": { "Test": ["CMD", "/app", "health"] }, "Labels": {
            "org.opencontainers.image.version": "1.1.0", "build.host": "b" } });
    let lines: Vec<String> = change(&old, &new).iter().map(line).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    Environment A: 1 -> nothing
    Environment B: 1 -> 2
    Environment C: nothing -> empty
    Port 53/udp: nothing -> 53/udp
    Port 80/tcp: 80/tcp -> nothing
    Port 8080/tcp: nothing -> 8080/tcp
    Volume /data: nothing -> /data
    User: root -> 1000
    Entrypoint: /app -> /app --now
    Command: serve -> sh -c 'exec '\''it'\'''
    HealthCheck: nothing -> CMD /app health every 30 s, timeout 30 s, 3 tries
    WorkingDir: / -> /srv
    StopSignal: SIGTERM -> SIGINT
    Label org.opencontainers.image.version: 1.0.0 -> 1.1.0
    ");
}

#[test]
fn an_inspect_document_and_the_blob_it_came_from_do_not_differ() {
    let of_blob = json!({ "Env": ["A=1"], "ExposedPorts": { "80": {} }, "User": "", "Cmd": null,
        "WorkingDir": "/", "Healthcheck": { "Test": ["CMD", "a"], "StartInterval": 5 } });
    let inspect = json!({ "Id": "sha256:1", "Config": { "Env": ["A=1"], "User": "root",
        "ExposedPorts": { "80/tcp": {} }, "Cmd": [], "WorkingDir": "", "StopSignal": "15",
        "Volumes": null, "Entrypoint": null, "Labels": null,
        "Healthcheck": { "Test": ["CMD", "a"], "Interval": 30_000_000_000_u64, "Retries": 3 } } });
    assert_eq!(changes(&inspect, &blob(&of_blob)), []);
}

#[test]
fn a_health_check_is_spelled_for_people() {
    let check = json!({ "Test": ["CMD-SHELL", "curl -f http://localhost/ || exit 1"],
        "Interval": 300_000_000_000_u64, "Timeout": 1_500_000_000_u64,
        "StartPeriod": 10_000_000_000_u64, "Retries": 1 });
    assert_eq!(
        only(&json!({}), &json!({ "Healthcheck": check })),
        "HealthCheck: nothing -> CMD-SHELL curl -f http://localhost/ || exit 1 every 5 min, \
         timeout 1.5 s, 1 try, start 10 s"
    );
}

#[test]
fn no_health_check_and_one_that_is_switched_off_are_the_same() {
    assert_eq!(change(&json!({}), &json!({ "Healthcheck": { "Test": ["NONE"] } })), []);
}

#[test]
fn values_of_variables_that_look_like_secrets_are_hidden_on_both_sides() {
    for name in ["DB_PASSWORD", "api_token", "AWS_SECRET_ACCESS_KEY", "APIKEY", "X-Key", "DB_PWD"] {
        let env = |value: &str| json!({ "Env": [format!("{name}={value}")] });
        let found = change(&env("hunter2"), &env("hunter3"));
        assert!(found[0].before == found[0].after && !line(&found[0]).contains("hunter"), "{name}");
    }
}

#[test]
fn ordinary_variables_are_shown() {
    for name in ["PATH", "PWD", "KEYBOARD", "LANG", "COMPASS", "AUTHOR", "TZ"] {
        let found = change(&json!({}), &json!({ "Env": [format!("{name}=shown")] }));
        assert_eq!(found[0].after.as_deref(), Some("shown"), "{name}");
    }
}

#[test]
fn secrets_inside_values_are_hidden() {
    for value in [
        "postgres://user:hunter2@db:5432/app",
        "-Xmx1g -Dapi.password=hunter2 -v",
        "--token hunter2 --verbose",
        "https://a.example/?access_token=hunter2",
        "a\nexport TOKEN=hunter2",
        "run --password='x hunter2 y' --verbose",
    ] {
        let shown = change(&json!({}), &json!({ "Env": [format!("OPTIONS={value}")] }));
        let shown = shown[0].after.clone().unwrap();
        assert!(!shown.contains("hunter2") && shown.len() > 20, "{shown}");
        let command = change(&json!({}), &json!({ "Cmd": ["sh", "-c", value] }));
        assert!(!line(&command[0]).contains("hunter2"), "{}", line(&command[0]));
    }
}

#[test]
fn nothing_that_is_shown_can_act_on_a_terminal() {
    let env = json!({ "Env": ["A\u{1b}[2J=b\u{202e}c\r\nd\u{7}"] });
    let found = change(&json!({}), &env);
    assert_eq!(line(&found[0]), r"Environment A\u{1b}[2J: nothing -> b\u{202e}c\r\nd\u{7}");
}

#[test]
fn long_values_are_cut() {
    let found = change(&json!({}), &json!({ "Env": [format!("A={}", "ä".repeat(9000))] }));
    assert_eq!(found[0].after.as_ref().unwrap().chars().count(), 501);
}

#[test]
fn documents_of_the_wrong_shape_have_nothing_to_compare() {
    for odd in [
        json!(null),
        json!([1]),
        json!({ "config": "x" }),
        json!({ "Config": {
        "Env": { "A": 1 }, "ExposedPorts": [1], "User": 5, "Entrypoint": 7, "Healthcheck": [] } }),
    ] {
        assert_eq!(changes(&odd, &json!({})), [], "{odd}");
    }
}
