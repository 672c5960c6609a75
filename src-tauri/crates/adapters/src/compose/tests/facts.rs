use std::{fs, time::Duration};

use phoenix_plan::policy::{FailureAction, Order};

use crate::compose::{ComposeError, file::fingerprint, model::deploy_of, write_edit};

fn deploy(text: &str) -> Result<phoenix_plan::policy::ComposeDeploy, ComposeError> {
    deploy_of(&[("compose.yml", text)], "web")
}

#[test]
fn the_words_of_swarm_are_read() {
    let text = "services:\n  web:\n    deploy:\n      replicas: 2\n      update_config:\n        parallelism: 0\n        delay: 1m30s\n        failure_action: rollback\n        monitor: 60s\n        max_failure_ratio: 0.25\n        order: start-first\n      rollback_config:\n        order: stop-first\n";
    let deploy = deploy(text).unwrap();
    assert_eq!(deploy.replicas, Some(2));
    assert_eq!(deploy.update.parallelism, Some(0));
    assert_eq!(deploy.update.delay, Some(Duration::from_secs(90)));
    assert_eq!(deploy.update.failure_action, Some(FailureAction::Rollback));
    assert_eq!(deploy.update.monitor, Some(Duration::from_mins(1)));
    assert_eq!(deploy.update.max_failure_ratio, Some(0.25));
    assert_eq!(deploy.update.order, Some(Order::StartFirst));
    assert_eq!(deploy.rollback.order, Some(Order::StopFirst));
}

#[test]
fn merge_keys_are_followed() {
    let text = "x: &b\n  deploy:\n    replicas: 3\nservices:\n  web:\n    <<: *b\n";
    assert_eq!(deploy(text).unwrap().replicas, Some(3));
}

#[test]
fn the_json_of_the_cli_is_read_too() {
    let text = r#"{"name":"s","services":{"web":{"deploy":{"replicas":2,"update_config":{"delay":"1m0s"}}}}}"#;
    assert_eq!(deploy(text).unwrap().update.delay, Some(Duration::from_mins(1)));
}

#[test]
fn a_later_file_overrides_only_what_it_says() {
    let one = "services:\n  web:\n    deploy: {replicas: 2, update_config: {order: start-first}}\n";
    let two = "services:\n  web:\n    deploy: {replicas: 4}\n";
    let deploy = deploy_of(&[("a", one), ("b", two)], "web").unwrap();
    assert_eq!((deploy.replicas, deploy.update.order), (Some(4), Some(Order::StartFirst)));
}

#[test]
fn a_service_that_says_nothing_has_no_wishes() {
    assert_eq!(
        deploy("services:\n  web:\n    image: a\n").unwrap(),
        phoenix_plan::policy::ComposeDeploy::default()
    );
}

#[test]
fn a_bad_value_is_named_with_its_place() {
    let text = "services:\n  web:\n    deploy:\n      update_config:\n        order: newest\n";
    let error = deploy(text).unwrap_err().to_string();
    assert!(error.starts_with("compose.yml:5:16: order cannot be \"newest\"; write"), "{error}");
}

#[test]
fn a_broken_file_is_named_with_its_line() {
    let error = deploy("services:\n  web: [\n").unwrap_err();
    assert!(matches!(&error, ComposeError::Unparsable { line: 1.., .. }), "{error:?}");
}

#[test]
fn a_value_that_only_the_cli_can_know_is_refused() {
    let text = "services:\n  web:\n    deploy: {replicas: \"${N:-2}\"}\n";
    assert!(deploy(text).unwrap_err().to_string().contains("variable"));
}

#[test]
fn a_service_that_is_not_there_is_named() {
    let error = deploy("services:\n  other: {}\n").unwrap_err();
    assert!(matches!(error, ComposeError::NoSuchService { .. }));
}

#[test]
fn extending_matters_only_when_nothing_is_said() {
    let silent = "services:\n  web:\n    extends: {service: a}\n";
    assert!(matches!(deploy(silent).unwrap_err(), ComposeError::Extends { .. }));
    let said = "services:\n  web:\n    extends: {service: a}\n    deploy: {replicas: 2}\n";
    assert_eq!(deploy(said).unwrap().replicas, Some(2));
}

#[tokio::test]
async fn a_missing_file_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let error = super::super::deploy(&["absent.yml".into()], dir.path(), "web").await.unwrap_err();
    let ComposeError::File { file, .. } = error else { panic!("{error:?}") };
    assert!(file.ends_with("absent.yml"));
}

#[test]
fn an_edit_is_written_whole_and_the_old_text_stays() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("compose.yml");
    fs::write(&path, "old").unwrap();
    let backup = write_edit(&path, &fingerprint("old"), "new").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    let kept = dir.path().join("compose.yml.before-phoenix-tray");
    assert_eq!(backup, fs::canonicalize(kept).unwrap());
    assert_eq!(fs::read_to_string(backup).unwrap(), "old");
}

#[test]
fn a_file_that_changed_meanwhile_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("compose.yml");
    fs::write(&path, "somebody's work").unwrap();
    let error = write_edit(&path, &fingerprint("old"), "new").unwrap_err();
    assert!(matches!(error, ComposeError::ChangedMeanwhile { .. }));
    assert_eq!(fs::read_to_string(&path).unwrap(), "somebody's work");
}

#[test]
fn a_read_only_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("compose.yml");
    fs::write(&path, "old").unwrap();
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let error = write_edit(&path, &fingerprint("old"), "new").unwrap_err();
    let ComposeError::File { source, .. } = error else { panic!("{error:?}") };
    assert!(source.to_string().contains("read-only"));
}
