//! What it means what was seen of a service.

use phoenix_plan::{
    observed::{Container, ContainerState, Observed, ObservedSwitch, PortBinding},
    planner::switch_name,
    receipt::{Outcome, Receipt},
    service::ServiceId,
    strategy::{self, Strategy},
};

use super::{Check, Remedy, RemedyAction, Subject, Topic, kept};
use crate::ports::ServiceRecord;

pub(super) fn interrupted(service: ServiceId) -> Check {
    let text = format!("run 'phoenixctl update {service}': it is brought to its end first");
    Check::bad(
        Subject::of(&service, Topic::InterruptedUpdate),
        format!("an update of {service} was interrupted"),
        Remedy::with(text, RemedyAction::Resume(service)),
    )
}

pub(super) fn checks(
    observed: &Observed,
    record: &ServiceRecord,
    receipts: &[Receipt],
) -> Vec<Check> {
    let service = &observed.service;
    let mut checks = Vec::new();
    if observed.members.is_empty() {
        let remedy = Remedy::by_hand("start it as you did the first time");
        checks.push(Check::bad(
            Subject::of(service, Topic::Running),
            "there is no container of it",
            remedy,
        ));
    }
    for member in &observed.members {
        checks.push(running(service, &member.container));
        checks.push(health_check(service, &member.container));
    }
    checks.extend(switch(observed));
    let last = receipts.first();
    checks.push(kept::rollback(service, record, receipts));
    checks.push(zero_downtime(service, last));
    checks.extend(last_update(service, last));
    checks
}

fn running(service: &ServiceId, container: &Container) -> Check {
    let subject = Subject::of(service, Topic::Running);
    let name = &container.name;
    match &container.state {
        ContainerState::Running { .. } => Check::good(subject, format!("{name} runs")),
        ContainerState::Stopped { .. } => {
            let action = RemedyAction::StartContainer(name.clone());
            let remedy = Remedy::with(format!("docker start {name}"), action);
            Check::bad(subject, format!("{name} does not run"), remedy)
        }
        ContainerState::Paused => {
            let remedy = Remedy::by_hand(format!("docker unpause {name}"));
            Check::bad(subject, format!("{name} is paused"), remedy)
        }
        ContainerState::Restarting { restarts, .. } => {
            let remedy =
                Remedy::by_hand(format!("'docker logs --tail 50 {name}' says why it ends"));
            let finding = format!("{name} restarts again and again ({restarts} times)");
            Check::bad(subject, finding, remedy)
        }
    }
}

fn health_check(service: &ServiceId, container: &Container) -> Check {
    let subject = Subject::of(service, Topic::HealthCheck);
    match &container.health_check {
        Some(check) => Check::good(subject, check.command.join(" ")),
        None => Check::advice(
            subject,
            "none",
            Remedy::by_hand(
                "add one to the image or the compose file: without it a release counts as ready \
                 when it stays up and listens",
            ),
        ),
    }
}

/// Nothing to say about a service that has no container.
fn switch(observed: &Observed) -> Option<Check> {
    let service = &observed.service;
    let subject = Subject::of(service, Topic::Switch);
    match &observed.switch {
        Some(ObservedSwitch { routed: Some(_), .. }) => Some(Check::good(subject, "owns the port")),
        Some(ObservedSwitch { routed: None, .. }) => {
            let name = switch_name(service);
            let text = format!("docker start {name}");
            let remedy = Remedy::with(text, RemedyAction::StartContainer(name));
            Some(Check::bad(subject, "does not answer", remedy))
        }
        None => {
            let first = &observed.members.first()?.container;
            let ports: Vec<PortBinding> =
                observed.members.iter().flat_map(|it| it.container.ports.clone()).collect();
            Some(without_switch(subject, service, first, &ports))
        }
    }
}

/// Where no switch can stand, adopting is no remedy.
fn without_switch(
    subject: Subject,
    service: &ServiceId,
    container: &Container,
    ports: &[PortBinding],
) -> Check {
    let choice = strategy::choose(container, ports, None, None);
    if choice.strategy == Strategy::Recreate {
        return Check::good(subject, format!("none, and none is possible: {}", choice.reason));
    }
    let text = format!("'phoenixctl adopt {service}' once, and no update drops a request any more");
    let remedy = Remedy::with(text, RemedyAction::Adopt(service.clone()));
    Check::advice(subject, "the container publishes its port itself", remedy)
}

/// How the last update ended, if not well.
fn last_update(service: &ServiceId, last: Option<&Receipt>) -> Option<Check> {
    let last = last?;
    let subject = Subject::of(service, Topic::LastUpdate);
    let likely = last.failure.as_ref().and_then(|failure| failure.remedy.clone());
    let more = format!("'phoenixctl receipt {}' says more", last.id);
    let remedy = match likely {
        Some(likely) => Remedy::by_hand(format!("{likely}; {more}")),
        None => Remedy::by_hand(more),
    };
    match last.outcome {
        Outcome::Updated | Outcome::Unchanged => None,
        Outcome::RolledBack | Outcome::Failed | Outcome::Held => {
            Some(Check::advice(subject, last.headline(), remedy))
        }
        Outcome::Stuck => Some(Check::bad(subject, last.headline(), remedy)),
    }
}

fn zero_downtime(service: &ServiceId, last: Option<&Receipt>) -> Check {
    let subject = Subject::of(service, Topic::ZeroDowntime);
    match last {
        Some(receipt) if receipt.requests.failed == 0 && receipt.probe.failed == 0 => {
            Check::good(subject, receipt.headline())
        }
        Some(receipt) => {
            let remedy = Remedy::by_hand(format!("see 'phoenixctl receipt {}'", receipt.id));
            Check::advice(subject, receipt.headline(), remedy)
        }
        None => {
            let remedy = Remedy::by_hand("the first one will prove it");
            Check::advice(subject, "no update yet", remedy)
        }
    }
}
