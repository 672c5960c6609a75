//! Steps about containers.

use phoenix_plan::{
    journal::Evidence,
    spec::{
        ApiVersion, Attachment, CreateOptions, CreateSpec, DaemonDefaults, PublishedPorts,
        create_body, fidelity,
    },
    step::{Action, Ports, Purpose, Source, Step, Who},
};
use serde_json::{Value, json};

use super::{Execution, StepError};
use crate::ports::{EngineError, KeptContainer, KeptRelease};

impl Execution<'_> {
    /// The engine's ID of a container.
    pub(super) fn id<'s>(&'s self, who: &'s Who) -> Result<&'s str, StepError> {
        self.rollout.container_id(who).ok_or_else(|| StepError::Gone(who.to_string()))
    }

    /// What a step left behind.
    pub(super) fn left_by(&self, step: &Step) -> Option<Evidence> {
        self.rollout.evidence(|action, evidence| (*action == step.action).then(|| evidence.clone()))
    }

    /// The description of the container to be made.
    pub(super) async fn spec(
        &self,
        like: &Source,
        image_id: &str,
        reference: &str,
        ports: &Ports,
        network: Option<&str>,
    ) -> Result<SpecInMaking, StepError> {
        let model = self.model(like).await?;
        let engine = &self.world.engine;
        let old_image = engine.inspect_image(model["Image"].as_str().unwrap_or_default()).await?;
        let new_image = engine.inspect_image(image_id).await?;
        let new_image = new_image.ok_or_else(|| StepError::Gone(format!("image {image_id}")))?;
        self.fits_engine(&new_image)?;
        Ok(SpecInMaking {
            options: self.options(image_id, reference, ports, network, &model),
            model,
            old_image,
            new_image,
        })
    }

    pub(super) async fn create(&self, name: &str, body: &Value) -> Result<Evidence, StepError> {
        let engine = &self.world.engine;
        let platform = None;
        let id = match engine.create_container(name, body, platform).await {
            Err(EngineError::Conflict { .. }) => {
                // The name is derived from this very plan: it is our own, made before an
                // interruption that swallowed the answer.
                engine.remove_container(name).await?;
                engine.create_container(name, body, platform).await?
            }
            other => other?,
        };
        Ok(Evidence::Container { id })
    }

    /// The new container, as the engine made it, beside its model.
    pub(super) async fn compare(&self, generation: &str) -> Result<Evidence, StepError> {
        let made =
            self.rollout.plan().steps.iter().find_map(|step| match &step.action {
                Action::Create {
                    generation: of, like, image, reference, ports, network, ..
                } if of == generation => Some((like, image, reference, ports, network)),
                _ => None,
            });
        let Some((like, image, reference, ports, network)) = made else {
            return Ok(Evidence::Nothing);
        };
        let image_id = self.image_id(image)?;
        let spec = self.spec(like, &image_id, reference, ports, network.as_deref()).await?;
        let who = Who::New { generation: generation.to_owned() };
        let new = self.world.engine.inspect_container(self.id(&who)?).await?;
        let new = new.ok_or_else(|| StepError::Gone(who.to_string()))?;
        let differences = spec.differences(generation, &new);
        if differences.is_empty() {
            Ok(Evidence::Nothing)
        } else {
            Err(StepError::Different(differences))
        }
    }

    /// What can be gone back to is written down before anything is stopped for good.
    pub(super) async fn keep(
        &self,
        containers: &[Who],
        pin: &str,
        park: bool,
    ) -> Result<Evidence, StepError> {
        let plan = self.rollout.plan();
        let mut record = self.world.state.record(&plan.service)?;
        let mut kept = Vec::new();
        for who in containers {
            let Who::Existing { id, name, generation } = who else { continue };
            let Some(inspect) = self.world.engine.inspect_container(id).await? else { continue };
            kept.push(KeptContainer {
                id: id.clone(),
                name: name.clone(),
                generation: generation.clone(),
                inspect,
            });
        }
        if !park {
            tracing::debug!(service = %plan.service, "compose owns the containers: keeping descriptions");
        }
        if plan.purpose == Purpose::Adopt {
            record.original = kept.first().map(|container| container.inspect.clone());
        }
        let serving = plan.to.image_id.as_deref();
        record.kept.retain(|old| {
            old.release.image_id != plan.from.image_id && old.release.image_id.as_deref() != serving
        });
        record.kept.insert(
            0,
            KeptRelease {
                release: plan.from.clone(),
                superseded_at: self.world.clock.now(),
                pin: pin.to_owned(),
                containers: kept,
                backup: self.backup(),
            },
        );
        self.world.state.save_record(&plan.service, &record)?;
        Ok(Evidence::Nothing)
    }

    /// It waits under another name, and no reboot brings it back to life.
    pub(super) async fn park(&mut self, who: &Who, name: &str) -> Result<Evidence, StepError> {
        let id = self.id(who)?;
        self.world.engine.set_restart_policy(id, &json!({ "Name": "no" })).await?;
        self.world.engine.rename_container(id, name).await?;
        self.forget(who).await;
        Ok(Evidence::Nothing)
    }

    /// It takes its name; a container that was parked gets its restart policy back too.
    pub(super) async fn rename(&self, who: &Who, name: &str) -> Result<Evidence, StepError> {
        let id = self.id(who)?;
        if let Who::Existing { .. } = who {
            let record = self.world.state.record(&self.rollout.plan().service)?;
            let mut kept = record.kept.iter().flat_map(|release| &release.containers);
            let described = kept.find(|container| container.id == id);
            if let Some(container) = described {
                let policy = &container.inspect["HostConfig"]["RestartPolicy"];
                self.world.engine.set_restart_policy(id, policy).await?;
            }
        }
        self.world.engine.rename_container(id, name).await?;
        Ok(Evidence::Nothing)
    }

    /// Kept releases beyond the limit go, the oldest first.
    pub(super) async fn discard(&self, keep: usize) -> Result<Evidence, StepError> {
        let service = &self.rollout.plan().service;
        let mut record = self.world.state.record(service)?;
        let serving = self.rollout.plan().to.image_id.clone();
        let is_back = |release: &KeptRelease| {
            serving.is_some()
                && release.release.image_id == serving
                && self.rollout.plan().purpose == Purpose::Rollback
        };
        record.kept.retain(|release| !is_back(release));
        while record.kept.len() > keep {
            let Some(oldest) = record.kept.pop() else { break };
            for container in &oldest.containers {
                self.world.engine.remove_container(&container.id).await?;
            }
            if !record.kept.iter().any(|release| release.pin == oldest.pin) {
                self.world.engine.remove_image(&oldest.pin).await?;
            }
        }
        self.world.state.save_record(service, &record)?;
        Ok(Evidence::Nothing)
    }

    /// Our pin goes, unless a kept release still needs it.
    pub(super) async fn unpin(&self, tag: &str) -> Result<(), StepError> {
        let record = self.world.state.record(&self.rollout.plan().service)?;
        if !record.kept.iter().any(|release| release.pin == tag) {
            self.world.engine.remove_image(tag).await?;
        }
        Ok(())
    }

    async fn model(&self, like: &Source) -> Result<Value, StepError> {
        let (Source::Container { id, .. } | Source::Kept { id }) = like;
        if let Some(raw) = self.world.engine.inspect_container(id).await? {
            return Ok(raw);
        }
        let record = self.world.state.record(&self.rollout.plan().service)?;
        let mut kept = record.kept.iter().flat_map(|release| &release.containers);
        let found = kept.find(|container| container.id == *id).map(|c| c.inspect.clone());
        found.ok_or_else(|| StepError::Gone(like.to_string()))
    }

    fn options(
        &self,
        image_id: &str,
        reference: &str,
        ports: &Ports,
        network: Option<&str>,
        model: &Value,
    ) -> CreateOptions {
        let switch_network = phoenix_plan::planner::switch_name(&self.rollout.plan().service);
        let leaves = network.is_none_or(|network| network != switch_network)
            && model["NetworkSettings"]["Networks"].get(&switch_network).is_some();
        CreateOptions {
            image: reference.to_owned(),
            image_id: image_id.to_owned(),
            ports: match ports {
                Ports::Same => PublishedPorts::Keep,
                Ports::BehindSwitch => PublishedPorts::Exactly(Vec::new()),
                Ports::Publish { bindings } => PublishedPorts::Exactly(bindings.clone()),
            },
            attach: network
                .map(|network| Attachment { network: network.to_owned(), aliases: Vec::new() }),
            detach: if leaves { vec![switch_network] } else { Vec::new() },
            api_version: self
                .facts
                .api_version
                .parse::<ApiVersion>()
                .unwrap_or_else(|_| ApiVersion::new(1, 41)),
            daemon: DaemonDefaults::from_info(&self.facts.info),
        }
    }

    /// An image for another processor fails with a riddle at start; it is named here.
    fn fits_engine(&self, image: &Value) -> Result<(), StepError> {
        let part = |key: &str| image[key].as_str().unwrap_or_default().to_owned();
        let made_for = format!("{}/{}", part("Os"), part("Architecture"));
        let fits = made_for == "/" || self.facts.platform.starts_with(&made_for);
        if fits {
            return Ok(());
        }
        let engine = self.facts.platform.clone();
        Err(StepError::WrongPlatform { image: made_for, engine })
    }

    fn backup(&self) -> Option<String> {
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
}

/// Everything that the description of a new container is made from.
pub(super) struct SpecInMaking {
    model: Value,
    old_image: Option<Value>,
    new_image: Value,
    options: CreateOptions,
}

impl SpecInMaking {
    /// The body of the create call for a generation.
    pub(super) fn body_for(&self, generation: &str) -> Value {
        self.made_for(generation).body
    }

    fn made_for(&self, generation: &str) -> CreateSpec {
        create_body(
            &self.model,
            self.old_image.as_ref(),
            &self.new_image,
            &self.known_as(generation),
        )
    }

    fn differences(&self, generation: &str, new: &Value) -> Vec<phoenix_plan::spec::Difference> {
        let spec = self.made_for(generation);
        fidelity(&self.model, new, &spec.changes, &self.options.daemon)
    }

    fn known_as(&self, generation: &str) -> CreateOptions {
        let mut options = self.options.clone();
        if let Some(attachment) = &mut options.attach {
            attachment.aliases = vec![generation.to_owned()];
        }
        options
    }
}
