//! The kinds of channels: each makes the request that its service documents, and reads its answer.
//! No well-kept Rust library covers them; each is a page of the service's own documentation.

mod discord;
mod gotify;
mod ntfy;
mod slack;
mod smtp;
mod telegram;
mod webhook;

use super::{
    Address, ChannelSettings, Kind, Message, SecretSource, SecretText, SendError,
    http::{self, Answer, Request},
};

pub(crate) use smtp::is_mailbox;

/// Sends a message once, and answers what the server said.
pub(super) async fn send(
    channel: &ChannelSettings,
    message: &Message,
) -> Result<String, SendError> {
    match &channel.kind {
        Kind::Smtp(smtp) => smtp::send(smtp, channel, message).await,
        Kind::Ntfy(ntfy) => {
            let login = ntfy.login.as_ref();
            let secret = read(ntfy.token.as_ref().or(login.map(|(_, secret)| secret))).await?;
            let request = ntfy::request(ntfy, secret.as_ref(), channel, message)?;
            exchange(request, channel, secret.as_ref(), ntfy::answered).await
        }
        Kind::Discord(discord) => {
            let secret = discord.url.read().await?;
            let request = discord::request(&secret, channel, message)?;
            exchange(request, channel, Some(&secret), discord::answered).await
        }
        Kind::Slack(slack) => {
            let secret = slack.url.read().await?;
            let request = slack::request(&secret, channel, message)?;
            exchange(request, channel, Some(&secret), slack::answered).await
        }
        Kind::Telegram(telegram) => {
            let secret = telegram.token.read().await?;
            let request = telegram::request(telegram, &secret, channel, message)?;
            exchange(request, channel, Some(&secret), telegram::answered).await
        }
        Kind::Gotify(gotify) => {
            let secret = gotify.token.read().await?;
            let request = gotify::request(gotify, &secret, channel, message)?;
            exchange(request, channel, Some(&secret), gotify::answered).await
        }
        Kind::Webhook(webhook) => {
            let secret = read(webhook.authorization.as_ref()).await?;
            let url = match &webhook.url {
                Address::Written(url) => url.clone(),
                Address::Secret(source) => http::secret_url(&source.read().await?)?,
            };
            let request = webhook::request(webhook, url, secret.as_ref(), channel, message)?;
            exchange(request, channel, secret.as_ref(), webhook::answered).await
        }
    }
}

async fn read(source: Option<&SecretSource>) -> Result<Option<SecretText>, SendError> {
    match source {
        Some(source) => Ok(Some(source.read().await?)),
        None => Ok(None),
    }
}

/// Sends a request; what the server said in reply to a success is for `answered` to understand.
async fn exchange(
    request: Request,
    channel: &ChannelSettings,
    secret: Option<&SecretText>,
    answered: fn(&str, &Answer) -> Result<String, SendError>,
) -> Result<String, SendError> {
    let host = http::host_of(&request.url);
    let outcome = match http::post(request, channel.ca.as_deref()).await {
        Ok(answer) => answered(&host, &answer),
        Err(error) => Err(error),
    };
    match secret {
        Some(secret) => {
            outcome.map(|said| secret.hidden_in(&said)).map_err(|error| error.without(secret))
        }
        None => outcome,
    }
}

/// At most this many characters, the last of them a sign that something is missing.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
pub(super) mod tests;
