use super::*;

fn log(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

fn exited(exit_code: i64) -> GateFailure {
    GateFailure::Exited { exit_code, after: Duration::from_secs(1) }
}

fn timed_out(unmet: Unmet) -> GateFailure {
    GateFailure::TimedOut { after: Duration::from_secs(40), unmet }
}

fn check_failed(exit_code: i64, output: &str) -> GateFailure {
    timed_out(Unmet::CheckFailed { exit_code, output: output.to_owned() })
}

#[test]
fn a_missing_check_program_is_named_however_it_is_reported() {
    let curl = Remedy::CheckProgramMissing { program: Some("curl".to_owned()) };
    for (code, output) in [
        (
            127,
            "OCI runtime exec failed: exec failed: unable to start container process: exec: \"curl\": executable file not found in $PATH",
        ),
        (1, "/bin/sh: curl: not found"),
        (1, "sh: line 1: curl: command not found"),
    ] {
        assert_eq!(Remedy::after_gate(&check_failed(code, output), &[]), curl, "{output}");
    }
    let remedy = Remedy::after_gate(&check_failed(126, ""), &[]);
    assert_eq!(remedy, Remedy::CheckProgramMissing { program: None });
}

#[test]
fn the_missing_program_is_part_of_the_sentence() {
    let text = Remedy::CheckProgramMissing { program: Some("curl".to_owned()) }.to_string();
    assert!(text.starts_with("the program \"curl\" that the health check runs is not"), "{text}");
}

#[test]
fn a_release_that_was_only_slow_should_get_longer() {
    let remedy = Remedy::after_gate(&check_failed(1, "curl: (7) Connection refused"), &[]);
    assert_eq!(remedy, Remedy::LongerStartPeriod { given: Duration::from_secs(40) });
}

#[test]
fn a_release_that_listens_while_the_check_is_refused_has_another_port() {
    let lines = log(&["gateway 1.2.0", "listening on 0.0.0.0:18790"]);
    let failure = check_failed(7, "curl: (7) Failed to connect to localhost port 18789");
    assert_eq!(Remedy::after_gate(&failure, &lines), Remedy::WrongPort);
    let failure = timed_out(Unmet::NotAnswered { text: "connection refused".to_owned() });
    assert_eq!(Remedy::after_gate(&failure, &lines), Remedy::WrongPort);
}

#[test]
fn a_path_that_is_gone_is_told() {
    let failure = timed_out(Unmet::WrongAnswer { status: 404, text: String::new() });
    assert_eq!(Remedy::after_gate(&failure, &[]), Remedy::WrongProbePath);
}

#[test]
fn the_log_tells_what_the_exit_code_does_not() {
    for (line, remedy) in [
        ("exec /phoenix: exec format error", Remedy::WrongArchitecture),
        ("Error: listen EADDRINUSE: address already in use :::18789", Remedy::AddressInUse),
        ("open /data/state.db: permission denied", Remedy::Permissions),
        ("mkdir /cache: read-only file system", Remedy::ReadOnly),
        ("write /data/x: no space left on device", Remedy::DiskFull),
        ("FATAL ERROR: Reached heap limit Allocation failed", Remedy::MoreMemory),
        ("phoenix.json: invalid config: unknown key \"gatewy\"", Remedy::Configuration),
        ("error: pending migration 0042, refusing to start", Remedy::Migration),
        ("Error: connect ECONNREFUSED 10.0.0.2:5432", Remedy::Dependency),
        ("Error: Cannot find module '/app/index.js'", Remedy::MissingFile),
        (
            "FATAL: environment variable PHOENIX_TOKEN is not set",
            Remedy::MissingSetting { name: Some("PHOENIX_TOKEN".to_owned()) },
        ),
        ("a secret is required", Remedy::MissingSetting { name: None }),
        (
            "/entrypoint.sh: line 3: jq: command not found",
            Remedy::CommandMissing { program: Some("jq".to_owned()) },
        ),
    ] {
        assert_eq!(Remedy::after_gate(&exited(1), &log(&["starting", line])), remedy, "{line}");
    }
}

#[test]
fn what_was_said_last_counts() {
    let lines = log(&["open /x: permission denied, ignored", "bind: address already in use"]);
    assert_eq!(Remedy::after_gate(&exited(1), &lines), Remedy::AddressInUse);
}

#[test]
fn a_migration_that_went_well_is_no_remedy() {
    let lines = log(&["migration 41 applied"]);
    assert_eq!(Remedy::after_gate(&exited(1), &lines), Remedy::ReadTheLog);
}

#[test]
fn the_exit_code_speaks_when_the_log_does_not() {
    for (code, remedy) in [
        (0, Remedy::NotAService),
        (1, Remedy::ReadTheLog),
        (126, Remedy::CommandNotExecutable),
        (127, Remedy::CommandMissing { program: None }),
        (137, Remedy::MoreMemory),
    ] {
        assert_eq!(Remedy::after_gate(&exited(code), &[]), remedy, "{code}");
    }
}

#[test]
fn a_container_that_could_not_be_started_is_explained() {
    let message = "failed to create task: OCI runtime create failed: exec: \"/phoenix\": stat \
                   /phoenix: no such file or directory";
    let missing = Remedy::CommandMissing { program: Some("/phoenix".to_owned()) };
    assert_eq!(Remedy::after_start(message), missing);
    assert_eq!(Remedy::after_start("exec \"/x\": exec format error"), Remedy::WrongArchitecture);
}

#[test]
fn a_kill_for_memory_in_the_window_asks_for_memory() {
    let failure = MonitorFailure::OutOfMemory { container: "c".into(), after: Duration::ZERO };
    assert_eq!(Remedy::after_monitor(&failure, &[]), Remedy::MoreMemory);
}

#[test]
fn a_value_in_the_log_is_never_repeated() {
    let lines = log(&["DB_PASSWORD missing, got hunter2"]);
    assert!(!Remedy::after_gate(&exited(1), &lines).to_string().contains("hunter2"));
}

#[test]
fn a_line_without_end_is_survived() {
    let line = format!("{}ä: not found", "é".repeat(100_000));
    assert_eq!(Remedy::after_gate(&exited(1), &[line]), Remedy::ReadTheLog);
}
