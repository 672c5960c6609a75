//! Back while the update is still being watched: the old release runs, so one command moves the
//! traffic. The process that watches notices, and does the rest.

use std::time::Duration;

use phoenix_plan::{planner::switch_name, receipt::Receipt};
use tokio::time::Instant;

use super::{Operation, OperationError};
use crate::ports::LockError;

/// How often the watching process is looked after while it cleans up.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// What a warm rollback did.
#[derive(Debug)]
pub struct WarmRollback {
    /// Time from the call until the switch had acknowledged the old route.
    pub routed_after: Duration,
    /// The receipt that the watching process wrote, if it did within the bound.
    pub receipt: Option<Receipt>,
}

impl Operation<'_> {
    /// Reverts the unconfirmed route of an update that another process is watching. `None` means
    /// that there is no such update: roll back the ordinary way.
    pub async fn warm_rollback(
        &self,
        patience: Duration,
    ) -> Result<Option<WarmRollback>, OperationError> {
        let begun = Instant::now();
        let Err(LockError::Busy { .. }) = self.world.state.lock(self.service, "rollback") else {
            return Ok(None);
        };
        let name = switch_name(self.service);
        let Some(raw) = self.world.engine.inspect_container(&name).await? else { return Ok(None) };
        let session = self.world.switches.connect(raw["Id"].as_str().unwrap_or(&name)).await?;
        if session.status().await?.routed.unconfirmed_previous.is_none() {
            return Ok(None);
        }
        session.revert().await?;
        let routed_after = begun.elapsed();
        let watched = self.world.state.unfinished(self.service)?;
        let deadline = begun + patience;
        while Instant::now() < deadline {
            let receipts = self.world.state.receipts(Some(self.service))?;
            let written = receipts.into_iter().find(|receipt| watched.contains(&receipt.id));
            if let Some(receipt) = written {
                return Ok(Some(WarmRollback { routed_after, receipt: Some(receipt) }));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(Some(WarmRollback { routed_after, receipt: None }))
    }
}
