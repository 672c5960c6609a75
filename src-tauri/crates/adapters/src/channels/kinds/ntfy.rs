//! ntfy: publish as JSON (<https://docs.ntfy.sh/publish/#publish-as-json>).

use base64::{Engine as _, prelude::BASE64_STANDARD};
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};

use super::{super::Ntfy, Answer, ChannelSettings, Message, Request, SecretText, SendError, http};

pub(super) fn request(
    ntfy: &Ntfy,
    secret: Option<&SecretText>,
    channel: &ChannelSettings,
    message: &Message,
) -> Result<Request, SendError> {
    let priority = if message.event.is_urgent() { 4 } else { 3 };
    let body = json!({
        "topic": ntfy.topic,
        "title": message.subject_for(channel),
        "message": message.body_for(channel),
        "priority": priority,
        "tags": [message.event.name()],
    });
    // The topic is in the body: the address is the server's root.
    let request = Request::json(ntfy.server.clone(), &body);
    match (secret, &ntfy.login) {
        (None, _) => Ok(request),
        (Some(secret), None) => {
            request.with_secret(AUTHORIZATION, &format!("Bearer {}", secret.reveal()))
        }
        (Some(secret), Some((user, _))) => {
            let login = BASE64_STANDARD.encode(format!("{user}:{}", secret.reveal()));
            request.with_secret(AUTHORIZATION, &format!("Basic {login}"))
        }
    }
}

pub(super) fn answered(host: &str, answer: &Answer) -> Result<String, SendError> {
    http::judge(host, answer)?;
    let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    match body["id"].as_str() {
        Some(id) => Ok(format!("message {id}")),
        None => Err(http::strange(host, "ntfy", answer)),
    }
}
