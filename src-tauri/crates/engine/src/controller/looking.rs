//! Looks at a service, and asks the registry about it, in tasks of their own.

use phoenix_plan::{receipt::Outcome, service::ServiceId};

use super::slot::Seen;
use crate::{
    World, in_a_sentence,
    observe::{find_service, look},
    ports::Silent,
};

/// Looks at the service that a name means; `None` if there is no container of it.
pub(super) async fn look_at(world: &World, wished: &ServiceId) -> Result<Option<Seen>, String> {
    let found = find_service(world, &wished.to_string()).await;
    let Some(service) = found.map_err(|error| in_a_sentence(&error))? else { return Ok(None) };
    let sighting = look(world, &service, &Silent).await.map_err(|error| in_a_sentence(&error))?;
    let record = world.state.record(&service).unwrap_or_default();
    let running = sighting.running.image_id.clone();
    let kept = record.kept.into_iter().map(|kept| kept.release);
    let receipts = world.state.receipts(Some(&service)).unwrap_or_default();
    Ok(Some(Seen {
        sighting,
        roll_back_to: kept.into_iter().find(|release| release.image_id != running),
        bad_digests: record.bad_digests.into_iter().map(|bad| bad.digest).collect(),
        failures_in_a_row: record.failures_in_a_row,
        newest: receipts.into_iter().find(|receipt| receipt.outcome != Outcome::Unchanged),
    }))
}
