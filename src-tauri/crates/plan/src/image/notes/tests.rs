use serde_json::json;

use super::*;

fn notes(labels: &Value) -> Option<String> {
    release_notes(&json!({ "config": { "Labels": labels } }))
}

fn of_source(source: &str) -> Option<String> {
    notes(&json!({ "org.opencontainers.image.source": source }))
}

#[test]
fn a_github_project_has_its_releases_page() {
    for source in [
        "https://github.com/phoenix/gateway",
        "https://github.com/phoenix/gateway.git",
        "HTTPS://GitHub.com/phoenix/gateway/tree/main/docker",
        "http://github.com/phoenix/gateway?tab=readme",
    ] {
        let expected = "https://github.com/phoenix/gateway/releases";
        assert_eq!(of_source(source).as_deref(), Some(expected), "{source}");
    }
}

#[test]
fn a_gitlab_project_has_its_releases_page_on_its_own_server() {
    for (source, expected) in [
        ("https://gitlab.com/a/b", "https://gitlab.com/a/b/-/releases"),
        ("https://gitlab.com/a/b/c.git", "https://gitlab.com/a/b/c/-/releases"),
        (
            "https://gitlab.example.org:8443/a/b/-/tree/main",
            "https://gitlab.example.org:8443/a/b/-/releases",
        ),
    ] {
        assert_eq!(of_source(source).as_deref(), Some(expected), "{source}");
    }
}

#[test]
fn a_page_that_calls_itself_release_notes_comes_first() {
    let labels = json!({
        "org.opencontainers.image.source": "https://github.com/a/b",
        "org.opencontainers.image.documentation": "https://a.example/docs",
        "org.opencontainers.image.url": "https://a.example/changelog.html#v2" });
    assert_eq!(notes(&labels).as_deref(), Some("https://a.example/changelog.html#v2"));
}

#[test]
fn without_a_known_host_it_is_the_images_own_page() {
    let labels = json!({
        "org.opencontainers.image.source": "https://git.example/a/b",
        "org.opencontainers.image.url": "https://a.example/" });
    assert_eq!(notes(&labels).as_deref(), Some("https://a.example/"));
    assert_eq!(of_source("https://git.example/a/b").as_deref(), Some("https://git.example/a/b"));
}

#[test]
fn the_engines_inspect_document_is_read_as_well() {
    let inspect = json!({ "Config": { "Labels": {
        "org.opencontainers.image.source": "https://github.com/a/b" } } });
    assert_eq!(release_notes(&inspect).as_deref(), Some("https://github.com/a/b/releases"));
}

#[test]
fn credentials_are_taken_out() {
    for source in [
        "https://ci-token:s3cret@gitlab.com/a/b.git",
        "https://s3cret@github.com/a/b",
        "https://git.example/a?private_token=s3cret",
        "https://u:a@s3cret@git.example/a",
    ] {
        let address = of_source(source).unwrap();
        assert!(!address.contains("s3cret") && !address.contains('@'), "{address}");
    }
}

#[test]
fn only_addresses_for_a_browser_are_answered() {
    let long = format!("https://a.example/{}", "x".repeat(500));
    for source in [
        "javascript:alert(1)",
        "javascript://github.com/a/b",
        "file:///etc/passwd",
        "git@github.com:a/b.git",
        "https://",
        "https://-a/",
        "https://a b/",
        "https://a.example/\n",
        "https://a.example/\u{202e}",
        "https://exämple.org/",
        "https://a.example:99999/",
        "https://a.example/<script>",
        "https://[::1]/",
        "github.com/a/b",
        "",
        &long,
    ] {
        assert_eq!(of_source(source), None, "{source:?}");
    }
    assert_eq!(release_notes(&Value::Null), None);
}
