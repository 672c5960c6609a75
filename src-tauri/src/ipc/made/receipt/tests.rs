use jiff::Timestamp;
use phoenix_engine::controller;
use phoenix_plan::{
    journal::JournalId,
    receipt::{Cause, FailureReport, Outcome, Plot, PlotTick, Requests},
    service::ServiceId,
    step::Purpose,
};
use serde_json::json;

use super::{page, receipt as made};
use crate::ipc::view::Aim;

fn release(image_id: &str) -> phoenix_plan::image::Release {
    phoenix_plan::image::Release {
        image: "app:latest".to_owned(),
        image_id: Some(image_id.to_owned()),
        ..Default::default()
    }
}

fn receipt(purpose: Purpose, outcome: Outcome) -> phoenix_plan::receipt::Receipt {
    let (id, at) = (JournalId::new(Timestamp::UNIX_EPOCH, "00000001"), Timestamp::UNIX_EPOCH);
    let (service, reason) = (ServiceId::Container("web".to_owned()), "so".to_owned());
    let (from, to) = (release("sha256:1"), release("sha256:2"));
    phoenix_plan::receipt::Receipt::not_begun(id, service, purpose, outcome, reason, from, to, at)
}

#[test]
fn every_outcome_has_its_word() {
    for (outcome, word) in [
        (Outcome::Updated, "updated"),
        (Outcome::Unchanged, "unchanged"),
        (Outcome::RolledBack, "rolled_back"),
        (Outcome::Failed, "failed"),
        (Outcome::Held, "held"),
        (Outcome::Stuck, "stuck"),
    ] {
        assert_eq!(made(&receipt(Purpose::Update, outcome), &[]).outcome, word);
    }
}

#[test]
fn what_a_person_ended_has_an_ending_of_its_own() {
    let by_person = |outcome| phoenix_plan::receipt::Receipt {
        cause: Some(Cause::Person),
        ..receipt(Purpose::Update, outcome)
    };
    assert_eq!(made(&by_person(Outcome::Failed), &[]).ending, "cancelled");
    assert_eq!(made(&by_person(Outcome::RolledBack), &[]).ending, "taken_back");
    assert_eq!(made(&by_person(Outcome::Failed), &[]).outcome, "failed");
}

fn numbered(number: usize) -> phoenix_plan::receipt::Receipt {
    let id = JournalId::new(Timestamp::UNIX_EPOCH, &number.to_string());
    phoenix_plan::receipt::Receipt { id, ..receipt(Purpose::Update, Outcome::Updated) }
}

#[test]
fn pages_follow_each_other_to_the_end() {
    let all: Vec<_> = (0..5).map(numbered).collect();
    let (first, next) = page(all.clone(), None, 2);
    assert_eq!(first, all[..2]);
    let (second, next) = page(all.clone(), next.as_deref(), 2);
    assert_eq!(second, all[2..4]);
    assert_eq!(page(all.clone(), next.as_deref(), 2), (all[4..].to_vec(), None));
}

#[test]
fn a_page_that_ends_with_the_last_receipt_is_the_last() {
    let all: Vec<_> = (0..2).map(numbered).collect();
    assert_eq!(page(all.clone(), None, 2), (all.clone(), None));
    assert_eq!(page(all, Some("gone meanwhile"), 2), (Vec::new(), None));
}

#[test]
fn every_purpose_has_its_word() {
    for (purpose, word) in [
        (Purpose::Update, "update"),
        (Purpose::Rollback, "rollback"),
        (Purpose::Adopt, "adopt"),
        (Purpose::Release, "release"),
    ] {
        assert_eq!(made(&receipt(purpose, Outcome::Updated), &[]).purpose, word);
    }
}

#[test]
fn numbers_failure_and_plot_arrive_as_they_are() {
    let mut one = receipt(Purpose::Update, Outcome::Failed);
    one.requests = Requests { total: 9, failed: 2, app_5xx_after: 4, ..Requests::default() };
    let remedy = Some("make it start".to_owned());
    one.failure = Some(FailureReport { log: vec!["a".to_owned()], remedy, ..Default::default() });
    let tick = PlotTick { requests: 2, failed: 1, slowest_us: 800 };
    let began_at = Timestamp::UNIX_EPOCH;
    one.plot = Some(Plot { began_at, tick_ms: 100, ticks: vec![tick], marks: Vec::new() });
    let sent = serde_json::to_value(made(&one, &[])).unwrap();
    assert_eq!(sent["requests"]["total"], 9);
    assert_eq!(sent["requests"]["failed"], 2);
    assert_eq!(sent["requests"]["app5xxAfter"], 4);
    assert_eq!(sent["failure"]["log"], json!(["a"]));
    assert_eq!(sent["failure"]["remedy"]["text"], "make it start");
    assert_eq!(sent["plot"]["ticks"][0]["slowestUs"], 800);
    assert_eq!(sent["reason"]["text"], "so");
}

#[test]
fn one_can_go_back_to_what_was_left_only_while_it_is_kept() {
    let one = receipt(Purpose::Update, Outcome::Updated);
    assert!(made(&one, &[release("sha256:0"), release("sha256:1")]).can_roll_back_to);
    assert!(!made(&one, &[release("sha256:2")]).can_roll_back_to);
    let mut unknown = one;
    unknown.from.image_id = None;
    assert!(!made(&unknown, &[phoenix_plan::image::Release::default()]).can_roll_back_to);
}

#[test]
fn aims_come_back_as_they_were_sent() {
    use controller::Aim::{Adopt, Release, Rollback, Update};

    let to = || Some("1.1.0".to_owned());
    for (aim, sent) in [
        (Update(None), json!({ "kind": "update", "to": null })),
        (Update(to()), json!({ "kind": "update", "to": "1.1.0" })),
        (Rollback(None), json!({ "kind": "rollback", "to": null })),
        (Rollback(to()), json!({ "kind": "rollback", "to": "1.1.0" })),
        (Adopt, json!({ "kind": "adopt" })),
        (Release, json!({ "kind": "release" })),
    ] {
        assert_eq!(serde_json::to_value(Aim::from(&aim)).unwrap(), sent);
        let read: Aim = serde_json::from_value(sent).unwrap();
        assert_eq!(controller::Aim::from(read), aim);
    }
}
