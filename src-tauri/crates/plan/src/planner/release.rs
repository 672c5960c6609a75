//! The port back to the container, with the release that runs.

use super::{
    Basis, Decision, Hold, PORT_HANDOVER, VERIFY_WITHIN, naming, refuse,
    sequence::{Sequence, existing, give_tag_back},
};
use crate::{
    image::Release,
    observed::{Container, PortBinding},
    step::{Action, Ports, Purpose, Source, Stall, StepCause, Target, Who},
    strategy::{Strategy, choose},
};

/// Plans to give the published port back to the container itself and to remove the switch.
pub fn release(basis: &Basis<'_>) -> Decision {
    if let Some(hold) = refuse::refusal(basis) {
        return Decision::Held(hold);
    }
    let Some(switch) = &basis.observed.switch else {
        return Decision::Held(Hold::NotAdopted);
    };
    let order = basis.observed.compose.as_ref().and_then(|deploy| deploy.update.order);
    let first = &basis.observed.members[0].container;
    let wish = basis.policy.strategy.filter(|wish| *wish != Strategy::Recreate);
    let choice = choose(first, &switch.ports, order, wish);
    let mut plan = Sequence::new(basis, choice);
    let changes = plan.changes();
    let image_id = basis.observed.members[0].container.image_id.clone();
    plan.tag(&basis.from.image, Target::Local { image_id });
    for (index, change) in changes.iter().enumerate() {
        let Who::New { generation } = &change.new else { continue };
        let bindings = share(&switch.ports, index, changes.len());
        plan.push(
            create(&change.old.container, generation, basis.from, bindings),
            StepCause::WillPublish,
        );
        let generation = generation.clone();
        plan.push(Action::Compare { generation }, StepCause::NothingMayDiffer);
    }
    let name = naming::switch_name(&basis.observed.service);
    plan.push(Action::StopSwitch { name: name.clone() }, StepCause::FreesPort);
    let stopped = plan.choice.strategy != Strategy::Overlap;
    if stopped {
        plan.stop_old(&StepCause::NotTwiceAtOnce);
    }
    for change in &changes {
        let gate = basis.policy.gate;
        plan.start_and_gate(&change.new, gate);
    }
    plan.push(Action::VerifyPort { within: VERIFY_WITHIN }, StepCause::NewPortOwner);
    plan.confirm();
    for change in &changes {
        let who = existing(change.old);
        if !stopped {
            let grace = change.old.container.stop_timeout;
            plan.push(Action::Stop { who: who.clone(), grace }, StepCause::NobodyAsks);
        }
        plan.push(Action::Remove { who }, StepCause::SameRelease);
        let container = naming::base_name(&change.old.container.name).to_owned();
        plan.push(
            Action::Rename { who: change.new.clone(), name: container },
            StepCause::IsTheService,
        );
    }
    plan.push(Action::RemoveSwitch { name }, StepCause::NotNeeded);
    give_tag_back(&mut plan, &basis.from.image);
    let about = PORT_HANDOVER;
    Decision::Go(Box::new(plan.finish(
        Purpose::Release,
        basis.from.clone(),
        Stall::PortMoves { about },
    )))
}

/// What one of several containers publishes: of each port, the nth host port. All of them belong
/// to a container that is alone.
fn share(ports: &[PortBinding], index: usize, of: usize) -> Vec<PortBinding> {
    if of <= 1 {
        return ports.to_vec();
    }
    let place = |port: &PortBinding| {
        let same = |it: &&PortBinding| {
            it.host_ip == port.host_ip
                && (it.container_port, &it.protocol) == (port.container_port, &port.protocol)
                && it.host_port < port.host_port
        };
        ports.iter().filter(same).count()
    };
    ports.iter().filter(|port| place(port) == index).cloned().collect()
}

fn create(
    model: &Container,
    generation: &str,
    release: &Release,
    bindings: Vec<PortBinding>,
) -> Action {
    Action::Create {
        generation: generation.to_owned(),
        name: naming::parking_name(&model.name, generation),
        like: Source::Container { id: model.id.clone(), name: model.name.clone() },
        image: Target::Local { image_id: model.image_id.clone() },
        reference: release.image.clone(),
        ports: Ports::Publish { bindings },
        network: None,
        joins: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(host_port: u16, container_port: u16) -> PortBinding {
        PortBinding {
            host_ip: "127.0.0.1".to_owned(),
            host_port,
            container_port,
            protocol: "tcp".to_owned(),
        }
    }

    #[test]
    fn a_container_that_is_alone_gets_all_ports_back() {
        let ports = [port(8080, 80), port(8443, 443)];
        assert_eq!(share(&ports, 0, 1), ports);
    }

    #[test]
    fn of_several_containers_each_gets_one_host_port_of_each_port() {
        let ports = [port(8080, 80), port(8081, 80), port(8443, 443), port(8444, 443)];
        assert_eq!(share(&ports, 1, 2), [port(8081, 80), port(8444, 443)]);
    }
}
