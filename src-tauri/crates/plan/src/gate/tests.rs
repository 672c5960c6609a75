#![expect(clippy::unnecessary_wraps, reason = "observations hold options")]

use super::*;

fn check(start_period_s: u64) -> HealthCheck {
    HealthCheck {
        command: vec!["/phoenix".to_owned(), "health".to_owned()],
        interval: Duration::from_secs(5),
        timeout: Duration::from_secs(3),
        start_period: Duration::from_secs(start_period_s),
        retries: 3,
    }
}

fn terms(check: Option<HealthCheck>, probe: Option<Demand>) -> GateTerms {
    GateTerms {
        check,
        probe,
        policy: GatePolicy::default(),
        restarts_before: 0,
        already_unhealthy: false,
        limit: None,
    }
}

fn gate(check: Option<HealthCheck>, probe: Option<Demand>) -> Gate {
    Gate::new(terms(check, probe), Duration::ZERO)
}

fn exit(exit_code: i64) -> Option<CheckResult> {
    Some(CheckResult { exit_code: Some(exit_code), output: "curl: (7) refused".to_owned() })
}

fn answer(status: u16, text: &str) -> Option<ProbeResult> {
    Some(ProbeResult { answered: true, status: Some(status), text: text.to_owned() })
}

fn refused() -> Option<ProbeResult> {
    Some(ProbeResult { answered: false, status: None, text: "connection refused".to_owned() })
}

fn connected() -> Option<ProbeResult> {
    Some(ProbeResult { answered: true, status: None, text: String::new() })
}

fn running() -> Option<ContainerState> {
    Some(ContainerState::Running { health: Some("starting".to_owned()), restarts: 0 })
}

fn at(ms: u64, check: Option<CheckResult>, probe: Option<ProbeResult>) -> GateObservation {
    GateObservation { container: running(), check, probe, at: Duration::from_millis(ms) }
}

fn in_state(container: Option<ContainerState>) -> GateObservation {
    GateObservation { container, check: exit(0), probe: None, at: Duration::from_millis(10_200) }
}

fn failure(verdict: GateVerdict) -> String {
    match verdict {
        GateVerdict::Failed(failure) => failure.to_string(),
        GateVerdict::Wait { .. } | GateVerdict::Ready { .. } => panic!("{verdict:?}"),
    }
}

const fn waits(verdict: &GateVerdict) -> bool {
    matches!(verdict, GateVerdict::Wait { .. })
}

fn ready(confidence: Confidence, after_ms: u64) -> GateVerdict {
    GateVerdict::Ready { confidence, after: Duration::from_millis(after_ms) }
}

#[test]
fn three_successes_in_a_row_are_needed() {
    let mut gate = gate(Some(check(0)), None);
    assert!(waits(&gate.observe(at(40, exit(0), None))));
    assert!(waits(&gate.observe(at(80, exit(0), None))));
    assert_eq!(gate.observe(at(120, exit(0), None)), ready(Confidence::Strong, 120));
}

#[test]
fn a_failure_in_between_starts_the_count_again() {
    let mut gate = gate(Some(check(0)), None);
    for code in [0, 0, 1, 0] {
        assert!(waits(&gate.observe(at(40, exit(code), None))));
    }
    assert!(waits(&gate.observe(at(80, exit(0), None))));
    assert_eq!(gate.observe(at(120, exit(0), None)), ready(Confidence::Strong, 120));
}

#[test]
fn check_and_probe_must_both_succeed() {
    let mut gate = gate(Some(check(0)), Some(Demand::Healthy));
    for tick in 0..10 {
        assert!(waits(&gate.observe(at(tick, exit(0), refused()))));
        assert!(waits(&gate.observe(at(tick, exit(1), answer(200, "")))));
    }
}

#[test]
fn starting_is_no_failure_before_dockers_own_first_verdict_and_the_margin() {
    let mut gate = gate(Some(check(60)), Some(Demand::Healthy));
    assert_eq!(gate.deadline(), Duration::from_secs(60 + 15 + 10));
    assert!(waits(&gate.observe(at(84_999, exit(1), refused()))));
    let words = failure(gate.observe(at(85_000, exit(1), refused())));
    assert_eq!(
        words,
        "was not ready after 85.0 s: its health check fails with exit code 1: curl: (7) refused"
    );
}

#[test]
fn dockers_early_unhealthy_is_no_verdict() {
    let mut gate = gate(Some(check(60)), None);
    let container = Some(ContainerState::Running { health: Some("unhealthy".into()), restarts: 0 });
    let seen = GateObservation { container, check: exit(1), probe: None, at: Duration::ZERO };
    assert!(waits(&gate.observe(seen)));
}

#[test]
fn a_check_that_hangs_is_not_ready_and_told_as_such() {
    let mut gate = gate(Some(check(0)), None);
    let hung = CheckResult { exit_code: None, output: "no answer within 3s".to_owned() };
    assert!(waits(&gate.observe(at(3_000, Some(hung.clone()), None))));
    assert!(waits(&gate.observe(at(3_040, None, None))));
    let words = failure(gate.observe(at(25_000, Some(hung), None)));
    assert!(words.ends_with("its health check does not finish: no answer within 3s"), "{words}");
}

#[test]
fn an_exit_fails_at_once_even_when_the_check_had_succeeded() {
    let mut gate = gate(Some(check(60)), None);
    let stopped =
        |exit_code, oom_killed| in_state(Some(ContainerState::Stopped { exit_code, oom_killed }));
    assert_eq!(failure(gate.observe(stopped(1, false))), "exited with code 1 after 10.2 s");
    assert!(failure(gate.observe(stopped(0, false))).contains("a service has to keep running"));
    assert!(failure(gate.observe(stopped(137, true))).contains("too much memory"));
}

#[test]
fn a_restart_between_two_looks_fails_at_once() {
    let mut gate = gate(Some(check(60)), None);
    let state = ContainerState::Running { health: None, restarts: 1 };
    let words = failure(gate.observe(in_state(Some(state))));
    assert_eq!(words, "crashed and was restarted once within 10.2 s");
}

#[test]
fn restarts_from_before_do_not_count() {
    let terms = GateTerms { restarts_before: 4, ..terms(Some(check(60)), None) };
    let state = ContainerState::Running { health: None, restarts: 4 };
    assert!(waits(&Gate::new(terms, Duration::ZERO).observe(in_state(Some(state)))));
}

#[test]
fn a_container_between_two_crashes_fails_at_once() {
    let mut gate = gate(Some(check(60)), None);
    let state = ContainerState::Restarting { exit_code: 2, restarts: 3, oom_killed: false };
    let words = failure(gate.observe(in_state(Some(state))));
    assert_eq!(
        words,
        "crashed and was restarted 3 times within 10.2 s, the last time with exit code 2"
    );
}

#[test]
fn a_removed_container_fails_at_once() {
    assert!(failure(gate(Some(check(60)), None).observe(in_state(None))).contains("removed"));
}

#[test]
fn without_any_check_staying_up_and_listening_is_weak() {
    let mut gate = gate(None, Some(Demand::Connection));
    for ms in [0, 250, 500, 9_999] {
        assert!(waits(&gate.observe(at(ms, None, connected()))));
    }
    assert_eq!(gate.observe(at(10_000, None, connected())), ready(Confidence::Weak, 10_000));
}

#[test]
fn a_service_that_never_listens_fails_although_it_stays_up() {
    let mut gate = gate(None, Some(Demand::Connection));
    assert!(waits(&gate.observe(at(69_999, None, refused()))));
    let words = failure(gate.observe(at(70_000, None, refused())));
    assert!(words.ends_with("it does not answer: connection refused"), "{words}");
}

#[test]
fn a_service_without_check_and_port_has_only_to_stay_up() {
    let mut gate = gate(None, None);
    for ms in [0, 9_000] {
        assert!(waits(&gate.observe(at(ms, None, None))));
    }
    assert_eq!(gate.observe(at(10_000, None, None)), ready(Confidence::Weak, 10_000));
}

#[test]
fn an_http_probe_alone_is_strong() {
    let mut gate = gate(None, Some(Demand::Healthy));
    let healthy = || answer(200, r#"{"status":"healthy","version":"1.1.0"}"#);
    assert!(waits(&gate.observe(at(1, None, healthy()))));
    assert!(waits(&gate.observe(at(2, None, healthy()))));
    assert_eq!(gate.observe(at(3, None, healthy())), ready(Confidence::Strong, 3));
}

#[test]
fn a_status_in_the_body_that_is_not_healthy_is_not_ready() {
    let mut gate = gate(None, Some(Demand::Healthy));
    for ms in 0..10 {
        assert!(waits(&gate.observe(at(ms, None, answer(200, r#"{"status":"starting"}"#)))));
    }
}

#[test]
fn where_only_an_answer_is_demanded_a_refusal_of_the_host_name_is_one() {
    assert!(answer(400, "").unwrap().satisfies(Demand::Answer));
    assert!(!answer(502, "").unwrap().satisfies(Demand::Answer));
}

#[test]
fn a_service_that_was_unhealthy_before_has_only_to_stay_up() {
    let terms = GateTerms { already_unhealthy: true, ..terms(Some(check(60)), None) };
    let mut gate = Gate::new(terms, Duration::ZERO);
    assert!(waits(&gate.observe(at(9_999, exit(1), None))));
    assert_eq!(gate.observe(at(10_000, exit(1), None)), ready(Confidence::Weak, 10_000));
}

#[test]
fn a_paused_container_is_waited_for() {
    let mut gate = gate(Some(check(0)), None);
    assert!(waits(&gate.observe(in_state(Some(ContainerState::Paused)))));
}

#[test]
fn while_requests_are_held_the_gate_gives_up_with_them() {
    let limit = Some(Duration::from_secs(30));
    let gate = Gate::new(GateTerms { limit, ..terms(Some(check(60)), None) }, Duration::ZERO);
    assert_eq!(gate.deadline(), Duration::from_secs(30));
}

#[test]
fn time_counts_from_the_start_of_the_container() {
    let mut gate = Gate::new(terms(Some(check(0)), None), Duration::from_secs(100));
    assert!(waits(&gate.observe(at(110_000, exit(1), None))));
}

#[test]
fn the_pause_grows_when_the_app_takes_long_and_never_passes_the_deadline() {
    let mut gate = gate(Some(check(0)), None);
    let pauses = [1_000, 11_000, 24_990].map(|ms| match gate.observe(at(ms, exit(1), None)) {
        GateVerdict::Wait { next } => next.as_millis(),
        GateVerdict::Ready { .. } | GateVerdict::Failed(_) => 0,
    });
    assert_eq!(pauses, [40, 250, 10]);
}

#[test]
fn the_last_words_are_kept_when_the_container_is_gone() {
    let mut gate = gate(Some(check(0)), Some(Demand::Healthy));
    gate.observe(at(40, exit(1), answer(503, "warming up")));
    gate.observe(GateObservation {
        container: Some(ContainerState::Stopped { exit_code: 1, oom_killed: false }),
        check: None,
        probe: None,
        at: Duration::from_millis(80),
    });
    assert_eq!(gate.last_check().unwrap().output, "curl: (7) refused");
    assert_eq!(gate.last_probe().unwrap().text, "warming up");
}
