//! What it means what was seen of a service.

use phoenix_plan::{
    observed::{Container, ContainerState, Observed, ObservedSwitch, PortBinding},
    planner::switch_name,
    receipt::{Outcome, Receipt},
    service::ServiceId,
    strategy::{self, Strategy},
};

use super::{Check, Remedy, RemedyAction, Subject, Topic, kept};
use crate::{
    ports::ServiceRecord,
    wording::{Filling as _, Wording, wording},
};

pub(super) fn interrupted(service: ServiceId) -> Check {
    let text = wording!(
        "help.resume",
        "run 'phoenixctl update {service}': it is brought to its end first",
        service
    );
    Check::bad(
        Subject::of(&service, Topic::InterruptedUpdate),
        wording!("found.interrupted_update", "an update of {service} was interrupted", service),
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
        let remedy = wording!("help.start_again", "start it as you did the first time");
        checks.push(Check::bad(
            Subject::of(service, Topic::Running),
            wording!("found.running.none", "there is no container of it"),
            Remedy::by_hand(remedy),
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
        ContainerState::Running { .. } => {
            Check::good(subject, wording!("found.running.runs", "{name} runs", name))
        }
        ContainerState::Stopped { .. } => {
            let action = RemedyAction::StartContainer(name.clone());
            let remedy = Remedy::with(start(name), action);
            let finding = wording!("found.running.stopped", "{name} does not run", name);
            Check::bad(subject, finding, remedy)
        }
        ContainerState::Paused => {
            let remedy = wording!("help.unpause", "'docker unpause {name}' lets it run on", name);
            let finding = wording!("found.running.paused", "{name} is paused", name);
            Check::bad(subject, finding, Remedy::by_hand(remedy))
        }
        ContainerState::Restarting { restarts, .. } => {
            let remedy = wording!(
                "help.why_it_ends",
                "'docker logs --tail 50 {name}' says why it ends",
                name
            );
            let finding = wording!(
                "found.running.restarts",
                "{name} restarts again and again ({restarts} times)",
                name,
                restarts
            );
            Check::bad(subject, finding, Remedy::by_hand(remedy))
        }
    }
}

fn health_check(service: &ServiceId, container: &Container) -> Check {
    let subject = Subject::of(service, Topic::HealthCheck);
    match &container.health_check {
        Some(check) => {
            let command = check.command.join(" ");
            Check::good(subject, wording!("found.health_check.command", "{command}", command))
        }
        None => Check::advice(
            subject,
            wording!("found.health_check.none", "none"),
            Remedy::by_hand(wording!(
                "help.health_check",
                "add one to the image or the compose file: without it a release counts as ready \
                 when it stays up and listens"
            )),
        ),
    }
}

/// Nothing to say about a service that has no container.
fn switch(observed: &Observed) -> Option<Check> {
    let service = &observed.service;
    let subject = Subject::of(service, Topic::Switch);
    match &observed.switch {
        Some(ObservedSwitch { routed: Some(_), .. }) => {
            Some(Check::good(subject, wording!("found.switch.owns", "owns the port")))
        }
        Some(ObservedSwitch { routed: None, .. }) => {
            let name = switch_name(service);
            let remedy = Remedy::with(start(&name), RemedyAction::StartContainer(name));
            Some(Check::bad(subject, wording!("found.switch.silent", "does not answer"), remedy))
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
        let finding = wording!("found.switch.impossible", "none, and none is possible");
        let text = format!("{finding}: {}", choice.reason);
        return Check::good(subject, Wording { text, ..finding });
    }
    let text = wording!(
        "help.adopt",
        "'phoenixctl adopt {service}' once, and no update drops a request any more",
        service
    );
    let remedy = Remedy::with(text, RemedyAction::Adopt(service.clone()));
    let finding = wording!("found.switch.none", "the container publishes its port itself");
    Check::advice(subject, finding, remedy)
}

fn start(name: &str) -> Wording {
    wording!("help.start", "'docker start {name}' starts it", name)
}

/// The receipt in a line; its own page tells the rest.
fn headline(receipt: &Receipt) -> Wording {
    let outcome = match receipt.outcome {
        Outcome::Updated | Outcome::Unchanged => "found.last_update.done",
        Outcome::RolledBack => "found.last_update.rolled_back",
        Outcome::Failed => "found.last_update.failed",
        Outcome::Held => "found.last_update.held",
        Outcome::Stuck => "found.last_update.stuck",
    };
    let (to, failed) = (receipt.to.name(), receipt.requests.failed + receipt.probe.failed);
    Wording {
        code: outcome,
        blanks: vec![("to", to.blank()), ("failed", failed.blank())],
        text: receipt.headline(),
    }
}

/// How the last update ended, if not well.
fn last_update(service: &ServiceId, last: Option<&Receipt>) -> Option<Check> {
    let last = last?;
    let subject = Subject::of(service, Topic::LastUpdate);
    let likely = last.failure.as_ref().and_then(|failure| failure.remedy.clone());
    let remedy = match likely {
        Some(likely) => {
            let text = format!("{likely}; {}", more(last).text);
            Remedy::by_hand(Wording { text, ..more(last) })
        }
        None => Remedy::by_hand(more(last)),
    };
    match last.outcome {
        Outcome::Updated | Outcome::Unchanged => None,
        Outcome::RolledBack | Outcome::Failed | Outcome::Held => {
            Some(Check::advice(subject, headline(last), remedy))
        }
        Outcome::Stuck => Some(Check::bad(subject, headline(last), remedy)),
    }
}

fn more(receipt: &Receipt) -> Wording {
    let receipt = receipt.id.to_string();
    wording!("help.receipt", "'phoenixctl receipt {receipt}' says more", receipt)
}

fn zero_downtime(service: &ServiceId, last: Option<&Receipt>) -> Check {
    let subject = Subject::of(service, Topic::ZeroDowntime);
    match last {
        Some(receipt) if receipt.requests.failed == 0 && receipt.probe.failed == 0 => {
            Check::good(subject, headline(receipt))
        }
        Some(receipt) => Check::advice(subject, headline(receipt), Remedy::by_hand(more(receipt))),
        None => {
            let remedy = wording!("help.first_proves", "the first one will prove it");
            let finding = wording!("found.zero_downtime.none", "no update yet");
            Check::advice(subject, finding, Remedy::by_hand(remedy))
        }
    }
}
