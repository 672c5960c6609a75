//! One step, forward: the only match that makes things happen.

use std::time::Duration;

use phoenix_plan::{
    journal::Evidence,
    planner::{switch_labels, switch_name},
    step::{Action, Step, Target},
};
use tokio::time::Instant;

use super::{Execution, StepError, channel::READ_EVERY};
use crate::ports::{EngineError, SwitchError, SwitchObjects};

/// Pause between two questions to a port that is changing hands.
const ASK_AGAIN: Duration = Duration::from_millis(20);

impl Execution<'_> {
    /// Does a step. Doing it twice does no harm.
    #[expect(clippy::too_many_lines, reason = "one line per action: the table of contents")]
    pub(super) async fn perform(&mut self, step: &Step) -> Result<Evidence, StepError> {
        self.witness.call_before(step, self.world.prober.as_ref());
        let engine = &self.world.engine;
        match &step.action {
            Action::Hook { moment, hook, who, .. } => {
                self.hook_step(step, *moment, hook.as_ref(), who).await
            }
            Action::Pull { reference, platform } => self.pull(reference, platform.as_deref()).await,
            Action::Pin { image_id, tag } => done(engine.tag_image(image_id, tag).await),
            Action::BackUpConfig { release, files } => self.back_up(release, files).await,
            Action::RestoreConfig { backup } => {
                self.world.backups.restore(backup).await?;
                Ok(Evidence::Nothing)
            }
            Action::CreateSwitch { name, labels, ports, raw_ports, hold_limit } => {
                let objects = SwitchObjects {
                    name: name.clone(),
                    labels: labels.clone(),
                    ports: ports.clone(),
                    raw_ports: raw_ports.clone(),
                    hold_limit: *hold_limit,
                };
                engine.ensure_switch_image().await?;
                let id = engine.create_switch(&objects).await?;
                Ok(Evidence::Container { id })
            }
            Action::Create { generation, name, like, image, reference, ports, network, joins } => {
                let image_id = self.image_id(image)?;
                let spec = self.spec(like, &image_id, reference, ports, network.as_deref(), joins);
                let body = spec.await?.body_for(generation);
                self.create(name, &body).await
            }
            Action::Compare { generation } => self.compare(generation).await,
            Action::Start { who } => {
                engine.start_container(self.id(who)?).await.map_err(StepError::of_start)?;
                Ok(Evidence::Nothing)
            }
            Action::Gate { who, policy } => self.gate(who, *policy).await,
            Action::Hold { limit } => {
                let limit = *limit;
                let routed = self.channel.session(self.world).await?.hold(limit).await?;
                Ok(Evidence::Route { revision: routed.revision })
            }
            Action::Drain { generation, limit } => self.drain(&generation.clone(), *limit).await,
            Action::Stop { who, grace } => {
                let stopped = engine.stop_container(self.id(who)?, *grace).await;
                // Somebody may have removed it; beyond the point of no return nobody misses it.
                let is_past = step.number >= self.rollout.plan().no_return;
                done(if is_past { unless_gone(stopped) } else { stopped })
            }
            Action::StartSwitch { name } => {
                let id = self.switch_id(name).await?;
                engine.start_container(&id).await?;
                self.channel.started(id);
                Ok(Evidence::Nothing)
            }
            Action::StopSwitch { name } => {
                let id = self.switch_id(name).await?;
                engine.stop_container(&id, self.policy.drain_limit).await?;
                self.channel.gone();
                Ok(Evidence::Nothing)
            }
            Action::Tag { reference, image, .. } => {
                done(engine.tag_image(&self.image_id(image)?, reference).await)
            }
            Action::Commit { backends, confirm_within, .. } => {
                self.commit(backends.clone(), *confirm_within).await
            }
            Action::VerifyPort { within } => self.verify_port(*within).await,
            Action::Monitor { who, baseline, window } => self.watch(who, baseline, *window).await,
            Action::Wait { delay } => self.let_pass(*delay).await,
            Action::Confirm => self.confirm().await,
            Action::Keep { containers, pin, park } => self.keep(containers, pin, *park).await,
            Action::Park { who, name } => self.park(who, name).await,
            Action::Rename { who, name } => self.rename(who, name).await,
            Action::Remove { who } => {
                engine.remove_container(self.id(who)?).await?;
                self.forget(who).await;
                Ok(Evidence::Nothing)
            }
            Action::RemoveSwitch { .. } => {
                engine.remove_switch(&self.switch_objects()).await?;
                self.channel.gone();
                Ok(Evidence::Nothing)
            }
            Action::Discard { keep, .. } => self.discard(*keep).await,
        }
    }

    async fn pull(&self, reference: &str, platform: Option<&str>) -> Result<Evidence, StepError> {
        let engine = &self.world.engine;
        let before = engine.inspect_image(reference).await?;
        let progress = &PullOnly(self.progress);
        let id = tokio::select! {
            pulled = engine.pull(reference, platform, progress) => pulled?,
            () = self.cancel.cancelled() => return Err(StepError::Cancelled),
        };
        let image = engine.inspect_image(&id).await?;
        let image = image.ok_or_else(|| StepError::Gone(format!("the image {reference}")))?;
        let was_present = before.is_some_and(|before| before["Id"].as_str() == Some(id.as_str()));
        if self.rollout.plan().from.image_id.as_deref() == Some(id.as_str()) {
            return Err(StepError::Identical);
        }
        let version = phoenix_plan::image::image_version(&image);
        Ok(Evidence::Image { id, was_present, version })
    }

    async fn back_up(&self, release: &str, files: &[String]) -> Result<Evidence, StepError> {
        let service = self.rollout.plan().service.slug();
        let id = self.world.backups.save(&service, release, files).await?;
        Ok(Evidence::Backup { id })
    }

    async fn drain(&mut self, generation: &str, limit: Duration) -> Result<Evidence, StepError> {
        match self.channel.session(self.world).await?.drain(generation, limit).await {
            Ok(left) => Ok(Evidence::Drained { left }),
            // Restarted since, the switch does not know it: it has no request of it either.
            Err(SwitchError::Refused(_)) => Ok(Evidence::Drained { left: 0 }),
            Err(error) => Err(error.into()),
        }
    }

    async fn let_pass(&mut self, delay: Duration) -> Result<Evidence, StepError> {
        let end = Instant::now() + delay;
        while Instant::now() < end {
            let pause = end.min(Instant::now() + READ_EVERY);
            tokio::select! {
                () = tokio::time::sleep_until(pause) => {}
                () = self.cancel.cancelled() => return Err(StepError::Cancelled),
            }
            self.channel.keep_timeline(self.world).await;
        }
        Ok(Evidence::Nothing)
    }

    /// The service's switch, of which only name and labels matter.
    pub(super) fn switch_objects(&self) -> SwitchObjects {
        let service = &self.rollout.plan().service;
        SwitchObjects {
            name: switch_name(service),
            labels: switch_labels(service),
            ports: Vec::new(),
            raw_ports: Vec::new(),
            hold_limit: Duration::ZERO,
        }
    }

    async fn verify_port(&self, within: Duration) -> Result<Evidence, StepError> {
        let Some(target) = self.witness.target() else { return Ok(Evidence::Nothing) };
        let begun = Instant::now();
        loop {
            let answer = self.world.prober.once(target).await;
            let why = match answer {
                Ok(Some(status @ (502..=504))) => format!("it answers {status}"),
                Ok(_) => {
                    let text = format!("answered after {} ms", begun.elapsed().as_millis());
                    return Ok(Evidence::Verdict { text });
                }
                Err(why) => why,
            };
            if begun.elapsed() >= within {
                return Err(StepError::PortSilent { address: target.address.clone(), why });
            }
            tokio::time::sleep(ASK_AGAIN).await;
        }
    }

    /// The image that a step means.
    pub(super) fn image_id(&self, image: &Target) -> Result<String, StepError> {
        match image {
            Target::Local { image_id } => Ok(image_id.clone()),
            Target::Pulled => {
                let pulled = self.rollout.evidence(|action, evidence| match (action, evidence) {
                    (Action::Pull { .. }, Evidence::Image { id, .. }) => Some(id.clone()),
                    (_, _) => None,
                });
                pulled.ok_or_else(|| StepError::Gone("the pulled image".to_owned()))
            }
        }
    }
}

/// What somebody has removed meanwhile needs nothing done to it.
pub(super) fn unless_gone(result: Result<(), EngineError>) -> Result<(), EngineError> {
    match result {
        Err(EngineError::NotFound { .. }) => Ok(()),
        other => other,
    }
}

fn done(result: Result<(), EngineError>) -> Result<Evidence, StepError> {
    result.map(|()| Evidence::Nothing).map_err(StepError::from)
}

/// Lets a pull see no more of the progress than it needs.
struct PullOnly<'a>(&'a dyn crate::ports::Progress);

impl crate::ports::PullProgress for PullOnly<'_> {
    fn layers(&self, done_bytes: u64, total_bytes: u64) {
        self.0.layers(done_bytes, total_bytes);
    }
}
