use jiff::Timestamp;
use phoenix_plan::{
    health::HealthCheck,
    observed::{Container, ContainerState, Member, Observed, ObservedSwitch, PortBinding},
    policy::{Policy, UpdateMode},
    schedule::Schedule,
};
use serde_json::json;

use super::{machine, service::checks, *};
use crate::{
    check::Finding,
    controller::{LastCheck, Watched},
    ports::{EngineFacts, ServiceRecord},
};

fn web() -> ServiceId {
    ServiceId::parse("web").unwrap()
}

fn container(state: ContainerState) -> Container {
    let raw = json!({
        "Id": "c1", "Name": "/web", "Image": "sha256:1", "State": { "Running": true },
        "Config": { "Image": "app:1" },
        "HostConfig": { "PortBindings": { "80/tcp": [{ "HostIp": "", "HostPort": "8080" }] } },
    });
    Container { state, ..Container::from_inspect(&raw).unwrap() }
}

fn runs() -> ContainerState {
    ContainerState::Running { health: None, restarts: 0 }
}

fn observed(container: Container) -> Observed {
    let members = vec![Member { container, generation: None }];
    Observed { service: web(), members, switch: None, compose: None, dependents: Vec::new() }
}

fn check_of(observed: &Observed, topic: Topic) -> Check {
    let checks = checks(observed, &ServiceRecord::default(), &[]);
    checks.into_iter().find(|check| check.subject.topic == topic).unwrap()
}

fn action_of(observed: &Observed, topic: Topic) -> Option<RemedyAction> {
    check_of(observed, topic).remedy.and_then(|remedy| remedy.action)
}

fn facts(version: &str) -> EngineFacts {
    EngineFacts {
        endpoint: "unix:///run/docker.sock".to_owned(),
        version: version.to_owned(),
        api_version: "1.51".to_owned(),
        platform: "linux/amd64".to_owned(),
        data_root: "/var/lib/docker".to_owned(),
        local: true,
        info: json!({}),
    }
}

#[test]
fn a_container_that_stopped_can_be_started() {
    let stopped = ContainerState::Stopped { exit_code: 1, oom_killed: false };
    let action = action_of(&observed(container(stopped)), Topic::Running);
    assert_eq!(action, Some(RemedyAction::StartContainer("web".to_owned())));
}

#[test]
fn starting_is_no_remedy_for_what_is_paused_or_restarts() {
    let restarting = ContainerState::Restarting { exit_code: 1, restarts: 4, oom_killed: false };
    for state in [ContainerState::Paused, restarting] {
        let seen = observed(container(state));
        assert_eq!(check_of(&seen, Topic::Running).state, CheckState::Bad);
        assert_eq!(action_of(&seen, Topic::Running), None);
    }
}

#[test]
fn a_service_without_a_container_is_bad() {
    let seen = Observed { members: Vec::new(), ..observed(container(runs())) };
    assert_eq!(check_of(&seen, Topic::Running).state, CheckState::Bad);
}

#[test]
fn a_service_that_owns_its_port_can_be_adopted() {
    let seen = observed(container(runs()));
    assert_eq!(check_of(&seen, Topic::Switch).state, CheckState::Advice);
    assert_eq!(action_of(&seen, Topic::Switch), Some(RemedyAction::Adopt(web())));
}

#[test]
fn adopting_is_no_remedy_where_no_switch_can_stand() {
    let udp = PortBinding {
        host_ip: String::new(),
        host_port: 53,
        container_port: 53,
        protocol: "udp".to_owned(),
    };
    for ports in [Vec::new(), vec![udp]] {
        let seen = observed(Container { ports, ..container(runs()) });
        assert_eq!(check_of(&seen, Topic::Switch).state, CheckState::Good);
    }
}

#[test]
fn a_switch_that_does_not_answer_can_be_started() {
    let switch = ObservedSwitch {
        container_id: "s1".to_owned(),
        network: "n".to_owned(),
        ports: Vec::new(),
        routed: None,
    };
    let seen = Observed { switch: Some(switch), ..observed(container(runs())) };
    let name = phoenix_plan::planner::switch_name(&web());
    assert_eq!(action_of(&seen, Topic::Switch), Some(RemedyAction::StartContainer(name)));
}

#[test]
fn a_missing_health_check_is_advice() {
    let seen = observed(container(runs()));
    assert_eq!(check_of(&seen, Topic::HealthCheck).state, CheckState::Advice);
    let check = HealthCheck::from_config(&json!({ "Test": ["CMD", "true"] }));
    let seen = observed(Container { health_check: check, ..container(runs()) });
    assert_eq!(check_of(&seen, Topic::HealthCheck).finding.text, "true");
}

#[test]
fn an_interrupted_update_can_be_resumed() {
    let action = service::interrupted(web()).remedy.and_then(|remedy| remedy.action);
    assert_eq!(action, Some(RemedyAction::Resume(web())));
}

#[test]
fn the_prerequisites_have_their_bounds() {
    for (version, state) in [("24.0.0", CheckState::Good), ("23.0.6", CheckState::Advice)] {
        assert_eq!(machine::engine(&facts(version)).state, state, "{version}");
    }
    for (version, state) in [
        (Some("v2.20.0"), CheckState::Good),
        (Some("2.9.1"), CheckState::Advice),
        (None, CheckState::Advice),
    ] {
        assert_eq!(machine::compose(version.map(str::to_owned)).state, state, "{version:?}");
    }
    for (free, state) in [(10_000_000_000, CheckState::Good), (9_999_999_999, CheckState::Advice)] {
        assert_eq!(machine::disk(free, "/").state, state, "{free}");
    }
}

#[test]
fn subjects_are_stable_words() {
    let subject = Subject::of(&web(), Topic::HealthCheck);
    assert_eq!(json!(subject), json!({ "topic": "health_check", "service": "web" }));
    assert_eq!(subject.to_string(), "web: health check");
    let action = RemedyAction::StartContainer("web".to_owned());
    assert_eq!(json!(action), json!({ "action": "start_container", "target": "web" }));
}

fn state_of(answer: Result<Option<u16>, String>) -> CheckState {
    let observed = observed(container(runs()));
    let target = answers::target(&observed, &Policy::default()).unwrap();
    answers::judged(&observed, &target, answer).state
}

#[test]
fn a_service_is_asked_at_the_host_where_its_clients_ask() {
    let target = answers::target(&observed(container(runs())), &Policy::default()).unwrap();
    assert_eq!(target.address, "127.0.0.1:8080");
}

#[test]
fn only_an_answer_below_400_is_good() {
    assert_eq!(state_of(Ok(Some(200))), CheckState::Good);
    assert_eq!(state_of(Ok(None)), CheckState::Good);
    assert_eq!(state_of(Ok(Some(404))), CheckState::Advice);
    assert_eq!(state_of(Ok(Some(503))), CheckState::Bad);
    assert_eq!(state_of(Err("connection refused".to_owned())), CheckState::Bad);
}

#[test]
fn a_port_that_another_container_has_is_told_with_its_name() {
    let stopped = container(ContainerState::Stopped { exit_code: 128, oom_killed: false });
    let ports = json!([{ "PublicPort": 8080, "PrivatePort": 80, "Type": "tcp" }]);
    let listed = [json!({ "Names": ["/other"], "State": "running", "Ports": ports })];
    let found = answers::taken_ports(&web(), &stopped, &listed);
    assert_eq!(found[0].finding.text, "port 8080 is taken by the container other");
    assert!(answers::taken_ports(&web(), &container(runs()), &listed).is_empty());
}

#[test]
fn automation_needs_somebody_who_watches_and_a_schedule() {
    let state = |schedule: &str, watcher| {
        let schedule = match schedule {
            "" => Schedule::Never,
            text => Schedule::parse(text).unwrap(),
        };
        automation::of_machine(&schedule, watcher).state
    };
    assert_eq!(state("0 4 * * *", Some("phoenixctl watch")), CheckState::Good);
    assert_eq!(state("0 4 * * *", None), CheckState::Advice);
    assert_eq!(state("", Some("phoenixctl watch")), CheckState::Advice);
}

#[test]
fn why_an_update_was_not_installed_is_told_with_what_would_install_it() {
    let finding = Finding::PulledNotRunning {
        image_id: "sha256:2".to_owned(),
        digest: None,
        version: Some("1.1.0".to_owned()),
    };
    let at = Timestamp::UNIX_EPOCH;
    let known = Watched { last_check: Some(LastCheck { at, finding }), ..Watched::default() };
    let told = |updates| automation::of_service(&web(), updates, Some(&known), at);
    assert!(told(UpdateMode::Notify).remedy.unwrap().text.text.contains("updates = \"auto\""));
    assert!(told(UpdateMode::Auto).remedy.unwrap().text.text.contains("may_interrupt = true"));
    let never = automation::of_service(&web(), UpdateMode::Auto, None, at);
    assert_eq!(never.finding.text, "no check has given an answer yet");
}

#[test]
fn a_log_that_cannot_be_read_is_bad() {
    assert_eq!(machine::log("update.log", None).state, CheckState::Good);
    assert_eq!(machine::log("update.log", Some("permission denied")).state, CheckState::Bad);
}
