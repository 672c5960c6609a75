use std::time::Duration;

use super::*;
use crate::check::NoAnswer;

const DAY: Duration = Duration::from_hours(24);

fn at(days: u32) -> Timestamp {
    Timestamp::UNIX_EPOCH + DAY * days
}

fn offered(digest: &str) -> Answer {
    let digest = digest.to_owned();
    let finding = Finding::UpdateAvailable { digest, version: None, download_bytes: None };
    Answer::from(finding)
}

fn same(digest: &str) -> Answer {
    Answer { same: Some(digest.to_owned()), ..Answer::from(Finding::UpToDate) }
}

const REPOSITORY: &str = "docker.io/library/web";

#[test]
fn a_release_is_known_since_it_was_first_found_and_a_newer_one_begins_anew() {
    let mut watched = Watched::default();
    watched.found(&offered("a"), Some(REPOSITORY.to_owned()), None, at(1));
    watched.found(&offered("a"), Some(REPOSITORY.to_owned()), None, at(2));
    assert_eq!(watched.first_seen.as_ref().map(|seen| seen.at), Some(at(1)));
    watched.found(&offered("b"), Some(REPOSITORY.to_owned()), None, at(3));
    assert_eq!(watched.first_seen.as_ref().map(|seen| seen.at), Some(at(3)));
}

#[test]
fn a_release_that_was_withdrawn_and_comes_back_begins_anew() {
    let mut watched = Watched::default();
    watched.found(&offered("a"), Some(REPOSITORY.to_owned()), None, at(1));
    watched.found(&same("x"), Some(REPOSITORY.to_owned()), None, at(2));
    watched.found(&offered("a"), Some(REPOSITORY.to_owned()), None, at(3));
    assert_eq!(watched.first_seen.unwrap().at, at(3));
}

#[test]
fn a_failed_check_changes_nothing_that_is_known() {
    let mut watched = Watched::default();
    watched.found(&offered("a"), Some(REPOSITORY.to_owned()), None, at(1));
    let before = watched.clone();
    let finding = Finding::CheckFailed {
        reason: String::new(),
        because: NoAnswer::default(),
        last_good: None,
    };
    watched.found(&Answer::from(finding), Some(REPOSITORY.to_owned()), None, at(2));
    assert_eq!(watched, before);
}

#[test]
fn equal_digests_are_remembered_for_the_image_that_runs_and_few_of_them() {
    let mut watched = Watched::default();
    for number in 0..20 {
        watched.found(
            &same(&format!("d{number}")),
            Some(REPOSITORY.to_owned()),
            Some("one"),
            at(1),
        );
    }
    assert_eq!(watched.same_as(Some("one")).len(), MOST_SAME);
    assert!(watched.same_as(Some("two")).is_empty());
    watched.found(&same("e"), Some(REPOSITORY.to_owned()), Some("two"), at(2));
    assert_eq!((watched.same.len(), watched.same_as(Some("two"))), (1, vec!["e".to_owned()]));
}

#[test]
fn another_repository_has_its_own_releases_but_the_wishes_for_the_service_stay() {
    let mut watched = Watched { pinned: true, skipped: Some("a".to_owned()), ..Watched::default() };
    watched.found(&offered("a"), Some(REPOSITORY.to_owned()), None, at(1));
    watched.found(&offered("a"), Some("ghcr.io/web".to_owned()), None, at(2));
    assert_eq!((watched.pinned, watched.skipped), (true, None));
    assert_eq!(watched.first_seen.unwrap().at, at(2));
}

#[test]
fn what_an_older_version_stored_is_read() {
    let old = r#"{"paused":true,"services":{"shop/web":{"last_check":{"at":"2026-01-02T03:04:05Z",
        "finding":{"state":"pinned"}},"announced":"sha256:1","skipped":null,"snoozed_until":null,
        "seen_receipt":null},"db":{"last_check":{"at":"2026-01-02T03:04:05Z",
        "finding":{"state":"pulled_not_running","image_id":"sha256:2","version":null}}}}}"#;
    let read: WatchState = serde_json::from_str(old).unwrap();
    let shop = ServiceId::parse("shop/web").unwrap();
    let finding = &read.services[&shop].last_check.as_ref().unwrap().finding;
    assert_eq!((read.paused, finding), (true, &Finding::Pinned { newer: None }));
}

#[test]
fn services_that_nobody_watches_are_forgotten_beyond_a_number_the_oldest_first() {
    let mut state = WatchState::default();
    let name = |number: u32| ServiceId::Container(format!("c{number}"));
    for number in 0..300 {
        let watched = state.services.entry(name(number)).or_default();
        watched.found(&offered("a"), Some(REPOSITORY.to_owned()), None, at(number));
    }
    state.bound(&BTreeSet::from([name(0)]));
    assert_eq!(state.services.len(), MOST_UNWATCHED + 1);
    assert!(state.services.contains_key(&name(0)) && !state.services.contains_key(&name(1)));
}
