//! Slack: incoming webhooks (<https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>).

use serde_json::json;

use super::{Answer, ChannelSettings, Message, Request, SecretText, SendError, http, shortened};

/// Longest `text` that is shown whole.
const LONGEST: usize = 4000;

pub(super) fn request(
    secret: &SecretText,
    channel: &ChannelSettings,
    message: &Message,
) -> Result<Request, SendError> {
    let url = http::secret_url(secret)?;
    let text = escaped(&shortened(&message.whole_for(channel), LONGEST));
    Ok(Request::json(url, &json!({ "text": text })))
}

/// Slack's three control characters.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

pub(super) fn answered(host: &str, answer: &Answer) -> Result<String, SendError> {
    http::judge(host, answer)?;
    match answer.text.trim() {
        "ok" => Ok("ok".to_owned()),
        _ => Err(http::strange(host, "Slack", answer)),
    }
}
