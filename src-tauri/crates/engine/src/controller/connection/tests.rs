use super::pause_before_try;

fn seconds(window_open: bool) -> Vec<u64> {
    (0..9).map(|tries| pause_before_try(tries, window_open).as_secs()).collect()
}

#[test]
fn the_pause_doubles_up_to_a_minute() {
    assert_eq!(seconds(false), [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    assert_eq!(pause_before_try(u32::MAX, false).as_secs(), 60);
}

#[test]
fn it_stays_at_two_seconds_while_somebody_looks() {
    assert_eq!(seconds(true), [1, 2, 2, 2, 2, 2, 2, 2, 2]);
}
