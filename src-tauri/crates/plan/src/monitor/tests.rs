#![expect(clippy::unnecessary_wraps, reason = "observations hold options")]

use super::*;

const TERMS: MonitorTerms =
    MonitorTerms { window: Duration::from_mins(1), restarts_before: 0, already_unhealthy: false };

fn monitor() -> Monitor {
    Monitor::new(TERMS)
}

fn running(health: Option<&str>) -> Option<ContainerState> {
    Some(ContainerState::Running { health: health.map(str::to_owned), restarts: 0 })
}

fn exit(exit_code: i64) -> Option<CheckResult> {
    Some(CheckResult { exit_code: Some(exit_code), output: "db: timeout".to_owned() })
}

fn look(ms: u64, state: Option<ContainerState>, check: Option<CheckResult>) -> MonitorObservation {
    MonitorObservation {
        members: vec![MonitoredMember { name: "web-2".to_owned(), state, check }],
        new: Traffic::default(),
        old: Traffic::default(),
        probes_ok: 0,
        probes_failed: 0,
        elapsed: Duration::from_millis(ms),
    }
}

fn probed(ms: u64, probes_ok: u64, probes_failed: u64) -> MonitorObservation {
    MonitorObservation { probes_ok, probes_failed, ..look(ms, running(None), None) }
}

fn carried(ms: u64, new: (u64, u64), old: (u64, u64)) -> MonitorObservation {
    let traffic = |(requests, app_5xx)| Traffic { requests, app_5xx, ..Traffic::default() };
    MonitorObservation { new: traffic(new), old: traffic(old), ..look(ms, running(None), None) }
}

fn timed(ms: u64, new_p95_us: u64, held: u64) -> MonitorObservation {
    let mut seen = carried(ms, (1_000, 0), (1_000, 0));
    seen.new.p95_us = new_p95_us;
    seen.new.held = held;
    seen.old.p95_us = 20_000;
    seen
}

fn words(verdict: MonitorVerdict) -> String {
    match verdict {
        MonitorVerdict::Bad(failure) => failure.to_string(),
        MonitorVerdict::Watching | MonitorVerdict::Healthy | MonitorVerdict::Inconclusive => {
            panic!("{verdict:?}")
        }
    }
}

#[test]
fn an_exit_is_bad_at_once() {
    let state = ContainerState::Stopped { exit_code: 1, oom_killed: false };
    let verdict = monitor().observe(&look(10_200, Some(state), None));
    assert_eq!(words(verdict), "web-2 exited with code 1 after 10.2 s");
}

#[test]
fn a_kill_for_memory_is_bad_at_once() {
    let state = ContainerState::Restarting { exit_code: 137, restarts: 1, oom_killed: true };
    assert!(words(monitor().observe(&look(5_000, Some(state), None))).contains("too much memory"));
}

#[test]
fn a_restart_between_two_looks_is_bad_at_once() {
    let state = ContainerState::Running { health: None, restarts: 1 };
    let verdict = monitor().observe(&look(5_000, Some(state), None));
    assert_eq!(words(verdict), "web-2 crashed and was restarted once within 5.0 s");
}

#[test]
fn a_container_that_is_gone_is_bad_at_once() {
    assert!(words(monitor().observe(&look(5_000, None, None))).contains("removed"));
}

#[test]
fn one_bad_replica_is_enough() {
    let mut seen = look(5_000, running(None), exit(0));
    let state = Some(ContainerState::Stopped { exit_code: 3, oom_killed: false });
    seen.members.push(MonitoredMember { name: "web-3".to_owned(), state, check: None });
    assert_eq!(words(monitor().observe(&seen)), "web-3 exited with code 3 after 5.0 s");
}

#[test]
fn three_failing_checks_in_a_row_are_bad() {
    let mut monitor = monitor();
    for ms in [1_000, 2_000] {
        let verdict = monitor.observe(&look(ms, running(None), exit(1)));
        assert_eq!(verdict, MonitorVerdict::Watching);
    }
    assert_eq!(
        words(monitor.observe(&look(3_000, running(None), exit(1)))),
        "the health check of web-2 failed 3 times in a row with exit code 1 after 3.0 s: \
         db: timeout"
    );
}

#[test]
fn a_check_that_flaps_is_not_bad() {
    let mut monitor = monitor();
    for (second, code) in [0, 1, 1, 0, 1, 1, 0].into_iter().enumerate() {
        let ms = u64::try_from(second).unwrap() * 1_000;
        let verdict = monitor.observe(&look(ms, running(None), exit(code)));
        assert_eq!(verdict, MonitorVerdict::Watching);
    }
}

#[test]
fn quick_checks_do_not_make_a_short_stall_a_verdict() {
    let mut monitor = monitor();
    for ms in [100, 200, 300, 400, 500] {
        let verdict = monitor.observe(&look(ms, running(None), exit(1)));
        assert_eq!(verdict, MonitorVerdict::Watching);
    }
}

#[test]
fn a_look_without_a_check_neither_breaks_nor_lengthens_the_row() {
    let mut monitor = monitor();
    for ms in [0, 1_000] {
        monitor.observe(&look(ms, running(None), exit(1)));
        let verdict = monitor.observe(&look(ms + 500, running(None), None));
        assert_eq!(verdict, MonitorVerdict::Watching);
    }
    assert!(words(monitor.observe(&look(2_000, running(None), exit(1)))).contains("3 times"));
}

#[test]
fn dockers_unhealthy_is_bad_at_once() {
    let verdict = monitor().observe(&look(30_000, running(Some("unhealthy")), None));
    assert_eq!(words(verdict), "Docker reported web-2 as unhealthy after 30.0 s");
}

#[test]
fn what_was_unhealthy_before_is_not_blamed_for_it() {
    let mut monitor = Monitor::new(MonitorTerms { already_unhealthy: true, ..TERMS });
    for ms in [1_000, 2_000, 3_000, 4_000] {
        let verdict = monitor.observe(&look(ms, running(Some("unhealthy")), exit(1)));
        assert_eq!(verdict, MonitorVerdict::Watching);
    }
    let verdict = monitor.observe(&look(60_000, running(Some("unhealthy")), exit(1)));
    assert_eq!(verdict, MonitorVerdict::Inconclusive);
}

#[test]
fn a_clearly_higher_share_of_errors_is_bad() {
    let verdict = monitor().observe(&carried(5_000, (90, 18), (4_210, 0)));
    assert_eq!(
        words(verdict),
        "answered 5xx to 18 of 90 requests; the release before to 0 of 4,210"
    );
}

#[test]
fn requests_broken_on_the_way_count_as_errors() {
    let mut seen = carried(5_000, (90, 0), (4_210, 2));
    seen.new.failed = 18;
    assert_eq!(
        words(monitor().observe(&seen)),
        "broke 18 of 90 requests; the release before failed 2 of 4,210"
    );
}

#[test]
fn a_few_errors_or_as_many_as_before_are_no_verdict() {
    for (new, old) in [
        ((8, 4), (1_000, 0)),
        ((1_000, 49), (1_000, 0)),
        ((100, 18), (1_000, 100)),
        ((100, 50), (1_000, 500)),
        ((0, 0), (0, 0)),
    ] {
        let verdict = monitor().observe(&carried(5_000, new, old));
        assert_eq!(verdict, MonitorVerdict::Watching, "{new:?} {old:?}");
    }
}

#[test]
fn without_a_baseline_more_errors_are_needed() {
    assert_eq!(monitor().observe(&carried(5_000, (90, 18), (0, 0))), MonitorVerdict::Watching);
    let verdict = monitor().observe(&carried(5_000, (90, 45), (0, 0)));
    assert_eq!(
        words(verdict),
        "answered 5xx to 45 of 90 requests; the release before had no request to compare with"
    );
}

#[test]
fn counters_at_their_limit_do_not_overflow() {
    let seen = carried(5_000, (u64::MAX, u64::MAX), (u64::MAX, 0));
    assert!(matches!(monitor().observe(&seen), MonitorVerdict::Bad(_)));
}

#[test]
fn a_release_that_turns_bad_late_is_seen_although_its_overall_share_is_low() {
    let mut monitor = monitor();
    for (ms, new) in [(1_000, (10_000, 0)), (2_000, (10_010, 10)), (3_000, (10_020, 20))] {
        let verdict = monitor.observe(&carried(ms, new, (10_000, 0)));
        assert_eq!(verdict, MonitorVerdict::Watching, "{ms}");
    }
    assert_eq!(
        words(monitor.observe(&carried(4_000, (10_030, 30), (10_000, 0)))),
        "answered its last 30 requests with nothing but errors, seen after 4.0 s"
    );
}

#[test]
fn one_good_answer_breaks_the_row_of_errors() {
    let mut monitor = monitor();
    for (ms, new) in
        [(1_000, (10_000, 0)), (2_000, (10_015, 15)), (3_000, (10_025, 24)), (5_000, (10_040, 39))]
    {
        let verdict = monitor.observe(&carried(ms, new, (10_000, 0)));
        assert_eq!(verdict, MonitorVerdict::Watching, "{ms}");
    }
}

#[test]
fn much_slower_answers_are_bad() {
    assert_eq!(
        words(monitor().observe(&timed(20_000, 1_500_000, 0))),
        "1 in 20 requests waited 1.5 s or longer for an answer; with the release before 20 ms"
    );
}

#[test]
fn slowness_that_is_slight_or_early_or_a_hold_is_no_verdict() {
    for (ms, p95, held) in
        [(20_000, 200_000, 0), (20_000, 90_000, 0), (5_000, 1_500_000, 0), (20_000, 1_500_000, 50)]
    {
        let verdict = monitor().observe(&timed(ms, p95, held));
        assert_eq!(verdict, MonitorVerdict::Watching, "{ms} {p95} {held}");
    }
}

#[test]
fn three_failed_probes_in_a_row_are_bad() {
    let mut monitor = monitor();
    for ms in [1_000, 2_000] {
        assert_eq!(monitor.observe(&probed(ms, 0, 1)), MonitorVerdict::Watching);
    }
    assert!(words(monitor.observe(&probed(3_000, 0, 1))).contains("3 times in a row"));
}

#[test]
fn an_answered_probe_breaks_the_row() {
    let mut monitor = monitor();
    for (ms, ok) in [(1_000, 0), (2_000, 0), (3_000, 1), (4_000, 0), (5_000, 0)] {
        let verdict = monitor.observe(&probed(ms, ok, 1 - ok));
        assert_eq!(verdict, MonitorVerdict::Watching, "{ms}");
    }
}

#[test]
fn checks_traffic_or_probes_prove_a_release_good() {
    for seen in [
        look(60_000, running(None), exit(0)),
        look(60_000, running(Some("healthy")), None),
        carried(60_000, (20, 0), (0, 0)),
        probed(60_000, 3, 0),
    ] {
        assert_eq!(monitor().observe(&seen), MonitorVerdict::Healthy, "{seen:?}");
    }
}

#[test]
fn nothing_known_is_inconclusive() {
    for seen in [look(60_000, running(None), None), carried(60_000, (19, 0), (0, 0))] {
        assert_eq!(monitor().observe(&seen), MonitorVerdict::Inconclusive, "{seen:?}");
    }
}

#[test]
fn nothing_is_proven_before_the_window_ends() {
    let seen = look(59_999, running(Some("healthy")), exit(0));
    assert_eq!(monitor().observe(&seen), MonitorVerdict::Watching);
}

#[test]
fn a_row_of_failures_at_the_end_is_waited_out() {
    let mut monitor = monitor();
    let verdict = monitor.observe(&look(60_000, running(None), exit(1)));
    assert_eq!(verdict, MonitorVerdict::Watching);
    let verdict = monitor.observe(&look(61_000, running(None), exit(0)));
    assert_eq!(verdict, MonitorVerdict::Healthy);
}

#[test]
fn a_doubt_at_the_end_does_not_last_for_ever() {
    let mut monitor = monitor();
    monitor.observe(&look(60_000, running(None), exit(1)));
    let verdict = monitor.observe(&look(70_000, running(None), None));
    assert_eq!(verdict, MonitorVerdict::Inconclusive);
}

#[test]
fn every_replica_must_be_proven_by_its_check() {
    let mut seen = look(60_000, running(None), exit(0));
    seen.members.push(MonitoredMember {
        name: "web-3".to_owned(),
        state: running(None),
        check: None,
    });
    assert_eq!(monitor().observe(&seen), MonitorVerdict::Inconclusive);
}

#[test]
fn a_tolerated_share_includes_its_limit() {
    assert!(tolerates(1, 4, 0.25));
    assert!(!tolerates(2, 4, 0.25));
    assert!(!tolerates(1, 100, 0.0));
    assert!(tolerates(0, 0, 0.0));
    assert!(!tolerates(1, 4, f64::NAN));
}
