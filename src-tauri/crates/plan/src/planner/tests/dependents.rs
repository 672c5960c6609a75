//! Containers in the service's namespaces are made again with it.

use serde_json::{Value, json};

use super::{
    super::{Decision, Hold, adopt, rollback},
    fixture::{Fixture, plan},
};
use crate::{
    observed::{Container, ContainerState, Dependent, Join},
    step::{Action, Plan},
    strategy::{Strategy, StrategyReason},
};

/// A container with the host config, which shares something with the fixture's only container.
fn dependent(fixture: &Fixture, name: &str, host_config: &Value) -> Dependent {
    let raw = json!({
        "Id": format!("id-{name}"), "Name": format!("/{name}"), "Image": "sha256:9999",
        "State": { "Running": true }, "Config": { "Image": format!("{name}:1") },
        "HostConfig": host_config, "NetworkSettings": { "Networks": {} }, "Mounts": []
    });
    let container = Container::from_inspect(&raw).unwrap();
    Dependent {
        joins: Join::all(&container, &fixture.observed.members),
        tagged: Some("sha256:9999".to_owned()),
        entangled: false,
        container,
    }
}

fn with_torrent() -> Fixture {
    let mut fixture = Fixture::new(1, false, false);
    let torrent = dependent(&fixture, "torrent", &json!({ "NetworkMode": "container:old0" }));
    fixture.observed.dependents = vec![torrent];
    fixture
}

fn words(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(|step| step.action.to_string()).collect()
}

/// The places of steps that say all these words, in this order.
fn in_order(plan: &Plan, wanted: &[&[&str]]) -> bool {
    let all = words(plan);
    let mut from = 0;
    wanted.iter().all(|words| {
        let found = all.iter().skip(from).position(|text| words.iter().all(|it| text.contains(it)));
        found.map(|found| from += found + 1).is_some()
    })
}

fn held(decision: Decision) -> Hold {
    match decision {
        Decision::Held(hold) => hold,
        Decision::UpToDate | Decision::Go(_) => panic!("{decision:?}"),
    }
}

#[test]
fn it_ends_before_its_owner_and_begins_after_the_new_one() {
    let plan = plan(with_torrent().updated());
    assert_eq!(plan.choice.strategy, Strategy::Recreate);
    assert_eq!(plan.choice.reason, StrategyReason::Dependents);
    let steps: &[&[&str]] = &[
        &["create web-phoenix-"],
        &["create torrent-phoenix-", "joining g0000bbbb-0"],
        &["compare g0000bbbb-1"],
        &["stop torrent"],
        &["stop web"],
        &["start g0000bbbb-0"],
        &["wait until g0000bbbb-0"],
        &["start g0000bbbb-1"],
        &["wait until g0000bbbb-1"],
        &["watch g0000bbbb-0, g0000bbbb-1"],
        &["confirm"],
        &["remove torrent"],
        &["name g0000bbbb-1 torrent"],
    ];
    assert!(in_order(&plan, steps), "{:#?}", words(&plan));
}

#[test]
fn nothing_of_it_is_removed_while_there_is_a_way_back() {
    let plan = plan(with_torrent().updated());
    let gone = plan.steps.iter().position(|step| matches!(step.action, Action::Remove { .. }));
    assert!(gone.unwrap() > plan.no_return);
}

#[test]
fn a_rollback_takes_it_back_too() {
    let fixture = with_torrent();
    let kept = fixture.kept(true, false);
    let plan = plan(rollback(&fixture.basis(), &kept));
    let steps: &[&[&str]] = &[
        &["create torrent-phoenix-", "joining web-phoenix-g0000cccc-0"],
        &["stop torrent"],
        &["stop web"],
        &["start web-phoenix-g0000cccc-0"],
        &["start g0000bbbb-1"],
        &["name g0000bbbb-1 torrent"],
    ];
    assert!(in_order(&plan, steps), "{:#?}", words(&plan));
}

#[test]
fn one_that_does_not_run_is_made_again_and_not_started() {
    let mut fixture = with_torrent();
    fixture.observed.dependents[0].container.state =
        ContainerState::Stopped { exit_code: 0, oom_killed: false };
    let plan = plan(fixture.updated());
    assert!(in_order(&plan, &[&["create torrent-"], &["confirm"], &["remove torrent"]]));
    assert!(!words(&plan).iter().any(|text| text.contains("start g0000bbbb-1")));
}

#[test]
fn its_reference_means_the_same_afterwards() {
    let mut fixture = with_torrent();
    fixture.observed.dependents[0].tagged = Some("sha256:7777".to_owned());
    let steps: &[&[&str]] = &[
        &["tag image 9999 as torrent:1"],
        &["create torrent-"],
        &["tag image 7777 as torrent:1"],
        &["confirm"],
    ];
    let plan = plan(fixture.updated());
    assert!(in_order(&plan, steps), "{:#?}", words(&plan));
}

#[test]
fn one_that_runs_what_the_service_ran_keeps_the_old_image() {
    let mut fixture = with_torrent();
    fixture.observed.dependents[0].container.image = "app:latest".to_owned();
    let steps: &[&[&str]] = &[
        &["tag the pulled image as app:latest"],
        &["create web-", "the pulled image"],
        &["tag image 9999 as app:latest"],
        &["create torrent-", "image 9999"],
        &["tag the pulled image as app:latest"],
    ];
    let plan = plan(fixture.updated());
    assert!(in_order(&plan, steps), "{:#?}", words(&plan));
}

#[test]
fn what_cannot_be_made_again_on_the_way_is_named_with_what_it_shares() {
    let mut fixture = with_torrent();
    let host_config = json!({ "PidMode": "container:web", "VolumesFrom": ["old0:ro"] });
    let shell = dependent(&fixture, "shell", &host_config);
    fixture.observed.dependents.push(shell);
    let names = "torrent (network_mode), shell (pid, volumes_from)".to_owned();
    let expected = Hold::Dependents { names };
    assert_eq!(held(adopt(&fixture.basis())), expected, "behind a switch");
    fixture.observed.dependents[1].entangled = true;
    assert_eq!(held(fixture.updated()), expected, "others live in its namespaces");
}

#[test]
fn one_that_the_engine_would_delete_or_that_is_frozen_is_not_touched() {
    let mut fixture = with_torrent();
    fixture.observed.dependents[0].container.state = ContainerState::Paused;
    assert_eq!(held(fixture.updated()), Hold::NotRunning { name: "torrent".to_owned() });
    fixture.observed.dependents[0].container.auto_remove = true;
    assert_eq!(held(fixture.updated()), Hold::AutoRemove { name: "torrent".to_owned() });
}
