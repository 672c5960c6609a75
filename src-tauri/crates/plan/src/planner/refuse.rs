//! Reasons not to touch a service, found before anything is planned.

use super::{Basis, Hold, Space, naming};
use crate::{
    observed::{Container, ContainerState, Member},
    strategy::{Choice, Strategy},
};

/// Label by which Swarm marks its tasks.
const SWARM_TASK: &str = "com.docker.swarm.task.id";

/// What speaks against any plan for this service.
pub(super) fn refusal(basis: &Basis<'_>) -> Option<Hold> {
    refusal_of_service(basis).or_else(|| {
        let mut containers = basis.observed.members.iter().map(|member| &member.container);
        let idle = containers.find(|container| !container.is_running())?;
        Some(Hold::NotRunning { name: idle.name.clone() })
    })
}

/// The same, but for containers that do not run.
pub(super) fn refusal_of_service(basis: &Basis<'_>) -> Option<Hold> {
    if basis.observed.members.is_empty() {
        return Some(Hold::NoContainer);
    }
    let switch_away = basis.observed.switch.as_ref().is_some_and(|switch| switch.routed.is_none());
    if switch_away {
        return Some(Hold::SwitchAway { name: naming::switch_name(&basis.observed.service) });
    }
    let members = basis.observed.members.iter();
    members
        .map(|member| &member.container)
        .find_map(refusal_of_container)
        .or_else(|| refusal_of_dependents(basis))
}

/// What speaks against making again what lives in the service's namespaces.
fn refusal_of_dependents(basis: &Basis<'_>) -> Option<Hold> {
    let dependents = || basis.observed.dependents.iter();
    let adopted = basis.observed.switch.is_some();
    if dependents().any(|dependent| adopted || dependent.entangled) {
        return Some(held_by_dependents(basis));
    }
    dependents().map(|dependent| &dependent.container).find_map(|container| {
        let between = match container.state {
            ContainerState::Running { .. } | ContainerState::Stopped { .. } => false,
            ContainerState::Paused | ContainerState::Restarting { .. } => true,
        };
        let not_running = || between.then(|| Hold::NotRunning { name: container.name.clone() });
        refusal_of_container(container).or_else(not_running)
    })
}

/// Others live in its namespaces, and cannot be made again with it.
pub(super) fn held_by_dependents(basis: &Basis<'_>) -> Hold {
    let names: Vec<String> = basis.observed.dependents.iter().map(ToString::to_string).collect();
    Hold::Dependents { names: names.join(", ") }
}

/// Whether the service does not run, and the user wants it updated like that. Behind a switch there
/// is a route, which only what runs can have.
pub(super) fn stays_stopped(basis: &Basis<'_>) -> bool {
    let is_stopped =
        |member: &Member| matches!(member.container.state, ContainerState::Stopped { .. });
    let lives_on = basis.observed.dependents.iter().any(|it| it.container.is_running());
    basis.policy.include_stopped
        && basis.observed.switch.is_none()
        && basis.observed.members.iter().all(is_stopped)
        && !lives_on
}

/// What speaks against an update: everything above, and a service that is unhealthy already.
pub(super) fn refusal_of_update(basis: &Basis<'_>) -> Option<Hold> {
    let refusal = if stays_stopped(basis) { refusal_of_service(basis) } else { refusal(basis) };
    refusal.or_else(|| {
        let sick = everybody(basis).find(|container| is_unhealthy(container))?;
        (!basis.policy.accept_unhealthy).then(|| Hold::UnhealthyAlready { name: sick.name.clone() })
    })
}

/// What speaks against fetching the candidate.
pub(super) fn refusal_for_space(basis: &Basis<'_>) -> Option<Hold> {
    let Space { needed_bytes, free_bytes } = basis.space?;
    (needed_bytes > free_bytes).then_some(Hold::DiskTooFull { needed_bytes, free_bytes })
}

/// What speaks against a switch in front of this service.
pub(super) fn refusal_of_switch(basis: &Basis<'_>, choice: &Choice) -> Option<Hold> {
    let adopted = basis.observed.switch.is_some();
    match choice.strategy {
        Strategy::Recreate => adopted.then_some(Hold::BehindSwitch),
        Strategy::Overlap | Strategy::Hold => {
            let ports = basis.observed.members.iter().flat_map(|member| &member.container.ports);
            let mut ephemeral = ports.filter(|port| port.host_port == 0);
            ephemeral
                .next()
                .filter(|_| !adopted)
                .map(|port| Hold::EphemeralPort { port: port.container_port })
        }
    }
}

/// Whether a container of the service is unhealthy before anything is done.
pub(super) fn is_unhealthy_now(basis: &Basis<'_>) -> bool {
    everybody(basis).any(is_unhealthy)
}

/// Every container that a plan exchanges.
fn everybody<'a>(basis: &'a Basis<'_>) -> impl Iterator<Item = &'a Container> {
    let dependents = basis.observed.dependents.iter().map(|dependent| &dependent.container);
    basis.observed.members.iter().map(|member| &member.container).chain(dependents)
}

fn refusal_of_container(container: &Container) -> Option<Hold> {
    let name = || container.name.clone();
    if container.labels.contains_key(SWARM_TASK) {
        Some(Hold::SwarmTask { name: name() })
    } else if container.auto_remove {
        Some(Hold::AutoRemove { name: name() })
    } else if naming::is_parking_name(&container.name) {
        Some(Hold::Parked { name: name() })
    } else {
        None
    }
}

fn is_unhealthy(container: &Container) -> bool {
    match &container.state {
        ContainerState::Running { health, .. } => health.as_deref() == Some("unhealthy"),
        ContainerState::Stopped { .. }
        | ContainerState::Paused
        | ContainerState::Restarting { .. } => false,
    }
}
