//! A container's health check, as the engine understands it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The effective health check of a container, with Docker's defaults filled in
/// (Engine API `HealthConfig`: interval 30 s, timeout 30 s, `start_period` 0 s, 3 retries).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthCheck {
    /// The command, ready for `exec`.
    pub command: Vec<String>,
    /// Time between two checks.
    pub interval: Duration,
    /// Bound on one check.
    pub timeout: Duration,
    /// Failures do not count within this time after the start.
    pub start_period: Duration,
    /// Consecutive failures that make a container unhealthy.
    pub retries: u32,
}

impl HealthCheck {
    /// Reads `Config.Healthcheck`; `None` when there is none, or it is `["NONE"]`.
    pub fn from_config(raw: &Value) -> Option<Self> {
        let test: Vec<String> = raw["Test"]
            .as_array()?
            .iter()
            .filter_map(|word| word.as_str().map(str::to_owned))
            .collect();
        let command = match test.split_first() {
            Some((kind, words)) if kind == "CMD" && !words.is_empty() => words.to_vec(),
            Some((kind, words)) if kind == "CMD-SHELL" && !words.is_empty() => {
                vec!["/bin/sh".to_owned(), "-c".to_owned(), words.join(" ")]
            }
            Some(_) | None => return None,
        };
        let duration = |key: &str, default_s: u64| {
            raw[key]
                .as_u64()
                .filter(|nanoseconds| *nanoseconds > 0)
                .map_or(Duration::from_secs(default_s), Duration::from_nanos)
        };
        Some(Self {
            command,
            interval: duration("Interval", 30),
            timeout: duration("Timeout", 30),
            start_period: duration("StartPeriod", 0),
            retries: raw["Retries"]
                .as_u64()
                .and_then(|count| u32::try_from(count).ok())
                .filter(|count| *count > 0)
                .unwrap_or(3),
        })
    }

    /// When Docker itself could say "unhealthy" for the first time: until then `starting` is no
    /// failure.
    pub fn first_verdict(&self) -> Duration {
        self.start_period.saturating_add(self.interval.saturating_mul(self.retries))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn missing_fields_take_dockers_defaults() {
        let check = HealthCheck::from_config(&json!({ "Test": ["CMD", "/phoenix", "health"] }));
        assert_eq!(check.unwrap().first_verdict(), Duration::from_secs(90));
    }

    #[test]
    fn none_switches_the_check_off() {
        assert_eq!(HealthCheck::from_config(&json!({ "Test": ["NONE"] })), None);
        assert_eq!(HealthCheck::from_config(&Value::Null), None);
    }

    #[test]
    fn a_shell_test_runs_in_a_shell() {
        let check =
            HealthCheck::from_config(&json!({ "Test": ["CMD-SHELL", "curl -f x || exit 1"] }));
        assert_eq!(check.unwrap().command, ["/bin/sh", "-c", "curl -f x || exit 1"]);
    }
}
