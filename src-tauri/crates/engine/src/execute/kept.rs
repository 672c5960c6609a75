//! Steps about what can be gone back to.

use phoenix_plan::{
    journal::Evidence,
    step::{Action, Purpose, Who},
};
use serde_json::json;

use super::{Execution, StepError, perform::unless_gone};
use crate::ports::{KeptContainer, KeptRelease, ServiceRecord};

impl Execution<'_> {
    /// What can be gone back to is written down before anything is stopped for good.
    pub(super) async fn keep(
        &self,
        containers: &[Who],
        pin: &str,
        park: bool,
    ) -> Result<Evidence, StepError> {
        let plan = self.rollout.plan();
        let mut record = self.world.state.record(&plan.service)?;
        let kept = self.described(containers, &record).await?;
        if !park {
            tracing::debug!(service = %plan.service, "compose owns the containers: keeping descriptions");
        }
        if plan.purpose == Purpose::Adopt {
            record.original = kept.first().map(|container| container.inspect.clone());
        }
        let (same, mut others): (Vec<_>, Vec<_>) =
            record.kept.drain(..).partition(|old| old.release.image_id == plan.from.image_id);
        others.insert(
            0,
            KeptRelease {
                release: plan.from.clone(),
                superseded_at: self.world.clock.now(),
                pin: pin.to_owned(),
                containers: kept,
                backup: self.backup(),
            },
        );
        record.kept = others;
        // Removed while they are still on record, so that an interruption leaves nothing unknown.
        for old in &same {
            self.drop_containers(old, &record).await?;
        }
        self.world.state.save_record(&plan.service, &record)?;
        Ok(Evidence::Nothing)
    }

    /// Each container with its description, from the record where the container is gone already.
    async fn described(
        &self,
        containers: &[Who],
        record: &ServiceRecord,
    ) -> Result<Vec<KeptContainer>, StepError> {
        let mut kept = Vec::new();
        for who in containers {
            let Who::Existing { id, name, generation } = who else { continue };
            let known = record.kept.iter().flat_map(|release| &release.containers);
            if let Some(container) = known.clone().find(|container| container.id == *id) {
                kept.push(container.clone());
            } else if let Some(inspect) = self.world.engine.inspect_container(id).await? {
                kept.push(KeptContainer {
                    id: id.clone(),
                    name: name.clone(),
                    generation: generation.clone(),
                    inspect,
                });
            }
        }
        Ok(kept)
    }

    /// It waits under another name, and no reboot brings it back to life.
    pub(super) async fn park(&mut self, who: &Who, name: &str) -> Result<Evidence, StepError> {
        let id = self.id(who)?;
        let engine = &self.world.engine;
        unless_gone(engine.set_restart_policy(id, &json!({ "Name": "no" })).await)?;
        unless_gone(engine.rename_container(id, name).await)?;
        self.forget(who).await;
        Ok(Evidence::Nothing)
    }

    /// It takes its name; a container that was parked gets its restart policy back too.
    pub(super) async fn rename(&self, who: &Who, name: &str) -> Result<Evidence, StepError> {
        let id = self.id(who)?;
        let engine = &self.world.engine;
        if let Who::Existing { .. } = who {
            let record = self.world.state.record(&self.rollout.plan().service)?;
            let mut kept = record.kept.iter().flat_map(|release| &release.containers);
            let described = kept.find(|container| container.id == id);
            if let Some(container) = described {
                let policy = &container.inspect["HostConfig"]["RestartPolicy"];
                unless_gone(engine.set_restart_policy(id, policy).await)?;
            }
        }
        unless_gone(engine.rename_container(id, name).await)?;
        Ok(Evidence::Nothing)
    }

    /// What serves now is not kept any more; kept releases beyond the limit go, the oldest first.
    pub(super) async fn discard(&self, keep: Option<usize>) -> Result<Evidence, StepError> {
        let plan = self.rollout.plan();
        let mut record = self.world.state.record(&plan.service)?;
        let serving = self.serving_image();
        // After an adoption the same release is both: its first container waits beside the second.
        let is_back = |release: &KeptRelease| {
            plan.purpose != Purpose::Adopt
                && serving.is_some()
                && release.release.image_id == serving
        };
        let (back, mut kept): (Vec<_>, Vec<_>) = record.kept.drain(..).partition(is_back);
        let stay = keep.map_or(kept.len(), |keep| keep.min(kept.len()));
        let beyond = kept.split_off(stay);
        record.kept = kept;
        for old in back.iter().chain(&beyond) {
            self.drop_containers(old, &record).await?;
            if !record.kept.iter().any(|release| release.pin == old.pin) && !old.pin.is_empty() {
                self.world.engine.remove_image(&old.pin).await?;
                self.remove_nameless(old.release.image_id.as_deref()).await?;
            }
        }
        self.world.state.save_record(&plan.service, &record)?;
        Ok(Evidence::Nothing)
    }

    /// Without our pin, an image that was superseded has no tag left, only the digest it was pulled
    /// by, under which nobody would ever find it. Somebody's tag, or a container, keeps it.
    async fn remove_nameless(&self, image_id: Option<&str>) -> Result<(), StepError> {
        let Some(id) = image_id else { return Ok(()) };
        let engine = &self.world.engine;
        let Some(image) = engine.inspect_image(id).await? else { return Ok(()) };
        let tags = image["RepoTags"].as_array();
        if tags.is_none_or(Vec::is_empty) {
            engine.remove_image(id).await?;
        }
        Ok(())
    }

    /// Our pin goes, unless a kept release still needs it.
    pub(super) async fn unpin(&self, tag: &str) -> Result<(), StepError> {
        let record = self.world.state.record(&self.rollout.plan().service)?;
        if !record.kept.iter().any(|release| release.pin == tag) {
            self.world.engine.remove_image(tag).await?;
        }
        Ok(())
    }

    /// The backup of the config files that this plan made.
    pub(super) fn backup(&self) -> Option<String> {
        self.rollout.evidence(|_, evidence| match evidence {
            Evidence::Backup { id } => id.clone(),
            Evidence::Nothing
            | Evidence::Image { .. }
            | Evidence::Container { .. }
            | Evidence::Route { .. }
            | Evidence::Drained { .. }
            | Evidence::Verdict { .. } => None,
        })
    }

    /// The containers of a release that is kept no longer, except those that serve now or that
    /// another kept release names.
    async fn drop_containers(
        &self,
        old: &KeptRelease,
        record: &ServiceRecord,
    ) -> Result<(), StepError> {
        let named = record.kept.iter().flat_map(|release| &release.containers);
        let named: Vec<&str> = named.map(|container| container.id.as_str()).collect();
        for container in &old.containers {
            let serves = self.rollout.plan().steps.iter().any(|step| {
                matches!(&step.action, Action::Rename { who, .. }
                    if self.rollout.container_id(who) == Some(container.id.as_str()))
            });
            if !serves && !named.contains(&container.id.as_str()) {
                self.world.engine.remove_container(&container.id).await?;
            }
        }
        Ok(())
    }

    fn serving_image(&self) -> Option<String> {
        let pulled = self.rollout.evidence(|action, evidence| match (action, evidence) {
            (Action::Pull { .. }, Evidence::Image { id, .. }) => Some(id.clone()),
            (_, _) => None,
        });
        pulled.or_else(|| self.rollout.plan().to.image_id.clone())
    }
}
