use phoenix_plan::{
    image::Release, journal::JournalId, receipt::Outcome, service::ServiceId, strategy::Strategy,
};

use super::*;

fn receipt(outcome: Outcome, reason: &str) -> Receipt {
    let release = |version: &str| Release {
        image: "phoenix/gateway:latest".to_owned(),
        version: Some(version.to_owned()),
        ..Release::default()
    };
    let mut receipt = Receipt::not_begun(
        JournalId::new(Timestamp::UNIX_EPOCH, "00000001"),
        ServiceId::Container("phoenix-gateway".to_owned()),
        Purpose::Update,
        outcome,
        reason.to_owned(),
        release("1.0.0"),
        release("1.1.0"),
        Timestamp::UNIX_EPOCH,
    );
    receipt.strategy = Some(Strategy::Overlap);
    receipt
}

#[test]
fn an_update_is_told_with_its_numbers() {
    let mut receipt = receipt(Outcome::Updated, "");
    receipt.requests.total = 12_408;
    receipt.requests.longest_stall_ms = 31;
    assert_eq!(
        headline(&receipt),
        "Updated 1.0.0 → 1.1.0. 12,408 requests, none failed. Longest pause 31 ms."
    );
}

#[test]
fn a_failure_says_what_serves_and_why() {
    assert_eq!(
        headline(&receipt(Outcome::Failed, "the new container exited with 1")),
        "NOT UPDATED: 1.0.0 keeps serving: the new container exited with 1."
    );
}

#[test]
fn a_reason_of_several_lines_stays_on_one_line() {
    let line = line(Timestamp::UNIX_EPOCH, &TimeZone::UTC, "web", "failed: a\nb: c\r\n");
    assert_eq!(line, "1970-01-01T00:00:00+00:00 web: failed: a b: c  \n");
}

#[test]
fn a_reason_without_end_is_cut() {
    let said = headline(&receipt(Outcome::Failed, &"x".repeat(5_000)));
    assert!(said.chars().count() < 400 && said.ends_with('.'), "{said}");
}
