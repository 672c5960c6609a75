//! The edit of a compose file that goes with an adoption, and its way back at release.
//!
//! An offer is made before the plan, so that the user sees it and the plan states the hash of the
//! edited file; it is written once the change has succeeded.

use phoenix_plan::{
    planner::switch_name,
    policy::HashChange,
    receipt::{Outcome, Receipt},
    service::ServiceId,
    step::Purpose,
    strategy::Strategy,
};

use crate::{
    World,
    observe::{containers_of, stated_reference},
    operate::aimed_at,
    ports::{ComposeFileError, ComposeOffer, EngineError, NoOffer, Written},
    wording::{Wording, wording},
};

/// Why there is no edit to offer.
#[derive(Debug, thiserror::Error)]
pub enum OfferError {
    /// The engine does not say which containers there are.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The compose file.
    #[error(transparent)]
    Compose(#[from] NoOffer),
}

impl OfferError {
    /// Why, as a sentence of a closed set where it is one.
    pub fn worded(&self) -> Wording {
        match self {
            Self::Engine(error) => Wording::from(error),
            Self::Compose(NoOffer::Refused { file, reason }) => {
                wording!("trouble.compose.refused", "{file}: {reason}", file, reason)
            }
            Self::Compose(NoOffer::File(error)) => Wording::from(error.to_string()),
        }
    }
}

/// The edit that moves the service's ports to its switch; `None` when there is nothing to edit.
/// [`ComposeOffer::hash`] belongs into the policy of the operation that the edit goes with.
pub async fn offer(world: &World, service: &ServiceId) -> Result<Option<ComposeOffer>, OfferError> {
    let containers = containers_of(world, service).await?;
    let Some(first) = containers.first() else { return Ok(None) };
    Ok(world.compose.offer_move(first, &switch_name(service)).await?)
}

/// The edit that makes the files of a compose service mean what `to` names (a tag, a digest, a whole
/// reference), and that moves its ports to its switch as well where that is wanted; `None` when
/// there is nothing to edit. Without it the next `docker compose up` goes back to what they say.
pub async fn offer_image(
    world: &World,
    service: &ServiceId,
    to: &str,
    move_ports: bool,
) -> Result<Option<ComposeOffer>, OfferError> {
    let containers = containers_of(world, service).await?;
    let Some(first) = containers.first() else { return Ok(None) };
    // What is no reference is said by the update itself.
    let Ok(reference) = aimed_at(stated_reference(first).ok().as_ref(), to) else {
        return Ok(None);
    };
    let network = switch_name(service);
    let network = move_ports.then_some(network.as_str());
    Ok(world.compose.offer_image(first, &reference, network).await?)
}

/// Whether the edit of [`offer_image`] is to be written, now that the update has ended: the new
/// release serves, and the port has a new owner where it was to move.
pub fn is_due_for_image(receipt: &Receipt, offer: &ComposeOffer) -> bool {
    let serves = receipt.outcome == Outcome::Updated && receipt.purpose == Purpose::Update;
    serves && (!offer.moves_ports || is_due(receipt))
}

/// The edit that gives the ports back to the service; `None` when its file is not edited.
/// [`ComposeOffer::hash`] belongs into the policy of the release.
pub async fn offer_back(
    world: &World,
    service: &ServiceId,
) -> Result<Option<ComposeOffer>, OfferError> {
    let containers = containers_of(world, service).await?;
    let Some(first) = containers.first() else { return Ok(None) };
    Ok(world.compose.offer_back(first).await?)
}

/// What containers made from descriptions of before the edit are to state, while the file is edited;
/// belongs into the policy of a rollback. Nothing when the file is not edited, or cannot be told.
pub async fn standing(world: &World, service: &ServiceId) -> Option<HashChange> {
    let back = offer_back(world, service).await.ok()??.hash?;
    Some(HashChange { from: back.to, to: back.from })
}

/// Whether the edit is to be written, now that the change it goes with has ended: the port has a
/// new owner.
pub fn is_due(receipt: &Receipt) -> bool {
    match receipt.outcome {
        Outcome::Updated => match receipt.purpose {
            Purpose::Adopt | Purpose::Release => true,
            // Without a switch the port stays where it is.
            Purpose::Update => receipt.strategy.is_some_and(|it| it != Strategy::Recreate),
            Purpose::Rollback => false,
        },
        Outcome::Unchanged
        | Outcome::Held
        | Outcome::RolledBack
        | Outcome::Failed
        | Outcome::Stuck => false,
    }
}

/// Whether a switch stands in front of the service.
pub async fn is_adopted(world: &World, service: &ServiceId) -> Result<bool, EngineError> {
    Ok(world.engine.inspect_container(&switch_name(service)).await?.is_some())
}

/// Writes an edit; refused when the file was changed since the offer was made.
pub fn write(world: &World, offer: &ComposeOffer) -> Result<Written, ComposeFileError> {
    world.compose.write(offer)
}
