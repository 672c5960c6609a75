use phoenix_engine::controller::Aim;
use phoenix_plan::{image::Release, journal::JournalId, service::ServiceId, step::Purpose};

use super::*;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

pub(in crate::channels) fn service() -> ServiceId {
    ServiceId::Container("phoenix-gateway".to_owned())
}

pub(in crate::channels) fn available(to: &str) -> Notice {
    Notice::UpdateAvailable {
        service: service(),
        from: "1.0.0".to_owned(),
        to: to.to_owned(),
        tag: None,
    }
}

pub(in crate::channels) fn ended(purpose: Purpose, outcome: Outcome) -> Notice {
    let release =
        |version: &str| Release { version: Some(version.to_owned()), ..Release::default() };
    let (id, reason) = (JournalId::new(NOW, "00000001"), "The health check failed.".to_owned());
    let (from, to) = (release("1.0.0"), release("1.1.0"));
    let receipt = Receipt::not_begun(id, service(), purpose, outcome, reason, from, to, NOW);
    Notice::Ended(Box::new(receipt))
}

fn surround() -> Surround {
    Surround { host: "server".to_owned(), at: NOW }
}

fn message(notice: &Notice, words: Words) -> Message {
    Message::of(notice, words, &surround()).unwrap()
}

fn every_notice() -> Vec<Notice> {
    let mut notices = vec![
        available("1.1.0"),
        Notice::ConsentNeeded { service: service(), aim: Aim::Update(None) },
        Notice::Trouble { service: service(), message: "No space is left.".to_owned() },
    ];
    for outcome in
        [Outcome::Updated, Outcome::RolledBack, Outcome::Failed, Outcome::Held, Outcome::Stuck]
    {
        notices.push(ended(Purpose::Update, outcome));
    }
    notices.push(ended(Purpose::Rollback, Outcome::Failed));
    notices
}

#[test]
fn what_is_said_to_run_is_what_runs() {
    for (outcome, runs) in [
        (Outcome::Updated, "1.1.0"),
        (Outcome::RolledBack, "1.0.0"),
        (Outcome::Failed, "1.0.0"),
        (Outcome::Held, "1.0.0"),
    ] {
        let message = message(&ended(Purpose::Update, outcome), Words::English);
        assert!(message.text.contains(&format!("Runs now: {runs}.")), "{}", message.text);
        assert_eq!(message.values["runs"], runs);
    }
    let message = message(&ended(Purpose::Update, Outcome::Stuck), Words::English);
    assert!(message.text.contains("uncertain"), "{}", message.text);
    assert_eq!(message.values.get("runs"), None);
}

#[test]
fn an_available_update_says_what_runs_until_then() {
    let message = message(&available("1.1.0"), Words::English);
    assert_eq!(message.headline, "phoenix-gateway 1.1.0 is available");
    assert_eq!(message.text, "1.0.0 runs.\nHost: server");
}

#[test]
fn no_text_is_missing_in_any_language() {
    for words in [Words::English, Words::French] {
        for notice in every_notice() {
            let Message { headline, text, .. } = message(&notice, words);
            for said in [headline, text] {
                assert!(!said.contains("notice.") && !said.contains("channel."), "{said}");
                assert!(!said.contains('{'), "{said}");
            }
        }
    }
}

#[test]
fn french_is_spoken_where_it_is_wanted() {
    let message = message(&ended(Purpose::Update, Outcome::RolledBack), Words::French);
    assert!(message.headline.contains("s’est dégradé"), "{}", message.headline);
    assert!(message.text.contains("En service\u{a0}: 1.0.0."), "{}", message.text);
}

#[test]
fn what_went_wrong_with_a_rollback_is_always_sent() {
    let always = |notice: &Notice| message(notice, Words::English).always;
    assert!(always(&ended(Purpose::Update, Outcome::RolledBack)));
    assert!(always(&ended(Purpose::Rollback, Outcome::Failed)));
    assert!(always(&ended(Purpose::Update, Outcome::Stuck)));
    assert!(!always(&ended(Purpose::Update, Outcome::Failed)));
    assert!(!always(&available("1.1.0")));
}

#[test]
fn what_concerns_the_person_at_the_screen_goes_nowhere_else() {
    let quits = Notice::QuitsAfter { service: service() };
    assert!(Message::of(&quits, Words::English, &surround()).is_none());
    let unchanged = ended(Purpose::Update, Outcome::Unchanged);
    assert!(Message::of(&unchanged, Words::English, &surround()).is_none());
}
