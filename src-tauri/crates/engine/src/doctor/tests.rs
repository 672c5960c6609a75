use phoenix_plan::{
    health::HealthCheck,
    observed::{Container, ContainerState, Member, Observed, ObservedSwitch, PortBinding},
};
use serde_json::json;

use super::{machine, service::checks, *};
use crate::ports::{EngineFacts, ServiceRecord};

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
    Observed { service: web(), members, switch: None, compose: None }
}

fn check_of(observed: &Observed, topic: Topic) -> Check {
    let checks = checks(observed, &ServiceRecord::default(), None);
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
    assert_eq!(check_of(&seen, Topic::HealthCheck).finding, "true");
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
