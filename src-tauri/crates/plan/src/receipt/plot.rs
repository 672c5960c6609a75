//! What clients noticed across the switch-over: requests, failures and latency over time, with
//! the moments that explain them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::timeline::Timeline;

/// Shown before the first moment that moves traffic.
const BEFORE_MS: i64 = 5_000;
/// Shown after the last one.
const AFTER_MS: i64 = 10_000;
/// A switch that has just come knows its past from its first request on; more than this is lost.
const UNKNOWN_MS: i64 = 60_000;
/// No plot has more ticks; longer ones are thinned out.
const MOST_TICKS: u32 = 3_000;

/// The switch's traffic from shortly before it was first touched to shortly after the last time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plot {
    /// Where the first tick begins.
    pub began_at: Timestamp,
    /// Width of a tick in milliseconds.
    pub tick_ms: u64,
    /// The ticks without gaps, at most 3,000. One that the switch knows nothing of is zero.
    pub ticks: Vec<PlotTick>,
    /// What happened meanwhile, in order.
    pub marks: Vec<PlotMark>,
}

/// What ended within one tick.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlotTick {
    /// Requests.
    pub requests: u32,
    /// Those that failed.
    pub failed: u32,
    /// The slowest answer head in microseconds, holds included.
    pub slowest_us: u32,
}

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlotMark {
    /// When, in milliseconds since the plot's begin.
    pub at_ms: u64,
    /// What.
    pub moment: Moment,
}

/// What is worth a mark. The set is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// A new container was started.
    Started,
    /// It has proven ready.
    Ready,
    /// New requests wait from here on.
    Held,
    /// An old container has stopped.
    Stopped,
    /// The switch has acknowledged the new route.
    Switched,
    /// Nothing is left in flight at an old container.
    Drained,
    /// It failed: going back begins.
    Failed,
    /// The route, or the port, is where it was before.
    RolledBack,
    /// On the way back, waiting requests were let go.
    Resumed,
    /// The new route stays.
    Confirmed,
}

impl Moment {
    /// Whether clients could notice it: a plot is about these.
    const fn moves_traffic(self) -> bool {
        match self {
            Self::Held | Self::Switched | Self::RolledBack | Self::Resumed => true,
            Self::Started
            | Self::Ready
            | Self::Stopped
            | Self::Drained
            | Self::Failed
            | Self::Confirmed => false,
        }
    }
}

impl PlotTick {
    /// Both in one tick: sums, and the slower of the two.
    #[must_use]
    pub fn merged(self, other: Self) -> Self {
        Self {
            requests: self.requests.saturating_add(other.requests),
            failed: self.failed.saturating_add(other.failed),
            slowest_us: self.slowest_us.max(other.slowest_us),
        }
    }
}

impl Plot {
    /// The part of the timeline around the moments that moved traffic; `None` without any, and
    /// where nothing is known of that time.
    pub fn of(timeline: &Timeline, moments: &[(Timestamp, Moment)]) -> Option<Self> {
        let moved = moments.iter().filter(|(_, moment)| moment.moves_traffic());
        let moved = moved.map(|(at, _)| at.as_millisecond());
        let (first, last) = (moved.clone().min()?, moved.max()?);
        let (known_from, known_to) = timeline.span_ms()?;
        // What is not known is not shown as silence, except where a mark has to stand on it.
        let is_lost = known_from - first > UNKNOWN_MS;
        let from =
            (first - BEFORE_MS).max(if is_lost { known_from } else { known_from.min(first) });
        let to = (last + AFTER_MS).min(known_to.max(last + 1));
        if known_from >= to || known_to <= from {
            return None;
        }
        let cut = timeline.cut(from, to, MOST_TICKS)?;
        let width = i64::try_from(cut.tick_ms).ok()?;
        let end = cut.began_ms + width * i64::try_from(cut.ticks.len()).ok()?;
        let within = moments.iter().filter_map(|(at, moment)| {
            let at = at.as_millisecond();
            let at_ms = u64::try_from(at - cut.began_ms).ok().filter(|_| at < end)?;
            Some(PlotMark { at_ms, moment: *moment })
        });
        let marks = within.collect();
        let began_at = Timestamp::from_millisecond(cut.began_ms).ok()?;
        Some(Self { began_at, tick_ms: cut.tick_ms, ticks: cut.ticks, marks })
    }
}

#[cfg(test)]
mod tests;
