//! Steps about the route.

use std::time::Duration;

use phoenix_plan::{
    journal::Evidence,
    policy::Inconclusive,
    route::Backend,
    step::{Action, Who},
};

use super::{Execution, StepError, channel::routes_all};
use crate::ports::{Confirmation, OnTimeout, RouteChange};

impl Execution<'_> {
    pub(super) async fn commit(
        &mut self,
        backends: Vec<Backend>,
        confirm_within: Option<Duration>,
    ) -> Result<Evidence, StepError> {
        let otherwise = match self.policy.inconclusive {
            Inconclusive::Keep | Inconclusive::RollBack => OnTimeout::Revert,
        };
        let confirm = confirm_within.map(|within| Confirmation { within, otherwise });
        let session = self.channel.session(self.world).await?;
        let routed =
            session.commit(&RouteChange { backends, confirm, keep_holding: false }).await?;
        Ok(Evidence::Route { revision: routed.revision })
    }

    /// The new route stays for good, unless somebody went back meanwhile.
    pub(super) async fn confirm(&mut self) -> Result<Evidence, StepError> {
        let Some(backends) = self.last_commit() else { return Ok(Evidence::Nothing) };
        let session = self.channel.session(self.world).await?;
        let routed = session.status().await?.routed;
        if !routes_all(&routed, &backends) {
            return Err(StepError::NotConfirmed);
        }
        if routed.unconfirmed_previous.is_some() {
            session.confirm(routed.revision).await?;
        }
        Ok(Evidence::Route { revision: routed.revision })
    }

    /// The route that the plan ends with, if it routes at all.
    pub(super) fn last_commit(&self) -> Option<Vec<Backend>> {
        self.rollout.plan().steps.iter().rev().find_map(|step| {
            if let Action::Commit { backends, .. } = &step.action {
                Some(backends.clone())
            } else {
                None
            }
        })
    }

    /// Counters of a generation that is gone are of no use any more; failing to say so is no harm.
    pub(super) async fn forget(&mut self, who: &Who) {
        if let Some(generation) = who.generation()
            && self.channel.exists()
            && let Ok(session) = self.channel.session(self.world).await
            && let Err(error) = session.forget(generation).await
        {
            tracing::debug!(%error, generation, "counters were not forgotten");
        }
    }

    /// The switch's container, by its name.
    pub(super) async fn switch_id(&self, name: &str) -> Result<String, StepError> {
        let raw = self.world.engine.inspect_container(name).await?;
        raw.and_then(|raw| raw["Id"].as_str().map(str::to_owned))
            .ok_or_else(|| StepError::Gone(format!("the switch {name}")))
    }
}
