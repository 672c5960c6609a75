//! After a crash: every unfinished journal is brought to its end, forward or back.

use phoenix_plan::{
    policy::Policy,
    receipt::Receipt,
    rollout::{Resume, Rollout},
    route::Routed,
    service::ServiceId,
    step::Action,
};
use tokio_util::sync::CancellationToken;

use crate::{
    World,
    execute::{Execution, JournalError},
    ports::{EngineFacts, Progress, ProgressEvent},
};

/// Brings the unfinished updates of a service to their end. The caller holds the service's lock.
pub async fn recover(
    world: &World,
    facts: &EngineFacts,
    policy: &Policy,
    service: &ServiceId,
    progress: &dyn Progress,
) -> Result<Vec<Receipt>, JournalError> {
    let never = CancellationToken::new();
    let mut receipts = Vec::new();
    for journal in world.state.unfinished(service)? {
        let events = world.state.entries(&journal)?.into_iter().map(|entry| entry.event);
        let Some(rollout) = Rollout::replay(events)? else { continue };
        progress.event(ProgressEvent::Note(&format!(
            "{service}: the update {journal} was interrupted; bringing it to its end"
        )));
        let routed = routed(world, &rollout).await;
        let resume = rollout.resume(routed.as_ref());
        let mut execution = Execution::resume(world, facts, policy, progress, &never, rollout);
        if let Resume::Back(reason) = resume {
            execution.turn_back(reason)?;
        }
        receipts.push(execution.run().await?);
    }
    Ok(receipts)
}

/// The switch's word on where traffic goes, if there is a switch and it answers.
async fn routed(world: &World, rollout: &Rollout) -> Option<Routed> {
    let name = phoenix_plan::planner::switch_name(&rollout.plan().service);
    let has_switch = rollout.plan().switch.is_some()
        || rollout.plan().steps.iter().any(|step| {
            matches!(step.action, Action::StartSwitch { .. })
                && rollout.state(step.number) != Some(&phoenix_plan::rollout::StepState::Pending)
        });
    if !has_switch {
        return None;
    }
    let raw = world.engine.inspect_container(&name).await.ok().flatten()?;
    let session = world.switches.connect(raw["Id"].as_str()?).await.ok()?;
    session.status().await.ok().map(|status| status.routed)
}
