//! Discord: Execute Webhook (<https://docs.discord.com/developers/resources/webhook>).

use std::time::Duration;

use serde_json::{Value, json};

use super::{Answer, ChannelSettings, Message, Request, SecretText, SendError, http, shortened};

/// Longest `content`.
const LONGEST: usize = 2000;

pub(super) fn request(
    secret: &SecretText,
    channel: &ChannelSettings,
    message: &Message,
) -> Result<Request, SendError> {
    let mut url = http::secret_url(secret)?;
    // With it Discord answers once the message is there, and says what was wrong with it.
    url.query_pairs_mut().append_pair("wait", "true");
    let body = json!({
        "content": shortened(&message.whole_for(channel), LONGEST),
        "username": "Phoenix Tray",
        // A service called "@everyone" wakes nobody.
        "allowed_mentions": { "parse": [] },
    });
    Ok(Request::json(url, &body))
}

pub(super) fn answered(host: &str, answer: &Answer) -> Result<String, SendError> {
    let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    let stated = body["retry_after"].as_f64();
    let stated = stated.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    http::judge(host, &Answer { wait: stated.or(answer.wait), ..answer.clone() })?;
    match body["id"].as_str() {
        Some(id) => Ok(format!("message {id}")),
        None => Err(http::strange(host, "Discord", answer)),
    }
}
