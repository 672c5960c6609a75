//! After a crash: every unfinished journal is brought to its end, forward or back.

use phoenix_plan::{
    journal::JournalId,
    policy::Policy,
    receipt::Receipt,
    rollout::{Resume, Rollout},
    service::ServiceId,
};
use tokio_util::sync::CancellationToken;

use crate::{
    World,
    execute::{Execution, JournalError},
    ports::{EngineFacts, Progress, ProgressEvent},
};

/// Brings these unfinished updates of a service to their end. The caller holds the service's lock.
pub async fn recover(
    world: &World,
    facts: &EngineFacts,
    policy: &Policy,
    service: &ServiceId,
    unfinished: &[JournalId],
    progress: &dyn Progress,
) -> Result<Vec<Receipt>, JournalError> {
    let never = CancellationToken::new();
    let mut receipts = Vec::new();
    for journal in unfinished {
        let entries = world.state.entries(journal)?;
        let Some(started_at) = entries.first().map(|entry| entry.at) else { continue };
        let events = entries.into_iter().map(|entry| entry.event);
        let Some(rollout) = Rollout::replay(events)? else { continue };
        progress.event(ProgressEvent::Note(&format!(
            "{service}: the update {journal} was interrupted; bringing it to its end"
        )));
        let mut execution = Execution::resume(world, facts, policy, progress, &never, rollout);
        execution.take_over(started_at)?;
        receipts.push(match execution.what_now().await {
            Resume::Forward => execution.run().await?,
            Resume::Back(reason) => {
                execution.turn_back(reason)?;
                execution.run().await?
            }
            Resume::Wait => execution.leave(SILENT.to_owned()).await?,
        });
    }
    Ok(receipts)
}

const SILENT: &str =
    "neither its switch nor the engine says which release serves: see that both run, and try again";
