//! Every reason for doing nothing.

use super::{
    super::{Decision, Hold, adopt, naming, release, rollback, update},
    fixture::{Fixture, candidate},
};
use crate::{observed::ContainerState, strategy::Strategy};

fn held(decision: Decision) -> String {
    match decision {
        Decision::Held(hold) => format!("{hold:?}").split([' ', '{']).next().unwrap().to_owned(),
        other => format!("{other:?}"),
    }
}

fn updated(change: impl FnOnce(&mut Fixture)) -> String {
    let mut fixture = Fixture::new(1, true, false);
    change(&mut fixture);
    held(fixture.updated())
}

#[test]
fn a_service_that_cannot_be_updated_is_held_for_a_reason() {
    assert_eq!(updated(|f| f.observed.members.clear()), "NoContainer");
    assert_eq!(updated(|f| f.observed.members[0].container.auto_remove = true), "AutoRemove");
    assert_eq!(updated(|f| f.observed.switch.as_mut().unwrap().routed = None), "SwitchAway");
    let stopped = ContainerState::Stopped { exit_code: 0, oom_killed: false };
    assert_eq!(updated(|f| f.observed.members[0].container.state = stopped), "NotRunning");
    let sick = ContainerState::Running { health: Some("unhealthy".to_owned()), restarts: 0 };
    assert_eq!(updated(|f| f.observed.members[0].container.state = sick), "UnhealthyAlready");
    let swarm = ("com.docker.swarm.task.id".to_owned(), "t".to_owned());
    assert_eq!(updated(|f| f.observed.members[0].container.labels.extend([swarm])), "SwarmTask");
    assert_eq!(
        updated(|f| f.observed.members[0].container.name = "web-phoenix-g0000aaaa-0".to_owned()),
        "Parked"
    );
    assert_eq!(updated(|f| f.policy.strategy = Some(Strategy::Recreate)), "BehindSwitch");
    let digest = candidate().digest.unwrap();
    assert_eq!(updated(|f| f.bad.push((digest, "it exited".to_owned()))), "KnownBad");
}

#[test]
fn a_digest_is_pinned_unless_it_was_asked_for() {
    let fixture = Fixture::new(1, true, false);
    let mut pinned = candidate();
    pinned.reference = pinned.reference.at_digest(pinned.digest.as_deref().unwrap());
    assert_eq!(held(update(&fixture.basis(), &pinned)), "Pinned");
    pinned.asked_for = true;
    assert!(matches!(update(&fixture.basis(), &pinned), Decision::Go(_)));
}

#[test]
fn what_runs_already_is_up_to_date() {
    let mut fixture = Fixture::new(1, true, false);
    fixture.from.digest = candidate().digest;
    assert_eq!(fixture.updated(), Decision::UpToDate);
}

#[test]
fn adopting_and_releasing_twice_is_held() {
    let (adopted, free) = (Fixture::new(1, true, false), Fixture::new(1, false, false));
    assert_eq!(adopt(&adopted.basis()), Decision::Held(Hold::AlreadyAdopted));
    assert_eq!(release(&free.basis()), Decision::Held(Hold::NotAdopted));
}

#[test]
fn a_service_whose_port_no_switch_can_own_is_not_adopted() {
    let mut free = Fixture::new(1, false, false);
    free.observed.members[0].container.ports[0].host_port = 0;
    assert_eq!(held(adopt(&free.basis())), "EphemeralPort");
    free.observed.members[0].container.ports.clear();
    assert_eq!(held(adopt(&free.basis())), "CannotAdopt");
}

#[test]
fn a_kept_release_without_an_image_is_nothing_to_go_back_to() {
    let fixture = Fixture::new(1, true, false);
    let mut kept = fixture.kept(true, true);
    kept.release.image_id = None;
    assert_eq!(rollback(&fixture.basis(), &kept), Decision::Held(Hold::NothingKept));
}

#[test]
fn a_service_called_phoenix_is_no_parked_container() {
    for name in ["home-phoenix-1", "my-phoenix-gateway", "-phoenix-g0000aaaa-0", "x-phoenix-g1-0"] {
        assert!(!naming::is_parking_name(name), "{name}");
    }
    for name in ["web-phoenix-g0000aaaa-0", "home-phoenix-1-phoenix-g0000aaaa-0-before"] {
        assert!(naming::is_parking_name(name), "{name}");
    }
}
