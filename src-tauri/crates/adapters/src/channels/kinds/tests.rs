//! Each service is asked exactly as its documentation says.

pub(in crate::channels) mod recorder;

use phoenix_plan::{receipt::Outcome, step::Purpose};
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::{
    channels::message::{
        Surround,
        tests::{available, ended},
    },
    config,
    words::Words,
};
use recorder::{Asked, Recorder};

/// A channel as it stands in `config.toml`; `SECRET` in it is a file that holds `secret`.
fn channel(text: &str, secret: &str) -> (ChannelSettings, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    std::fs::write(&path, secret).unwrap();
    let file = format!("{{ file = {:?} }}", path.display().to_string());
    let text = format!("[channels.one]\n{}\n", text.replace("SECRET", &file));
    let settings = config::parse(&text, "config.toml").unwrap();
    (settings.channels()["one"].clone(), folder)
}

fn message() -> Message {
    let surround = Surround { host: "server".to_owned(), at: jiff::Timestamp::UNIX_EPOCH };
    Message::of(&available("1.1.0 <b>&"), Words::English, &surround).unwrap()
}

fn urgent() -> Message {
    let surround = Surround { host: "server".to_owned(), at: jiff::Timestamp::UNIX_EPOCH };
    let notice = ended(Purpose::Update, Outcome::RolledBack);
    Message::of(&notice, Words::English, &surround).unwrap()
}

const TITLE: &str = "phoenix-gateway 1.1.0 <b>& is available";
const TEXT: &str = "1.0.0 runs.\nHost: server";

async fn sent(text: &str, secret: &str, answer: &str) -> (Result<String, SendError>, Asked) {
    let server = Recorder::start(vec![("200 OK", answer.to_owned())]).await;
    let (channel, _folder) =
        channel(&text.replace("BASE", &server.base), &secret.replace("BASE", &server.base));
    let outcome = send(&channel, &message()).await;
    let asked = server.asked().remove(0);
    assert_eq!(asked.headers["content-type"], "application/json");
    (outcome, asked)
}

#[tokio::test]
async fn discord_is_asked_to_wait_and_to_mention_nobody() {
    let url = "BASE/api/webhooks/1/hush";
    let (outcome, asked) = sent("kind = \"discord\"\nurl = SECRET", url, r#"{"id":"77"}"#).await;
    assert_eq!(outcome.unwrap(), "message 77");
    assert_eq!(asked.line, "POST /api/webhooks/1/hush?wait=true HTTP/1.1");
    let content = format!("{TITLE}\n{TEXT}");
    let mentions = json!({ "parse": [] });
    let body = json!({
        "content": content, "username": "Phoenix Tray", "allowed_mentions": mentions,
    });
    assert_eq!(asked.json(), body);
}

#[tokio::test]
async fn slack_gets_its_control_characters_escaped() {
    let (outcome, asked) =
        sent("kind = \"slack\"\nurl = SECRET", "BASE/services/T/B/hush", "ok").await;
    assert_eq!(outcome.unwrap(), "ok");
    assert_eq!(asked.line, "POST /services/T/B/hush HTTP/1.1");
    let title = "phoenix-gateway 1.1.0 &lt;b&gt;&amp; is available";
    assert_eq!(asked.json(), json!({ "text": format!("{title}\n{TEXT}") }));
}

#[tokio::test]
async fn telegram_is_asked_with_the_token_in_the_path() {
    let text = "kind = \"telegram\"\nserver = \"BASE\"\nchat = \"-100\"\ntoken = SECRET";
    let answer = r#"{"ok":true,"result":{"message_id":5}}"#;
    let (outcome, asked) = sent(text, "1:hush_-A", answer).await;
    assert_eq!(outcome.unwrap(), "message 5");
    assert_eq!(asked.line, "POST /bot1:hush_-A/sendMessage HTTP/1.1");
    assert_eq!(
        asked.json(),
        json!({
            "chat_id": "-100", "text": format!("{TITLE}\n{TEXT}"),
            "link_preview_options": { "is_disabled": true },
        })
    );
}

#[tokio::test]
async fn gotify_gets_its_token_in_a_header() {
    let text = "kind = \"gotify\"\nserver = \"BASE/push/\"\ntoken = SECRET";
    let (outcome, asked) = sent(text, "hush", r#"{"id":25}"#).await;
    assert_eq!(outcome.unwrap(), "message 25");
    assert_eq!(asked.line, "POST /push/message HTTP/1.1");
    assert_eq!(asked.headers["x-gotify-key"], "hush");
    assert_eq!(asked.json(), json!({ "title": TITLE, "message": TEXT, "priority": 4 }));
}

#[tokio::test]
async fn ntfy_gets_json_at_its_root() {
    let text = "kind = \"ntfy\"\nserver = \"BASE\"\ntopic = \"updates\"\ntoken = SECRET";
    let (outcome, asked) = sent(text, "tk_hush", r#"{"id":"abc"}"#).await;
    assert_eq!(outcome.unwrap(), "message abc");
    assert_eq!(asked.line, "POST / HTTP/1.1");
    assert_eq!(asked.headers["authorization"], "Bearer tk_hush");
    let body = json!({
        "topic": "updates", "title": TITLE, "message": TEXT, "priority": 3, "tags": ["available"],
    });
    assert_eq!(asked.json(), body);
}

#[tokio::test]
async fn a_webhook_gets_all_that_is_known() {
    let text = "kind = \"webhook\"\nurl = \"BASE/hook?a=1\"\nauthorization = SECRET";
    let (outcome, asked) = sent(text, "Bearer hush", "").await;
    assert_eq!(outcome.unwrap(), "HTTP 200");
    assert_eq!(asked.line, "POST /hook?a=1 HTTP/1.1");
    assert_eq!(asked.headers["authorization"], "Bearer hush");
    let body = asked.json();
    assert_eq!(body["event"], "available");
    assert_eq!((&body["from"], &body["runs"]), (&"1.0.0".into(), &"1.0.0".into()));
    assert_eq!(body["reason"], serde_json::Value::Null);
    assert_eq!(body["subject"], TITLE);
}

#[tokio::test]
async fn a_webhooks_own_body_stays_json() {
    let text = "kind = \"webhook\"\nurl = \"BASE\"\nbody = '{\"say\": \"{text}\"}'";
    let (_, asked) = sent(text, "", "").await;
    assert_eq!(asked.json(), json!({ "say": TEXT }));
}

#[tokio::test]
async fn what_is_urgent_rings() {
    let server = Recorder::start(vec![("200 OK", r#"{"id":1}"#.to_owned())]).await;
    let text = format!("kind = \"gotify\"\nserver = {:?}\ntoken = SECRET", server.base);
    let (channel, _folder) = channel(&text, "hush");
    send(&channel, &urgent()).await.unwrap();
    assert_eq!(server.asked()[0].json()["priority"], 8);
}

/// What a channel says of one answer.
async fn error_for(kind: &str, head: &'static str, body: &str) -> SendError {
    let server = Recorder::start(vec![(head, body.to_owned())]).await;
    let (keys, secret) = match kind {
        "telegram" => ("server = \"BASE\"\nchat = \"1\"\ntoken = SECRET", "1:hush".to_owned()),
        _ => ("url = SECRET", format!("{}/hush", server.base)),
    };
    let text = format!("kind = \"{kind}\"\n{}", keys.replace("BASE", &server.base));
    let (channel, _folder) = channel(&text, &secret);
    let error = send(&channel, &message()).await.unwrap_err();
    assert!(!error.to_string().contains("hush"), "{error}");
    assert!(!format!("{error:?}").contains("hush"), "{error:?}");
    error
}

fn wait(error: &SendError) -> Option<std::time::Duration> {
    let SendError::Busy { wait, .. } = error else { panic!("{error}") };
    *wait
}

#[tokio::test]
async fn each_service_says_in_its_own_way_how_long_to_wait() {
    let slow = "429 Too Many Requests";
    let error = error_for("discord", slow, r#"{"retry_after": 0.5, "global": false}"#).await;
    assert_eq!(wait(&error).unwrap().as_millis(), 500);
    let body = r#"{"ok":false,"error_code":429,"parameters":{"retry_after":7}}"#;
    assert_eq!(wait(&error_for("telegram", slow, body).await).unwrap().as_secs(), 7);
    let error = error_for("slack", "429 Too Many Requests\r\nretry-after: 30", "").await;
    assert_eq!(wait(&error).unwrap().as_secs(), 30);
    assert_eq!(wait(&error_for("slack", "500 Internal Server Error", "oops").await), None);
}

#[tokio::test]
async fn a_refusal_a_redirect_and_a_web_page_are_told_apart() {
    let error = error_for("slack", "403 Forbidden", "invalid_token").await;
    assert!(error.to_string().contains("invalid_token"), "{error}");
    let error = error_for("slack", "302 Found\r\nlocation: https://elsewhere/", "").await;
    assert!(error.to_string().contains("redirect"), "{error}");
    let error = error_for("slack", "200 OK", "<!DOCTYPE html><p>Sign in").await;
    assert!(matches!(error, SendError::Strange { .. }), "{error}");
    assert!(error.to_string().contains("web page"), "{error}");
}

#[tokio::test]
async fn a_server_that_repeats_the_secret_is_not_quoted_with_it() {
    let error = error_for("telegram", "401 Unauthorized", "bot1:hush is unknown").await;
    assert!(error.to_string().contains("•••"), "{error}");
}

#[tokio::test]
async fn nobody_there_is_said_with_the_host_alone() {
    let text = "kind = \"slack\"\nurl = SECRET";
    let (channel, _folder) = channel(text, "http://127.0.0.1:1/hush");
    let error = send(&channel, &message()).await.unwrap_err();
    assert!(matches!(error, SendError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("127.0.0.1:1"), "{error}");
    assert!(!format!("{error:?}").contains("hush"), "{error:?}");
}
