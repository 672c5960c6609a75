//! The port back to the container, with the release that runs.

use super::{
    Basis, Decision, Hold, PORT_HANDOVER, VERIFY_WITHIN, naming, refuse,
    sequence::{Sequence, existing, give_tag_back},
};
use crate::{
    image::Release,
    observed::Container,
    step::{Action, Ports, Purpose, Source, Stall, Target, Who},
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
    for change in &changes {
        let Who::New { generation } = &change.new else { continue };
        plan.push(
            create(&change.old.container, generation, basis.from, switch.ports.clone()),
            "it will publish the port itself",
        );
        let generation = generation.clone();
        plan.push(Action::Compare { generation }, "nothing may differ that was not announced");
    }
    let name = naming::switch_name(&basis.observed.service);
    plan.push(Action::StopSwitch { name: name.clone() }, "it frees the port");
    let stopped = plan.choice.strategy != Strategy::Overlap;
    if stopped {
        plan.stop_old("two copies must not run at once");
    }
    for change in &changes {
        let gate = basis.policy.gate;
        plan.start_and_gate(&change.new, gate);
    }
    plan.push(Action::VerifyPort { within: VERIFY_WITHIN }, "the port has a new owner");
    plan.confirm();
    for change in &changes {
        let who = existing(change.old);
        if !stopped {
            let grace = change.old.container.stop_timeout;
            plan.push(Action::Stop { who: who.clone(), grace }, "nothing asks it any more");
        }
        plan.push(Action::Remove { who }, "its successor is the same release");
        let container = naming::base_name(&change.old.container.name).to_owned();
        plan.push(Action::Rename { who: change.new.clone(), name: container }, "it is the service");
    }
    plan.push(Action::RemoveSwitch { name }, "nothing needs it any more");
    give_tag_back(&mut plan, &basis.from.image);
    let about = PORT_HANDOVER;
    Decision::Go(Box::new(plan.finish(
        Purpose::Release,
        basis.from.clone(),
        Stall::PortMoves { about },
    )))
}

fn create(
    model: &Container,
    generation: &str,
    release: &Release,
    bindings: Vec<crate::observed::PortBinding>,
) -> Action {
    Action::Create {
        generation: generation.to_owned(),
        name: naming::parking_name(&model.name, generation),
        like: Source::Container { id: model.id.clone(), name: model.name.clone() },
        image: Target::Local { image_id: model.image_id.clone() },
        reference: release.image.clone(),
        ports: Ports::Publish { bindings },
        network: None,
    }
}
