//! One step, backward.

use std::time::Duration;

use phoenix_plan::{
    journal::Evidence,
    policy::GatePolicy,
    route::Backend,
    step::{Action, Step, Who},
};

use super::{Execution, StepError, perform::objects_named};
use crate::ports::{RouteChange, SwitchError};

/// Log lines that are kept of a failed release.
const LOG_LINES: usize = 50;

impl Execution<'_> {
    /// Undoes a step, also one that was only half done, or not at all.
    pub(super) async fn undo(&mut self, step: &Step) -> Result<(), StepError> {
        let engine = &self.world.engine;
        match &step.action {
            Action::Pull { .. } => {
                if let Some(Evidence::Image { id, was_present: false, .. }) = self.left_by(step) {
                    engine.remove_image(&id).await?;
                }
                Ok(())
            }
            Action::Pin { tag, .. } => self.unpin(tag).await,
            Action::BackUpConfig { .. } | Action::RestoreConfig { .. } => {
                if let Some(Evidence::Backup { id: Some(id) }) = self.left_by(step) {
                    self.world.backups.restore(&id).await?;
                }
                Ok(())
            }
            Action::CreateSwitch { name, .. } => {
                engine.remove_switch(&objects_named(name)).await?;
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
            Action::Hold { .. } => {
                self.channel.session(self.world).await?.resume().await?;
                Ok(())
            }
            Action::Stop { who, .. } => self.undo_stop(&who.clone()).await,
            Action::StartSwitch { name } => {
                let id = self.switch_id(name).await?;
                engine.stop_container(&id, Duration::from_secs(2)).await?;
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

    /// Traffic goes back first; in `hold`, requests wait until the old container answers again.
    async fn undo_commit(
        &mut self,
        before: Vec<Backend>,
        hold: Option<Duration>,
    ) -> Result<(), StepError> {
        if before.is_empty() {
            return Ok(());
        }
        let session = self.channel.session(self.world).await?;
        if let Some(limit) = hold {
            session.hold(limit).await?;
        }
        let keep_holding = hold.is_some();
        session.commit(&RouteChange { backends: before, confirm: None, keep_holding }).await?;
        Ok(())
    }

    /// What a failing container has to say is read before it goes; requests that it still answers
    /// are let finish.
    async fn undo_start(&mut self, who: &Who) -> Result<(), StepError> {
        let Ok(id) = self.id(who).map(str::to_owned) else { return Ok(()) };
        let Some(raw) = self.world.engine.inspect_container(&id).await? else { return Ok(()) };
        if let Ok(lines) = self.world.engine.logs(&id, LOG_LINES).await {
            self.found.remedy =
                self.verdict.as_ref().map(|verdict| verdict.remedy(&lines).to_string());
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
