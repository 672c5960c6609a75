//! What the switch remembers of its recent past, pieced together from several readings.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::plot::PlotTick;

/// How far the moment of a reading may be off, in ticks: an answer takes its time.
const SLACK: i64 = 10;

/// One answer of the switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// When it arrived.
    pub at: Timestamp,
    /// Milliseconds from the first tick's begin to the answer.
    pub age_ms: u64,
    /// Width of a tick in milliseconds.
    pub tick_ms: u64,
    /// The ticks without gaps, oldest first. The last one is not over yet.
    pub ticks: Vec<PlotTick>,
}

/// The union of all readings. Time that no reading covers counts as silent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    known: Option<Known>,
}

/// A part of a timeline, ready to be shown.
pub(super) struct Cut {
    pub(super) began_ms: i64,
    pub(super) tick_ms: u64,
    pub(super) ticks: Vec<PlotTick>,
}

/// Ticks by their distance from the begin of the first reading. Silent ones are left out, so that
/// a clock that jumps costs no memory.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    began_ms: i64,
    tick_ms: i64,
    first: i64,
    last: i64,
    busy: BTreeMap<i64, PlotTick>,
}

impl Timeline {
    /// Takes in a reading, which may overlap earlier ones. One without ticks, or with ticks of
    /// another width than before, says nothing.
    pub fn absorb(&mut self, reading: &Reading) {
        let width = i64::try_from(reading.tick_ms).unwrap_or(0);
        if reading.ticks.is_empty() || width == 0 {
            return;
        }
        let age = i64::try_from(reading.age_ms).unwrap_or(i64::MAX);
        let began_ms = reading.at.as_millisecond().saturating_sub(age);
        let known = self.known.get_or_insert_with(|| Known::beginning(began_ms, width));
        if known.tick_ms == width {
            known.extend(began_ms, &reading.ticks);
        }
    }

    /// From the first to the last moment that is known, in milliseconds since 1970.
    pub(super) fn span_ms(&self) -> Option<(i64, i64)> {
        let known = self.known.as_ref()?;
        let at = |index: i64| known.began_ms.saturating_add(index.saturating_mul(known.tick_ms));
        Some((at(known.first), at(known.last + 1)))
    }

    /// The ticks between two moments. If there are more than `most`, neighbours are merged, and a
    /// tick is as many times wider.
    pub(super) fn cut(&self, from_ms: i64, to_ms: i64, most: u32) -> Option<Cut> {
        let known = self.known.as_ref()?;
        let width = known.tick_ms;
        let low = (from_ms - known.began_ms).div_euclid(width);
        let high = (to_ms - known.began_ms + width - 1).div_euclid(width);
        let count = u64::try_from(high - low).ok().filter(|count| *count > 0)?;
        let merged = count.div_ceil(u64::from(most.max(1)));
        let mut ticks = vec![PlotTick::default(); usize::try_from(count.div_ceil(merged)).ok()?];
        for (index, tick) in known.busy.range(low..high) {
            let place = usize::try_from(u64::try_from(index - low).ok()? / merged).ok()?;
            if let Some(there) = ticks.get_mut(place) {
                *there = there.merged(*tick);
            }
        }
        let tick_ms = u64::try_from(width).ok()?.checked_mul(merged)?;
        Some(Cut { began_ms: known.began_ms + low * width, tick_ms, ticks })
    }
}

impl Known {
    const fn beginning(began_ms: i64, tick_ms: i64) -> Self {
        Self { began_ms, tick_ms, first: 0, last: 0, busy: BTreeMap::new() }
    }

    fn extend(&mut self, began_ms: i64, ticks: &[PlotTick]) {
        let estimate = (began_ms - self.began_ms + self.tick_ms / 2).div_euclid(self.tick_ms);
        let from = estimate + self.shift(estimate, ticks);
        let (first, last) = (self.first, self.last);
        for (index, tick) in (from..).zip(ticks) {
            // The last one was not over yet when it was read.
            if index >= last || index < first {
                self.first = self.first.min(index);
                self.last = self.last.max(index);
                if *tick != PlotTick::default() {
                    self.busy.insert(index, *tick);
                }
            }
        }
    }

    /// A tick that is over does not change any more: where two readings overlap they agree, and
    /// that says more of how they belong together than the time at which they arrived.
    fn shift(&self, estimate: i64, ticks: &[PlotTick]) -> i64 {
        let disagreements = |shift: i64| {
            let placed = (estimate + shift..).zip(ticks);
            let overlap = placed.filter(|(index, _)| (self.first..self.last).contains(index));
            let differs = |(index, tick): &(i64, &PlotTick)| {
                self.busy.get(index).copied().unwrap_or_default() != **tick
            };
            overlap.filter(differs).count()
        };
        if disagreements(0) == 0 {
            return 0;
        }
        let shifts = -SLACK..=SLACK;
        shifts.min_by_key(|shift| (disagreements(*shift), shift.abs())).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests;
