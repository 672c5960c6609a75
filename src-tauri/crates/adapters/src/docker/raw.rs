//! A small HTTP client for the Engine API: one connection per call, JSON in and out, untouched.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use phoenix_engine::ports::EngineError;
use phoenix_plan::spec::ApiVersion;
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    task::AbortHandle,
};

use super::{Endpoint, bounds, errors};

/// No document of an engine is anywhere near this.
const ANSWER_LIMIT_BYTES: usize = 64 * 1024 * 1024;

/// A client for one engine.
#[derive(Debug, Clone)]
pub(super) struct RawClient {
    endpoint: Endpoint,
    version: Option<ApiVersion>,
}

/// A call and its name.
pub(super) struct Call<'a> {
    /// For messages.
    pub(super) name: &'static str,
    /// The method.
    pub(super) method: Method,
    /// Path and query, without the version.
    pub(super) path: &'a str,
    /// Body and its type.
    pub(super) body: Option<(Bytes, &'static str)>,
    /// `X-Registry-Auth`.
    pub(super) registry_auth: Option<HeaderValue>,
    /// To the end of the answer (its head, for [`RawClient::open`]).
    pub(super) bound: Duration,
}

/// An answer whose body is still arriving. Its connection ends with it.
pub(super) struct Opened {
    pub(super) response: Response<Incoming>,
    connection: ConnectionGuard,
}

struct ConnectionGuard(AbortHandle);

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<'a> Call<'a> {
    /// A call that only reads.
    pub(super) const fn get(name: &'static str, path: &'a str) -> Self {
        let (body, registry_auth) = (None, None);
        Self { name, method: Method::GET, path, body, registry_auth, bound: bounds::READ }
    }

    /// A call that changes something.
    pub(super) const fn post(name: &'static str, path: &'a str) -> Self {
        let (body, registry_auth) = (None, None);
        Self { name, method: Method::POST, path, body, registry_auth, bound: bounds::CHANGE }
    }

    /// A call that removes something.
    pub(super) fn delete(name: &'static str, path: &'a str) -> Self {
        Self { method: Method::DELETE, ..Self::post(name, path) }
    }

    /// With a JSON body.
    pub(super) fn json(self, body: &Value) -> Self {
        Self { body: Some((Bytes::from(body.to_string()), "application/json")), ..self }
    }

    /// With another bound.
    pub(super) const fn within(mut self, bound: Duration) -> Self {
        self.bound = bound;
        self
    }
}

impl RawClient {
    /// A client that does not state a version until it knows one.
    pub(super) const fn new(endpoint: Endpoint, version: Option<ApiVersion>) -> Self {
        Self { endpoint, version }
    }

    /// Where it calls.
    pub(super) const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The whole answer of a successful call; null where it is empty.
    pub(super) async fn json(&self, call: Call<'_>) -> Result<Value, EngineError> {
        let (name, what) = (call.name, call.path.to_owned());
        let (status, body) = self.finish(call).await?;
        if !status.is_success() && status != StatusCode::NOT_MODIFIED {
            return Err(errors::refused(name, &what, status.as_u16(), &errors::message(&body)));
        }
        if body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&body).map_err(|error| EngineError::Broken {
            call: name,
            message: format!("the answer is no JSON: {error}"),
        })
    }

    /// As [`Self::json`], with `None` for something that does not exist.
    pub(super) async fn json_or_none(&self, call: Call<'_>) -> Result<Option<Value>, EngineError> {
        match self.json(call).await {
            Ok(document) => Ok(Some(document)),
            Err(EngineError::NotFound { .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// The answer's head, its body still to be read.
    pub(super) async fn open(&self, call: Call<'_>) -> Result<Opened, EngineError> {
        let (name, bound) = (call.name, call.bound);
        bounds::within(name, bound, self.send(call)).await
    }

    async fn finish(&self, call: Call<'_>) -> Result<(StatusCode, Bytes), EngineError> {
        let (name, bound) = (call.name, call.bound);
        bounds::within(name, bound, async {
            let opened = self.send(call).await?;
            let status = opened.response.status();
            Ok((status, opened.all(name).await?))
        })
        .await
    }

    async fn send(&self, call: Call<'_>) -> Result<Opened, EngineError> {
        let path = match self.version {
            Some(version) => format!("/v{version}{}", call.path),
            None => call.path.to_owned(),
        };
        let mut request =
            Request::builder().method(call.method).uri(path).header(header::HOST, "docker");
        if let Some((_, kind)) = &call.body {
            request = request.header(header::CONTENT_TYPE, *kind);
        }
        if let Some(auth) = call.registry_auth {
            request = request.header("X-Registry-Auth", auth);
        }
        let body = call.body.map(|(body, _)| body).unwrap_or_default();
        let broken = |message: String| EngineError::Broken { call: call.name, message };
        let request = request.body(Full::new(body)).map_err(|error| broken(error.to_string()))?;
        let stream = self.connect().await?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|error| broken(chain(&error)))?;
        let connection = ConnectionGuard(tokio::spawn(connection).abort_handle());
        let response = sender.send_request(request).await.map_err(|error| broken(chain(&error)))?;
        Ok(Opened { response, connection })
    }

    async fn connect(&self) -> Result<Box<dyn Stream>, EngineError> {
        let unreachable = |source: std::io::Error| EngineError::Unreachable {
            endpoint: self.endpoint.to_string(),
            source: Box::new(source),
        };
        let opened = tokio::time::timeout(bounds::CONNECT, open(&self.endpoint));
        opened
            .await
            .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
            .map_err(unreachable)
    }
}

impl Opened {
    /// The rest of the body.
    pub(super) async fn all(self, call: &'static str) -> Result<Bytes, EngineError> {
        let body = Limited::new(self.response.into_body(), ANSWER_LIMIT_BYTES).collect().await;
        drop(self.connection);
        body.map(http_body_util::Collected::to_bytes)
            .map_err(|error| EngineError::Broken { call, message: error.to_string() })
    }

    /// The next piece of the body; `None` at its end.
    pub(super) async fn piece(&mut self, call: &'static str) -> Result<Option<Bytes>, EngineError> {
        loop {
            match self.response.body_mut().frame().await {
                None => return Ok(None),
                Some(Ok(frame)) => {
                    if let Ok(piece) = frame.into_data() {
                        return Ok(Some(piece));
                    }
                }
                Some(Err(error)) => {
                    return Err(EngineError::Broken { call, message: chain(&error) });
                }
            }
        }
    }
}

/// An error with everything below it, in one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(cause) = below {
        text = format!("{text}: {cause}");
        below = cause.source();
    }
    text
}

/// A path segment or query value, percent-encoded.
pub(super) fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

async fn open(endpoint: &Endpoint) -> std::io::Result<Box<dyn Stream>> {
    match endpoint {
        Endpoint::Tcp(address) => Ok(Box::new(tokio::net::TcpStream::connect(address).await?)),
        #[cfg(unix)]
        Endpoint::Unix(path) => Ok(Box::new(tokio::net::UnixStream::connect(path).await?)),
        #[cfg(windows)]
        Endpoint::Pipe(name) => {
            let name = name.replace('/', "\\");
            Ok(Box::new(tokio::net::windows::named_pipe::ClientOptions::new().open(name)?))
        }
        #[cfg(unix)]
        Endpoint::Pipe(_) => Err(std::io::ErrorKind::Unsupported.into()),
        #[cfg(windows)]
        Endpoint::Unix(_) => Err(std::io::ErrorKind::Unsupported.into()),
    }
}
