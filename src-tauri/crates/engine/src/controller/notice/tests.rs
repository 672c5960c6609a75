use std::time::Duration;

use phoenix_plan::{image::Release, journal::JournalId, step::Purpose};

use super::*;
use crate::{
    check::Finding,
    controller::{Activity, Health},
};

/// Runs 1, and 2 is available.
pub(in crate::controller) fn service() -> ServiceState {
    let version =
        |version: &str| Release { version: Some(version.to_owned()), ..Release::default() };
    ServiceState {
        id: ServiceId::Container("web".to_owned()),
        running: Some(version("1")),
        health: Health::Healthy,
        health_detail: None,
        containers: vec!["web".to_owned()],
        ports: Vec::new(),
        behind_switch: false,
        switch_answers: false,
        holding: false,
        checking: false,
        checked_at: None,
        finding: Some(Finding::UpdateAvailable {
            digest: "sha256:2".to_owned(),
            version: Some("2".to_owned()),
            download_bytes: None,
        }),
        skipped: false,
        snoozed_until: None,
        pinned: false,
        held: None,
        roll_back_to: None,
        activity: None,
        unseen: None,
        trouble: None,
    }
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn announces(watched: &Watched, seconds: u64) -> bool {
    announcement(&service(), watched, at(seconds)).is_some()
}

#[test]
fn what_is_new_is_announced_with_both_names_under_its_digest() {
    let told = announcement(&service(), &Watched::default(), at(0)).unwrap();
    let id = ServiceId::Container("web".to_owned());
    let (from, to) = ("1".to_owned(), "2".to_owned());
    let expected = Notice::UpdateAvailable { service: id, from, to, tag: None };
    assert_eq!(told, (expected, "sha256:2".to_owned()));
}

#[test]
fn a_digest_is_announced_once_and_another_one_again() {
    let known = |digest: &str| Watched { announced: Some(digest.to_owned()), ..Watched::default() };
    assert!(!announces(&known("sha256:2"), 0));
    assert!(announces(&known("sha256:1"), 0));
}

#[test]
fn a_snoozed_one_is_announced_once_more_when_the_time_is_over() {
    let snoozed = Watched {
        announced: Some("sha256:2".to_owned()),
        snoozed_until: Some(at(100)),
        ..Watched::default()
    };
    assert!(!announces(&snoozed, 99));
    assert!(announces(&snoozed, 100));
}

#[test]
fn a_snooze_also_silences_what_was_never_announced() {
    let snoozed = Watched { snoozed_until: Some(at(100)), ..Watched::default() };
    assert!(!announces(&snoozed, 99));
}

#[test]
fn nothing_is_announced_of_what_is_skipped_pinned_or_being_worked_on() {
    let none = |service: &ServiceState| announcement(service, &Watched::default(), at(0)).is_none();
    assert!(none(&ServiceState { skipped: true, ..service() }));
    assert!(none(&ServiceState { pinned: true, ..service() }));
    let activity = Some(Activity::new(Purpose::Update, at(0)));
    assert!(none(&ServiceState { activity, ..service() }));
    assert!(none(&ServiceState { running: None, ..service() }));
    assert!(none(&ServiceState { finding: Some(Finding::UpToDate), ..service() }));
}

#[test]
fn every_end_is_told_except_that_nothing_was_to_be_done() {
    use Outcome::{Failed, Held, RolledBack, Stuck, Updated};
    let ended = |outcome| {
        let (id, release) = (JournalId::new(at(0), "00000001"), Release::default);
        let service = ServiceId::Container("web".to_owned());
        let reason = String::new();
        let purpose = Purpose::Update;
        is_worth_telling(&Receipt::not_begun(
            id,
            service,
            purpose,
            outcome,
            reason,
            release(),
            release(),
            at(0),
        ))
    };
    assert!(!ended(Outcome::Unchanged));
    assert!([Updated, RolledBack, Failed, Held, Stuck].into_iter().all(ended));
}
