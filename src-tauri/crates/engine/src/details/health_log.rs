//! The outputs of a health check, as the engine keeps them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Longer outputs are cut, as the engine does itself.
const OUTPUT_BYTES: usize = 4 * 1024;

/// One run of a health check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthOutput {
    /// When it ended.
    pub at: Timestamp,
    /// Its exit code; 0 is healthy, and -1 is the engine's word for a check that took too long.
    pub exit_code: i64,
    /// What it wrote, at most 4 KiB, without white space at its end.
    pub output: String,
}

/// Reads `State.Health.Log`, newest first. Entries without an end are left out.
pub(super) fn outputs(log: &Value) -> Vec<HealthOutput> {
    let entries = log.as_array().into_iter().flatten();
    let mut outputs: Vec<HealthOutput> = entries
        .filter_map(|entry| {
            Some(HealthOutput {
                at: entry["End"].as_str()?.parse().ok()?,
                exit_code: entry["ExitCode"].as_i64().unwrap_or(0),
                output: cut(entry["Output"].as_str().unwrap_or_default()).trim_end().to_owned(),
            })
        })
        .collect();
    outputs.sort_by_key(|output| std::cmp::Reverse(output.at));
    outputs
}

fn cut(text: &str) -> &str {
    let end = (0..=text.len().min(OUTPUT_BYTES)).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry(end: &str, output: &str) -> Value {
        json!({ "Start": "2026-01-01T00:00:00Z", "End": end, "ExitCode": 1, "Output": output })
    }

    #[test]
    fn the_newest_output_comes_first() {
        let log = json!([
            entry("2026-01-01T02:00:00.123456789+02:00", "first\n"),
            entry("2026-01-01T00:00:10.5Z", "second"),
        ]);
        let read: Vec<String> = outputs(&log).into_iter().map(|output| output.output).collect();
        assert_eq!(read, ["second", "first"]);
    }

    #[test]
    fn a_long_output_is_cut_between_characters() {
        let log = json!([entry("2026-01-01T00:00:00Z", &format!("x{}", "ä".repeat(5000)))]);
        assert_eq!(outputs(&log)[0].output.len(), OUTPUT_BYTES - 1);
    }

    #[test]
    fn what_is_no_log_has_no_outputs() {
        for odd in [Value::Null, json!({}), json!([{ "End": "soon" }, 5])] {
            assert_eq!(outputs(&odd), [], "{odd}");
        }
    }
}
