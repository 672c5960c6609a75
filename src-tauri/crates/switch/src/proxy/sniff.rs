//! What a client speaks, told by its first bytes.

use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::time::{Instant, timeout_at};

use crate::upstream::Wire;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// The longest method that is taken for one.
const METHOD_BYTES: usize = 24;
/// Whoever has begun to speak HTTP has to get to its target in this time.
const SAY_WITHIN: Duration = Duration::from_secs(15);

/// What a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Speech {
    /// A method and a target: HTTP/1.
    Http1,
    /// The preface of HTTP/2.
    Http2,
    /// Anything else: relayed as it is.
    Other,
    /// The beginning of HTTP that never went on.
    Unfinished,
    /// It left without a word.
    Nothing,
}

/// What was heard, and the bytes that were read for it.
#[derive(Debug)]
pub(crate) struct Sniffed {
    /// What a client speaks.
    pub(crate) speech: Speech,
    /// To be read again by whoever serves it.
    pub(crate) read: Bytes,
}

/// Listens until the first bytes tell what `wire` speaks.
pub(crate) async fn sniff(wire: &Wire) -> Sniffed {
    let mut read = BytesMut::new();
    let mut deadline = None;
    let speech = loop {
        if let Some(speech) = recognise(&read) {
            break speech;
        }
        match hear(wire, &mut read, deadline).await {
            Heard::Bytes => drop(deadline.get_or_insert_with(|| Instant::now() + SAY_WITHIN)),
            Heard::End if read.is_empty() => break Speech::Nothing,
            Heard::End => break Speech::Other,
            Heard::TooSlow => break Speech::Unfinished,
        }
    };
    Sniffed { speech, read: read.freeze() }
}

enum Heard {
    Bytes,
    End,
    TooSlow,
}

async fn hear(wire: &Wire, read: &mut BytesMut, deadline: Option<Instant>) -> Heard {
    let mut buffer = [0; 4096];
    loop {
        let readable = match deadline {
            Some(deadline) => match timeout_at(deadline, wire.readable()).await {
                Ok(readable) => readable,
                Err(_) => return Heard::TooSlow,
            },
            None => wire.readable().await,
        };
        match readable.and_then(|()| wire.try_read(&mut buffer)) {
            Ok(0) => return Heard::End,
            Ok(count) => {
                read.extend_from_slice(&buffer[..count]);
                return Heard::Bytes;
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => (),
            Err(_) => return Heard::End,
        }
    }
}

/// What the bytes are the beginning of; nothing when it takes more of them to tell.
fn recognise(bytes: &[u8]) -> Option<Speech> {
    let bytes = without_blank_lines(bytes);
    if bytes.is_empty() {
        return None;
    }
    if bytes.starts_with(PREFACE) {
        return Some(Speech::Http2);
    }
    if PREFACE.starts_with(bytes) {
        return None;
    }
    let is_method = |byte: &u8| byte.is_ascii_uppercase() || *byte == b'-' || *byte == b'_';
    let length = bytes.iter().take_while(|byte| is_method(byte)).count();
    match (length, &bytes[length..]) {
        (1..=METHOD_BYTES, [] | [b' ']) => None,
        (1..=METHOD_BYTES, [b' ', target @ ..]) => recognise_target(&bytes[..length], target),
        _ => Some(Speech::Other),
    }
}

fn recognise_target(method: &[u8], target: &[u8]) -> Option<Speech> {
    const ABSOLUTE: &[u8] = b"http";
    let head = &target[..target.len().min(ABSOLUTE.len())];
    match target.first()? {
        b'/' | b'*' => Some(Speech::Http1),
        _ if method == b"CONNECT" => Some(Speech::Http1),
        _ if head.eq_ignore_ascii_case(ABSOLUTE) => Some(Speech::Http1),
        _ if ABSOLUTE.starts_with(&head.to_ascii_lowercase()) => None,
        _ => Some(Speech::Other),
    }
}

/// A few blank lines before a request are to be ignored (RFC 9112 §2.2).
fn without_blank_lines(bytes: &[u8]) -> &[u8] {
    let blank = bytes.iter().take(4).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    &bytes[blank..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_and_a_target_are_http() {
        for start in ["GET /", "M-SEARCH * HTTP/1.1", "\r\nPOST /x", "GET HTTP://h/", "CONNECT a:1"]
        {
            assert_eq!(recognise(start.as_bytes()), Some(Speech::Http1), "{start}");
        }
    }

    #[test]
    fn the_preface_is_http_2() {
        assert_eq!(recognise(PREFACE), Some(Speech::Http2));
    }

    #[test]
    fn other_protocols_are_relayed() {
        for start in [&b"\x16\x03\x01"[..], b"PING\r\n", b"SSH-2.0-x", b"GET key\r\n", b"\0", b"hi"]
        {
            assert_eq!(recognise(start), Some(Speech::Other), "{start:?}");
        }
    }

    #[test]
    fn a_beginning_of_http_needs_more_bytes() {
        for start in ["", "G", "GET", "GET ", "PRI * HT", "GET ht", "\r\n"] {
            assert_eq!(recognise(start.as_bytes()), None, "{start}");
        }
    }
}
