//! What the tray says, as check-lists: `tests/en.txt` and `tests/fr.txt`.

use std::fmt::Write as _;

use jiff::Timestamp;
use phoenix_engine::{
    check::Finding,
    controller::{Activity, EngineState, Health, ServiceState, Snapshot, StepProgress, StepState},
};
use phoenix_plan::{
    image::Release,
    journal::JournalId,
    receipt::{Cause, Outcome, Receipt},
    service::ServiceId,
    step::{Action, Plan, Purpose, Stall, Step, StepCause},
    strategy::{Choice, Strategy, StrategyReason},
};

use super::*;
use crate::words::Words;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn release(version: &str) -> Release {
    Release {
        image: "phoenix/gateway:latest".to_owned(),
        version: Some(version.to_owned()),
        ..Release::default()
    }
}

fn gateway() -> ServiceState {
    ServiceState {
        id: ServiceId::Container("phoenix-gateway".to_owned()),
        running: Some(release("1.0.0")),
        health: Health::Healthy,
        health_detail: None,
        containers: vec!["phoenix-gateway".to_owned()],
        ports: vec!["18789->18789/tcp".to_owned()],
        behind_switch: true,
        switch_answers: true,
        holding: false,
        checking: false,
        checked_at: Some(NOW),
        finding: Some(Finding::UpToDate),
        skipped: false,
        snoozed_until: None,
        pinned: false,
        held: None,
        roll_back_to: Some(release("0.9.0")),
        activity: None,
        unseen: None,
        trouble: None,
    }
}

fn with_update() -> ServiceState {
    ServiceState {
        finding: Some(Finding::UpdateAvailable {
            digest: "sha256:2".to_owned(),
            version: Some("1.1.0".to_owned()),
            download_bytes: None,
        }),
        ..gateway()
    }
}

/// Five steps; no way back from the fifth on.
fn plan(purpose: Purpose) -> Plan {
    let pin = || Action::Pin { image_id: "sha256:1".to_owned(), tag: "keep:1".to_owned() };
    let commit = Action::Commit {
        backends: Vec::new(),
        before: Vec::new(),
        confirm_within: None,
        hold_on_undo: None,
    };
    let window = std::time::Duration::from_mins(1);
    let monitor = Action::Monitor { who: Vec::new(), baseline: Vec::new(), window };
    let actions = [pin(), pin(), commit, monitor, Action::Confirm];
    let steps = actions.into_iter().enumerate();
    let steps =
        steps.map(|(number, action)| Step { number, action, cause: StepCause::DisksAreFinite });
    Plan {
        id: JournalId::new(NOW, "00000001"),
        service: gateway().id,
        purpose,
        choice: Choice { strategy: Strategy::Overlap, reason: StrategyReason::NothingShared },
        from: release("1.0.0"),
        to: release(if purpose == Purpose::Rollback { "0.9.0" } else { "1.1.0" }),
        stall: Stall::None,
        witness: None,
        probe: None,
        switch: None,
        was_unhealthy: false,
        compose_hash: None,
        steps: steps.collect(),
        no_return: 4,
    }
}

/// The gateway while the step after `done` steps is in this state.
fn doing(purpose: Purpose, done: usize, state: &StepState) -> ServiceState {
    let plan = plan(purpose);
    let steps = plan.steps.iter().take(done + 1).map(|step| StepProgress {
        step: step.clone(),
        state: if step.number < done {
            StepState::Done { took: std::time::Duration::ZERO }
        } else {
            state.clone()
        },
        started_at: NOW,
    });
    let activity = Activity {
        purpose,
        steps: steps.collect(),
        plan: Some(plan),
        pull: None,
        notes: Vec::new(),
        cancelling: false,
        settling: false,
        started_at: NOW,
    };
    ServiceState { activity: Some(activity), ..with_update() }
}

fn preparing() -> ServiceState {
    let mut service = doing(Purpose::Update, 0, &StepState::Running);
    let activity = service.activity.as_mut().unwrap();
    (activity.plan, activity.steps) = (None, Vec::new());
    service
}

/// With the receipt of an operation that ended so and that nobody has looked at.
fn after(purpose: Purpose, outcome: Outcome, cause: Cause) -> ServiceState {
    let mut receipt = Receipt::not_begun(
        JournalId::new(NOW, "00000001"),
        gateway().id,
        purpose,
        outcome,
        "the new release did not become ready".to_owned(),
        release("1.0.0"),
        release("1.1.0"),
        NOW,
    );
    receipt.cause = Some(cause);
    ServiceState { unseen: Some(receipt), ..gateway() }
}

fn shop() -> ServiceState {
    let id = ServiceId::Compose { project: "my_shop".to_owned(), service: "web".to_owned() };
    ServiceState {
        id,
        running: Some(release("7.4")),
        health: Health::Unhealthy,
        health_detail: None,
        behind_switch: false,
        roll_back_to: None,
        ..gateway()
    }
}

fn absent() -> ServiceState {
    let roll_back_to = Some(release("0.9.0"));
    ServiceState { running: None, health: Health::Missing, roll_back_to, ..gateway() }
}

fn connected(services: Vec<ServiceState>) -> Snapshot {
    let (endpoint, version) = ("unix:///run/docker.sock".to_owned(), "28.0.0".to_owned());
    let engine = EngineState::Connected { endpoint, version };
    Snapshot { engine, services, ..Snapshot::empty() }
}

fn away(services: Vec<ServiceState>) -> Snapshot {
    let engine = EngineState::Away { reason: "connection refused".to_owned().into(), since: NOW };
    Snapshot { engine, services, ..Snapshot::empty() }
}

fn situations() -> Vec<(&'static str, Snapshot)> {
    let one = |service| connected(vec![service]);
    let (update, running) = (Purpose::Update, StepState::Running);
    let reason = "no".to_owned();
    let trouble = Some(
        "the registry ghcr.io cannot be reached: the name cannot be resolved; see that this \
         machine is online"
            .to_owned(),
    );
    vec![
        ("connecting", Snapshot::empty()),
        ("the engine is away, nothing known", away(Vec::new())),
        ("the engine is away", away(vec![with_update()])),
        ("no service", connected(Vec::new())),
        ("healthy", one(gateway())),
        ("no container", one(absent())),
        ("an update is available", one(with_update())),
        ("an update is skipped", one(ServiceState { skipped: true, ..with_update() })),
        ("preparing", one(preparing())),
        ("updating, two of five steps done", one(doing(update, 2, &running))),
        ("watching", one(doing(update, 3, &running))),
        ("confirming, no way back", one(doing(update, 4, &running))),
        ("going back", one(doing(update, 2, &StepState::Failed { reason }))),
        ("rolling back", one(doing(Purpose::Rollback, 2, &running))),
        ("adopting", one(doing(Purpose::Adopt, 1, &running))),
        ("releasing", one(doing(Purpose::Release, 1, &running))),
        ("a failure that nobody has seen", one(after(update, Outcome::Failed, Cause::Gate))),
        ("a failed rollback", one(after(Purpose::Rollback, Outcome::Failed, Cause::Gate))),
        ("a failed adoption", one(after(Purpose::Adopt, Outcome::Failed, Cause::Circumstances))),
        ("a failed release", one(after(Purpose::Release, Outcome::Failed, Cause::Circumstances))),
        ("it turned bad", one(after(update, Outcome::RolledBack, Cause::Monitor))),
        ("what runs is uncertain", one(after(update, Outcome::Stuck, Cause::Circumstances))),
        ("a person cancelled it", one(after(update, Outcome::Failed, Cause::Person))),
        ("a person took it back", one(after(update, Outcome::RolledBack, Cause::Person))),
        ("it could not be begun", one(ServiceState { trouble, ..gateway() })),
        ("its switch is silent", one(ServiceState { switch_answers: false, ..gateway() })),
        ("two services, the worse first", connected(vec![shop(), with_update()])),
        ("paused", Snapshot { paused: true, ..one(gateway()) }),
        (
            "settings that cannot be read",
            Snapshot {
                config_error: Some("config.toml:3: no such key".to_owned().into()),
                ..one(gateway())
            },
        ),
        ("quitting", Snapshot { quitting: true, ..one(doing(update, 3, &running)) }),
    ]
}

fn drawn(words: Words) -> String {
    let mut text = String::new();
    for (name, snapshot) in situations() {
        let Shown { face, menu } = Shown::of(&snapshot, words);
        writeln!(text, "== {name}\nicon     {:?}", face.icon).unwrap();
        for line in &face.tooltip {
            writeln!(text, "tooltip  {line}").unwrap();
        }
        for item in &menu {
            match item {
                Item::Choice { text: said, act } => writeln!(text, "menu     [{said}] {act:?}"),
                Item::Text(said) => writeln!(text, "menu     {said}"),
                Item::Line => writeln!(text, "menu     ----"),
            }
            .unwrap();
        }
        text.push('\n');
    }
    text
}

/// `UPDATE_GOLDENS=1` writes the check-list anew, to be read before it is committed.
fn is_as_written(file: &str, drawn: &str) {
    let file = format!("{}/src/tray/tests/{file}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::write(&file, drawn).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    for (drawn, written) in drawn.lines().zip(written.lines()) {
        assert_eq!(drawn, written, "{file}");
    }
    assert_eq!(drawn.lines().count(), written.lines().count(), "{file}");
}

#[test]
fn the_tray_says_in_english_what_its_check_list_says() {
    is_as_written("en.txt", &drawn(Words::English));
}

#[test]
fn the_tray_says_in_french_what_its_check_list_says() {
    is_as_written("fr.txt", &drawn(Words::French));
}

#[test]
fn both_languages_offer_the_same_acts() {
    let acts = |words| {
        let menus = situations().into_iter().map(move |(_, shown)| menu(&shown, words));
        menus
            .flatten()
            .filter_map(|item| match item {
                Item::Choice { act, .. } => Some(act),
                Item::Text(_) | Item::Line => None,
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(acts(Words::English), acts(Words::French));
}

#[test]
fn the_icon_fills_with_the_mean_progress_of_everything_under_way() {
    let icon = |services| face(&connected(services), Words::English).icon;
    let at = |done| doing(Purpose::Update, done, &StepState::Running);
    let updating = |eighths| phoenix_icons::TrayState::Updating { eighths };
    assert_eq!(icon(vec![at(0)]), updating(0));
    assert_eq!(icon(vec![at(4)]), updating(6));
    assert_eq!(icon(vec![at(0), at(4)]), updating(3));
    assert_eq!(icon(vec![at(4), shop()]), updating(6));
}

#[test]
fn a_long_tooltip_is_cut() {
    let many = connected(vec![gateway(); 9]);
    assert_eq!(face(&many, Words::English).tooltip.len(), 6);
}
