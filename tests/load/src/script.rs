//! What to send and what to expect back, as plain values.

use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;

use crate::kind::Kind;
use crate::plan::LoadPlan;

mod check;

pub(crate) use check::BodyCheck;

/// The length of an L4 body.
const UPLOAD_BYTES: usize = 1 << 20;
/// The length of an L3 body.
const POST_BYTES: usize = 512;
/// The length of most answers.
const READ_BYTES: u64 = 1024;
const STREAM_BYTES: u64 = 64 * 1024;
const EVENTS: u64 = 100;

/// One request and its right answer.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) head: String,
    pub(crate) sending: Sending,
    pub(crate) expected: Expected,
    /// How long the request itself asks the answer to take.
    pub(crate) asks: Duration,
}

/// How the body goes out.
#[derive(Debug, Clone)]
pub(crate) enum Sending {
    Nothing,
    Whole(Bytes),
    /// In equal steps over this time.
    Paced(Bytes, Duration),
    /// After `100 Continue`.
    AfterContinue(Bytes),
}

/// The right answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expected {
    /// This many bytes, byte i being i modulo 251.
    Pattern { bytes: u64 },
    /// The id, executed once.
    Executed { id: String, bytes: u64 },
    /// Length and checksum of what was sent.
    Received { bytes: u64, fnv1a64: u64 },
    /// So many events and the last one named `end`.
    Events { count: u64 },
    /// An answer to `/slow`.
    Slept { ms: u64 },
    /// 304.
    Unchanged,
    /// 200 to a HEAD: no body.
    HeadOnly,
}

/// What connection number `worker` of `kind` sends the `nth` time: requests sent together.
pub(crate) fn batch(
    plan: &LoadPlan,
    kind: Kind,
    worker: usize,
    nth: u64,
    run: &str,
) -> Vec<Script> {
    match kind {
        Kind::KeepAlive | Kind::Race | Kind::Probe | Kind::H2c => vec![read("GET", "")],
        Kind::Post => vec![post(format!("{run}-{worker}-{nth}"), false)],
        Kind::Upload => vec![upload(plan.think.upload)],
        Kind::Stream if worker.is_multiple_of(2) => vec![events(plan.think.stream)],
        Kind::Stream => vec![paced(plan.think.stream)],
        Kind::Slow => vec![slow(plan.think.slow)],
        Kind::Special => match nth % 4 {
            0 => vec![post(format!("{run}-s{worker}-{nth}"), true)],
            1 => vec![Script { expected: Expected::HeadOnly, ..read("HEAD", "") }],
            2 => {
                let known = format!("if-none-match: \"bytes-{READ_BYTES}\"\r\n");
                vec![Script { expected: Expected::Unchanged, ..read("GET", &known) }]
            }
            _ => vec![read("GET", ""), read("GET", "")],
        },
        Kind::Websocket => Vec::new(),
    }
}

/// The path of L1, L2, L5 and L9, and the length of its answer.
pub(crate) fn read_path() -> (String, u64) {
    (format!("/bytes?n={READ_BYTES}"), READ_BYTES)
}

/// FNV-1a, as the gateway answers it.
pub(crate) fn fnv1a64(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn read(method: &str, headers: &str) -> Script {
    let (path, bytes) = read_path();
    script(method, &path, headers, Sending::Nothing, Expected::Pattern { bytes })
}

fn post(id: String, after_continue: bool) -> Script {
    let body = Bytes::from(vec![b'p'; POST_BYTES]);
    let mut headers = format!("x-request-id: {id}\r\ncontent-length: {POST_BYTES}\r\n");
    let sending = if after_continue {
        headers.push_str("expect: 100-continue\r\n");
        Sending::AfterContinue(body)
    } else {
        Sending::Whole(body)
    };
    let expected = Expected::Executed { id, bytes: POST_BYTES as u64 };
    script("POST", "/api/echo", &headers, sending, expected)
}

fn upload(over: Duration) -> Script {
    static BODY: OnceLock<(Bytes, u64)> = OnceLock::new();
    let (body, fnv1a64) = BODY.get_or_init(|| {
        let body: Bytes = (0..=250_u8).cycle().take(UPLOAD_BYTES).collect();
        let hash = fnv1a64(&body);
        (body, hash)
    });
    let headers = format!("content-length: {UPLOAD_BYTES}\r\n");
    let expected = Expected::Received { bytes: UPLOAD_BYTES as u64, fnv1a64: *fnv1a64 };
    let sending = Sending::Paced(body.clone(), over);
    Script { asks: over, ..script("POST", "/api/upload", &headers, sending, expected) }
}

fn events(over: Duration) -> Script {
    let path = format!("/sse?events={EVENTS}&every_ms={}", over.as_millis() / u128::from(EVENTS));
    let expected = Expected::Events { count: EVENTS };
    Script { asks: over, ..script("GET", &path, "", Sending::Nothing, expected) }
}

fn paced(over: Duration) -> Script {
    let path = format!("/bytes?n={STREAM_BYTES}&chunked=1&over_ms={}", over.as_millis());
    let expected = Expected::Pattern { bytes: STREAM_BYTES };
    Script { asks: over, ..script("GET", &path, "", Sending::Nothing, expected) }
}

fn slow(over: Duration) -> Script {
    let ms = u64::try_from(over.as_millis()).unwrap_or(0);
    let path = format!("/slow?ms={ms}");
    Script { asks: over, ..script("GET", &path, "", Sending::Nothing, Expected::Slept { ms }) }
}

fn script(method: &str, path: &str, headers: &str, sending: Sending, expected: Expected) -> Script {
    // The Host header is the same for every address: the app does not look at it.
    let head = format!("{method} {path} HTTP/1.1\r\nhost: phoenix.test\r\n{headers}\r\n");
    Script { head, sending, expected, asks: Duration::ZERO }
}
