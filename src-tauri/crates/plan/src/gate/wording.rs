//! Numbers and quotations as people write them.

use std::time::Duration;

/// The most that is quoted of a container's words.
const QUOTED_CHARS: usize = 300;

/// `10.2 s`, and `40 ms` below a tenth of a second.
pub(crate) fn seconds(duration: Duration) -> String {
    if duration < Duration::from_millis(100) {
        format!("{} ms", duration.as_millis())
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}

/// `4,210`
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `crashed and was restarted 2 times within 3.0 s, the last time with exit code 1`
pub(crate) fn crashed(restarts: u64, exit_code: Option<i64>, within: Duration) -> String {
    let times = if restarts == 1 { "once".to_owned() } else { format!("{restarts} times") };
    let last =
        exit_code.map_or_else(String::new, |code| format!(", the last time with exit code {code}"));
    format!("crashed and was restarted {times} within {}{last}", seconds(within))
}

/// The last words on one line: control characters gone, of bounded length.
pub(crate) fn excerpt(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|w| !w.is_empty())
        .collect();
    let line = words.join(" ");
    let surplus = line.chars().count().saturating_sub(QUOTED_CHARS);
    if surplus == 0 {
        line
    } else {
        format!("…{}", line.chars().skip(surplus).collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        let texts = [0, 999, 4_210, 1_234_567].map(count);
        assert_eq!(texts, ["0", "999", "4,210", "1,234,567"]);
    }

    #[test]
    fn a_long_output_is_quoted_from_its_end_on_one_line() {
        let text = excerpt(&format!("{}\nthe\x1b\treason", "x".repeat(5_000)));
        assert!(text.ends_with("x the reason") && text.chars().count() == 301, "{text}");
    }
}
