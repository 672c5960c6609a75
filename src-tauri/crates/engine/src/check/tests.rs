use super::*;

fn all_findings() -> Vec<Finding> {
    let (digest, version) = ("sha256:0123456789abcdef".to_owned(), Some("2".to_owned()));
    let newer = Newer { tag: "2".to_owned(), digest: digest.clone() };
    vec![
        Finding::UpToDate,
        Finding::UpdateAvailable {
            digest: digest.clone(),
            version: version.clone(),
            download_bytes: Some(1),
        },
        Finding::NewerTag {
            tag: "2.0".to_owned(),
            digest: digest.clone(),
            version: None,
            download_bytes: None,
        },
        Finding::PulledNotRunning {
            image_id: "sha256:fedcba9876543210".to_owned(),
            digest: Some(digest.clone()),
            version: None,
        },
        Finding::Pinned { newer: Some(newer) },
        Finding::LocalBuild,
        Finding::KnownBad { digest, reason: String::new(), at: jiff::Timestamp::UNIX_EPOCH },
        Finding::CheckFailed { reason: String::new(), because: NoAnswer::Network, last_good: None },
    ]
}

#[test]
fn what_is_found_reads_back_as_it_was_written() {
    for finding in all_findings() {
        let json = serde_json::to_string(&finding).unwrap();
        assert_eq!(serde_json::from_str::<Finding>(&json).unwrap(), finding);
    }
}

#[test]
fn what_is_found_is_called_as_in_json() {
    for finding in all_findings() {
        assert_eq!(serde_json::to_value(&finding).unwrap()["state"], finding.word());
    }
}

#[test]
fn only_what_can_be_installed_is_an_update() {
    let updates: Vec<bool> = all_findings().iter().map(Finding::is_update).collect();
    assert_eq!(updates, [false, true, true, true, false, false, false, false]);
}

#[test]
fn an_image_on_the_machine_and_at_the_registry_is_one_release() {
    let findings = all_findings();
    assert_eq!(findings[1].key(), findings[3].key());
}

#[test]
fn what_is_found_is_called_by_its_version_its_tag_or_its_digest() {
    let names: Vec<_> = all_findings()[1..4].iter().map(Finding::name).collect();
    let some = |name: &str| Some(name.to_owned());
    assert_eq!(names, [some("2"), some("2.0"), some("fedcba987654")]);
}
