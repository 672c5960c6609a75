//! What registries say of how much they answer: `RateLimit-*` (draft-ietf-httpapi-ratelimit-headers,
//! Docker Hub, GitLab) and `Docker-RateLimit-Source`.

use jiff::{SignedDuration, Timestamp};
use phoenix_engine::ports::Quota;
use reqwest::header::HeaderMap;

/// Greater numbers are times since 1970, smaller ones seconds from now.
const EPOCH: i64 = 1_000_000_000;

/// The quota that an answer states, if it states any.
pub(super) fn stated(headers: &HeaderMap, now: Timestamp) -> Option<Quota> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let either = |name: &str| text(name).or_else(|| text(&format!("x-{name}")));
    let (limit, remaining) = (either("ratelimit-limit"), either("ratelimit-remaining"));
    let source = text("docker-ratelimit-source");
    if limit.is_none() && remaining.is_none() && source.is_none() {
        return None;
    }
    Some(Quota {
        limit: limit.and_then(amount),
        remaining: remaining.and_then(amount),
        window_s: [limit, remaining].into_iter().flatten().find_map(window),
        resets_at: either("ratelimit-reset").and_then(|text| reset(text, now)),
        source: source.map(|text| text.chars().filter(|c| !c.is_control()).take(100).collect()),
        seen_at: now,
        waits_until: None,
    })
}

/// `100;w=21600`, or `100, 100;w=60`.
fn amount(text: &str) -> Option<u64> {
    text.split([';', ',']).next()?.trim().parse().ok()
}

fn window(text: &str) -> Option<u64> {
    text.split([';', ',']).find_map(|part| part.trim().strip_prefix("w=")?.parse().ok())
}

fn reset(text: &str, now: Timestamp) -> Option<Timestamp> {
    let number: i64 = text.trim().parse().ok()?;
    if number > EPOCH {
        Timestamp::from_second(number).ok()
    } else {
        now.checked_add(SignedDuration::from_secs(number)).ok()
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn read(lines: &[(&'static str, &'static str)]) -> Option<Quota> {
        let headers = lines
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        stated(&headers.collect(), "2026-01-01T00:00:00Z".parse().unwrap())
    }

    #[test]
    fn docker_hub_states_a_window_and_whom_it_counts() {
        let quota = read(&[
            ("ratelimit-limit", "100;w=21600"),
            ("ratelimit-remaining", "76;w=21600"),
            ("docker-ratelimit-source", "203.0.113.7"),
        ])
        .unwrap();
        assert_eq!(
            (quota.limit, quota.remaining, quota.window_s),
            (Some(100), Some(76), Some(21_600))
        );
        assert_eq!(quota.source.as_deref(), Some("203.0.113.7"));
    }

    #[test]
    fn a_reset_is_a_time_or_seconds_from_now() {
        for (text, expected) in
            [("60", "2026-01-01T00:01:00Z"), ("1767226000", "2026-01-01T00:06:40Z")]
        {
            let text: &'static str = text;
            let quota = read(&[("ratelimit-limit", "600"), ("ratelimit-reset", text)]).unwrap();
            assert_eq!(quota.resets_at, expected.parse().ok(), "{text}");
        }
    }

    #[test]
    fn a_registry_that_states_nothing_has_no_quota() {
        assert_eq!(read(&[("ratelimit-reset", "60")]), None);
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn nonsense_is_not_a_number() {
        let quota = read(&[("x-ratelimit-limit", "many"), ("ratelimit-remaining", "-1")]).unwrap();
        assert_eq!((quota.limit, quota.remaining), (None, None));
    }
}
