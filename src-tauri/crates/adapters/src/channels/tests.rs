use std::time::Instant;

use phoenix_plan::{receipt::Outcome, step::Purpose};

use super::{
    kinds::tests::recorder::Recorder,
    message::tests::{available, ended},
    *,
};
use crate::config::parse;

const LONG: Duration = Duration::from_secs(30);

fn hook(base: &str, more: &str) -> Settings {
    let text = format!("[channels.hook]\nkind = \"webhook\"\nurl = \"{base}\"\n{more}\n");
    parse(&text, "config.toml").unwrap()
}

fn opened(settings: &Settings, file: Option<PathBuf>) -> Channels {
    let channels = Channels::at(file);
    channels.apply(settings);
    channels
}

fn answers(heads: &[&'static str]) -> Vec<(&'static str, String)> {
    heads.iter().map(|head| (*head, String::new())).collect()
}

#[tokio::test]
async fn a_message_is_sent_and_the_next_process_knows_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(FILE_NAME);
    let server = Recorder::start(answers(&["200 OK"])).await;
    let settings = hook(&server.base, "");
    let channels = opened(&settings, Some(file.clone()));
    channels.tell(&available("1.1.0"));
    channels.close(LONG).await;
    assert_eq!(server.asked().len(), 1);
    let state = recorded_at(&settings, Some(&file)).remove(0);
    assert!(state.last_sent.is_some() && state.trouble.is_none(), "{state:?}");
    assert_eq!(state.waiting, 0);
}

#[tokio::test]
async fn a_busy_server_gets_the_message_when_it_wants() {
    let server =
        Recorder::start(answers(&["429 Too Many Requests\r\nretry-after: 1", "200 OK"])).await;
    let channels = opened(&hook(&server.base, ""), None);
    let begun = Instant::now();
    channels.tell(&available("1.1.0"));
    channels.close(LONG).await;
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_refusal_is_tried_once_and_shown() {
    let server = Recorder::start(answers(&["401 Unauthorized", "200 OK"])).await;
    let channels = opened(&hook(&server.base, ""), None);
    let state = || channels.board.states([("hook", "webhook")].into_iter()).remove(0);
    channels.tell(&available("1.1.0"));
    channels.close(LONG).await;
    assert_eq!(server.asked().len(), 1);
    assert!(state().trouble.unwrap().message.contains("401"));
}

#[tokio::test]
async fn a_quit_waits_no_longer_than_its_bound() {
    let server = Recorder::start(answers(&["503 Service Unavailable\r\nretry-after: 600"])).await;
    let channels = opened(&hook(&server.base, ""), None);
    channels.tell(&available("1.1.0"));
    let begun = Instant::now();
    channels.close(Duration::from_millis(500)).await;
    assert!(begun.elapsed() < Duration::from_mins(5));
    let state = channels.board.states([("hook", "webhook")].into_iter()).remove(0);
    assert!(state.trouble.unwrap().message.contains("before 1 messages"));
}

#[tokio::test]
async fn only_what_was_chosen_is_sent_and_always_what_turned_bad() {
    let server = Recorder::start(answers(&["200 OK", "200 OK", "200 OK"])).await;
    let channels = opened(&hook(&server.base, "events = [\"failed\"]"), None);
    channels.tell(&available("1.1.0"));
    channels.tell(&ended(Purpose::Update, Outcome::Updated));
    channels.tell(&ended(Purpose::Update, Outcome::Failed));
    channels.tell(&ended(Purpose::Update, Outcome::RolledBack));
    channels.close(LONG).await;
    let events: Vec<_> = server.asked().iter().map(|asked| asked.json()["event"].clone()).collect();
    assert_eq!(events, ["failed", "rolled_back"]);
}

#[tokio::test]
async fn changed_settings_hold_from_the_next_message_on() {
    let (old, new) =
        (Recorder::start(answers(&["200 OK"])).await, Recorder::start(answers(&["200 OK"])).await);
    let channels = opened(&hook(&old.base, ""), None);
    channels.tell(&available("1.1.0"));
    channels.apply(&hook(&new.base, ""));
    channels.tell(&available("1.2.0"));
    channels.close(LONG).await;
    assert_eq!(old.asked()[0].json()["to"], "1.1.0");
    assert_eq!(new.asked()[0].json()["to"], "1.2.0");
}

#[tokio::test]
async fn a_full_queue_drops_and_says_so() {
    let server = Recorder::start(answers(&["503 Service Unavailable\r\nretry-after: 600"])).await;
    let channels = opened(&hook(&server.base, ""), None);
    for _ in 0..WAITING + 2 {
        channels.tell(&available("1.1.0"));
    }
    let trouble = channels.state().remove(0).trouble.unwrap();
    assert!(trouble.message.contains("dropped"), "{}", trouble.message);
}

#[test]
fn an_unknown_channel_is_answered_with_those_that_are_known() {
    let settings = hook("http://127.0.0.1:1", "");
    let error = find(&settings, "mail").unwrap_err().to_string();
    assert!(error.contains("\"mail\"") && error.contains("hook"), "{error}");
}
