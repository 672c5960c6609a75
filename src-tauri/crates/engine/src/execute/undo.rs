//! One step, backward.

use std::time::Duration;

use phoenix_plan::{
    journal::Evidence,
    policy::GatePolicy,
    route::Backend,
    step::{Action, Step, Who},
};

use super::{Execution, StepError};
use crate::ports::{EngineError, RouteChange, SwitchError, SwitchSession};

/// Log lines that are kept of a failed release.
const LOG_LINES: usize = 50;
/// How long a switch that nobody is routed through may take to stop.
const SWITCH_GRACE: Duration = Duration::from_secs(2);

impl Execution<'_> {
    /// Undoes a step, also one that was only half done, or not at all.
    #[expect(clippy::too_many_lines, reason = "one line per action: the table of contents")]
    pub(super) async fn undo(&mut self, step: &Step) -> Result<(), StepError> {
        let engine = &self.world.engine;
        match &step.action {
            Action::Hook { moment, who, afterwards, .. } => {
                self.undo_hook(step, *moment, afterwards.as_ref(), who).await
            }
            Action::Pull { reference, .. } => self.undo_pull(step, reference).await,
            Action::Pin { tag, .. } => self.unpin(tag).await,
            Action::BackUpConfig { .. } | Action::RestoreConfig { .. } => {
                if let Some(id) = self.backup() {
                    self.world.backups.restore(&id).await?;
                }
                Ok(())
            }
            Action::CreateSwitch { .. } => {
                engine.remove_switch(&self.switch_objects()).await?;
                self.channel.gone();
                Ok(())
            }
            Action::Create { generation, name, .. } => {
                if let Some(raw) = engine.inspect_container(name).await? {
                    engine.remove_container(raw["Id"].as_str().unwrap_or(name)).await?;
                }
                let who = Who::New { generation: generation.clone() };
                self.forget(&who).await;
                Ok(())
            }
            Action::Start { who } => self.undo_start(&who.clone()).await,
            Action::Hold { .. } => self.undo_hold().await,
            Action::Stop { who, .. } => self.undo_stop(&who.clone()).await,
            Action::StartSwitch { name } => {
                // With it goes all that it remembers.
                self.channel.read_timeline(self.world).await;
                if engine.inspect_container(name).await?.is_some() {
                    engine.stop_container(name, SWITCH_GRACE).await?;
                }
                self.channel.gone();
                Ok(())
            }
            Action::StopSwitch { name } => {
                let id = self.switch_id(name).await?;
                engine.start_container(&id).await?;
                self.channel.started(id);
                Ok(())
            }
            Action::Tag { reference, before, .. } => match before {
                Some(image_id) => Ok(engine.tag_image(image_id, reference).await?),
                None => Ok(engine.remove_image(reference).await.map(|_| ())?),
            },
            Action::Commit { before, hold_on_undo, .. } => {
                self.undo_commit(before.clone(), *hold_on_undo).await
            }
            Action::Compare { .. }
            | Action::Gate { .. }
            | Action::Drain { .. }
            | Action::VerifyPort { .. }
            | Action::Monitor { .. }
            | Action::Wait { .. }
            | Action::Confirm
            | Action::Keep { .. }
            | Action::Park { .. }
            | Action::Rename { .. }
            | Action::Remove { .. }
            | Action::RemoveSwitch { .. }
            | Action::Discard { .. } => Ok(()),
        }
    }

    /// An image that was there before stays. Where an interruption swallowed the answer, only one
    /// without a tag goes, and never one that is in use.
    async fn undo_pull(&self, step: &Step, reference: &str) -> Result<(), StepError> {
        let engine = &self.world.engine;
        match self.left_by(step) {
            Some(Evidence::Image { id, was_present: false, .. }) => {
                let gone = engine.remove_image(&id).await?;
                if !gone && engine.inspect_image(&id).await?.is_some() {
                    // By a container that is still to be removed; else it is somebody's by now.
                    let message = format!("{id} is in use");
                    return Err(EngineError::Conflict { call: "remove image", message }.into());
                }
            }
            Some(_) => {}
            None => {
                let Some(image) = engine.inspect_image(reference).await? else { return Ok(()) };
                let untagged = image["RepoTags"].as_array().is_none_or(Vec::is_empty);
                if let Some(id) = image["Id"].as_str().filter(|_| untagged) {
                    engine.remove_image(id).await?;
                }
            }
        }
        Ok(())
    }

    /// Traffic goes back first; in `hold`, requests wait until the old container answers again.
    async fn undo_commit(
        &mut self,
        before: Vec<Backend>,
        hold: Option<Duration>,
    ) -> Result<(), StepError> {
        if before.is_empty() {
            return Ok(());
        }
        let keep_holding = hold.is_some();
        let change = RouteChange { backends: before, confirm: None, keep_holding };
        let gone_back = match self.channel.session(self.world).await {
            Ok(session) => go_back(session, hold, &change).await,
            Err(error) => Err(error),
        };
        self.or_gone(gone_back).await
    }

    async fn undo_hold(&mut self) -> Result<(), StepError> {
        let resumed = match self.channel.session(self.world).await {
            Ok(session) => session.resume().await.map(|_| ()),
            Err(error) => Err(error),
        };
        self.or_gone(resumed).await
    }

    /// What a failing container has to say is read before it goes; requests that it still answers
    /// are let finish.
    async fn undo_start(&mut self, who: &Who) -> Result<(), StepError> {
        let Ok(id) = self.id(who).map(str::to_owned) else { return Ok(()) };
        let Some(raw) = self.world.engine.inspect_container(&id).await? else { return Ok(()) };
        // The container that failed is undone first; the others have nothing to add.
        if self.found.log.is_empty()
            && let Ok(lines) = self.world.engine.logs(&id, LOG_LINES).await
        {
            self.found.advice = self.verdict.as_ref().map(|verdict| verdict.remedy(&lines));
            self.found.remedy = self.found.advice.as_ref().map(ToString::to_string);
            self.found.log = lines;
        }
        if let Some(generation) = who.generation()
            && self.has_routed(generation)
        {
            let limit = self.policy.drain_limit;
            let session = self.channel.session(self.world).await?;
            match session.drain(generation, limit).await {
                Ok(_) | Err(SwitchError::Refused(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let grace = raw["Config"]["StopTimeout"].as_u64().unwrap_or(10);
        self.world.engine.stop_container(&id, Duration::from_secs(grace)).await?;
        Ok(())
    }

    /// The old container serves again when it answers again.
    async fn undo_stop(&mut self, who: &Who) -> Result<(), StepError> {
        let id = self.id(who)?.to_owned();
        if self.world.engine.inspect_container(&id).await?.is_none() {
            return Err(StepError::Gone(who.to_string()));
        }
        self.world.engine.start_container(&id).await?;
        let policy = GatePolicy { successes: 1, ..self.policy.gate };
        self.gate_uncancelled(who, policy).await?;
        Ok(())
    }

    /// Whether a commit of this plan could have sent requests to a generation.
    fn has_routed(&self, generation: &str) -> bool {
        self.channel.exists() && self.new_generations().iter().any(|known| known == generation)
    }
}

/// Held first, where nothing may reach the new release any more and the old one does not answer yet.
async fn go_back(
    session: &dyn SwitchSession,
    hold: Option<Duration>,
    change: &RouteChange,
) -> Result<(), SwitchError> {
    if let Some(limit) = hold {
        session.hold(limit).await?;
    }
    session.commit(change).await.map(|_| ())
}
