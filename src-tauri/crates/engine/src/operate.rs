//! What a user can ask for, from lock to receipt.

mod dependents;
mod rollback;
mod warm;

use phoenix_plan::{
    image::{BadReference, ImageReference, Release},
    journal::JournalId,
    planner::{self, Basis, Candidate, Decision, Space},
    policy::Policy,
    probe,
    receipt::{Outcome, Receipt, Why},
    service::ServiceId,
    step::{Dropped, Plan, Purpose},
};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::{
    World, check,
    execute::{Execution, JournalError},
    observe::{Sighting, dependents_of, look},
    ports::{
        EngineError, EngineFacts, KeptRelease, LockError, Progress, RegistryError, ServiceLock,
        StateError, SwitchError,
    },
    recover::recover,
    room::room,
};

pub use warm::WarmRollback;

/// What a user can ask for, with everything that carrying it out needs.
pub struct Operation<'a> {
    /// The outside world.
    pub world: &'a World,
    /// The service.
    pub service: &'a ServiceId,
    /// The settings in force for it.
    pub policy: &'a Policy,
    /// Ports of it that are relayed as raw TCP.
    pub raw_ports: &'a [u16],
    /// Who is told.
    pub progress: &'a dyn Progress,
    /// Who agrees; asked with the plan before anything happens.
    pub consent: &'a dyn Consent,
    /// Cancels while there is a way back.
    pub cancel: &'a CancellationToken,
}

/// Who agrees to a plan.
pub trait Consent: Send + Sync {
    /// Whether to carry it out. May ask a person.
    fn agrees(&self, plan: &Plan) -> bool;
}

/// How an operation ended, if it could be tried.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    /// With a receipt.
    Receipt(Box<Receipt>),
    /// Nobody agreed to the plan.
    Declined,
}

/// Why an operation could not be tried.
#[derive(Debug, thiserror::Error)]
pub enum OperationError {
    /// Another process is at it, or the lock is not to be had.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The registry.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The reference that the container states, or that was asked for.
    #[error(transparent)]
    Reference(#[from] BadReference),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Our own state.
    #[error(transparent)]
    State(#[from] StateError),
    /// The switch.
    #[error(transparent)]
    Switch(#[from] SwitchError),
    /// The journal of an update that may be unfinished makes no sense.
    #[error("what serves is uncertain, because an update may have been interrupted")]
    Spoilt(#[source] StateError),
    /// An earlier update could not be brought to its end.
    #[error("an interrupted update is not at its end: {0}")]
    StillStuck(String),
    /// No release of that name is kept.
    #[error("no kept release is called \"{wanted}\"; kept are: {kept}")]
    NoSuchRelease {
        /// What was asked for.
        wanted: String,
        /// What there is.
        kept: String,
    },
}

/// Where an update should lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aim {
    /// To what the containers' own reference means now.
    Newest,
    /// To a tag, a digest (`sha256:…`) or a whole reference.
    To(String),
}

impl Operation<'_> {
    /// Updates the service.
    pub async fn update(&self, aim: &Aim) -> Result<Ended, OperationError> {
        let ready = self.get_ready("update").await?;
        let reference = match aim {
            Aim::Newest => ready.sighting.reference.clone()?,
            Aim::To(text) => aimed_at(ready.sighting.reference.as_ref().ok(), text)?,
        };
        let (candidate, space) = self.candidate(&ready, &reference, *aim != Aim::Newest).await?;
        let tagged = self.tagged(&reference.familiar()).await?;
        let basis = Basis { space, ..self.basis(&ready, tagged.as_deref()) };
        let to = Release {
            image: reference.familiar(),
            digest: candidate.digest.clone(),
            image_id: candidate.image_id.clone(),
            version: candidate.version.clone(),
        };
        let decision = planner::update(&basis, &candidate);
        self.carry_out(&ready, Purpose::Update, decision, to).await
    }

    /// Puts the service behind a switch.
    pub async fn adopt(&self) -> Result<Ended, OperationError> {
        self.same_release("adopt", Purpose::Adopt, planner::adopt).await
    }

    /// Brings updates of the service that were interrupted to their end, and does nothing else.
    pub async fn settle(&self) -> Result<Vec<Receipt>, OperationError> {
        let _lock = self.world.state.lock(self.service, "recover")?;
        let facts = self.world.engine.facts().await?;
        let unfinished = self.unfinished()?;
        let settled =
            recover(self.world, &facts, self.policy, self.service, &unfinished, self.progress);
        Ok(settled.await?)
    }

    /// Gives the port back to the service's own container.
    pub async fn release(&self) -> Result<Ended, OperationError> {
        self.same_release("release", Purpose::Release, planner::release).await
    }

    async fn same_release(
        &self,
        activity: &str,
        purpose: Purpose,
        plan: fn(&Basis<'_>) -> Decision,
    ) -> Result<Ended, OperationError> {
        let ready = self.get_ready(activity).await?;
        let tagged = self.tagged(&ready.sighting.running.image).await?;
        let decision = plan(&self.basis(&ready, tagged.as_deref()));
        let to = ready.sighting.running.clone();
        self.carry_out(&ready, purpose, decision, to).await
    }

    /// Lock, facts, recovery of what was interrupted, and a fresh look.
    async fn get_ready(&self, activity: &str) -> Result<Ready, OperationError> {
        let lock = self.world.state.lock(self.service, activity)?;
        let facts = self.world.engine.facts().await?;
        let unfinished = self.unfinished()?;
        let recovered =
            recover(self.world, &facts, self.policy, self.service, &unfinished, self.progress)
                .await?;
        if let Some(stuck) = recovered.iter().find(|receipt| receipt.outcome == Outcome::Stuck) {
            return Err(OperationError::StillStuck(stuck.reason.clone()));
        }
        let mut sighting = look(self.world, self.service, self.progress).await?;
        sighting.observed.dependents = dependents_of(self.world, &sighting.observed).await?;
        let others = self.lock_dependents(&sighting, activity)?;
        let record = self.world.state.record(self.service)?;
        let running = match &sighting.running.image_id {
            Some(id) => self.world.engine.inspect_image(id).await?,
            None => None,
        };
        let bad = record.bad_digests.iter().map(|bad| (bad.digest.clone(), bad.reason.clone()));
        Ok(Ready {
            platform: platform_of(running.as_ref(), &facts.platform),
            running,
            kept: record.kept.iter().map(dropped).collect(),
            bad_digests: bad.collect(),
            fresh: self.world.clock.fresh_id(),
            facts,
            sighting,
            lock,
            _others: others,
        })
    }

    /// A state that cannot even be listed is no interrupted update: nothing was changed yet. A
    /// journal that makes no sense may be one.
    fn unfinished(&self) -> Result<Vec<JournalId>, OperationError> {
        self.world.state.unfinished(self.service).map_err(|error| {
            if error.source.kind() == std::io::ErrorKind::InvalidData {
                OperationError::Spoilt(error)
            } else {
                OperationError::State(error)
            }
        })
    }

    fn basis<'b>(&'b self, ready: &'b Ready, tagged: Option<&'b str>) -> Basis<'b> {
        let observed = &ready.sighting.observed;
        let ports = match (&observed.switch, observed.members.first()) {
            (Some(switch), _) => switch.ports.clone(),
            (None, Some(member)) => member.container.ports.clone(),
            (None, None) => Vec::new(),
        };
        let first = observed.members.first();
        Basis {
            observed,
            from: &ready.sighting.running,
            tagged,
            policy: self.policy,
            bad_digests: &ready.bad_digests,
            raw_ports: self.raw_ports,
            kept: &ready.kept,
            space: None,
            platform: &ready.platform,
            probe: first
                .and_then(|member| probe::http_probe(&member.container, &ports, self.policy)),
            now: self.world.clock.now(),
            fresh: &ready.fresh,
        }
    }

    async fn candidate(
        &self,
        ready: &Ready,
        reference: &ImageReference,
        asked_for: bool,
    ) -> Result<(Candidate, Option<Space>), OperationError> {
        let mut candidate = check::candidate(self.world, reference, asked_for).await?;
        let Some(digest) = candidate.digest.clone() else { return Ok((candidate, None)) };
        let exact = reference.at_digest(&digest);
        if ready.sighting.running.digest.as_ref() == Some(&digest) {
            return Ok((candidate, None));
        }
        let Ok(remote) = self.world.registry.describe(&exact, &ready.platform).await else {
            return Ok((candidate, None));
        };
        candidate.version.clone_from(&remote.version);
        if self.world.engine.inspect_image(&exact.familiar()).await?.is_some() {
            return Ok((candidate, None));
        }
        let room = room(self.world, &ready.facts, &remote, ready.running.as_ref()).await;
        Ok((candidate, room.space()))
    }

    async fn tagged(&self, reference: &str) -> Result<Option<String>, OperationError> {
        let image = self.world.engine.inspect_image(reference).await?;
        Ok(image.and_then(|image| image["Id"].as_str().map(str::to_owned)))
    }

    async fn carry_out(
        &self,
        ready: &Ready,
        purpose: Purpose,
        decision: Decision,
        to: Release,
    ) -> Result<Ended, OperationError> {
        let plan = match decision {
            Decision::UpToDate => {
                let reason = "the newest release runs already".to_owned();
                let ended = self.not_begun(ready, purpose, Outcome::Unchanged, reason, to);
                return Ok(Ended::Receipt(Box::new(ended)));
            }
            Decision::Held(hold) => {
                let reason = hold.to_string();
                let mut ended = self.not_begun(ready, purpose, Outcome::Held, reason, to);
                ended.why = Some(Why::Held(hold));
                return Ok(Ended::Receipt(Box::new(ended)));
            }
            Decision::Go(plan) => *plan,
        };
        if !self.consent.agrees(&plan) {
            return Ok(Ended::Declined);
        }
        ready.lock.announce(&format!("{purpose:?} {}", plan.id));
        let execution = Execution::begin(
            self.world,
            &ready.facts,
            self.policy,
            self.progress,
            self.cancel,
            plan,
        )
        .map_err(before_anything)?;
        Ok(Ended::Receipt(Box::new(execution.run().await?)))
    }

    fn not_begun(
        &self,
        ready: &Ready,
        purpose: Purpose,
        outcome: Outcome,
        reason: String,
        to: Release,
    ) -> Receipt {
        let now = self.world.clock.now();
        Receipt::not_begun(
            JournalId::new(now, &ready.fresh),
            self.service.clone(),
            purpose,
            outcome,
            reason,
            ready.sighting.running.clone(),
            to,
            now,
        )
    }
}

/// Updates that failed in a row no longer speak against another try by itself: a person wants it.
pub fn close_breaker(world: &World, service: &ServiceId) -> Result<(), StateError> {
    let mut record = world.state.record(service)?;
    if record.failures_in_a_row > 0 {
        record.failures_in_a_row = 0;
        world.state.save_record(service, &record)?;
    }
    Ok(())
}

/// Everything that planning needs, under the service's lock.
struct Ready {
    lock: Box<dyn ServiceLock>,
    /// Those of the services that live in its namespaces.
    _others: Vec<Box<dyn ServiceLock>>,
    facts: EngineFacts,
    sighting: Sighting,
    /// The image that runs, as the engine inspects it.
    running: Option<Value>,
    platform: String,
    kept: Vec<Dropped>,
    bad_digests: Vec<(String, String)>,
    fresh: String,
}

/// The platform that the service's containers are made for: the engine's, unless they are emulated.
fn platform_of(running: Option<&Value>, engine: &str) -> String {
    let part =
        |key: &str| running.and_then(|image| image[key].as_str()).filter(|it| !it.is_empty());
    let Some((os, architecture)) = part("Os").zip(part("Architecture")) else {
        return engine.to_owned();
    };
    let own = format!("{os}/{architecture}");
    match part("Variant") {
        _ if engine == own || engine.starts_with(&format!("{own}/")) => engine.to_owned(),
        Some(variant) => format!("{own}/{variant}"),
        None => own,
    }
}

fn dropped(kept: &KeptRelease) -> Dropped {
    Dropped {
        name: kept.release.name(),
        image_id: kept.release.image_id.clone(),
        containers: kept.containers.iter().map(|container| container.name.clone()).collect(),
    }
}

/// `--to`: a digest or a tag of the present repository, or a whole reference.
pub(crate) fn aimed_at(
    present: Option<&ImageReference>,
    text: &str,
) -> Result<ImageReference, BadReference> {
    match present {
        Some(present) if text.starts_with("sha256:") => {
            ImageReference::parse(&format!("{}@{text}", present.name()))
        }
        Some(present) if !text.contains(['/', ':', '@']) => {
            ImageReference::parse(&format!("{}:{text}", present.name()))
        }
        Some(_) | None => ImageReference::parse(text),
    }
}

/// Without its first line, a journal does not exist, and nothing was done.
fn before_anything(error: JournalError) -> OperationError {
    match error {
        JournalError::State(error) => OperationError::State(error),
        JournalError::Illegal(error) => OperationError::Journal(error.into()),
    }
}
