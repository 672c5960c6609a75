//! A health check in words.

use std::time::Duration;

use serde_json::Value;

use super::words;
use crate::health::HealthCheck;

/// `CMD curl -f localhost every 30 s, timeout 3 s, 3 tries, start 10 s`; `None` where there is none.
///
/// The interval during the start is left out: engines before API 1.44 do not show it, so that it
/// would seem to change where it does not.
pub(super) fn check(raw: &Value) -> Option<String> {
    let check = HealthCheck::from_config(raw)?;
    let test = raw["Test"].as_array()?;
    let command = match test.split_first()? {
        (kind, [script]) if kind == "CMD-SHELL" => script.as_str()?.to_owned(),
        (_, arguments) => words::quoted(arguments.iter().filter_map(Value::as_str)),
    };
    let counted = if check.retries == 1 { "try" } else { "tries" };
    let mut line = format!(
        "{} {command} every {}, timeout {}, {} {counted}",
        test.first()?.as_str()?,
        spelled(check.interval),
        spelled(check.timeout),
        check.retries
    );
    if !check.start_period.is_zero() {
        line.push_str(", start ");
        line.push_str(&spelled(check.start_period));
    }
    Some(line)
}

/// `30 s`, `5 min`, `500 ms`, `1.5 s`: whole minutes from two on, else seconds.
fn spelled(duration: Duration) -> String {
    let (seconds, millis) = (duration.as_secs(), duration.subsec_millis());
    match (seconds, millis) {
        (0, _) => format!("{millis} ms"),
        (120.., 0) if seconds % 60 == 0 => format!("{} min", seconds / 60),
        (_, 0) => format!("{seconds} s"),
        (_, _) => format!("{seconds}.{} s", format!("{millis:03}").trim_end_matches('0')),
    }
}
