//! What a registry's status codes mean.

use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use phoenix_engine::ports::RegistryError;
use reqwest::{
    StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};

use super::transport::{unexpected, unreachable};

/// A registry that asks for more is asked again after a day all the same.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// The wait where a registry does not say how long.
const UNSTATED: SignedDuration = SignedDuration::from_secs(30);

/// The error that a status code stands for; `None` for success.
pub(super) fn error_of(
    host: &str,
    reference: &str,
    status: StatusCode,
    headers: &HeaderMap,
    now: Timestamp,
) -> Option<RegistryError> {
    let (host_owned, reference) = (host.to_owned(), reference.to_owned());
    let stated = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let stated = stated.and_then(|text| wait_of(text, now));
    match status.as_u16() {
        200..=299 => None,
        401 | 403 => Some(RegistryError::Unauthorized { host: host_owned, reference }),
        404 => Some(RegistryError::NotFound { reference }),
        429 | 503 => {
            let until = now.saturating_add(stated.unwrap_or(UNSTATED)).unwrap_or(now);
            Some(RegistryError::TooManyRequests { host: host_owned, until })
        }
        500..=599 => Some(unreachable(host, format!("it answers with HTTP status {status}"))),
        _ => Some(unexpected(host, format!("HTTP status {status}"))),
    }
}

/// `Retry-After` (RFC 9110 §10.2.3): seconds, an HTTP date, or (seen at Docker Hub) a Go duration
/// such as `224.292µs`. At most a day.
fn wait_of(text: &str, now: Timestamp) -> Option<SignedDuration> {
    let text = text.trim();
    let wait = if let Ok(seconds) = text.parse::<u32>() {
        SignedDuration::from_secs(i64::from(seconds))
    } else if let Ok(date) = rfc2822::DateTimeParser::new().parse_timestamp(text) {
        date.duration_since(now).max(SignedDuration::ZERO)
    } else {
        text.parse().ok().filter(|wait: &SignedDuration| !wait.is_negative())?
    };
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_understood_in_all_its_forms() {
        let now: Timestamp = "1994-11-06T08:49:00Z".parse().unwrap();
        for (text, micros) in [
            ("120", Some(120_000_000)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(37_000_000)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("224.292µs", Some(224)),
            ("1m30s", Some(90_000_000)),
            ("4000000000", Some(86_400_000_000)),
            ("soon", None),
            ("-5", None),
            ("-5s", None),
        ] {
            let wait = wait_of(text, now).map(|wait| wait.as_micros());
            assert_eq!(wait, micros, "{text}");
        }
    }
}
