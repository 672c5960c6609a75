//! Telegram: the Bot API's sendMessage (<https://core.telegram.org/bots/api#sendmessage>).

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    super::Telegram, Answer, ChannelSettings, Message, Request, SecretText, SendError, http,
    shortened,
};

/// Longest `text`.
const LONGEST: usize = 4096;

pub(super) fn request(
    telegram: &Telegram,
    secret: &SecretText,
    channel: &ChannelSettings,
    message: &Message,
) -> Result<Request, SendError> {
    let token = secret.reveal();
    // The token is a part of the path: it must not lead elsewhere.
    let fits = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":_-".contains(&byte));
    let no_token = || SendError::Setting("the secret \"token\" is no token of a bot".to_owned());
    let mut url = telegram.server.clone();
    url.path_segments_mut()
        .ok()
        .filter(|_| fits)
        .ok_or_else(no_token)?
        .pop_if_empty()
        .extend([&format!("bot{token}"), "sendMessage"]);
    let body = json!({
        "chat_id": telegram.chat,
        "text": shortened(&message.whole_for(channel), LONGEST),
        "link_preview_options": { "is_disabled": true },
    });
    Ok(Request::json(url, &body))
}

pub(super) fn answered(host: &str, answer: &Answer) -> Result<String, SendError> {
    let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    let stated = body["parameters"]["retry_after"].as_u64().map(Duration::from_secs);
    http::judge(host, &Answer { wait: stated.or(answer.wait), ..answer.clone() })?;
    match (body["ok"].as_bool(), &body["result"]["message_id"]) {
        (Some(true), id) => Ok(format!("message {id}")),
        (_, _) => Err(http::strange(host, "Telegram", answer)),
    }
}
