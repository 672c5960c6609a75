use super::*;

fn failed(because: NoAnswer) -> Finding {
    Finding::CheckFailed { reason: String::new(), because, last_good: None }
}

#[test]
fn without_network_the_pauses_begin_short_and_double_to_a_quarter_of_an_hour() {
    let pauses: Vec<u64> =
        (1..8).map(|nth| pause_after(&failed(NoAnswer::Network), nth).as_secs()).collect();
    assert_eq!(pauses, [30, 60, 120, 240, 480, 900, 900]);
}

#[test]
fn a_registry_that_answers_otherwise_is_left_alone_for_longer_each_time() {
    let minutes = |nth| pause_after(&failed(NoAnswer::Credentials), nth).as_secs() / 60;
    assert_eq!([1, 2, 3, 40].map(minutes), [15, 30, 60, 360]);
}
