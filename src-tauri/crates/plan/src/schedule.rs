//! When registries are asked, and when what was found may be installed: cron, intervals, windows.
//!
//! A schedule says when to *check*; [`Window`]s say when to *install*, and never hinder a check.

mod cron;
mod window;

use std::time::Duration;

use jiff::{Span, SpanRelativeTo, Timestamp, Zoned};

pub use cron::{BadCron, Cron, CronField};
pub use window::{BadWindow, Window, is_open, opens_at};

/// When registries are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schedule {
    /// Only when the user asks.
    Never,
    /// This long after the last time.
    Every(Duration),
    /// By the clock on the wall.
    Cron(Cron),
}

/// Text that is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSchedule {
    /// `@every` without an interval.
    #[error("\"{0}\" is no interval; write \"@every 6h\"")]
    Interval(String),
    /// No cron expression.
    #[error(transparent)]
    Cron(#[from] BadCron),
}

/// Before an interval, in Watchtower's schedules (robfig/cron's "Intervals").
const EVERY: &str = "@every";

impl Schedule {
    /// Reads a schedule as Watchtower and cron write it: five or six fields, `@daily`, `@every 6h`.
    /// Quotes around it, as environment files leave them, mean nothing.
    pub fn parse(text: &str) -> Result<Self, BadSchedule> {
        let bare = cron::unquoted(text);
        let every = bare.get(..EVERY.len()).filter(|word| word.eq_ignore_ascii_case(EVERY));
        if every.is_none() {
            return Ok(Self::Cron(Cron::parse(bare)?));
        }
        let written = bare.get(EVERY.len()..).unwrap_or_default().trim();
        interval(written)
            .filter(|time| !time.is_zero())
            .map(Self::Every)
            .ok_or_else(|| BadSchedule::Interval(bare.to_owned()))
    }

    /// The first run after a moment, in that moment's time zone; `None` if there is none before the
    /// end of the calendar.
    pub fn next(&self, after: &Zoned) -> Option<Zoned> {
        match self {
            Self::Never => None,
            Self::Every(time) => after.checked_add(*time).ok(),
            Self::Cron(cron) => cron.next(after),
        }
    }

    /// The next runs after a moment, at most `count`.
    pub fn preview(&self, after: &Zoned, count: usize) -> Vec<Zoned> {
        let first = self.next(after);
        std::iter::successors(first, |last| self.next(last)).take(count).collect()
    }

    /// When to run next, seen from `now`; a moment that has passed means at once. However many runs
    /// were missed (sleep, no power, no network), one makes up for all of them.
    ///
    /// What never ran begins at once at intervals, and by cron at its next time. A last run that
    /// lies in the future (the clock was wrong) counts as none.
    pub fn due(&self, last_run: Option<Timestamp>, now: &Zoned) -> Option<Zoned> {
        let last_run = last_run.filter(|last| *last <= now.timestamp());
        match (self, last_run) {
            (Self::Never, _) => None,
            (Self::Every(_), None) => Some(now.clone()),
            (Self::Cron(cron), None) => cron.next(now),
            (Self::Every(_) | Self::Cron(_), Some(last)) => {
                self.next(&last.to_zoned(now.time_zone().clone()))
            }
        }
    }
}

/// A wait from zero to `most`, so that many machines do not ask at the same second; `random` is
/// drawn evenly from all numbers. To the millisecond.
pub fn jitter(random: u64, most: Duration) -> Duration {
    let most_ms = u64::try_from(most.as_millis()).unwrap_or(u64::MAX);
    let share = u128::from(most_ms) * u128::from(random) / u128::from(u64::MAX);
    Duration::from_millis(u64::try_from(share).unwrap_or(most_ms))
}

/// Reads an interval as other tools write it: `90s`, `1h30m`, `3d`, `1w`. A day has 24 hours.
pub(crate) fn interval(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let time = text.parse::<Span>().ok()?.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    Duration::try_from(time).ok()
}

#[cfg(test)]
mod tests;
