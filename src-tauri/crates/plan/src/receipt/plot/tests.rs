use super::{super::Reading, *};

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}

/// One request in each tick between these moments.
fn timeline(from_ms: u64, to_ms: u64) -> Timeline {
    let tick = PlotTick { requests: 1, failed: 0, slowest_us: 900 };
    let ticks = vec![tick; usize::try_from((to_ms - from_ms) / 100).unwrap()];
    let to = at(i64::try_from(to_ms).unwrap());
    let mut timeline = Timeline::default();
    timeline.absorb(&Reading { at: to, age_ms: to_ms - from_ms, tick_ms: 100, ticks });
    timeline
}

fn marks(plot: &Plot) -> Vec<(u64, Moment)> {
    plot.marks.iter().map(|mark| (mark.at_ms, mark.moment)).collect()
}

#[test]
fn a_plot_shows_what_surrounds_the_moment_of_the_switch() {
    let moments = [
        (at(40_000), Moment::Started),
        (at(58_000), Moment::Ready),
        (at(60_030), Moment::Switched),
        (at(61_000), Moment::Drained),
        (at(90_000), Moment::Confirmed),
    ];
    let plot = Plot::of(&timeline(0, 120_000), &moments).unwrap();
    assert_eq!((plot.began_at, plot.tick_ms, plot.ticks.len()), (at(55_000), 100, 151));
    let shown = [(3_000, Moment::Ready), (5_030, Moment::Switched), (6_000, Moment::Drained)];
    assert_eq!(marks(&plot), shown);
}

#[test]
fn a_rollback_at_the_end_of_a_long_watch_is_in_the_plot_with_all_that_lies_between() {
    let moments = [
        (at(60_000), Moment::Switched),
        (at(660_000), Moment::Failed),
        (at(660_050), Moment::RolledBack),
    ];
    let plot = Plot::of(&timeline(0, 700_000), &moments).unwrap();
    assert_eq!((plot.tick_ms, plot.ticks.len()), (300, 2_051));
    assert_eq!(marks(&plot).len(), 3);
    let requests: u32 = plot.ticks.iter().map(|tick| tick.requests).sum();
    assert_eq!(requests, 6_151);
}

#[test]
fn a_switch_that_has_just_come_is_not_shown_as_silent_before() {
    let moments = [(at(60_000), Moment::Held), (at(61_000), Moment::Switched)];
    let plot = Plot::of(&timeline(60_200, 70_000), &moments).unwrap();
    assert_eq!((plot.began_at, plot.ticks.len()), (at(60_000), 100));
    assert_eq!(marks(&plot), [(0, Moment::Held), (1_000, Moment::Switched)]);
}

#[test]
fn what_the_switch_has_forgotten_is_not_shown_as_silence() {
    let moments = [
        (at(60_000), Moment::Switched),
        (at(7_200_000), Moment::Failed),
        (at(7_200_050), Moment::RolledBack),
    ];
    assert_eq!(Plot::of(&timeline(6_900_000, 7_201_000), &moments[..1]), None);
    let plot = Plot::of(&timeline(6_900_000, 7_201_000), &moments).unwrap();
    assert_eq!((plot.began_at, marks(&plot).len()), (at(6_900_000), 2));
}

#[test]
fn where_traffic_never_moved_there_is_nothing_to_plot() {
    let moments = [(at(60_000), Moment::Started), (at(61_000), Moment::Failed)];
    assert_eq!(Plot::of(&timeline(0, 70_000), &moments), None);
}

#[test]
fn where_nothing_was_read_there_is_nothing_to_plot() {
    assert_eq!(Plot::of(&Timeline::default(), &[(at(60_000), Moment::Switched)]), None);
}

#[test]
fn moments_are_told_in_snake_case() {
    let mark = PlotMark { at_ms: 7, moment: Moment::RolledBack };
    let text = serde_json::to_string(&mark).unwrap();
    assert_eq!(text, r#"{"at_ms":7,"moment":"rolled_back"}"#);
}
