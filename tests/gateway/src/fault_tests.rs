//! Faults are read from text and decide by time alone.

use std::time::Duration;

use super::{Doom, Fault, FaultError, Faults, Health};

fn faults(text: &str) -> Faults {
    text.parse().unwrap()
}

const fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

#[test]
fn a_list_of_faults_is_read() {
    assert_eq!(
        faults("slow-start:3000, errors-after:5000:0.2,no-ws-close").0,
        [Fault::SlowStart(ms(3000)), Fault::ErrorsAfter(ms(5000), 200), Fault::NoWebsocketClose]
    );
}

#[test]
fn a_fault_with_a_missing_or_an_extra_argument_is_refused() {
    for text in ["slow-start", "exit:1:2", "errors-after:5:1.5", "exit-after:1:300"] {
        assert_eq!(text.parse::<Faults>(), Err(FaultError(text.to_owned())));
    }
}

#[test]
fn health_turns_sick_at_its_time() {
    let sick = faults("slow-start:100,sick-after:10");
    assert_eq!(sick.health(None), Health::Starting);
    assert_eq!(sick.health(Some(ms(9))), Health::Healthy);
    assert_eq!(sick.health(Some(ms(10))), Health::Unhealthy);
}

#[test]
fn a_share_of_answers_fails_after_its_time() {
    let faults = faults("errors-after:50:0.2");
    assert!((0..1000).all(|nth| !faults.is_error(ms(49), || nth)));
    assert_eq!((0..1000).filter(|nth| faults.is_error(ms(50), || *nth)).count(), 200);
}

#[test]
fn a_crash_loop_exits_with_one_soon_after_the_start() {
    assert_eq!(faults("crash-loop").doom(), Some(Doom::Exit { after: ms(300), code: 1 }));
}
