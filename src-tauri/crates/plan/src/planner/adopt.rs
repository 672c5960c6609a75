//! Behind a switch, with the release that runs.

use super::{
    Basis, Decision, Hold, refuse,
    sequence::{Sequence, give_tag_back, ports},
    update,
};
use crate::{
    policy::{FailureAction, UpdateConfig},
    step::{Purpose, Target},
    strategy::{Strategy, choose},
};

/// Plans to put a service behind a switch without changing its release.
pub fn adopt(basis: &Basis<'_>) -> Decision {
    if let Some(hold) = refuse::refusal_of_update(basis) {
        return Decision::Held(hold);
    }
    if basis.observed.switch.is_some() {
        return Decision::Held(Hold::AlreadyAdopted);
    }
    if !basis.observed.dependents.is_empty() {
        return Decision::Held(refuse::held_by_dependents(basis));
    }
    let order = basis.observed.compose.as_ref().and_then(|deploy| deploy.update.order);
    let wish = basis.policy.strategy.filter(|wish| *wish != Strategy::Recreate);
    let choice = choose(&basis.observed.members[0].container, &ports(basis), order, wish);
    if choice.strategy == Strategy::Recreate {
        return Decision::Held(Hold::CannotAdopt { why: choice.reason });
    }
    if let Some(hold) = refuse::refusal_of_switch(basis, &choice) {
        return Decision::Held(hold);
    }
    let mut plan = Sequence::new(basis, choice);
    let image_id = basis.observed.members[0].container.image_id.clone();
    plan.pin();
    // The release is the one that has been serving: there is nothing to watch for.
    let config =
        UpdateConfig { failure_action: Some(FailureAction::Continue), ..UpdateConfig::default() };
    let reference = basis.from.image.clone();
    let stall = update::roll(&mut plan, &config, &Target::Local { image_id }, &reference);
    give_tag_back(&mut plan, &reference);
    Decision::Go(Box::new(plan.finish(Purpose::Adopt, basis.from.clone(), stall)))
}
