//! One POST over HTTP and what its answer means; every wait has a bound, no redirect is followed,
//! and no error holds more of an address than its host.

use std::{error::Error, path::Path, sync::Once, time::Duration};

use jiff::{Timestamp, fmt::rfc2822};
use reqwest::{
    Certificate, Client, Response, Url,
    header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER},
    redirect::Policy,
};

use super::{SecretText, SendError};

/// To open a connection.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// For one request as a whole, its body included.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);
/// More of an answer is not read.
const LONGEST_ANSWER_BYTES: usize = 64 * 1024;
/// More of an answer is not shown.
const LONGEST_SAID: usize = 200;

/// One POST.
pub(super) struct Request {
    pub(super) url: Url,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) content_type: String,
    pub(super) body: String,
}

/// What came back.
#[derive(Debug, Clone, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// `Retry-After`.
    pub(super) wait: Option<Duration>,
    /// At most 64 KiB.
    pub(super) text: String,
}

impl Request {
    /// A POST of JSON.
    pub(super) fn json(url: Url, body: &serde_json::Value) -> Self {
        let content_type = "application/json".to_owned();
        Self { url, headers: Vec::new(), content_type, body: body.to_string() }
    }

    /// The same with a header that nobody logs.
    pub(super) fn with_secret(mut self, name: HeaderName, value: &str) -> Result<Self, SendError> {
        let mut value = HeaderValue::from_str(value).map_err(|_| {
            SendError::Setting("the secret holds characters that HTTP cannot send".to_owned())
        })?;
        value.set_sensitive(true);
        self.headers.push((name, value));
        Ok(self)
    }
}

/// Sends it once.
pub(super) async fn post(request: Request, ca: Option<&Path>) -> Result<Answer, SendError> {
    let host = host_of(&request.url);
    let client = client(&request.url, ca).await?;
    let headers = request.headers.into_iter().collect();
    let sent = client
        .post(request.url)
        .headers(headers)
        .header(CONTENT_TYPE, request.content_type)
        .body(request.body)
        .send();
    let answer = sent.await.map_err(|error| broken(&host, &error))?;
    let stated = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let wait = stated.and_then(|text| wait_of(text, Timestamp::now()));
    let status = answer.status().as_u16();
    let text = text_of(answer).await.map_err(|error| broken(&host, &error))?;
    Ok(Answer { status, wait, text })
}

/// What a status code means, whatever the service; a success is for the service to judge.
pub(super) fn judge(host: &str, answer: &Answer) -> Result<(), SendError> {
    let (host, said) = (host.to_owned(), format!("HTTP {}{}", answer.status, quoted(&answer.text)));
    match answer.status {
        200..=299 => Ok(()),
        300..=399 => Err(SendError::Refused {
            host,
            said: format!("HTTP {}, a redirect, which is not followed", answer.status),
        }),
        408 | 425 | 429 | 500..=599 => Err(SendError::Busy { host, said, wait: answer.wait }),
        _ => Err(SendError::Refused { host, said }),
    }
}

/// A success that does not look like the service's own.
pub(super) fn strange(host: &str, service: &'static str, answer: &Answer) -> SendError {
    let said = format!("HTTP {}{}", answer.status, quoted(&answer.text));
    SendError::Strange { host: host.to_owned(), service, said }
}

/// Host and port, all that is ever said of an address.
pub(super) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or("?");
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Whether an address stays on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    is_loopback_host(url.host_str().unwrap_or_default())
}

/// Whether a host is this machine.
pub(crate) fn is_loopback_host(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// Reads a secret address.
pub(super) fn secret_url(secret: &SecretText) -> Result<Url, SendError> {
    let url = Url::parse(secret.reveal().trim()).ok();
    url.filter(|url| url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url)))
        .ok_or_else(|| {
            SendError::Setting("the secret \"url\" is no address that begins with https://".into())
        })
}

/// A wait: seconds, which Discord writes with decimals, or an HTTP date (RFC 9110 §10.2.3).
fn wait_of(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

async fn client(url: &Url, ca: Option<&Path>) -> Result<Client, SendError> {
    static TLS: Once = Once::new();
    // An error means that this process chose a provider before, which serves as well.
    TLS.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    let mut builder = Client::builder()
        .user_agent(concat!("phoenix-tray/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .referer(false)
        .connect_timeout(CONNECT_LIMIT)
        .timeout(REQUEST_LIMIT);
    if url.scheme() == "http" && is_loopback(url) {
        // Without TLS it must work where no root certificates are installed.
        builder = builder.no_proxy().tls_certs_only([]);
    } else if let Some(ca) = ca {
        builder = builder.tls_certs_merge(certificates(ca).await?);
    }
    builder.build().map_err(|error| SendError::Setting(words(&error)))
}

/// The root certificates of a PEM file.
async fn certificates(ca: &Path) -> Result<Vec<Certificate>, SendError> {
    let pem = read_ca(ca).await?;
    Certificate::from_pem_bundle(&pem)
        .ok()
        .filter(|found| !found.is_empty())
        .ok_or_else(|| no_pem(ca))
}

/// The bytes of a PEM file.
pub(super) async fn read_ca(ca: &Path) -> Result<Vec<u8>, SendError> {
    tokio::fs::read(ca).await.map_err(|error| {
        SendError::Setting(format!("the certificates in {} cannot be read: {error}", ca.display()))
    })
}

pub(super) fn no_pem(ca: &Path) -> SendError {
    SendError::Setting(format!("{} holds no certificate in PEM", ca.display()))
}

async fn text_of(mut answer: Response) -> Result<String, reqwest::Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        let room = LONGEST_ANSWER_BYTES.saturating_sub(bytes.len());
        bytes.extend(chunk.iter().take(room));
        if bytes.len() >= LONGEST_ANSWER_BYTES {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The beginning of an answer, on one line, after a colon.
fn quoted(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let start = line.to_ascii_lowercase();
    if line.is_empty() {
        String::new()
    } else if start.starts_with("<!doctype") || start.starts_with("<html") {
        ", a web page".to_owned()
    } else {
        let said: String = line.chars().take(LONGEST_SAID).collect();
        format!(": {said}")
    }
}

fn broken(host: &str, error: &reqwest::Error) -> SendError {
    let host = host.to_owned();
    if error.is_timeout() {
        SendError::TimedOut { host }
    } else {
        SendError::Unreachable { host, said: words(error) }
    }
}

/// The innermost cause; never the address.
fn words(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if cause.downcast_ref::<reqwest::Error>().is_some() {
        "the request could not be made".to_owned()
    } else {
        cause.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_read_in_seconds_with_decimals_and_as_a_date() {
        let now: Timestamp = "1994-11-06T08:49:00Z".parse().unwrap();
        for (text, millis) in [
            ("120", Some(120_000)),
            ("0.75", Some(750)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(37_000)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("soon", None),
            ("-5", None),
            ("NaN", None),
            ("1e300", None),
        ] {
            let wait = wait_of(text, now).map(|wait| wait.as_millis());
            assert_eq!(wait, millis, "{text}");
        }
    }

    #[test]
    fn a_web_page_is_not_quoted() {
        let answer = Answer { status: 404, text: "<!DOCTYPE html><p>hello".to_owned(), wait: None };
        let error = judge("chat.example", &answer).unwrap_err().to_string();
        assert!(error.contains("a web page") && !error.contains("hello"), "{error}");
    }
}
