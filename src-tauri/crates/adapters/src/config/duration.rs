//! Durations as people write them: `250ms`, `90s`, `1m30s`, `7d`.

use std::{fmt::Write, time::Duration};

use jiff::SignedDuration;

/// Seconds of a day; no duration here knows a calendar.
const DAY: u64 = 86_400;

/// Reads one. `0` is a duration too, and nothing is negative.
pub(super) fn read(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let (days, rest) = days(text)?;
    if rest.is_empty() && !text.is_empty() {
        return Some(days);
    }
    let rest = rest.parse::<SignedDuration>().ok()?;
    days.checked_add(Duration::try_from(rest).ok()?)
}

/// Writes one to the millisecond, so that [`read`] reads it back.
pub(super) fn write(duration: Duration) -> String {
    let (seconds, millis) = (duration.as_secs(), u64::from(duration.subsec_millis()));
    let parts = [
        (seconds / DAY, "d"),
        (seconds % DAY / 3_600, "h"),
        (seconds % 3_600 / 60, "m"),
        (seconds % 60, "s"),
        (millis, "ms"),
    ];
    let mut text = String::new();
    for (count, unit) in parts.into_iter().filter(|(count, _)| *count > 0) {
        write!(text, "{count}{unit}").expect("BUG: text in memory takes all that is written");
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// The days at the beginning, which the parser below does not know, and what follows them.
fn days(text: &str) -> Option<(Duration, &str)> {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let (count, rest) = text.split_at(text.len() - digits.len());
    let rest = rest.trim_start();
    let rest = ["days", "day", "d"].into_iter().find_map(|unit| rest.strip_prefix(unit));
    match rest {
        Some(rest) if !count.is_empty() => {
            let seconds = count.parse::<u64>().ok()?.checked_mul(DAY)?;
            Some((Duration::from_secs(seconds), rest.trim_start()))
        }
        Some(_) | None => Some((Duration::ZERO, text)),
    }
}
