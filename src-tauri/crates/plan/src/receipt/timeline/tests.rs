use proptest::prelude::*;

use super::*;

fn tick(requests: u32) -> PlotTick {
    PlotTick { requests, failed: requests / 10, slowest_us: requests * 3 }
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}

/// What a switch that counted `history` since 1970, and remembers `kept` ticks, would say; the
/// answer arrives late.
fn reading(history: &[u32], kept: usize, late_ms: i64) -> Reading {
    let ticks: Vec<_> = history.iter().rev().take(kept).rev().map(|n| tick(*n)).collect();
    let now = i64::try_from(history.len()).unwrap() * 100;
    let age_ms = u64::try_from(ticks.len()).unwrap() * 100;
    Reading { at: at(now + late_ms), age_ms, tick_ms: 100, ticks }
}

fn requests(timeline: &Timeline, from_ms: i64, to_ms: i64) -> Vec<u32> {
    let cut = timeline.cut(from_ms, to_ms, u32::MAX).unwrap();
    cut.ticks.iter().map(|tick| tick.requests).collect()
}

#[test]
fn two_readings_make_one_history() {
    let history: Vec<u32> = (1..=30).collect();
    let mut timeline = Timeline::default();
    timeline.absorb(&reading(&history[..20], 12, 0));
    timeline.absorb(&reading(&history, 15, 0));
    assert_eq!(requests(&timeline, 800, 3_000), history[8..]);
    assert_eq!(timeline.span_ms(), Some((800, 3_000)));
}

#[test]
fn an_answer_that_was_long_on_its_way_is_put_where_it_belongs() {
    let history: Vec<u32> = (1..=30).collect();
    let mut timeline = Timeline::default();
    timeline.absorb(&reading(&history[..20], 12, 0));
    timeline.absorb(&reading(&history, 20, 430));
    assert_eq!(requests(&timeline, 800, 3_000), history[8..]);
}

#[test]
fn the_tick_that_was_not_over_is_taken_from_the_later_reading() {
    let mut timeline = Timeline::default();
    timeline.absorb(&reading(&[5, 6, 1], 3, -60));
    timeline.absorb(&reading(&[5, 6, 7, 8], 4, 0));
    let all: u32 = requests(&timeline, 0, 1_000).iter().sum();
    assert_eq!(all, 26);
}

#[test]
fn time_between_two_readings_that_do_not_meet_is_silent() {
    let mut timeline = Timeline::default();
    timeline.absorb(&reading(&[4; 10], 3, 0));
    timeline.absorb(&reading(&[4; 20], 3, 0));
    assert_eq!(requests(&timeline, 900, 1_800), [4, 0, 0, 0, 0, 0, 0, 0, 4]);
}

#[test]
fn a_clock_that_jumps_by_years_costs_no_memory() {
    let mut timeline = Timeline::default();
    timeline.absorb(&reading(&[4; 10], 3, 0));
    timeline.absorb(&reading(&[4; 10], 3, 1_000_000_000_000));
    let (from, to) = timeline.span_ms().unwrap();
    let cut = timeline.cut(from, to, 3_000).unwrap();
    assert!(cut.ticks.len() <= 3_000, "{}", cut.ticks.len());
    assert_eq!(cut.ticks.iter().map(|tick| tick.requests).sum::<u32>(), 24);
}

#[test]
fn a_reading_without_ticks_says_nothing() {
    let mut timeline = Timeline::default();
    timeline.absorb(&reading(&[], 3, 0));
    timeline.absorb(&Reading { tick_ms: 0, ..reading(&[1], 3, 0) });
    assert_eq!(timeline, Timeline::default());
}

#[test]
fn merged_ticks_carry_sums_and_the_slowest() {
    let mut timeline = Timeline::default();
    timeline.absorb(&reading(&[10, 20, 30, 40, 50], 5, 0));
    let cut = timeline.cut(0, 500, 3).unwrap();
    assert_eq!(cut.tick_ms, 200);
    let expected = [(30, 3, 60), (70, 7, 120), (50, 5, 150)];
    let expected =
        expected.map(|(requests, failed, slowest_us)| PlotTick { requests, failed, slowest_us });
    assert_eq!(cut.ticks, expected);
}

proptest! {
    #[test]
    fn thinning_loses_no_request_and_keeps_to_its_bound(
        history in prop::collection::vec(0_u32..1_000, 1..400),
        most in 1_u32..500,
    ) {
        let mut timeline = Timeline::default();
        timeline.absorb(&reading(&history, history.len(), 0));
        let (from, to) = timeline.span_ms().unwrap();
        let cut = timeline.cut(from, to, most).unwrap();
        prop_assert!(cut.ticks.len() <= usize::try_from(most).unwrap());
        let sum: u32 = cut.ticks.iter().map(|tick| tick.requests).sum();
        prop_assert_eq!(sum, history.iter().sum::<u32>());
        let slowest = cut.ticks.iter().map(|tick| tick.slowest_us).max();
        prop_assert_eq!(slowest, history.iter().map(|n| n * 3).max());
    }

    #[test]
    fn readings_that_meet_lose_nothing_and_count_nothing_twice(
        history in prop::collection::vec(1_u32..1_000, 60..200),
        kept in 40_usize..60,
        every in 5_usize..20,
        late in prop::collection::vec(-300_i64..300, 200),
    ) {
        let mut timeline = Timeline::default();
        let ends = (kept..=history.len()).step_by(every).chain([history.len()]);
        for (end, late) in ends.zip(late) {
            timeline.absorb(&reading(&history[..end], kept, late));
        }
        let (from, to) = timeline.span_ms().unwrap();
        prop_assert_eq!(requests(&timeline, from, to), history);
    }
}
