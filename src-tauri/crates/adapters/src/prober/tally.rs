//! Counting answers.

use std::time::Duration;

use phoenix_engine::ports::ProbeReport;

/// What was seen so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    ok: u64,
    failed: u64,
    last_answer: Option<Duration>,
    longest_gap: Duration,
    /// What the pace adds to the time between two answers.
    between: Duration,
}

impl Tally {
    /// An answer was complete at this time since the begin; answers may be told out of order.
    pub(super) fn answered(&mut self, at: Duration) {
        self.ok += 1;
        if let Some(last) = self.last_answer {
            let gap = at.saturating_sub(last).saturating_sub(self.between);
            self.longest_gap = self.longest_gap.max(gap);
        }
        self.last_answer = self.last_answer.max(Some(at));
    }

    /// From now on this much lies between two answers on purpose; the gap across the change of pace
    /// is nobody's.
    pub(super) fn paced(&mut self, between: Duration) {
        self.between = between;
        self.last_answer = None;
    }

    /// Refused, reset, cut or timed out.
    pub(super) fn failed(&mut self) {
        self.failed += 1;
    }

    pub(super) fn report(&self) -> ProbeReport {
        ProbeReport {
            ok: self.ok,
            failed: self.failed,
            longest_gap_ms: u64::try_from(self.longest_gap.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gap_of(answers_ms: &[u64]) -> u64 {
        let mut tally = Tally::default();
        for ms in answers_ms {
            tally.answered(Duration::from_millis(*ms));
        }
        tally.report().longest_gap_ms
    }

    #[test]
    fn the_gap_is_the_longest_time_between_two_answers() {
        assert_eq!(gap_of(&[500, 510, 550, 560]), 40);
    }

    #[test]
    fn an_answer_told_late_opens_no_gap() {
        assert_eq!(gap_of(&[10, 30, 20, 40]), 20);
    }

    #[test]
    fn what_the_pace_adds_is_no_gap_and_what_exceeds_it_is() {
        let mut tally = Tally::default();
        tally.answered(Duration::from_millis(10));
        tally.paced(Duration::from_millis(490));
        for ms in [600, 1_100, 1_630] {
            tally.answered(Duration::from_millis(ms));
        }
        assert_eq!(tally.report().longest_gap_ms, 40);
    }

    #[test]
    fn a_failure_is_no_answer_and_does_not_end_a_gap() {
        let mut tally = Tally::default();
        tally.answered(Duration::from_millis(10));
        tally.failed();
        tally.answered(Duration::from_millis(90));
        let expected = ProbeReport { ok: 2, failed: 1, longest_gap_ms: 80 };
        assert_eq!(tally.report(), expected);
    }
}
