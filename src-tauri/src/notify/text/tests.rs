//! What every notification says and offers, as check-lists: `tests/en.txt` and `tests/fr.txt`.

use std::fmt::Write as _;

use jiff::Timestamp;
use phoenix_engine::other_updaters::{OtherUpdater, Program};
use phoenix_plan::{
    image::Release,
    journal::JournalId,
    receipt::{Cause, Probe, Requests},
};

use super::*;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn service() -> ServiceId {
    ServiceId::Container("phoenix-gateway".to_owned())
}

fn release(version: &str) -> Release {
    Release { version: Some(version.to_owned()), ..Release::default() }
}

fn receipt(purpose: Purpose, outcome: Outcome, total: u64, failed: u64) -> Receipt {
    let (from, to) = match purpose {
        Purpose::Update => ("1.0.0", "1.1.0"),
        Purpose::Rollback => ("1.1.0", "1.0.0"),
        Purpose::Adopt | Purpose::Release => ("1.0.0", "1.0.0"),
    };
    let (id, reason) = (JournalId::new(NOW, "00000001"), "The health check failed.".to_owned());
    let (from, to) = (release(from), release(to));
    let begun = Receipt::not_begun(id, service(), purpose, outcome, reason, from, to, NOW);
    Receipt {
        requests: Requests { total, failed, longest_stall_ms: 40, ..Requests::default() },
        probe: Probe { longest_gap_ms: 1_093, ..Probe::default() },
        ..begun
    }
}

const PURPOSES: [Purpose; 4] =
    [Purpose::Update, Purpose::Rollback, Purpose::Adopt, Purpose::Release];

fn notices() -> Vec<(String, Notice)> {
    let service = service();
    let (from, to) = ("1.0.0".to_owned(), "1.1.0".to_owned());
    let available = Notice::UpdateAvailable { service: service.clone(), from, to, tag: None };
    let mut notices = vec![("an update is available".to_owned(), available)];
    let ended = |receipt| Notice::Ended(Box::new(receipt));
    for purpose in PURPOSES {
        for (served, total, failed) in
            [("requests came", 12_408, 0), ("no request came", 0, 0), ("requests failed", 900, 3)]
        {
            let notice = ended(receipt(purpose, Outcome::Updated, total, failed));
            notices.push((format!("{purpose:?} done, {served}"), notice));
        }
    }
    for outcome in [Outcome::RolledBack, Outcome::Failed, Outcome::Held, Outcome::Stuck] {
        let notice = ended(receipt(Purpose::Update, outcome, 10, 0));
        notices.push((format!("Update ended: {outcome:?}"), notice));
    }
    for outcome in [Outcome::Failed, Outcome::RolledBack] {
        let mut receipt = receipt(Purpose::Update, outcome, 10, 0);
        receipt.cause = Some(Cause::Person);
        notices.push((format!("Update ended by a person: {outcome:?}"), ended(receipt)));
    }
    for aim in [
        Aim::Update(None),
        Aim::Update(Some("1.1.0".to_owned())),
        Aim::Rollback(None),
        Aim::Adopt,
        Aim::Release,
    ] {
        let notice = Notice::ConsentNeeded { service: service.clone(), aim: aim.clone() };
        notices.push((format!("consent is needed: {aim:?}"), notice));
    }
    let message = "The registry cannot be reached.".to_owned();
    let trouble = Notice::Trouble { service: service.clone(), message };
    notices.push(("it could not be tried".to_owned(), trouble));
    let container = "tower".to_owned();
    let other = OtherUpdater { container, program: Program::Watchtower };
    notices.push(("somebody else updates".to_owned(), Notice::OtherUpdater(other)));
    notices.push(("the program quits".to_owned(), Notice::QuitsAfter { service }));
    notices
}

fn drawn(words: Words) -> String {
    let mut text = String::new();
    for (name, notice) in notices() {
        let said = announcement(&notice, words).unwrap();
        writeln!(text, "== {name}\nurgency  {:?}", said.urgency).unwrap();
        writeln!(text, "title    {}\nbody     {}", said.title, said.body).unwrap();
        for button in &said.buttons {
            writeln!(text, "button   [{}] {:?}", button.text, button.response).unwrap();
        }
        writeln!(text, "pressed  {:?}\n", said.otherwise).unwrap();
    }
    text
}

/// `UPDATE_GOLDENS=1` writes the check-list anew, to be read before it is committed.
fn is_as_written(file: &str, drawn: &str) {
    let file = format!("{}/src/notify/text/tests/{file}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::write(&file, drawn).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    for (drawn, written) in drawn.lines().zip(written.lines()) {
        assert_eq!(drawn, written, "{file}");
    }
    assert_eq!(drawn.lines().count(), written.lines().count(), "{file}");
}

#[test]
fn notifications_say_in_english_what_their_check_list_says() {
    is_as_written("en.txt", &drawn(Words::English));
}

#[test]
fn notifications_say_in_french_what_their_check_list_says() {
    is_as_written("fr.txt", &drawn(Words::French));
}

#[test]
fn every_parameter_is_filled_in() {
    for words in [Words::English, Words::French] {
        let drawn = drawn(words);
        let said = drawn
            .lines()
            .filter(|line| ["title", "body"].iter().any(|begin| line.starts_with(begin)));
        for line in said {
            assert!(!line.contains(['{', '}']) && !line.contains("notice."), "{line}");
        }
    }
}

#[test]
fn nothing_is_said_of_what_had_not_to_be_done() {
    let unchanged = receipt(Purpose::Update, Outcome::Unchanged, 0, 0);
    assert_eq!(announcement(&Notice::Ended(Box::new(unchanged)), Words::English), None);
}

#[test]
fn no_notification_has_more_buttons_than_desktops_show() {
    for (name, notice) in notices() {
        let said = announcement(&notice, Words::English).unwrap();
        assert!((1..=3).contains(&said.buttons.len()), "{name}");
    }
}
