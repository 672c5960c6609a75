//! Who checks by itself, and when next.

use jiff::Timestamp;
use phoenix_adapters::config::Settings;
use phoenix_engine::controller::WatchState;
use phoenix_plan::{schedule::Schedule, service::ServiceId};
use serde::Serialize;

use crate::words;

/// How many of the next checks are shown.
const SHOWN: usize = 3;

/// The next runs.
#[derive(Debug, Serialize)]
pub(crate) struct Runs {
    /// The program that watches; `None` if nobody does.
    watched_by: Option<String>,
    /// When checks come next, without what chance adds; empty if never.
    next_checks: Vec<Timestamp>,
}

impl Runs {
    pub(crate) fn of(
        settings: &Settings,
        known: &WatchState,
        watched: &[ServiceId],
        watched_by: Option<String>,
        now: Timestamp,
    ) -> Self {
        let checked =
            |service: &ServiceId| Some(known.services.get(service)?.last_check.as_ref()?.at);
        let last: Vec<Option<Timestamp>> = watched.iter().map(checked).collect();
        Self { watched_by, next_checks: next(&settings.schedule(), &last, settings.zone(), now) }
    }

    /// The same for the log of the program that watches.
    pub(crate) fn planned(&self, now: Timestamp) -> String {
        let times: Vec<String> = self.next_checks.iter().copied().map(words::moment).collect();
        match self.next_checks.first() {
            None => "checks only begin when somebody asks".to_owned(),
            Some(first) if *first <= now => {
                format!("a check is due now, then: {}", times[1..].join(", "))
            }
            Some(_) => format!("next checks: {}", times.join(", ")),
        }
    }

    pub(super) fn in_words(&self, now: Timestamp) -> String {
        let times: Vec<String> = self.next_checks.iter().copied().map(words::moment).collect();
        match (&self.watched_by, self.next_checks.first()) {
            (None, _) => "nobody checks by itself now: 'phoenixctl watch' or the desktop \
                          application does"
                .to_owned(),
            (Some(who), None) => format!("{who} watches; checks only begin when somebody asks"),
            (Some(who), Some(first)) if *first <= now => {
                format!("{who} watches; the next check is due")
            }
            (Some(who), Some(_)) => format!("{who} watches; next checks: {}", times.join(", ")),
        }
    }
}

/// The earliest check that is due for a service, and those that follow it.
fn next(
    schedule: &Schedule,
    last: &[Option<Timestamp>],
    zone: jiff::tz::TimeZone,
    now: Timestamp,
) -> Vec<Timestamp> {
    let now = now.to_zoned(zone);
    let due = last.iter().filter_map(|last| schedule.due(*last, &now)).min();
    let Some(first) = due.or_else(|| schedule.next(&now)) else { return Vec::new() };
    let first = first.max(now);
    let then = schedule.preview(&first, SHOWN - 1);
    std::iter::once(first).chain(then).map(|run| run.timestamp()).collect()
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_next_three_runs_follow_the_clock_on_the_wall_across_a_change_of_it() {
        let schedule = Schedule::parse("0 4 * * *").unwrap();
        let paris = TimeZone::get("Europe/Paris").unwrap();
        let last = [Some(at("2026-03-27T03:00:00Z"))];
        let runs = next(&schedule, &last, paris, at("2026-03-27T12:00:00Z"));
        let wanted =
            ["2026-03-28T03:00:00Z", "2026-03-29T02:00:00Z", "2026-03-30T02:00:00Z"].map(at);
        assert_eq!(runs, wanted);
    }

    #[test]
    fn what_is_overdue_is_due_now() {
        let schedule = Schedule::parse("@every 6h").unwrap();
        let now = at("2026-03-27T12:00:00Z");
        let runs = next(&schedule, &[Some(at("2026-03-01T00:00:00Z"))], TimeZone::UTC, now);
        assert_eq!(runs[0], now);
    }

    #[test]
    fn without_a_schedule_there_is_no_next_run() {
        assert!(
            next(&Schedule::Never, &[None], TimeZone::UTC, at("2026-03-27T12:00:00Z")).is_empty()
        );
    }
}
