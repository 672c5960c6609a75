//! Steps about the route.

use std::time::Duration;

use phoenix_plan::{
    journal::Evidence,
    observed::ContainerState,
    planner::switch_name,
    rollout::{Resume, StepState, SwitchWord},
    route::{Backend, Routed},
    service::ServiceId,
    step::{Action, Who},
};

use super::{Execution, StepError, channel::routes_all};
use crate::ports::{Confirmation, OnTimeout, RouteChange, SwitchError};

impl Execution<'_> {
    pub(super) async fn commit(
        &mut self,
        backends: Vec<Backend>,
        confirm_within: Option<Duration>,
    ) -> Result<Evidence, StepError> {
        // Unconfirmed means that nobody was watching: nothing has proven the release good.
        let otherwise = OnTimeout::Revert;
        let confirm = confirm_within.map(|within| Confirmation { within, otherwise });
        let session = self.channel.session(self.world).await?;
        let routed =
            session.commit(&RouteChange { backends, confirm, keep_holding: false }).await?;
        Ok(Evidence::Route { revision: routed.revision })
    }

    /// The new route stays for good, unless somebody went back meanwhile.
    pub(super) async fn confirm(&mut self) -> Result<Evidence, StepError> {
        let Some(backends) = self.last_commit() else { return Ok(Evidence::Nothing) };
        let routed = match self.channel.session(self.world).await {
            Ok(session) => session.status().await.map(|status| status.routed),
            Err(error) => Err(error),
        };
        let routed = self.or_gone(routed).await?;
        if !routes_all(&routed, &backends) {
            return Err(StepError::NotConfirmed);
        }
        if routed.unconfirmed_previous.is_some() {
            let session = self.channel.session(self.world).await?;
            match session.confirm(routed.revision).await {
                // Somebody moved the route between the two calls.
                Err(SwitchError::NothingUnconfirmed) => return Err(StepError::NotConfirmed),
                other => other.map(|_| ())?,
            }
        }
        let revision = self.find_made_by_compose(routed).await?;
        Ok(Evidence::Route { revision })
    }

    /// From now on the switch also finds what compose makes of the service behind our back. Not any
    /// earlier: while two releases run, that name could lead to the old one.
    async fn find_made_by_compose(&mut self, routed: Routed) -> Result<u64, StepError> {
        let settled: Vec<Backend> =
            routed.backends.iter().cloned().map(Backend::or_made_by_compose).collect();
        let by_compose = matches!(self.rollout.plan().service, ServiceId::Compose { .. });
        if !by_compose || settled == routed.backends {
            return Ok(routed.revision);
        }
        let session = self.channel.session(self.world).await?;
        let change = RouteChange { backends: settled, confirm: None, keep_holding: false };
        Ok(session.commit(&change).await?.revision)
    }

    /// A switch that does not answer may come back; one without a container does not.
    pub(super) async fn or_gone<T>(&self, result: Result<T, SwitchError>) -> Result<T, StepError> {
        if let Err(SwitchError::Away(_)) = &result {
            let name = switch_name(&self.rollout.plan().service);
            if self.world.engine.inspect_container(&name).await?.is_none() {
                return Err(StepError::Gone(format!("the switch {name}")));
            }
        }
        Ok(result?)
    }

    /// After an interruption: the switch that the plan has started itself, or stopped.
    pub(super) async fn find_switch(&mut self) {
        let state_of = |wanted: fn(&Action) -> bool| {
            let mut steps = self.rollout.plan().steps.iter();
            let step = steps.find(|step| wanted(&step.action))?;
            self.rollout.state(step.number).cloned()
        };
        let is_open = |state: Option<StepState>| {
            state.is_some_and(|state| !matches!(state, StepState::Pending | StepState::Undone))
        };
        if is_open(state_of(|action| matches!(action, Action::StopSwitch { .. }))) {
            self.channel.gone();
        }
        if is_open(state_of(|action| matches!(action, Action::StartSwitch { .. }))) {
            let name = switch_name(&self.rollout.plan().service);
            if let Ok(id) = self.switch_id(&name).await {
                self.channel.started(id);
            }
        }
    }

    /// What to do after an interruption, by the switch's word.
    pub(crate) async fn what_now(&mut self) -> Resume {
        self.find_switch().await;
        if self.last_commit().is_none() {
            return self.what_now_without_switch().await;
        }
        let name = switch_name(&self.rollout.plan().service);
        let Ok(found) = self.world.engine.inspect_container(&name).await else {
            return self.rollout.resume(SwitchWord::Silent);
        };
        if found.is_none() || !self.channel.exists() {
            return self.rollout.resume(SwitchWord::Absent);
        }
        let routed = match self.channel.session(self.world).await {
            Ok(session) => session.status().await.map(|status| status.routed),
            Err(error) => Err(error),
        };
        match &routed {
            Ok(routed) => self.rollout.resume(SwitchWord::Routes(routed)),
            Err(_) => self.rollout.resume(SwitchWord::Silent),
        }
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

    /// Counters of a generation that is gone are remembered for the receipt and dropped at the
    /// switch; failing to say so is no harm.
    pub(super) async fn forget(&mut self, who: &Who) {
        if let Some(generation) = who.generation()
            && self.channel.exists()
            && let Err(error) = self.channel.forget(self.world, generation).await
        {
            tracing::debug!(%error, generation, "counters were not forgotten");
        }
    }

    /// Without a commit record, the new containers themselves say whether they serve.
    async fn what_now_without_switch(&self) -> Resume {
        let resume = self.rollout.resume(SwitchWord::Absent);
        if resume != Resume::Forward || !self.rollout.can_go_back() {
            return resume;
        }
        for step in &self.rollout.plan().steps {
            let Action::Start { who } = &step.action else { continue };
            let runs = match self.id(who) {
                Ok(id) => self.state_of(id).await,
                Err(_) => Ok(None),
            };
            match runs {
                Ok(Some(ContainerState::Running { .. })) => {}
                Ok(_) => {
                    let why = format!("it was interrupted, and {who} does not run");
                    return Resume::Back(why);
                }
                Err(_) => return Resume::Wait,
            }
        }
        resume
    }

    /// The switch's container, by its name.
    pub(super) async fn switch_id(&self, name: &str) -> Result<String, StepError> {
        let raw = self.world.engine.inspect_container(name).await?;
        raw.and_then(|raw| raw["Id"].as_str().map(str::to_owned))
            .ok_or_else(|| StepError::Gone(format!("the switch {name}")))
    }
}
