//! The check-list: what updates need of the machine and of each service, with remedies.
//!
//! What is asked is here; what an answer means is said by pure functions in the modules below.

mod answers;
mod automation;
mod kept;
mod machine;
mod neighbours;
mod registries;
mod service;
#[cfg(test)]
mod tests;

use std::fmt;

use async_trait::async_trait;
use phoenix_plan::{image::ImageReference, service::ServiceId};
use serde::{Deserialize, Serialize};

use crate::{
    World,
    controller::{WatchState, Wishes},
    observe::look,
    other_updaters,
    ports::{EngineError, Progress, StateError},
    wording::Wording,
};

pub use machine::engine_away;
pub use neighbours::{Channel, CredentialHelper};

/// Facts about this machine that only the check-list asks for.
#[async_trait]
pub trait Machine: Send + Sync {
    /// The version of the compose plugin, if it is installed.
    async fn compose_version(&self) -> Option<String>;

    /// Free bytes for this user on the file system that holds a path; `None` where it cannot be
    /// told.
    fn free_bytes(&self, path: &str) -> Option<u64>;

    /// The program that checks and updates by itself here, if one does.
    fn watcher(&self) -> Option<String>;

    /// The channels of the settings, and what each did last, whichever process sent it.
    fn channels(&self) -> Vec<Channel>;

    /// The credential helpers that Docker's own config names, each asked once, within a bound.
    async fn credential_helpers(&self) -> Vec<CredentialHelper>;

    /// The readable log: its path, and why it cannot be read if so.
    fn log(&self) -> (String, Option<String>);

    /// Whether a backup of config files is there.
    fn has_backup(&self, backup: &str) -> bool;
}

/// Everything that is looked at, and with what.
#[derive(Clone, Copy)]
pub struct Examination<'a> {
    /// The outside world.
    pub world: &'a World,
    /// This machine.
    pub machine: &'a dyn Machine,
    /// The settings.
    pub wishes: &'a dyn Wishes,
    /// What checks have found.
    pub known: &'a WatchState,
    /// Which services.
    pub services: &'a [ServiceId],
}

/// One line of the check-list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was looked at.
    pub subject: Subject,
    /// How it came out.
    pub state: CheckState,
    /// What was found.
    pub finding: Wording,
    /// What to do.
    pub remedy: Option<Remedy>,
}

/// What a check is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The stable word for it.
    pub topic: Topic,
    /// Whose; absent where it is the machine's.
    pub service: Option<ServiceId>,
}

/// What a check is about, in stable words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// `config.toml`.
    Configuration,
    /// The container engine.
    Engine,
    /// The compose plugin.
    Compose,
    /// Free space where the engine keeps its layers.
    Disk,
    /// The program's own files.
    State,
    /// Whether there is anything to watch.
    Services,
    /// An update that was cut off.
    InterruptedUpdate,
    /// Whether the containers run.
    Running,
    /// The containers' health checks.
    HealthCheck,
    /// The switch in front of the service.
    Switch,
    /// Whether there is something to go back to.
    Rollback,
    /// What the last update cost.
    ZeroDowntime,
    /// Whether the service answers where its clients ask.
    Answers,
    /// A port that somebody else has.
    Port,
    /// Backups of config files.
    Backup,
    /// How the last update ended.
    LastUpdate,
    /// What the last check found, and why it is not installed.
    Updates,
    /// Whether anything happens by itself.
    Automation,
    /// Labels of other updaters on the service's containers.
    Labels,
    /// The readable log.
    Log,
    /// A registry.
    Registry,
    /// A program that Docker's own config names for passwords.
    CredentialHelper,
    /// Other programs that update containers.
    OtherUpdaters,
    /// Where messages go beyond the desktop.
    Channel,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// As it should be.
    Good,
    /// It works, and could be better.
    Advice,
    /// Something does not work.
    Bad,
}

/// What to do about a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    /// In words.
    pub text: Wording,
    /// What a program can do about it by itself.
    pub action: Option<RemedyAction>,
}

/// What a program can do about a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", content = "target", rename_all = "snake_case")]
pub enum RemedyAction {
    /// Start the container of this name.
    StartContainer(String),
    /// Put the service behind a switch.
    Adopt(ServiceId),
    /// Bring the interrupted update of the service to its end.
    Resume(ServiceId),
}

/// Looks at everything. What cannot be looked at is a bad check, so there is always an answer.
/// Progress receives notes only.
pub async fn examine(it: &Examination<'_>, progress: &dyn Progress) -> Vec<Check> {
    let mut checks = Vec::new();
    let answers = of_machine(it, &mut checks).await;
    checks.extend(interrupted(it.world).unwrap_or_else(|error| vec![machine::no_state(&error)]));
    if !answers {
        return checks;
    }
    let mut references = Vec::new();
    for service in it.services {
        match of_service(it, service, &mut references, progress).await {
            Ok(found) => checks.extend(found),
            Err(Trouble::State(error)) => checks.push(machine::no_state(&error)),
            Err(Trouble::Engine(error)) => {
                checks.push(engine_away(Wording::from(&error)));
                break;
            }
        }
    }
    checks.extend(registries::checks(it.world, &references).await);
    checks
}

/// Why a service cannot be looked at.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    State(#[from] StateError),
}

/// Whether the engine answers.
async fn of_machine(it: &Examination<'_>, checks: &mut Vec<Check>) -> bool {
    let facts = match it.world.engine.facts().await {
        Ok(facts) => facts,
        Err(error) => {
            checks.push(engine_away(Wording::from(&error)));
            return false;
        }
    };
    checks.push(machine::engine(&facts));
    checks.push(machine::compose(it.machine.compose_version().await));
    let free = facts.local.then(|| it.machine.free_bytes(&facts.data_root)).flatten();
    checks.extend(free.map(|free| machine::disk(free, &facts.data_root)));
    let watcher = it.machine.watcher();
    checks.push(automation::of_machine(&it.wishes.schedule(), watcher.as_deref()));
    checks.extend(neighbours::updaters(other_updaters::find(it.world).await));
    checks.extend(it.machine.channels().into_iter().map(neighbours::channel));
    let (path, trouble) = it.machine.log();
    checks.push(machine::log(&path, trouble.as_deref()));
    let helpers = it.machine.credential_helpers().await;
    checks.extend(helpers.into_iter().map(neighbours::helper));
    true
}

fn interrupted(world: &World) -> Result<Vec<Check>, StateError> {
    Ok(world.state.unfinished_services()?.into_iter().map(service::interrupted).collect())
}

async fn of_service(
    it: &Examination<'_>,
    service: &ServiceId,
    references: &mut Vec<ImageReference>,
    progress: &dyn Progress,
) -> Result<Vec<Check>, Trouble> {
    let seen = look(it.world, service, progress).await?;
    let observed = &seen.observed;
    let record = it.world.state.record(service)?;
    let receipts = it.world.state.receipts(Some(service))?;
    let policy = match observed.members.first() {
        Some(member) => it.wishes.policy_with(service, &member.container.labels),
        None => it.wishes.policy_for(service),
    };
    let mut checks = service::checks(observed, &record, &receipts);
    if let Some(target) = answers::target(observed, &policy)
        && it.world.engine.facts().await?.local
    {
        let answer = it.world.prober.once(&target).await;
        checks.push(answers::judged(observed, &target, answer));
    }
    let listed = it.world.engine.list_containers(None).await?;
    for member in &observed.members {
        checks.extend(answers::taken_ports(service, &member.container, &listed));
    }
    checks.extend(kept::checks(it.world, it.machine, service, &record, &policy).await?);
    checks.extend(automation::idle_tag_rules(service, &policy.tags));
    if let Some(member) = observed.members.first() {
        checks.extend(automation::labels(service, &member.container.labels));
    }
    let known = it.known.services.get(service);
    checks.push(automation::of_service(service, policy.updates, known, it.world.clock.now()));
    // What was never in a registry has none to be asked.
    let pulled = seen.running.digest.is_some();
    references.extend(seen.reference.ok().filter(|reference| pulled && !reference.is_pinned()));
    Ok(checks)
}

impl Check {
    /// As it should be.
    pub fn good(subject: Subject, finding: Wording) -> Self {
        Self { subject, state: CheckState::Good, finding, remedy: None }
    }

    /// It works, and could be better.
    pub fn advice(subject: Subject, finding: Wording, remedy: Remedy) -> Self {
        Self { subject, state: CheckState::Advice, finding, remedy: Some(remedy) }
    }

    /// Something does not work.
    pub fn bad(subject: Subject, finding: Wording, remedy: Remedy) -> Self {
        Self { subject, state: CheckState::Bad, finding, remedy: Some(remedy) }
    }
}

impl Subject {
    /// Of the machine.
    pub const fn machine(topic: Topic) -> Self {
        Self { topic, service: None }
    }

    /// Of a service.
    pub fn of(service: &ServiceId, topic: Topic) -> Self {
        Self { topic, service: Some(service.clone()) }
    }
}

impl Remedy {
    /// What a person does.
    pub const fn by_hand(text: Wording) -> Self {
        Self { text, action: None }
    }

    /// What a program can do too.
    pub const fn with(text: Wording, action: RemedyAction) -> Self {
        Self { text, action: Some(action) }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Configuration => "configuration",
            Self::Engine => "engine",
            Self::Compose => "compose",
            Self::Disk => "disk",
            Self::State => "state",
            Self::Services => "services",
            Self::InterruptedUpdate => "interrupted update",
            Self::Running => "running",
            Self::HealthCheck => "health check",
            Self::Switch => "switch",
            Self::Rollback => "rollback",
            Self::ZeroDowntime => "zero downtime",
            Self::Answers => "answers",
            Self::Port => "port",
            Self::Backup => "config backup",
            Self::LastUpdate => "last update",
            Self::Updates => "updates",
            Self::Automation => "automation",
            Self::Labels => "labels",
            Self::Log => "log",
            Self::Registry => "registry",
            Self::CredentialHelper => "credential helper",
            Self::OtherUpdaters => "other updaters",
            Self::Channel => "channel",
        })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.service {
            Some(service) => write!(f, "{service}: {}", self.topic),
            None => self.topic.fmt(f),
        }
    }
}
