//! Any HTTP server: a JSON object of all that a message knows, or the user's own text.

use reqwest::{Url, header::AUTHORIZATION};
use serde_json::{Map, Value};

use super::{
    super::{Webhook, template::PLACEHOLDERS},
    Answer, ChannelSettings, Message, Request, SecretText, SendError, http,
};

pub(super) fn request(
    webhook: &Webhook,
    url: Url,
    secret: Option<&SecretText>,
    channel: &ChannelSettings,
    message: &Message,
) -> Result<Request, SendError> {
    if url.scheme() == "http" && !http::is_loopback(&url) && !webhook.allow_plain {
        let host = http::host_of(&url);
        let remedy = "write an https:// address, or allow_plain = true";
        return Err(SendError::Setting(format!("{host} would be told without TLS: {remedy}")));
    }
    let request = Request {
        body: body(webhook, channel, message),
        content_type: webhook.content_type.clone(),
        ..Request::json(url, &Value::Null)
    };
    match secret {
        Some(secret) => request.with_secret(AUTHORIZATION, secret.reveal()),
        None => Ok(request),
    }
}

fn body(webhook: &Webhook, channel: &ChannelSettings, message: &Message) -> String {
    match &channel.body {
        Some(template) if is_json(&webhook.content_type) => template.fill_json(&message.values),
        Some(template) => template.fill(&message.values),
        None => document(channel, message).to_string(),
    }
}

/// Every placeholder of templates is a key; what a message does not know is null.
fn document(channel: &ChannelSettings, message: &Message) -> Value {
    let value = |name| message.values.get(name).map_or(Value::Null, |text| text.as_str().into());
    let all = PLACEHOLDERS.into_iter().map(|name| (name.to_owned(), value(name)));
    let subject = ("subject".to_owned(), message.subject_for(channel).into());
    Value::Object(all.chain([subject]).collect::<Map<_, _>>())
}

fn is_json(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    kind == "application/json" || kind.ends_with("+json")
}

pub(super) fn answered(host: &str, answer: &Answer) -> Result<String, SendError> {
    http::judge(host, answer)?;
    Ok(format!("HTTP {}", answer.status))
}
