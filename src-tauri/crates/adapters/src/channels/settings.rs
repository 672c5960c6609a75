//! `[channels.NAME]`, with every default filled in. Secrets are named here, never held.

use std::{collections::BTreeSet, fmt, path::PathBuf};

use reqwest::Url;

use super::{Event, SecretSource, Template};
use crate::config::Language;

/// One channel.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelSettings {
    /// Where it leads.
    pub kind: Kind,
    /// What it wants to hear; `None` means everything.
    pub events: Option<BTreeSet<Event>>,
    /// Its language; `None` means the program's.
    pub language: Option<Language>,
    /// The user's own subject.
    pub subject: Option<Template>,
    /// The user's own text.
    pub body: Option<Template>,
    /// Root certificates to trust beside the system's, in PEM.
    pub ca: Option<PathBuf>,
}

/// Where a channel leads.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// E-mail.
    Smtp(Smtp),
    /// <https://ntfy.sh> or one's own server.
    Ntfy(Ntfy),
    /// A webhook of Discord.
    Discord(Discord),
    /// An incoming webhook of Slack.
    Slack(Slack),
    /// A bot of Telegram.
    Telegram(Telegram),
    /// A Gotify server.
    Gotify(Gotify),
    /// Any HTTP server.
    Webhook(Webhook),
}

/// E-mail over SMTP (RFC 5321).
#[derive(Debug, Clone, PartialEq)]
pub struct Smtp {
    /// The server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept private.
    pub security: Security,
    /// Who logs in, and with what.
    pub login: Option<(String, SecretSource)>,
    /// The sender.
    pub from: String,
    /// The recipients, at least one.
    pub to: Vec<String>,
}

/// How a connection to a mail server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (RFC 8314), port 465.
    Tls,
    /// TLS after a greeting (RFC 3207), port 587; without it nothing is sent.
    StartTls,
    /// None, port 25.
    Plain,
}

/// A topic of ntfy.
#[derive(Debug, Clone, PartialEq)]
pub struct Ntfy {
    /// The server.
    pub server: Url,
    /// The topic.
    pub topic: String,
    /// An access token.
    pub token: Option<SecretSource>,
    /// Or who logs in, and with what.
    pub login: Option<(String, SecretSource)>,
}

/// A channel of Discord.
#[derive(Debug, Clone, PartialEq)]
pub struct Discord {
    /// The webhook's address, a secret as a whole.
    pub url: SecretSource,
}

/// A channel of Slack.
#[derive(Debug, Clone, PartialEq)]
pub struct Slack {
    /// The webhook's address, a secret as a whole.
    pub url: SecretSource,
}

/// A chat of Telegram.
#[derive(Debug, Clone, PartialEq)]
pub struct Telegram {
    /// The Bot API's server.
    pub server: Url,
    /// The bot's token.
    pub token: SecretSource,
    /// The chat, by number or `@name`.
    pub chat: String,
}

/// An application of a Gotify server.
#[derive(Debug, Clone, PartialEq)]
pub struct Gotify {
    /// The server.
    pub server: Url,
    /// The application's token.
    pub token: SecretSource,
}

/// Any HTTP server.
#[derive(Debug, Clone, PartialEq)]
pub struct Webhook {
    /// Its address.
    pub url: Address,
    /// The `Authorization` header.
    pub authorization: Option<SecretSource>,
    /// What `body` is; JSON unless it says something else.
    pub content_type: String,
    /// Whether plain HTTP may leave this machine.
    pub allow_plain: bool,
}

/// An address, written or secret.
#[derive(Clone, PartialEq)]
pub enum Address {
    /// As it stands in the settings.
    Written(Url),
    /// A secret as a whole.
    Secret(SecretSource),
}

impl Kind {
    /// Its name in the settings.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Smtp(_) => "smtp",
            Self::Ntfy(_) => "ntfy",
            Self::Discord(_) => "discord",
            Self::Slack(_) => "slack",
            Self::Telegram(_) => "telegram",
            Self::Gotify(_) => "gotify",
            Self::Webhook(_) => "webhook",
        }
    }

    /// The keys that name a secret, and where each comes from.
    pub fn secrets(&self) -> Vec<(&'static str, &SecretSource)> {
        match self {
            Self::Smtp(it) => it.login.iter().map(|(_, secret)| ("password", secret)).collect(),
            Self::Ntfy(it) => {
                let token = it.token.iter().map(|secret| ("token", secret));
                token.chain(it.login.iter().map(|(_, secret)| ("password", secret))).collect()
            }
            Self::Discord(Discord { url }) | Self::Slack(Slack { url }) => vec![("url", url)],
            Self::Telegram(Telegram { token, .. }) | Self::Gotify(Gotify { token, .. }) => {
                vec![("token", token)]
            }
            Self::Webhook(it) => {
                let url = match &it.url {
                    Address::Secret(secret) => Some(("url", secret)),
                    Address::Written(_) => None,
                };
                let authorization = it.authorization.iter().map(|it| ("authorization", it));
                url.into_iter().chain(authorization).collect()
            }
        }
    }
}

impl Security {
    /// The port that the standards give it.
    pub const fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::Plain => 25,
        }
    }
}

impl fmt::Debug for Address {
    /// The path and the query of a webhook often are its password.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Written(url) => write!(formatter, "{}/…", url.origin().ascii_serialization()),
            Self::Secret(source) => source.fmt(formatter),
        }
    }
}
