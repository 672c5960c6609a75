//! When a host that asked to wait is asked again.

use jiff::{SignedDuration, Timestamp, fmt::rfc2822};

/// The first wait where a host does not say how long; it doubles each time.
const FIRST: SignedDuration = SignedDuration::from_secs(30);
/// The longest wait of our own choice.
const LONGEST_GUESS: SignedDuration = SignedDuration::from_hours(1);
/// A host that asks for more is asked again after a day all the same.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// A host that is tired for microseconds gets a second.
const LEAST: SignedDuration = SignedDuration::from_secs(1);

/// What a host's 429 and 503 answers lead to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct BackOff {
    until: Option<Timestamp>,
    refusals: u32,
}

impl BackOff {
    /// Until when nothing may be asked; `None` where the way is free. A time further away than any
    /// wait was made by a clock that has been set back since.
    pub(super) fn until(&self, now: Timestamp) -> Option<Timestamp> {
        self.until.filter(|until| *until > now && until.duration_since(now) <= LONGEST)
    }

    /// The host asks to wait, for `stated` if it says how long. Refusals of one burst count as one.
    pub(super) fn refused(&mut self, now: Timestamp, stated: Option<SignedDuration>) -> Timestamp {
        let running = self.until(now);
        if running.is_none() {
            self.refusals = self.refusals.saturating_add(1);
        }
        let doubled = 2_i32.saturating_pow(self.refusals.saturating_sub(1).min(16));
        let guess = FIRST.saturating_mul(doubled).min(LONGEST_GUESS);
        let wait = stated.unwrap_or(guess).clamp(LEAST, LONGEST);
        let until = now.saturating_add(wait).unwrap_or(Timestamp::MAX);
        let until = running.map_or(until, |running| running.max(until));
        self.until = Some(until);
        until
    }

    /// The host answers again.
    pub(super) const fn answered(&mut self) {
        *self = Self { until: None, refusals: 0 };
    }
}

/// `Retry-After` (RFC 9110 §10.2.3): seconds, an HTTP date, or (seen at Docker Hub) a Go duration
/// such as `224.292µs`.
pub(super) fn stated_wait(text: &str, now: Timestamp) -> Option<SignedDuration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(SignedDuration::from_secs(i64::from(seconds)));
    }
    if let Ok(date) = rfc2822::DateTimeParser::new().parse_timestamp(text) {
        return Some(date.duration_since(now).max(SignedDuration::ZERO));
    }
    text.parse().ok().filter(|wait: &SignedDuration| !wait.is_negative())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn retry_after_is_understood_in_all_its_forms() {
        for (text, micros) in [
            ("120", Some(120_000_000)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(37_000_000)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("224.292µs", Some(224)),
            ("1m30s", Some(90_000_000)),
            ("soon", None),
            ("-5", None),
            ("-5s", None),
        ] {
            let wait = stated_wait(text, at("1994-11-06T08:49:00Z")).map(|wait| wait.as_micros());
            assert_eq!(wait, micros, "{text}");
        }
    }

    #[test]
    fn unstated_waits_double_up_to_an_hour() {
        let (mut back_off, mut now) = (BackOff::default(), at("2026-01-01T00:00:00Z"));
        let mut waits = Vec::new();
        for _ in 0..9 {
            let until = back_off.refused(now, None);
            waits.push(until.duration_since(now).as_secs());
            now = until;
        }
        assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
    }

    #[test]
    fn the_refusals_of_one_burst_count_as_one() {
        let (mut back_off, now) = (BackOff::default(), at("2026-01-01T00:00:00Z"));
        let first = back_off.refused(now, None);
        for _ in 0..15 {
            assert_eq!(back_off.refused(now, None), first);
        }
    }

    #[test]
    fn an_answer_makes_the_next_wait_short_again() {
        let (mut back_off, now) = (BackOff::default(), at("2026-01-01T00:00:00Z"));
        let soon = back_off.refused(now, None);
        let later = back_off.refused(soon, None);
        back_off.answered();
        assert_eq!(back_off.until(now), None);
        assert_eq!(back_off.refused(later, None).duration_since(later).as_secs(), 30);
    }

    #[test]
    fn a_stated_wait_is_kept_from_a_second_to_a_day() {
        let now = at("2026-01-01T00:00:00Z");
        for (stated_ms, kept_ms) in
            [(0, 1_000), (90_000, 90_000), (i64::from(u32::MAX) * 1_000, 86_400_000)]
        {
            let stated = Some(SignedDuration::from_millis(stated_ms));
            let until = BackOff::default().refused(now, stated);
            assert_eq!(until.duration_since(now).as_millis(), kept_ms);
        }
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_stop_checks_for_a_year() {
        let mut back_off = BackOff::default();
        back_off.refused(at("2027-01-01T00:00:00Z"), None);
        assert_eq!(back_off.until(at("2026-01-01T00:00:00Z")), None);
    }
}
