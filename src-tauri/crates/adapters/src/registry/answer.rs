//! What a registry's status codes mean.

use jiff::{Timestamp, fmt::rfc2822};
use phoenix_engine::ports::RegistryError;
use reqwest::{
    StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};

use super::transport::{unexpected, unreachable};

/// The error that a status code stands for; `None` for success.
pub(super) fn error_of(
    host: &str,
    reference: &str,
    status: StatusCode,
    headers: &HeaderMap,
    now: Timestamp,
) -> Option<RegistryError> {
    let (host_owned, reference) = (host.to_owned(), reference.to_owned());
    let retry_after_s = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| seconds_until(text, now));
    match status.as_u16() {
        200..=299 => None,
        401 | 403 => Some(RegistryError::Unauthorized { host: host_owned, reference }),
        404 => Some(RegistryError::NotFound { reference }),
        429 => Some(RegistryError::TooManyRequests { host: host_owned, retry_after_s }),
        503 if retry_after_s.is_some() => {
            Some(RegistryError::TooManyRequests { host: host_owned, retry_after_s })
        }
        500..=599 => Some(unreachable(host, format!("it answers with HTTP status {status}"))),
        _ => Some(unexpected(host, format!("HTTP status {status}"))),
    }
}

/// `Retry-After`: seconds, an HTTP date, or (seen at Docker Hub) a Go duration such as
/// `224.292µs`; rounded up.
fn seconds_until(text: &str, now: Timestamp) -> Option<u64> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    if let Ok(date) = rfc2822::DateTimeParser::new().parse_timestamp(text) {
        return Some(u64::try_from(date.duration_since(now).as_secs()).unwrap_or(0));
    }
    let duration: jiff::SignedDuration = text.parse().ok()?;
    let whole = u64::try_from(duration.as_secs()).ok()?;
    Some(if duration.subsec_nanos() > 0 { whole.saturating_add(1) } else { whole })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_understood_in_all_its_forms() {
        let now: Timestamp = "1994-11-06T08:49:00Z".parse().unwrap();
        for (text, seconds) in [
            ("120", Some(120)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(37)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("224.292µs", Some(1)),
            ("1m30s", Some(90)),
            ("soon", None),
            ("-5", None),
        ] {
            assert_eq!(seconds_until(text, now), seconds, "{text}");
        }
    }
}
