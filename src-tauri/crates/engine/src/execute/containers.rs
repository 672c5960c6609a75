//! Steps about containers.

use phoenix_plan::{
    journal::Evidence,
    spec::{
        ApiVersion, Attachment, CreateOptions, CreateSpec, DaemonDefaults, Joined, PublishedPorts,
        create_body, fidelity,
    },
    step::{Action, Joining, Ports, Source, Step, Who},
};
use serde_json::Value;

use super::{Execution, StepError};
use crate::ports::EngineError;

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
        joins: &[Joining],
    ) -> Result<SpecInMaking, StepError> {
        let model = self.model(like).await?;
        let engine = &self.world.engine;
        let old_image = engine.inspect_image(model["Image"].as_str().unwrap_or_default()).await?;
        let new_image = engine.inspect_image(image_id).await?;
        let new_image = new_image.ok_or_else(|| StepError::Gone(format!("image {image_id}")))?;
        // What runs already has shown that it can.
        if model["Image"].as_str() != Some(image_id) {
            self.fits_engine(&new_image)?;
        }
        let joins = self.joined(joins)?;
        Ok(SpecInMaking {
            options: CreateOptions {
                // The edited file is that of the service, not of others in its namespaces.
                compose_hash: self.rollout.plan().compose_hash.clone().filter(|_| joins.is_empty()),
                joins,
                ..self.options(image_id, reference, ports, network, &model)
            },
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
        let made = self.rollout.plan().steps.iter().find_map(|step| {
            if let Action::Create {
                generation: of,
                like,
                image,
                reference,
                ports,
                network,
                joins,
                ..
            } = &step.action
                && of == generation
            {
                Some((like, image, reference, ports, network, joins))
            } else {
                None
            }
        });
        let Some((like, image, reference, ports, network, joins)) = made else {
            return Ok(Evidence::Nothing);
        };
        let image_id = self.image_id(image)?;
        let spec = self.spec(like, &image_id, reference, ports, network.as_deref(), joins).await?;
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

    /// A kept description comes before the container itself, which was changed to be parked.
    async fn model(&self, like: &Source) -> Result<Value, StepError> {
        let (Source::Container { id, .. } | Source::Kept { id }) = like;
        if let Source::Kept { .. } = like {
            let record = self.world.state.record(&self.rollout.plan().service)?;
            let mut kept = record.kept.into_iter().flat_map(|release| release.containers);
            if let Some(container) = kept.find(|container| container.id == *id) {
                return Ok(container.inspect);
            }
        }
        let raw = self.world.engine.inspect_container(id).await?;
        raw.ok_or_else(|| StepError::Gone(like.to_string()))
    }

    /// Whether a container lives in the service's namespaces, and is not of the service.
    pub(super) fn is_dependent(&self, who: &Who) -> bool {
        self.rollout.plan().dependents().any(|dependent| match who {
            Who::New { generation } => dependent.generation == generation,
            Who::Existing { id, .. } => dependent.id == id,
        })
    }

    fn joined(&self, joins: &[Joining]) -> Result<Vec<Joined>, StepError> {
        let joined = |join: &Joining| {
            Ok(Joined { reference: join.reference.clone(), id: self.id(&join.owner)?.to_owned() })
        };
        joins.iter().map(joined).collect()
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
            joins: Vec::new(),
            compose_hash: self.rollout.plan().compose_hash.clone(),
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
        // Where the old one was emulated, so may be the new one.
        let asked = self.rollout.plan().steps.iter().find_map(|step| {
            if let Action::Pull { platform, .. } = &step.action {
                platform.as_deref()
            } else {
                None
            }
        });
        let for_platform = |platform: &str| platform.starts_with(&made_for);
        let fits = made_for == "/"
            || for_platform(&self.facts.platform)
            || asked.is_some_and(for_platform);
        if fits {
            return Ok(());
        }
        let engine = self.facts.platform.clone();
        Err(StepError::WrongPlatform { image: made_for, engine })
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
