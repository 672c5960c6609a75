//! One round of checks by hand: what the controller does by itself, for programs without one.

use futures_util::future::join_all;
use jiff::Zoned;
use phoenix_plan::{
    hooks::HookReport,
    image::{ImageReference, Release},
    policy::install::Circumstances,
    service::ServiceId,
};
use serde::Serialize;
use tokio::sync::Semaphore;

use crate::{
    World,
    check::{Answer, Finding, HOOKS_AT_ONCE, Hooked, Question},
    controller::{Held, Offer, WatchState, Watched, Wishes},
    observe::{Sighting, look},
    ports::{EngineError, Progress, ServiceRecord},
};

/// What a check says of a service.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    /// Which.
    pub service: ServiceId,
    /// What runs.
    pub running: Release,
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
    /// Why it is not installed by itself now, or would not be if it were to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
    /// The user's commands that were run around the check.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hooks: Vec<HookReport>,
}

/// A round that was carried out.
#[derive(Debug)]
pub struct Round {
    answers: Vec<(Sighting, Answer)>,
}

impl Round {
    /// Asks about all services at once; the registry client bounds what is under way.
    pub async fn carry_out(
        world: &World,
        wishes: &dyn Wishes,
        memory: &WatchState,
        services: &[ServiceId],
        progress: &dyn Progress,
    ) -> Result<Self, EngineError> {
        let platform = world.engine.facts().await?.platform;
        let mut sightings = Vec::new();
        for service in services {
            sightings.push(look(world, service, progress).await?);
        }
        let references = sightings.iter().filter_map(|sighting| sighting.reference.as_ref().ok());
        world.registry.expect(&references.cloned().collect::<Vec<_>>());
        let turns = Semaphore::new(HOOKS_AT_ONCE);
        let asked = sightings.into_iter().map(|sighting| {
            let (platform, turns) = (platform.as_str(), &turns);
            async move {
                let service = &sighting.observed.service;
                let known = memory.services.get(service);
                let image_id = sighting.running.image_id.as_deref();
                let policy = policy(wishes, &sighting);
                let question = Question {
                    world,
                    sighting: &sighting,
                    platform,
                    tags: &policy.tags,
                    same: &known.map(|known| known.same_as(image_id)).unwrap_or_default(),
                };
                let hooked = Hooked { question, hooks: &policy.hooks, turns };
                let answer = hooked.check().await;
                (sighting, answer)
            }
        });
        Ok(Self { answers: join_all(asked).await })
    }

    /// Remembers what was found, as the controller does.
    pub fn remember(&self, memory: &mut WatchState, now: &Zoned) {
        for (sighting, answer) in &self.answers {
            let watched = memory.services.entry(sighting.observed.service.clone()).or_default();
            let repository = sighting.reference.as_ref().ok().map(ImageReference::name);
            let image_id = sighting.running.image_id.as_deref();
            watched.found(answer, repository, image_id, now.timestamp());
        }
    }

    /// What is to be shown, with what is remembered by now.
    pub fn checked(
        self,
        world: &World,
        wishes: &dyn Wishes,
        memory: &WatchState,
        now: &Zoned,
    ) -> Vec<Checked> {
        let nothing = Watched::default();
        let answers = self.answers.into_iter();
        answers
            .map(|(sighting, answer)| {
                let record = world.state.record(&sighting.observed.service).unwrap_or_default();
                let held = held(wishes, memory, &sighting, &record, &answer.finding, now);
                let service = sighting.observed.service;
                let watched = memory.services.get(&service).unwrap_or(&nothing);
                let Answer { finding, hooks, same: _ } = answer;
                let finding = finding.after(watched.last_good());
                Checked { service, running: sighting.running, finding, held, hooks }
            })
            .collect()
    }
}

/// What keeps a finding from being installed by itself now, as far as that can be told without asking
/// the machine about its power; `None` also where there is nothing to install.
pub fn held(
    wishes: &dyn Wishes,
    memory: &WatchState,
    sighting: &Sighting,
    record: &ServiceRecord,
    finding: &Finding,
    now: &Zoned,
) -> Option<Held> {
    let nothing = Watched::default();
    let offer = Offer {
        policy: &policy(wishes, sighting),
        watched: memory.services.get(&sighting.observed.service).unwrap_or(&nothing),
        finding,
        bad_digests: &record.bad_digests.iter().map(|bad| bad.digest.clone()).collect(),
        failures_in_a_row: record.failures_in_a_row,
    };
    let machine = Circumstances { paused: memory.paused, ..Circumstances::default() };
    offer.held(machine, wishes.power_rules(), now)
}

/// What settings and labels want for a service that was looked at.
pub(crate) fn policy(wishes: &dyn Wishes, sighting: &Sighting) -> phoenix_plan::policy::Policy {
    let service = &sighting.observed.service;
    match sighting.observed.members.first() {
        Some(member) => wishes.policy_with(service, &member.container.labels),
        None => wishes.policy_for(service),
    }
}
