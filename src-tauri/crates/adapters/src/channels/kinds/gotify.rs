//! Gotify: create a message (<https://gotify.net/docs/pushmsg>).

use reqwest::header::HeaderName;
use serde_json::{Value, json};

use super::{
    super::Gotify, Answer, ChannelSettings, Message, Request, SecretText, SendError, http,
};

pub(super) fn request(
    gotify: &Gotify,
    secret: &SecretText,
    channel: &ChannelSettings,
    message: &Message,
) -> Result<Request, SendError> {
    let mut url = gotify.server.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().push("message");
    }
    // From 8 on a phone rings, from 4 on it hums.
    let priority = if message.event.is_urgent() { 8 } else { 4 };
    let body = json!({
        "title": message.subject_for(channel),
        "message": message.body_for(channel),
        "priority": priority,
    });
    let key = HeaderName::from_static("x-gotify-key");
    Request::json(url, &body).with_secret(key, secret.reveal())
}

pub(super) fn answered(host: &str, answer: &Answer) -> Result<String, SendError> {
    http::judge(host, answer)?;
    let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    match body["id"].as_u64() {
        Some(id) => Ok(format!("message {id}")),
        None => Err(http::strange(host, "Gotify", answer)),
    }
}
