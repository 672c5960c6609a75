//! Every sentence of the closed sets has its words in both languages, with the same parameters.

mod program;

use phoenix_plan::{
    gate::{GateFailure, Unmet},
    monitor::MonitorFailure,
    planner::Hold,
};

use super::*;

const AFTER: Duration = Duration::from_millis(2_100);

fn text() -> String {
    "so".to_owned()
}

/// One of each; a new variant does not compile until it stands here.
fn holds() -> Vec<Hold> {
    let name = text;
    let why = |why| Hold::CannotAdopt { why };
    let all = vec![
        Hold::NoContainer,
        Hold::NotRunning { name: name() },
        Hold::UnhealthyAlready { name: name() },
        Hold::KnownBad { digest: text(), reason: text() },
        Hold::Pinned,
        Hold::Dependents { names: text() },
        Hold::AutoRemove { name: name() },
        Hold::SwarmTask { name: name() },
        Hold::Parked { name: name() },
        Hold::SwitchAway { name: name() },
        Hold::BehindSwitch,
        Hold::NotAdopted,
        Hold::AlreadyAdopted,
        why(StrategyReason::NetworkMode(text())),
        why(StrategyReason::NoTcpPort),
        why(StrategyReason::OtherProtocol(text())),
        Hold::DiskTooFull { needed_bytes: 2_100_000_000, free_bytes: 900_000_000 },
        Hold::NothingKept,
        Hold::EphemeralPort { port: 80 },
    ];
    for hold in &all {
        match hold {
            Hold::NoContainer
            | Hold::NotRunning { .. }
            | Hold::UnhealthyAlready { .. }
            | Hold::KnownBad { .. }
            | Hold::Pinned
            | Hold::Dependents { .. }
            | Hold::AutoRemove { .. }
            | Hold::SwarmTask { .. }
            | Hold::Parked { .. }
            | Hold::SwitchAway { .. }
            | Hold::BehindSwitch
            | Hold::NotAdopted
            | Hold::AlreadyAdopted
            | Hold::CannotAdopt { .. }
            | Hold::DiskTooFull { .. }
            | Hold::NothingKept
            | Hold::EphemeralPort { .. } => {}
        }
    }
    all
}

fn refusals() -> Vec<Why> {
    let after = AFTER;
    let ended = [
        HookEnded::Exited { code: DEFERS },
        HookEnded::Exited { code: 1 },
        HookEnded::TimedOut { after, tree_ended: true },
        HookEnded::TimedOut { after, tree_ended: false },
        HookEnded::NotRun { why: text() },
        HookEnded::Unknown,
    ];
    let moment = HookEvent::PreUpdate;
    ended.map(|ended| Why::RefusedByHook { moment, ended, output: text() }).into()
}

fn gate_failures() -> Vec<GateFailure> {
    let (after, exit_code) = (AFTER, 1);
    let unmet = [
        Unmet::CheckFailed { exit_code: 1, output: text() },
        Unmet::CheckDidNotFinish { output: text() },
        Unmet::NotAnswered { text: text() },
        Unmet::WrongAnswer { status: 500, text: text() },
        Unmet::Paused,
        Unmet::NotLongEnough,
    ];
    let timed_out = unmet.into_iter().map(|unmet| GateFailure::TimedOut { after, unmet });
    let mut all: Vec<GateFailure> = timed_out.collect();
    all.extend([
        GateFailure::Exited { exit_code, after },
        GateFailure::OutOfMemory { exit_code, after },
        GateFailure::Restarted { restarts: 2, exit_code: Some(1), after },
        GateFailure::Restarted { restarts: 2, exit_code: None, after },
        GateFailure::Removed { after },
    ]);
    all
}

fn monitor_failures() -> Vec<MonitorFailure> {
    let (after, exit_code) = (AFTER, 1);
    let restarted =
        |exit_code| MonitorFailure::Restarted { container: text(), restarts: 2, exit_code, after };
    let unhealthy = |exit_code| MonitorFailure::Unhealthy {
        container: text(),
        failures: 3,
        exit_code,
        output: text(),
        after,
    };
    vec![
        MonitorFailure::Exited { container: text(), exit_code, after },
        MonitorFailure::OutOfMemory { container: text(), after },
        restarted(Some(1)),
        restarted(None),
        MonitorFailure::Removed { container: text(), after },
        unhealthy(Some(1)),
        unhealthy(None),
        MonitorFailure::DockerUnhealthy { container: text(), after },
        MonitorFailure::TooManyErrors {
            answered_5xx: 3,
            broken: 1,
            requests: 9,
            before_errors: 0,
            before_requests: 1_000,
        },
        MonitorFailure::OnlyErrors { requests: 20, after },
        MonitorFailure::TooSlow { p95: after, before: after },
        MonitorFailure::ProbesFailed { failed: 3, after },
    ]
}

fn remedies() -> Vec<Remedy> {
    let mut all = Vec::new();
    for known in [Some(text()), None] {
        all.push(Remedy::CheckProgramMissing { program: known.clone() });
        all.push(Remedy::CommandMissing { program: known.clone() });
        all.push(Remedy::MissingSetting { name: known });
    }
    all.extend([
        Remedy::LongerStartPeriod { given: AFTER },
        Remedy::CommandNotExecutable,
        Remedy::WrongPort,
        Remedy::WrongProbePath,
        Remedy::MoreMemory,
        Remedy::Permissions,
        Remedy::AddressInUse,
        Remedy::Configuration,
        Remedy::ReadOnly,
        Remedy::WrongArchitecture,
        Remedy::Migration,
        Remedy::DiskFull,
        Remedy::Dependency,
        Remedy::MissingFile,
        Remedy::NotAService,
        Remedy::ReadTheLog,
    ]);
    all
}

fn reasons() -> Vec<StrategyReason> {
    vec![
        StrategyReason::Chosen,
        StrategyReason::StartFirst,
        StrategyReason::StopFirst,
        StrategyReason::NetworkMode(text()),
        StrategyReason::NoTcpPort,
        StrategyReason::OtherProtocol(text()),
        StrategyReason::StaticAddress,
        StrategyReason::FixedMac,
        StrategyReason::Devices,
        StrategyReason::SharedWritableVolume(text()),
        StrategyReason::NothingShared,
        StrategyReason::Stopped,
        StrategyReason::Dependents,
    ]
}

fn everything() -> Vec<Sentence> {
    let mut whys: Vec<Why> = holds().into_iter().map(Why::Held).collect();
    whys.extend(refusals());
    whys.extend(gate_failures().into_iter().map(Why::NotReady));
    whys.extend(monitor_failures().into_iter().map(Why::TurnedBad));
    whys.extend([Why::Inconclusive, Why::NotConfirmed, Why::Cancelled, Why::RolledBackByHand]);
    let offered = StepCause::Offered { release: text() };
    let successor = StepCause::Successor { name: text() };
    let causes = StepCause::fixed().chain([offered, successor]);
    whys.iter()
        .map(|why| reason("", Some(why)))
        .chain(remedies().iter().map(advice))
        .chain(reasons().iter().map(because))
        .chain(causes.map(|it| cause(&it)))
        .collect()
}

#[test]
fn every_sentence_has_its_words_in_both_languages() {
    for words in [Words::English, Words::French] {
        for said in everything() {
            assert!(words.catalogue().contains_key(&said.code), "{words:?}: {}", said.code);
        }
    }
}

#[test]
fn every_blank_is_filled_in() {
    for words in [Words::English, Words::French] {
        for said in everything() {
            let text = said.in_words(words);
            assert!(!text.contains(['{', '}']), "{}: {text}", said.code);
        }
    }
}

#[test]
fn no_words_are_left_over() {
    let said: std::collections::BTreeSet<String> =
        everything().into_iter().map(|said| said.code).collect();
    let rooms = ["hold.", "hook.", "gate.", "monitor.", "why.", "remedy.", "cause."];
    let ours = Words::English.catalogue().keys();
    for key in ours.filter(|key| rooms.iter().any(|room| key.starts_with(room))) {
        assert!(said.contains(key), "{key} is not used");
    }
}

#[test]
fn durations_and_numbers_are_written_as_the_language_does() {
    let failure = MonitorFailure::OnlyErrors { requests: 1_234, after: AFTER };
    let said = reason("", Some(&Why::TurnedBad(failure)));
    assert!(said.in_words(Words::English).contains("1,234 requests"), "{said:?}");
    assert!(said.in_words(Words::English).contains("after 2.1\u{a0}s"), "{said:?}");
    assert!(said.in_words(Words::French).contains("après 2,1\u{a0}s"), "{said:?}");
}

#[test]
fn sizes_are_written_as_the_language_does() {
    let hold = Hold::DiskTooFull { needed_bytes: 2_100_000_000, free_bytes: 900_000_000 };
    let said = reason("", Some(&Why::Held(hold)));
    assert!(said.in_words(Words::English).contains("2.1\u{a0}GB"), "{said:?}");
    assert!(said.in_words(Words::French).contains("900\u{a0}Mo"), "{said:?}");
}

#[test]
fn a_hook_that_said_nothing_leaves_no_gap() {
    let (moment, ended) = (HookEvent::PreUpdate, HookEnded::Exited { code: DEFERS });
    let said = reason("", Some(&Why::RefusedByHook { moment, ended, output: String::new() }));
    let text = said.in_words(Words::English);
    assert!(text.contains("pre_update") && text.ends_with('.'), "{text}");
}

#[test]
fn what_the_catalogue_does_not_know_is_said_in_english() {
    let other = cause(&StepCause::Other("for a reason of its own".to_owned()));
    assert_eq!(other.in_words(Words::French), "for a reason of its own");
}
