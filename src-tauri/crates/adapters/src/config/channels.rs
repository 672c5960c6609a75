//! `[channels.NAME]`: where messages go beyond the desktop.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use phoenix_engine::wording::{Wording, wording};
use reqwest::Url;

use super::{
    ConfigError,
    fragment::LANGUAGES,
    reader::{Found, Reader},
    refused,
};
use crate::channels::{
    Address, ChannelSettings, Discord, Event, Gotify, Kind, Ntfy, SecretSource, Security, Slack,
    Smtp, Telegram, Template, Webhook, is_loopback, is_loopback_host, is_mailbox, keychain::Place,
};

#[derive(Debug, Clone, Copy)]
enum KindName {
    Smtp,
    Ntfy,
    Discord,
    Slack,
    Telegram,
    Gotify,
    Webhook,
}

const KINDS: [(&str, KindName); 7] = [
    ("smtp", KindName::Smtp),
    ("ntfy", KindName::Ntfy),
    ("discord", KindName::Discord),
    ("slack", KindName::Slack),
    ("telegram", KindName::Telegram),
    ("gotify", KindName::Gotify),
    ("webhook", KindName::Webhook),
];

const SECURITIES: [(&str, Security); 3] =
    [("tls", Security::Tls), ("starttls", Security::StartTls), ("none", Security::Plain)];

/// Reads all channels.
pub(super) fn read(found: &Found<'_>) -> Result<BTreeMap<String, ChannelSettings>, ConfigError> {
    let entries = found.entries()?.into_iter();
    entries.map(|(given, found)| Ok((name(given, &found)?, channel(&found)?))).collect()
}

fn channel(found: &Found<'_>) -> Result<ChannelSettings, ConfigError> {
    let mut keys = found.table()?;
    let kind = need(&mut keys, "kind", found)?.word(&KINDS)?;
    let settings = ChannelSettings {
        events: keys
            .take("events")
            .map(|it| it.list(event))
            .transpose()?
            .map(|it| it.into_iter().collect()),
        language: keys.take("language").map(|it| it.word(&LANGUAGES)).transpose()?,
        subject: keys.take("subject").map(|it| template(&it)).transpose()?,
        body: keys.take("body").map(|it| template(&it)).transpose()?,
        ca: keys.take("ca").map(|it| file(&it)).transpose()?,
        kind: match kind {
            KindName::Smtp => Kind::Smtp(smtp(&mut keys, found)?),
            KindName::Ntfy => Kind::Ntfy(ntfy(&mut keys, found)?),
            KindName::Discord => {
                Kind::Discord(Discord { url: secret(&need(&mut keys, "url", found)?)? })
            }
            KindName::Slack => Kind::Slack(Slack { url: secret(&need(&mut keys, "url", found)?)? }),
            KindName::Telegram => Kind::Telegram(telegram(&mut keys, found)?),
            KindName::Gotify => Kind::Gotify(gotify(&mut keys, found)?),
            KindName::Webhook => Kind::Webhook(webhook(&mut keys, found)?),
        },
    };
    keys.finish().map(|()| settings)
}

/// A channel's name is typed on command lines.
fn name(name: &str, found: &Found<'_>) -> Result<String, ConfigError> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let remedy =
        wording!("help.config.channel.name", "call a channel by letters, digits, '-', '_' and '.'");
    let known = !name.is_empty() && name.bytes().all(fits);
    known.then(|| name.to_owned()).ok_or_else(|| found.bad_unseen(remedy))
}

fn smtp(keys: &mut Reader<'_>, channel: &Found<'_>) -> Result<Smtp, ConfigError> {
    let host = need(keys, "host", channel)?.text()?.to_owned();
    let security_found = keys.take("security");
    let security = security_found.as_ref().map(|it| it.word(&SECURITIES)).transpose()?;
    let security = security.unwrap_or(Security::StartTls);
    let port = keys.take("port").map(|it| it.number(1..65_536)).transpose()?;
    let allowed = allow_plain(keys)?;
    if security == Security::Plain && !allowed && !is_loopback_host(&host) {
        let remedy = wording!(
            "help.config.channel.no_tls",
            "without TLS mails and passwords can be read on their way; write \"starttls\" \
                      or \"tls\", or allow_plain = true beside it"
        );
        return Err(security_found.as_ref().unwrap_or(channel).bad(remedy));
    }
    Ok(Smtp {
        host,
        security,
        port: port.and_then(|port| u16::try_from(port).ok()).unwrap_or(security.port()),
        login: login(keys)?,
        from: address(&need(keys, "from", channel)?)?,
        to: recipients(&need(keys, "to", channel)?)?,
    })
}

fn ntfy(keys: &mut Reader<'_>, channel: &Found<'_>) -> Result<Ntfy, ConfigError> {
    let token_found = keys.take("token");
    let token = token_found.as_ref().map(secret).transpose()?;
    let login = login(keys)?;
    if let (Some(found), Some(_)) = (&token_found, &login) {
        return Err(found.bad_unseen(wording!(
            "help.config.channel.token_or_user",
            "write either a token or a user with a password"
        )));
    }
    let server = server(keys, "server", Some("https://ntfy.sh"), channel)?;
    let topic = need(keys, "topic", channel)?;
    let name = topic.text()?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if name.len() > 64 || !name.bytes().all(fits) {
        return Err(topic.bad(wording!(
            "help.config.channel.topic",
            "a topic has at most 64 letters, digits, '-' and '_'"
        )));
    }
    Ok(Ntfy { server, topic: name.to_owned(), token, login })
}

fn telegram(keys: &mut Reader<'_>, channel: &Found<'_>) -> Result<Telegram, ConfigError> {
    let chat = need(keys, "chat", channel)?;
    let written = chat.text()?;
    let is_number = written.parse::<i64>().is_ok();
    if !is_number && !written.starts_with('@') {
        return Err(chat.bad(wording!(
            "help.config.channel.chat",
            "write the chat's number in quotes, \"-1001234\", or its \"@name\""
        )));
    }
    let token = secret(&need(keys, "token", channel)?)?;
    let server = server(keys, "server", Some("https://api.telegram.org"), channel)?;
    Ok(Telegram { server, token, chat: written.to_owned() })
}

fn gotify(keys: &mut Reader<'_>, channel: &Found<'_>) -> Result<Gotify, ConfigError> {
    let token = secret(&need(keys, "token", channel)?)?;
    Ok(Gotify { server: server(keys, "server", None, channel)?, token })
}

fn webhook(keys: &mut Reader<'_>, channel: &Found<'_>) -> Result<Webhook, ConfigError> {
    let allow_plain = allow_plain(keys)?;
    let found = need(keys, "url", channel)?;
    let url = if found.text().is_ok() {
        Address::Written(url(&found, allow_plain)?)
    } else {
        Address::Secret(secret(&found)?)
    };
    let content_type = keys.take("content_type").map(|it| content_type(&it)).transpose()?;
    Ok(Webhook {
        url,
        authorization: keys.take("authorization").map(|it| secret(&it)).transpose()?,
        content_type: content_type.unwrap_or_else(|| "application/json".to_owned()),
        allow_plain,
    })
}

/// A key that there has to be.
fn need<'a>(
    keys: &mut Reader<'a>,
    key: &'static str,
    channel: &Found<'_>,
) -> Result<Found<'a>, ConfigError> {
    keys.take(key).ok_or_else(|| channel.bad_unseen(needs(key)))
}

fn needs(key: &str) -> Wording {
    wording!("help.config.channel.needs", "it needs a key \"{key}\"", key)
}

/// What is written instead of a secret.
fn secret_remedy() -> Wording {
    wording!(
        "help.config.channel.secret",
        "a secret does not stand in this file; write where it is: {{ env = \"VARIABLE\" }}, \
         {{ file = \"/path\" }} or {{ keychain = \"service/user\" }}"
    )
}

fn allow_plain(keys: &mut Reader<'_>) -> Result<bool, ConfigError> {
    Ok(keys.take("allow_plain").map(|it| it.flag()).transpose()?.unwrap_or(false))
}

/// `user` and `password`, both or none.
fn login(keys: &mut Reader<'_>) -> Result<Option<(String, SecretSource)>, ConfigError> {
    let (user, password) = (keys.take("user"), keys.take("password"));
    match (user, password) {
        (None, None) => Ok(None),
        (Some(user), Some(password)) => Ok(Some((user.text()?.to_owned(), secret(&password)?))),
        (Some(user), None) => {
            Err(user.bad(wording!("help.config.channel.password", "write a password beside it")))
        }
        (None, Some(password)) => {
            Err(password.bad_unseen(wording!("help.config.channel.user", "write a user beside it")))
        }
    }
}

/// The base address of a service. Secrets go there, so it has TLS or is this machine, unless plain
/// HTTP is allowed.
fn server(
    keys: &mut Reader<'_>,
    key: &'static str,
    default: Option<&str>,
    channel: &Found<'_>,
) -> Result<Url, ConfigError> {
    let allow_plain = allow_plain(keys)?;
    match (keys.take(key), default.and_then(|default| Url::parse(default).ok())) {
        (Some(found), _) => url(&found, allow_plain),
        (None, Some(default)) => Ok(default),
        (None, None) => Err(channel.bad_unseen(needs(key))),
    }
}

fn url(found: &Found<'_>, allow_plain: bool) -> Result<Url, ConfigError> {
    let remedy = || {
        wording!(
            "help.config.channel.address",
            "write an address such as \"https://push.example.org\""
        )
    };
    let url = Url::parse(found.text()?).map_err(|_| found.bad_unseen(remedy()))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(found.bad_unseen(wording!(
            "help.config.channel.password_in_address",
            "an address with a password in it stands in plain text here"
        )));
    }
    let is_plain = url.scheme() == "http";
    if !is_plain && url.scheme() != "https" {
        return Err(found.bad_unseen(remedy()));
    }
    if is_plain && !allow_plain && !is_loopback(&url) {
        let remedy = wording!(
            "help.config.channel.plain",
            "without TLS it can be read on its way; write https://, or allow_plain = true \
                      beside it"
        );
        return Err(found.bad_unseen(remedy));
    }
    Ok(url)
}

/// `{ env = "…" }`, `{ file = "…" }` or `{ keychain = "…" }`. What else is written here may be the
/// secret itself, so no complaint repeats it.
fn secret(found: &Found<'_>) -> Result<SecretSource, ConfigError> {
    let unseen = |_: ConfigError| found.bad_unseen(secret_remedy());
    let mut keys = found.table().map_err(unseen)?;
    let (env, file) = (keys.take("env"), keys.take("file"));
    let keychain = keys.take("keychain");
    keys.finish().map_err(unseen)?;
    match (env, file, keychain) {
        (Some(found), None, None) => {
            let name = found.text().map_err(unseen)?;
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            let known = name.bytes().all(fits) && !name.starts_with(|it: char| it.is_ascii_digit());
            let remedy = wording!(
                "help.config.channel.variable",
                "write the name of an environment variable: letters, digits and '_'"
            );
            known
                .then(|| SecretSource::Env(name.to_owned()))
                .ok_or_else(|| found.bad_unseen(remedy))
        }
        (None, Some(found), None) => {
            Ok(SecretSource::File(PathBuf::from(found.text().map_err(unseen)?)))
        }
        (None, None, Some(found)) => {
            let place = Place::parse(found.text().map_err(unseen)?);
            let remedy = wording!(
                "help.config.channel.keychain",
                "write \"service/user\", such as \"phoenix-tray/mail\""
            );
            place.map(SecretSource::Keychain).ok_or_else(|| found.bad_unseen(remedy))
        }
        (_, _, _) => Err(found.bad_unseen(secret_remedy())),
    }
}

fn event(found: &Found<'_>) -> Result<Event, ConfigError> {
    found.word(&Event::CHOICES)
}

fn template(found: &Found<'_>) -> Result<Template, ConfigError> {
    Template::parse(found.text()?).map_err(|error| found.bad(refused::template(&error)))
}

fn recipients(found: &Found<'_>) -> Result<Vec<String>, ConfigError> {
    if found.text().is_ok() {
        return Ok(vec![address(found)?]);
    }
    let list = found.list(address)?;
    let remedy = wording!("help.config.channel.recipients", "write at least one address");
    (!list.is_empty()).then_some(list).ok_or_else(|| found.bad(remedy))
}

fn address(found: &Found<'_>) -> Result<String, ConfigError> {
    let text = found.text()?;
    let remedy = wording!(
        "help.config.channel.mailbox",
        "write an address such as \"ops@example.org\" or \"Ops <ops@example.org>\""
    );
    is_mailbox(text).then(|| text.to_owned()).ok_or_else(|| found.bad(remedy))
}

fn file(found: &Found<'_>) -> Result<PathBuf, ConfigError> {
    let path = Path::new(found.text()?);
    path.is_absolute()
        .then(|| path.to_owned())
        .ok_or_else(|| found.bad(wording!("help.config.channel.path", "write a whole path")))
}

fn content_type(found: &Found<'_>) -> Result<String, ConfigError> {
    let text = found.text()?;
    let fits = text.contains('/') && text.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    let remedy = wording!(
        "help.config.channel.media_type",
        "write a media type such as \"application/json\" or \"text/plain\""
    );
    fits.then(|| text.to_owned()).ok_or_else(|| found.bad(remedy))
}

#[cfg(test)]
mod tests;
