//! One HTTP request at a time, as a user's client would send it.

use std::time::Duration;

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{HeaderMap, Request, StatusCode};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};

use crate::wait::within;

const ANSWER_BOUND: Duration = Duration::from_secs(30);

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its whole body.
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Result<serde_json::Value> {
        serde_json::from_slice(&self.body).with_context(|| format!("not JSON: {:?}", self.body))
    }

    /// The header's value; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// `GET url` on a connection of its own, within 30 s.
pub async fn get(url: &str) -> Result<Answer> {
    send(Request::get(url).body(Full::default())?).await
}

/// Sends `request` on a connection of its own, within 30 s.
pub(crate) async fn send(request: Request<Full<Bytes>>) -> Result<Answer> {
    let what = format!("{} {}", request.method(), request.uri());
    within(&format!("the answer to {what}"), ANSWER_BOUND, async {
        let client = Client::builder(TokioExecutor::new()).build_http();
        let (head, body) =
            client.request(request).await.with_context(|| what.clone())?.into_parts();
        let body = body.collect().await.with_context(|| format!("the body of {what}"))?.to_bytes();
        Ok(Answer { status: head.status, headers: head.headers, body })
    })
    .await
}
