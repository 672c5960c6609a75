//! What an answer says beside its body: how many questions are left, and how large it may be.

use std::time::{Duration, SystemTime};

use reqwest::{
    Response, StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};

/// A hundred releases with long texts are well below.
const BODY_LIMIT_BYTES: usize = 4 * 1024 * 1024;
/// Nobody is obeyed for longer.
const LONGEST_QUIET: Duration = Duration::from_hours(24);
/// Where a refusal does not say until when.
const SHORT_QUIET: Duration = Duration::from_mins(10);

/// How many questions are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quota {
    /// Whether this one was refused because of it.
    pub(super) refused: bool,
    /// Until when no other one is to be asked.
    pub(super) quiet_until: Option<SystemTime>,
}

impl Quota {
    /// GitHub says `x-ratelimit-remaining` and `x-ratelimit-reset` (seconds of the epoch), GitLab the
    /// same with `ratelimit-`; both refuse with 429, GitHub also with 403; either may say
    /// `Retry-After` in seconds.
    pub(super) fn of(status: StatusCode, headers: &HeaderMap, now: SystemTime) -> Self {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
        let either = |name: &str| {
            number(&format!("x-ratelimit-{name}")).or_else(|| number(&format!("ratelimit-{name}")))
        };
        let is_used_up = either("remaining") == Some(0);
        let wait = number(RETRY_AFTER.as_str()).map(Duration::from_secs);
        let refused = status == StatusCode::TOO_MANY_REQUESTS
            || status == StatusCode::FORBIDDEN && (is_used_up || wait.is_some());
        let reset = either("reset").map(|s| SystemTime::UNIX_EPOCH + Duration::from_secs(s));
        let until = wait.map(|wait| now + wait.min(LONGEST_QUIET)).or(reset.filter(|_| is_used_up));
        let until = until.or_else(|| refused.then(|| now + SHORT_QUIET));
        Self { refused, quiet_until: until.map(|until| until.min(now + LONGEST_QUIET)) }
    }
}

/// The body, within its bound.
pub(super) async fn read_body(mut answer: Response) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| error.without_url().to_string())? {
        if body.len().saturating_add(piece.len()) > BODY_LIMIT_BYTES {
            return Err("the answer is larger than 4 MiB".to_owned());
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}
