//! Checks: of what, and what becomes of what they find.

use std::sync::Arc;

use phoenix_plan::{image::ImageReference, policy::Policy, service::ServiceId};
use tokio::sync::Semaphore;

use super::{
    super::{connection::Link, slot::Slot},
    BROKEN, Controller, Tick,
};
use crate::{
    check::{Answer, Finding, Hooked, NoAnswer, Question},
    observe::Sighting,
    other_updaters,
};

impl Controller {
    /// A person asks for a check of one service or of all.
    pub(super) fn check(&mut self, only: Option<&ServiceId>) {
        if let Some(world) = self.world() {
            world.registry.person_asks();
        }
        if only.is_none() {
            self.look_for_other_updaters();
        }
        self.begin_check(|slot| only.is_none_or(|only| slot.is(only)));
        self.plan_next_check();
    }

    /// Checks the services of the slots that `wanted` picks, each once, where that is possible now:
    /// all at the same time, the registry client bounds what is under way.
    pub(super) fn begin_check(&mut self, wanted: impl Fn(&Slot) -> bool) {
        let Link::Up { world, facts } = &self.link else { return };
        let (world, platform) = (world.clone(), facts.platform.clone());
        let picked: Vec<usize> = (0..self.slots.len())
            .filter(|index| {
                let slot = &self.slots[*index];
                slot.seen.is_some()
                    && slot.is_free()
                    && wanted(slot)
                    && self.index_of(slot.id()) == Some(*index)
            })
            .collect();
        let references = picked.iter().filter_map(|index| self.slots[*index].reference());
        let references: Vec<ImageReference> = references.cloned().collect();
        world.registry.expect(&references);
        let now = self.surroundings.now();
        for index in picked {
            let slot = &self.slots[index];
            let Some(seen) = slot.seen.as_ref() else { continue };
            let known = self.memory.services.get(slot.id());
            let running = seen.sighting.running.image_id.as_deref();
            let work = OneCheck {
                world: world.clone(),
                platform: platform.clone(),
                sighting: seen.sighting.clone(),
                policy: self.policy_of(slot),
                same: known.map(|known| known.same_as(running)).unwrap_or_default(),
                hook_turns: Arc::clone(&self.hook_turns),
            };
            let (wished, service) = (slot.wished.clone(), slot.id().clone());
            let (panicked, its) = (wished.clone(), service.clone());
            let checking =
                async move { Tick::Checked { wished, service, answer: work.carry_out().await } };
            self.spawn(checking, move || Tick::Checked {
                wished: panicked,
                service: its,
                answer: Answer::from(Finding::CheckFailed {
                    reason: BROKEN.to_owned(),
                    because: NoAnswer::Other,
                    last_good: None,
                }),
            });
            let slot = &mut self.slots[index];
            (slot.checking, slot.tried_at) = (true, Some(now));
        }
    }

    pub(super) fn checked(&mut self, wished: &ServiceId, service: &ServiceId, answer: &Answer) {
        for report in &answer.hooks {
            self.surroundings.hook_ended(service, report);
        }
        let Some(slot) = self.wished(wished) else { return };
        slot.checking = false;
        let finding = &answer.finding;
        let failed = finding.is_failure();
        slot.check_failed = failed.then(|| finding.clone());
        slot.failed_checks = if failed { slot.failed_checks.saturating_add(1) } else { 0 };
        let running = slot.seen.as_ref().and_then(|seen| seen.sighting.running.image_id.clone());
        let repository = slot.reference().map(ImageReference::name);
        if !failed {
            let at = self.surroundings.now();
            self.remember(service, |watched| {
                watched.found(answer, repository, running.as_deref(), at);
            });
            self.offer(service);
        }
        self.plan_next_check();
        self.install_next();
    }

    /// Looks whether somebody else updates containers here, too.
    pub(super) fn look_for_other_updaters(&mut self) {
        let Some(world) = self.world().cloned() else { return };
        let epoch = self.epoch;
        let looking = async move {
            // An engine that does not tell is asked again with the next checks.
            Tick::OtherUpdaters(epoch, other_updaters::find(&world).await.ok())
        };
        self.spawn(looking, move || Tick::OtherUpdaters(epoch, None));
    }

    /// What is wanted for a service: by the settings, its labels, and by what was clicked.
    pub(super) fn policy_of(&self, slot: &Slot) -> Policy {
        let seen = slot.seen.as_ref().map(|seen| &seen.sighting.observed);
        let first = seen.and_then(|observed| observed.members.first());
        let mut policy = match first {
            Some(member) => self.wishes.policy_with(slot.id(), &member.container.labels),
            None => self.wishes.policy_for(slot.id()),
        };
        policy.pinned |= self.memory.services.get(slot.id()).is_some_and(|known| known.pinned);
        policy
    }
}

/// Everything that one check needs.
struct OneCheck {
    world: crate::World,
    platform: String,
    sighting: Sighting,
    policy: Policy,
    same: Vec<String>,
    hook_turns: Arc<Semaphore>,
}

impl OneCheck {
    async fn carry_out(self) -> Answer {
        let question = Question {
            world: &self.world,
            sighting: &self.sighting,
            platform: &self.platform,
            tags: &self.policy.tags,
            same: &self.same,
        };
        Hooked { question, hooks: &self.policy.hooks, turns: &self.hook_turns }.check().await
    }
}
