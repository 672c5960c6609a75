//! E-mail over SMTP (RFC 5321), by lettre.

use std::{error::Error as _, path::Path, time::Duration};

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message as Mail, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, Header, HeaderName, HeaderValue},
    },
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};

use super::{
    super::{Security, Smtp},
    ChannelSettings, Message, SecretText, SendError, http, shortened,
};

/// For each command, and for the connection.
const COMMAND_LIMIT: Duration = Duration::from_secs(30);
/// For a message as a whole.
const MESSAGE_LIMIT: Duration = Duration::from_mins(3);
/// More of an answer is not shown.
const LONGEST_SAID: usize = 200;

/// No out-of-office reply is wanted (RFC 3834 §5).
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Whether mail can be addressed so: `ops@example.org`, `Ops <ops@example.org>`.
pub(crate) fn is_mailbox(text: &str) -> bool {
    text.parse::<Mailbox>().is_ok()
}

pub(super) async fn send(
    smtp: &Smtp,
    channel: &ChannelSettings,
    message: &Message,
) -> Result<String, SendError> {
    let login = match &smtp.login {
        Some((user, secret)) => Some((user, secret.read().await?)),
        None => None,
    };
    let mail = mail(smtp, &message.subject_for(channel), message.body_for(channel))?;
    let transport = transport(smtp, login.as_ref(), channel.ca.as_deref()).await?;
    let host = format!("{}:{}", smtp.host, smtp.port);
    let Ok(sent) = tokio::time::timeout(MESSAGE_LIMIT, transport.send(mail)).await else {
        return Err(SendError::TimedOut { host });
    };
    match sent {
        Ok(response) => Ok(format!("{} {}", response.code(), said(response.message()))),
        Err(error) => {
            let error = meaning(host, &error);
            Err(match login {
                Some((_, secret)) => error.without(&secret),
                None => error,
            })
        }
    }
}

fn mail(smtp: &Smtp, subject: &str, body: String) -> Result<Mail, SendError> {
    let address = |text: &str| text.parse::<Mailbox>().map_err(|error| bad(text, error));
    let mut builder = Mail::builder()
        .from(address(&smtp.from)?)
        .subject(subject)
        .message_id(None)
        .header(AutoSubmitted)
        .header(ContentType::TEXT_PLAIN);
    for recipient in &smtp.to {
        builder = builder.to(address(recipient)?);
    }
    builder.body(body).map_err(|error| SendError::Setting(error.to_string()))
}

fn bad(address: &str, error: lettre::address::AddressError) -> SendError {
    SendError::Setting(format!("\"{address}\" is no mail address: {error}"))
}

async fn transport(
    smtp: &Smtp,
    login: Option<&(&String, SecretText)>,
    ca: Option<&Path>,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, SendError> {
    let tls = match smtp.security {
        Security::Plain => Tls::None,
        Security::StartTls => Tls::Required(trust(&smtp.host, ca).await?),
        Security::Tls => Tls::Wrapper(trust(&smtp.host, ca).await?),
    };
    let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host)
        .port(smtp.port)
        .tls(tls)
        .timeout(Some(COMMAND_LIMIT));
    Ok(match login {
        Some((user, secret)) => builder
            .credentials(Credentials::new((*user).clone(), secret.reveal().to_owned()))
            .build(),
        None => builder.build(),
    })
}

/// The system's root certificates, and those of the channel.
async fn trust(host: &str, ca: Option<&Path>) -> Result<TlsParameters, SendError> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(ca) = ca {
        let pem = http::read_ca(ca).await?;
        let certificate = Certificate::from_pem(&pem).map_err(|_| http::no_pem(ca))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|error| SendError::Setting(error.to_string()))
}

/// A permanent reply is final, any other (RFC 5321 §4.2.1) may be better later.
fn meaning(host: String, error: &Error) -> SendError {
    let said = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    let said = error.status().map_or_else(|| said.clone(), |code| format!("{code} {said}"));
    let said = shortened(&said.split_whitespace().collect::<Vec<_>>().join(" "), LONGEST_SAID);
    if error.is_permanent() || error.is_client() {
        SendError::Refused { host, said }
    } else if error.is_transient() {
        SendError::Busy { host, said, wait: None }
    } else if error.is_timeout() {
        SendError::TimedOut { host }
    } else if error.is_tls() {
        SendError::Refused { host, said: format!("TLS failed: {said}") }
    } else {
        SendError::Unreachable { host, said }
    }
}

fn said<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    shortened(&lines.collect::<Vec<_>>().join(" "), LONGEST_SAID)
}
