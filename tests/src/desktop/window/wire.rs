//! The protocol of `WebDriver`, as far as the tests speak it.

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Method, Request, header};
use serde_json::{Value, json};

use crate::http::send;

/// What the protocol names element references by.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A session with a driver.
pub(super) struct Wire {
    port: u16,
    session: String,
}

impl Wire {
    /// Opens a session with the driver at that port.
    pub(super) async fn open(port: u16) -> Result<Self> {
        let wanted = json!({ "capabilities": { "alwaysMatch": {} } });
        let opened = ask(port, "session", &wanted).await?;
        let session = opened["sessionId"].as_str().context("no session was opened")?;
        Ok(Self { port, session: session.to_owned() })
    }

    /// Sends a command of the session; answers its value.
    pub(super) async fn post(&self, command: &str, body: &Value) -> Result<Value> {
        ask(self.port, &format!("session/{}/{command}", self.session), body).await
    }
}

/// The reference in an answer that is an element.
pub(super) fn element(value: &Value) -> Option<String> {
    value[ELEMENT].as_str().map(str::to_owned)
}

async fn ask(port: u16, path: &str, body: &Value) -> Result<Value> {
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("http://127.0.0.1:{port}/{path}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(serde_json::to_vec(body)?)))?;
    let mut answer = send(request).await?.json()?;
    let value = answer["value"].take();
    if let Some(error) = value["error"].as_str() {
        bail!("{path}: {error}: {}", value["message"]);
    }
    Ok(value)
}
