//! What happens to containers, told by the engine itself.

use std::collections::BTreeMap;

use bytes::{Buf as _, BytesMut};
use futures_util::{StreamExt as _, stream};
use http::header;
use jiff::fmt::rfc2822::DateTimeParser;
use phoenix_engine::ports::{ContainerChange, ContainerChanges, EngineError};
use serde::Deserialize;
use serde_json::json;

use super::{
    errors,
    raw::{Call, Opened, RawClient, encoded},
};

/// The name of the call, in messages.
const CALL: &str = "events";

/// What a user can see of a container. Health checks also emit `exec_*`, all the time.
const ACTIONS: [&str; 12] = [
    "create",
    "start",
    "die",
    "stop",
    "restart",
    "destroy",
    "rename",
    "pause",
    "unpause",
    "health_status",
    "oom",
    "update",
];

/// What the engine adds to a container's labels.
const NOT_LABELS: [&str; 7] =
    ["name", "image", "exitCode", "execDuration", "oldName", "signal", "execID"];

/// One event is a container's labels and little more.
const EVENT_LIMIT_BYTES: usize = 4 * 1024 * 1024;

/// Engines up to 20.10 answer a moment before they listen. What happens in between is buffered:
/// asked for what was since their last second, they tell it.
pub(super) async fn container_changes(raw: &RawClient) -> Result<ContainerChanges, EngineError> {
    let since = now_there(raw).await?.map(|second| format!("&since={second}"));
    let filters = json!({ "type": ["container"], "event": ACTIONS }).to_string();
    let path = format!("/events?filters={}{}", encoded(&filters), since.unwrap_or_default());
    let opened = raw.open(Call::get(CALL, &path)).await?;
    let status = opened.response.status();
    if !status.is_success() {
        let body = opened.all(CALL).await?;
        return Err(errors::refused(CALL, &path, status.as_u16(), &errors::message(&body)));
    }
    let listening = Some(Listening { opened, buffer: BytesMut::new() });
    let changes = stream::unfold(listening, |listening| async {
        let mut listening = listening?;
        match listening.next().await {
            Ok(change) => Some((Ok(change), Some(listening))),
            Err(error) => Some((Err(error), None)),
        }
    });
    Ok(changes.boxed())
}

/// The second that it is at the engine, by its own clock, if it says so.
async fn now_there(raw: &RawClient) -> Result<Option<i64>, EngineError> {
    let opened = raw.open(Call::get("ping", "/_ping")).await?;
    let date = opened.response.headers().get(header::DATE).and_then(|date| date.to_str().ok());
    Ok(date.and_then(second_of))
}

fn second_of(date: &str) -> Option<i64> {
    DateTimeParser::new().parse_timestamp(date).ok().map(jiff::Timestamp::as_second)
}

/// An answer that goes on for as long as the engine lives.
struct Listening {
    opened: Opened,
    buffer: BytesMut,
}

impl Listening {
    async fn next(&mut self) -> Result<ContainerChange, EngineError> {
        loop {
            if let Some(line) = self.line() {
                return change(&line);
            }
            if self.buffer.len() > EVENT_LIMIT_BYTES {
                return Err(broken("an event has no end"));
            }
            match self.opened.piece(CALL).await? {
                Some(piece) => self.buffer.extend_from_slice(&piece),
                None => return Err(broken("the engine ended it")),
            }
        }
    }

    fn line(&mut self) -> Option<BytesMut> {
        let end = self.buffer.iter().position(|byte| *byte == b'\n')?;
        let line = self.buffer.split_to(end);
        self.buffer.advance(1);
        Some(line)
    }
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "Action")]
    action: String,
    #[serde(rename = "Actor")]
    actor: Actor,
}

#[derive(Deserialize)]
struct Actor {
    #[serde(rename = "Attributes", default)]
    attributes: BTreeMap<String, String>,
}

fn change(line: &[u8]) -> Result<ContainerChange, EngineError> {
    let event: Event = serde_json::from_slice(line)
        .map_err(|error| broken(&format!("an event cannot be read: {error}")))?;
    let mut labels = event.actor.attributes;
    let name = labels.get("name").cloned().unwrap_or_default();
    labels.retain(|key, _| !NOT_LABELS.contains(&key.as_str()));
    Ok(ContainerChange { name, labels, action: event.action })
}

fn broken(message: &str) -> EngineError {
    EngineError::Broken { call: CALL, message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_told_with_the_containers_labels_and_no_more() {
        let line = br#"{"status":"die","id":"c1","from":"app:1","Type":"container","Action":"die",
            "Actor":{"ID":"c1","Attributes":{"exitCode":"137","image":"app:1","name":"web",
            "com.docker.compose.service":"web","execDuration":"3"}},"scope":"local","time":1}"#;
        let label = ("com.docker.compose.service".to_owned(), "web".to_owned());
        let expected = ContainerChange {
            name: "web".to_owned(),
            labels: BTreeMap::from([label]),
            action: "die".to_owned(),
        };
        assert_eq!(change(line).unwrap(), expected);
    }

    #[test]
    fn nonsense_is_an_error_and_no_change() {
        assert!(matches!(change(b"{nonsense"), Err(EngineError::Broken { .. })));
    }

    #[test]
    fn the_engines_date_is_read() {
        assert_eq!(second_of("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(second_of("just now"), None);
    }
}
