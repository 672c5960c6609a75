//! What hooks mean and what is kept of them.

use super::*;
use crate::{image::Release, policy::HookCommand, service::ServiceId};

fn report(moment: HookEvent, ended: HookEnded) -> HookReport {
    HookReport { moment, ended, output: String::new() }
}

#[test]
fn exit_75_defers_and_another_code_vetoes() {
    let verdict = |code| report(HookEvent::PreUpdate, HookEnded::Exited { code }).verdict();
    assert_eq!([0, 75, 1].map(verdict), [Verdict::GoOn, Verdict::Defer, Verdict::Veto]);
}

#[test]
fn what_runs_afterwards_only_reports() {
    let ended = HookEnded::Exited { code: 1 };
    assert_eq!(report(HookEvent::PostUpdate, ended).verdict(), Verdict::GoOn);
}

#[test]
fn a_hook_over_its_time_vetoes() {
    let ended = HookEnded::TimedOut { after: Duration::from_secs(1), tree_ended: true };
    assert_eq!(report(HookEvent::PreRollback, ended).verdict(), Verdict::Veto);
}

#[test]
fn a_hook_that_cannot_be_run_stops_an_update_but_no_rollback() {
    let ended = || HookEnded::NotRun { why: "the container does not run".to_owned() };
    assert_eq!(report(HookEvent::PreUpdate, ended()).verdict(), Verdict::Veto);
    assert_eq!(report(HookEvent::PreRollback, ended()).verdict(), Verdict::GoOn);
}

#[test]
fn a_report_says_what_the_hook_said_first() {
    let output = "\n  backup is running \nmore\n".to_owned();
    let ended = HookEnded::Exited { code: 75 };
    let report = HookReport { moment: HookEvent::PreUpdate, ended, output };
    let said = "the pre_update hook asks to wait (exit code 75): backup is running";
    assert_eq!(report.to_string(), said);
}

#[test]
fn secrets_of_the_environment_and_of_the_form_are_masked() {
    let variables = ["DB_PASSWORD=hunter2-x", "MODE=harmless", "SECRET=ab"];
    let output = "with hunter2-x at postgres://u:p@db/x\nTOKEN=t0p harmless ab\n";
    let shown = masked(output, variables);
    assert_eq!(shown, "with •••••• at postgres://db/x\nTOKEN=•••••• harmless ab\n");
}

#[test]
fn a_description_names_the_program_without_its_arguments() {
    let command = HookCommand::Host(vec!["curl".to_owned(), "https://u:p@host".to_owned()]);
    assert_eq!(command.to_string(), "curl on this machine");
}

#[test]
fn a_hook_of_a_check_is_told_what_was_found_only_afterwards() {
    let service = ServiceId::Container("web".to_owned());
    let running = Release { version: Some("1.0".to_owned()), ..Release::default() };
    let told = |moment, found| {
        let variables = check_environment(&service, &running, moment, found).into_iter();
        variables.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    };
    let found = Found { word: "update_available", name: Some("1.1".to_owned()) };
    let before = told(HookEvent::PreCheck, None);
    assert_eq!(
        before,
        "PHOENIX_HOOK=pre_check PHOENIX_SERVICE=web PHOENIX_FROM=1.0 PHOENIX_FROM_IMAGE="
    );
    let after = told(HookEvent::PostCheck, Some(found));
    assert!(after.ends_with(" PHOENIX_OUTCOME=update_available PHOENIX_TO=1.1"), "{after}");
}
