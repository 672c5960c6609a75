use jiff::Timestamp;
use phoenix_plan::{
    image::Release,
    journal::JournalId,
    receipt::{Cause, Outcome, Receipt},
    step::Purpose,
};

use super::*;
use crate::{
    check::{Finding, NoAnswer},
    controller::Activity,
};

fn service() -> ServiceState {
    crate::controller::notice::tests::service()
}

fn after(outcome: Outcome) -> ServiceState {
    let now = Timestamp::UNIX_EPOCH;
    let mut service = service();
    service.unseen = Some(Receipt::not_begun(
        JournalId::new(now, "00000001"),
        service.id.clone(),
        Purpose::Update,
        outcome,
        String::new(),
        Release::default(),
        Release::default(),
        now,
    ));
    service
}

#[test]
fn a_service_that_runs_and_is_up_to_date_is_good() {
    for health in [Health::Healthy, Health::Running, Health::Starting, Health::Paused] {
        let service = ServiceState { health, finding: Some(Finding::UpToDate), ..service() };
        assert_eq!(of(&service), Standing::Good, "{health:?}");
    }
}

#[test]
fn one_that_does_not_run_as_it_should_needs_attention() {
    for health in [Health::Unhealthy, Health::Restarting, Health::Stopped] {
        assert_eq!(of(&ServiceState { health, ..service() }), Standing::Attention, "{health:?}");
    }
}

#[test]
fn one_without_a_container_is_absent() {
    let service = ServiceState { health: Health::Missing, ..service() };
    assert_eq!(of(&service), Standing::Absent);
}

#[test]
fn something_newer_is_available_unless_it_is_skipped() {
    assert_eq!(of(&service()), Standing::UpdateAvailable);
    assert_eq!(of(&ServiceState { skipped: true, ..service() }), Standing::Good);
}

#[test]
fn what_failed_before_and_what_nobody_could_say_is_not_available() {
    let (digest, reason, at) = ("sha256:2".to_owned(), String::new(), Timestamp::UNIX_EPOCH);
    for finding in [
        Finding::KnownBad { digest, reason: reason.clone(), at },
        Finding::CheckFailed { reason, because: NoAnswer::Other, last_good: None },
        Finding::Pinned { newer: None },
        Finding::LocalBuild,
    ] {
        let service = ServiceState { finding: Some(finding), ..service() };
        assert_eq!(of(&service), Standing::Good);
    }
}

#[test]
fn a_receipt_that_nobody_has_seen_asks_for_attention_if_it_went_wrong() {
    for outcome in [Outcome::RolledBack, Outcome::Failed, Outcome::Stuck] {
        assert_eq!(of(&after(outcome)), Standing::Attention, "{outcome:?}");
    }
    for outcome in [Outcome::Updated, Outcome::Unchanged, Outcome::Held] {
        assert_eq!(of(&after(outcome)), Standing::UpdateAvailable, "{outcome:?}");
    }
}

#[test]
fn what_a_person_cancelled_or_took_back_asks_for_nothing() {
    for outcome in [Outcome::Failed, Outcome::RolledBack] {
        let mut service = after(outcome);
        service.unseen.as_mut().unwrap().cause = Some(Cause::Person);
        assert_eq!(of(&service), Standing::UpdateAvailable, "{outcome:?}");
    }
}

#[test]
fn the_reason_for_attention_is_named_the_gravest_first() {
    let (health, trouble) = (Health::Unhealthy, Some("no".to_owned()));
    let silent = ServiceState { behind_switch: true, health, ..service() };
    assert_eq!(attention(&silent), Some(Attention::SwitchSilent));
    let failed = ServiceState { behind_switch: true, health, ..after(Outcome::Failed) };
    assert!(matches!(attention(&failed), Some(Attention::WentWrong(_))));
    let not_begun = ServiceState { trouble, ..failed };
    assert_eq!(attention(&not_begun), Some(Attention::NotBegun("no")));
    let unhealthy = ServiceState { health, ..service() };
    assert_eq!(attention(&unhealthy), Some(Attention::Health(health)));
    assert_eq!(attention(&service()), None);
}

#[test]
fn trouble_and_a_switch_that_does_not_answer_ask_for_attention() {
    let trouble = ServiceState { trouble: Some("no".to_owned()), ..service() };
    assert_eq!(of(&trouble), Standing::Attention);
    let silent = ServiceState { behind_switch: true, switch_answers: false, ..service() };
    assert_eq!(of(&silent), Standing::Attention);
    let answers = ServiceState { behind_switch: true, switch_answers: true, ..service() };
    assert_eq!(of(&answers), Standing::UpdateAvailable);
}

#[test]
fn while_something_is_done_nothing_else_counts() {
    let activity = Activity::new(Purpose::Update, Timestamp::UNIX_EPOCH);
    let health = Health::Unhealthy;
    let service = ServiceState { activity: Some(activity), health, ..after(Outcome::Stuck) };
    assert_eq!(of(&service), Standing::Updating);
}

#[test]
fn the_worst_comes_first() {
    use Standing::{Absent, Attention, Good, UpdateAvailable, Updating};
    assert!([Attention, Updating, UpdateAvailable, Good, Absent].is_sorted());
}
