//! HTTP as registries need it: redirects by hand, bounded times and bodies.

mod certificate;

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock, Mutex, Once, PoisonError},
    time::Duration,
};

use phoenix_engine::ports::RegistryError;
use reqwest::{
    Certificate, Client, ClientBuilder, Method, Response, Url,
    header::{AUTHORIZATION, CONTENT_ENCODING, HeaderMap, LOCATION},
    redirect::Policy,
};

use super::endpoint::{Trust, is_loopback};

/// To open a connection.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// For one request as a whole, its body included.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);
/// Checks are hours apart: what is idle for longer than a round is closed.
const IDLE_LIMIT: Duration = Duration::from_secs(20);
/// More redirects are a loop.
const REDIRECTS: usize = 5;

/// A client for each way to trust, built when it is first needed: reading all root certificates
/// takes a while, and most commands ask no registry.
#[derive(Debug, Clone)]
pub(super) struct Transport {
    /// Only ever used without TLS: it must work where no root certificates are installed.
    plain_here: Arc<LazyLock<Result<Client, String>>>,
    over_tls: Arc<Mutex<BTreeMap<(Trust, bool), Client>>>,
}

/// A request without a body.
#[derive(Debug, Clone)]
pub(super) struct Question<'a> {
    /// Who is asked, as a person knows it.
    pub(super) host: &'a str,
    /// How the certificate of the address's host is checked; elsewhere by this machine's
    /// authorities.
    pub(super) trust: &'a Trust,
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
}

impl Transport {
    pub(super) fn new() -> Self {
        Self {
            plain_here: Arc::new(LazyLock::new(|| {
                let builder = builder().no_proxy().tls_certs_only([]);
                builder.build().map_err(|error| words(&error))
            })),
            over_tls: Arc::default(),
        }
    }

    /// Sends a request and follows redirects; credentials stay with the host they were made for,
    /// and TLS is never left.
    pub(super) async fn send(&self, question: Question<'_>) -> Result<Response, RegistryError> {
        let Question { host, trust, method, mut url, mut headers } = question;
        let first = url.clone();
        let elsewhere = Trust::Checked(Vec::new());
        for _ in 0..=REDIRECTS {
            let trust = if url.host() == first.host() { trust } else { &elsewhere };
            let client = self.client(&url, trust).map_err(|message| unreachable(host, message))?;
            let request = client.request(method.clone(), url.clone()).headers(headers.clone());
            let answer = request.send().await.map_err(|error| failed(host, &error))?;
            if !answer.status().is_redirection() {
                return Ok(answer);
            }
            let target = answer.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            let next = target
                .and_then(|target| url.join(target).ok())
                .filter(|next| matches!(next.scheme(), "http" | "https"))
                .ok_or_else(|| unexpected(host, "a redirect to nowhere"))?;
            if url.scheme() == "https" && next.scheme() != "https" {
                return Err(unexpected(host, "a redirect that leaves TLS"));
            }
            if next.origin() != url.origin() {
                headers.remove(AUTHORIZATION);
            }
            url = next;
        }
        Err(unexpected(host, "redirects without end"))
    }

    /// Sends a form, without following redirects.
    pub(super) async fn send_form(
        &self,
        question: Question<'_>,
        form: String,
    ) -> Result<Response, RegistryError> {
        let Question { host, trust, method, url, headers } = question;
        let client = self.client(&url, trust).map_err(|message| unreachable(host, message))?;
        let kind = "application/x-www-form-urlencoded";
        let request = client.request(method, url).headers(headers);
        let request = request.header(reqwest::header::CONTENT_TYPE, kind).body(form);
        request.send().await.map_err(|error| failed(host, &error))
    }

    fn client(&self, url: &Url, trust: &Trust) -> Result<Client, String> {
        let here = is_loopback(url);
        if here && url.scheme() == "http" {
            return LazyLock::force(&self.plain_here).clone();
        }
        let mut clients = self.over_tls.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (trust.clone(), here);
        if let Some(client) = clients.get(&key) {
            return Ok(client.clone());
        }
        let client = over_tls(trust, here)?;
        clients.insert(key, client.clone());
        Ok(client)
    }
}

fn over_tls(trust: &Trust, here: bool) -> Result<Client, String> {
    let builder = if here { builder().no_proxy() } else { builder() };
    let builder = match trust {
        Trust::Unchecked => builder.tls_danger_accept_invalid_certs(true),
        Trust::Checked(files) => {
            let mut authorities = Vec::new();
            for file in files {
                let name = file.display();
                let text = std::fs::read(file).map_err(|error| {
                    format!("its authorities in {name} cannot be read: {error}")
                })?;
                let read = Certificate::from_pem_bundle(&text).ok().filter(|read| !read.is_empty());
                authorities
                    .extend(read.ok_or_else(|| format!("{name} holds no certificate in PEM"))?);
            }
            builder.tls_certs_merge(authorities)
        }
    };
    builder.build().map_err(|error| words(&error))
}

fn builder() -> ClientBuilder {
    static TLS: Once = Once::new();
    // An error means that this process chose a provider before, which serves as well.
    TLS.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    Client::builder()
        .user_agent(concat!("phoenix-tray/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .referer(false)
        .connect_timeout(CONNECT_LIMIT)
        .timeout(REQUEST_LIMIT)
        .pool_idle_timeout(IDLE_LIMIT)
}

/// Reads a body of at most `limit` bytes.
pub(super) async fn read_body(
    host: &str,
    mut answer: Response,
    limit: usize,
) -> Result<Vec<u8>, RegistryError> {
    // Nothing packed was asked for, and nothing is unpacked: its size would be anybody's guess.
    let packed = answer.headers().get(CONTENT_ENCODING);
    if packed.is_some_and(|packed| packed != "identity") {
        return Err(unexpected(host, "a packed answer, which was not asked for"));
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| failed(host, &error))? {
        if body.len().saturating_add(chunk.len()) > limit {
            return Err(unexpected(host, format!("an answer of more than {limit} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

pub(super) fn unreachable(host: &str, message: impl Into<String>) -> RegistryError {
    RegistryError::Unreachable { host: host.to_owned(), message: message.into() }
}

pub(super) fn unexpected(host: &str, message: impl Into<String>) -> RegistryError {
    RegistryError::Unexpected { host: host.to_owned(), message: message.into() }
}

fn failed(host: &str, error: &reqwest::Error) -> RegistryError {
    let now = jiff::Timestamp::now();
    let message = certificate::complaint(error, host, now).unwrap_or_else(|| words(error));
    unreachable(host, message)
}

/// The innermost cause; never the address, whose query may hold a signature.
fn words(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if error.is_timeout() {
        "no answer in time".to_owned()
    } else if cause.downcast_ref::<reqwest::Error>().is_some() {
        "the request could not be made".to_owned()
    } else {
        cause.to_string()
    }
}
