//! Checks: when, of what, and what becomes of what they find.

use std::time::Duration;

use jiff::Timestamp;
use phoenix_plan::{policy::UpdateMode, service::ServiceId};
use tokio::time::Instant;

use super::{
    super::{Aim, LastCheck, connection::Link, notice, slot::Slot},
    BROKEN, Controller, Tick,
    heard::Start,
};
use crate::{check, check::Finding};

/// A check that is overdue comes this long after it is found to be.
const LEAST_PAUSE: Duration = Duration::from_secs(2);
/// A check that failed is tried again after this time, or when the next is due if that is sooner.
const AFTER_FAILURE: Duration = Duration::from_mins(15);
/// What is due this soon is checked along, so that services stay in step.
const ALONG: Duration = Duration::from_mins(1);

impl Controller {
    /// A person asks for a check of one service or of all.
    pub(super) fn check(&mut self, only: Option<&ServiceId>) {
        self.begin_check(|slot| only.is_none_or(|only| slot.is(only)));
        self.plan_next_check();
    }

    /// Checks what is due.
    pub(super) fn check_due(&mut self) {
        let Some(every) = self.wishes.check_every() else { return };
        let now = self.surroundings.now();
        let due = self.slots.iter().filter(|slot| self.until_check(slot, every, now) <= ALONG);
        let due: Vec<ServiceId> = due.map(|slot| slot.wished.clone()).collect();
        self.begin_check(|slot| due.contains(&slot.wished));
    }

    /// Checks the services of the slots that `wanted` picks, each once, where that is possible now.
    pub(super) fn begin_check(&mut self, wanted: impl Fn(&Slot) -> bool) {
        let Link::Up { world, facts } = &self.link else { return };
        let (world, platform) = (world.clone(), facts.platform.clone());
        let now = self.surroundings.now();
        for index in 0..self.slots.len() {
            let slot = &self.slots[index];
            let is_first = self.index_of(slot.id()) == Some(index);
            let Some(seen) = slot.seen.as_ref().filter(|_| is_first && is_free(slot)) else {
                continue;
            };
            if !wanted(slot) {
                continue;
            }
            let (sighting, service) = (seen.sighting.clone(), slot.id().clone());
            let (wished, world, platform) = (slot.wished.clone(), world.clone(), platform.clone());
            let (panicked, its) = (wished.clone(), service.clone());
            let checking = async move {
                let finding = check::check(&world, &sighting, &platform).await;
                Tick::Checked { wished, service, finding }
            };
            self.spawn(checking, move || {
                let finding = Finding::CheckFailed { reason: BROKEN.to_owned() };
                Tick::Checked { wished: panicked, service: its, finding }
            });
            let slot = &mut self.slots[index];
            (slot.checking, slot.tried_at) = (true, Some(now));
        }
    }

    pub(super) fn checked(&mut self, wished: &ServiceId, service: &ServiceId, finding: Finding) {
        let Some(slot) = self.wished(wished) else { return };
        slot.checking = false;
        let failed = matches!(finding, Finding::CheckFailed { .. });
        slot.check_failed = failed.then(|| finding.clone());
        if !failed {
            let at = self.surroundings.now();
            self.watched(service).last_check = Some(LastCheck { at, finding });
            self.remember();
            if !self.memory.paused && self.quitting.is_none() {
                self.offer(service);
            }
        }
        self.plan_next_check();
    }

    /// Announces what was found, or installs it, as the user wishes.
    fn offer(&mut self, service: &ServiceId) {
        let watched = self.watched(service).clone();
        let Some(index) = self.index_of(service) else { return };
        let state = self.slots[index].state(&watched);
        let told = notice::announcement(&state, &watched, self.surroundings.now());
        let Some((announcement, key)) = told else { return };
        match self.wishes.policy_for(service).updates {
            UpdateMode::Manual => return,
            UpdateMode::Notify => self.surroundings.tell(announcement),
            UpdateMode::Auto => {
                if !self.start(service, Aim::Update(None), Start::ByItself) {
                    return;
                }
            }
        }
        let watched = self.watched(service);
        watched.announced = Some(key);
        watched.snoozed_until = None;
        self.remember();
    }

    /// Plans the check that is due next, from what is known now.
    pub(super) fn plan_next_check(&mut self) {
        let every = self.wishes.check_every().filter(|_| self.world().is_some());
        let next = every.and_then(|every| {
            let now = self.surroundings.now();
            let slots = self.slots.iter().filter(|slot| slot.exists() && is_free(slot));
            slots.map(|slot| self.until_check(slot, every, now)).min()
        });
        let Some(pause) = next else {
            self.check_at = None;
            return;
        };
        let at = Instant::now() + pause.max(LEAST_PAUSE);
        // What is overdue is not put off by everything that happens meanwhile.
        let planned = self.check_at.filter(|planned| pause < LEAST_PAUSE && *planned < at);
        self.check_at = Some(planned.unwrap_or(at));
    }

    /// Zero where it is overdue. A time that is still to come (somebody set the clock back) says
    /// nothing.
    fn until_check(&self, slot: &Slot, every: Duration, now: Timestamp) -> Duration {
        let known = self.memory.services.get(slot.id());
        let answered = known.and_then(|known| known.last_check.as_ref()).map(|check| check.at);
        let pause = if slot.check_failed.is_some() { every.min(AFTER_FAILURE) } else { every };
        let last = answered.max(slot.tried_at);
        let passed = last.and_then(|last| Duration::try_from(now.duration_since(last)).ok());
        passed.map_or(Duration::ZERO, |passed| pause.saturating_sub(passed))
    }
}

/// Whether a check of it could begin.
const fn is_free(slot: &Slot) -> bool {
    !slot.checking && slot.running.is_none()
}
