//! HTTP as registries need it: redirects by hand, bounded times and bodies.

use std::{
    sync::{Arc, LazyLock, Once},
    time::Duration,
};

use phoenix_engine::ports::RegistryError;
use reqwest::{
    Client, ClientBuilder, Method, Response, Url,
    header::{AUTHORIZATION, HeaderMap, LOCATION},
    redirect::Policy,
};

use super::endpoint::is_loopback;

/// To open a connection.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// For one request as a whole, its body included.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);
/// More redirects are a loop.
const REDIRECTS: usize = 5;

/// A client that is built when it is first needed: reading all root certificates takes a while, and
/// most commands ask no registry.
type Lazy = Arc<LazyLock<Result<Client, String>>>;

/// One client for the world and one for this machine, past any proxy.
#[derive(Debug, Clone)]
pub(super) struct Transport {
    world: Lazy,
    this_machine: Lazy,
}

impl Transport {
    pub(super) fn new() -> Self {
        Self {
            world: Arc::new(LazyLock::new(|| built(builder()))),
            // Only ever used without TLS: it must work where no root certificates are installed.
            this_machine: Arc::new(LazyLock::new(|| {
                built(builder().no_proxy().tls_certs_only([]))
            })),
        }
    }

    /// Sends a request without a body and follows redirects; credentials stay with the host they
    /// were made for, and TLS is never left.
    pub(super) async fn send(
        &self,
        host: &str,
        method: Method,
        url: Url,
        mut headers: HeaderMap,
    ) -> Result<Response, RegistryError> {
        let mut url = url;
        for _ in 0..=REDIRECTS {
            let client = self.client(&url).map_err(|message| unreachable(host, message))?;
            let request = client.request(method.clone(), url.clone()).headers(headers.clone());
            let answer = request.send().await.map_err(|error| unreachable(host, words(&error)))?;
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
        host: &str,
        url: Url,
        form: String,
    ) -> Result<Response, RegistryError> {
        let client = self.client(&url).map_err(|message| unreachable(host, message))?;
        let kind = "application/x-www-form-urlencoded";
        let request = client.post(url).header(reqwest::header::CONTENT_TYPE, kind).body(form);
        request.send().await.map_err(|error| unreachable(host, words(&error)))
    }

    fn client(&self, url: &Url) -> Result<&Client, String> {
        let plain_here = url.scheme() == "http" && is_loopback(url);
        let client = if plain_here { &self.this_machine } else { &self.world };
        LazyLock::force(client).as_ref().map_err(Clone::clone)
    }
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
}

fn built(builder: ClientBuilder) -> Result<Client, String> {
    builder.build().map_err(|error| words(&error))
}

/// Reads a body of at most `limit` bytes.
pub(super) async fn read_body(
    host: &str,
    mut answer: Response,
    limit: usize,
) -> Result<Vec<u8>, RegistryError> {
    let mut body = Vec::new();
    while let Some(chunk) =
        answer.chunk().await.map_err(|error| unreachable(host, words(&error)))?
    {
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
