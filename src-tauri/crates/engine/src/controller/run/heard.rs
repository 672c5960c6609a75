//! What happened outside: the engine, looks, checks, operations.

use phoenix_plan::{
    policy::UpdateMode,
    receipt::{Outcome, Receipt},
    service::ServiceId,
};

use super::{
    super::{
        Activity, Agreed, Aim, LastCheck, Notice,
        activity::Told,
        connection::{self, Link},
        notice,
        reporter::Reporter,
        slot::{Running, Seen, Slot},
        work::Conclusion,
    },
    Controller, Tick,
};
use crate::{World, check, check::Finding, ports::EngineFacts};

impl Controller {
    pub(super) fn heard(&mut self, tick: Tick) {
        match tick {
            Tick::Connected(epoch, _) | Tick::EngineGone(epoch, _) if epoch != self.epoch => {}
            Tick::Connected(_, Ok((world, facts))) => self.connected(world, facts),
            Tick::Connected(_, Err(reason)) | Tick::EngineGone(_, reason) => {
                self.engine_away(reason);
            }
            Tick::Changed(change) => {
                let concerned = self.slots.iter().filter(|slot| slot.is_concerned_by(&change));
                let concerned: Vec<ServiceId> = concerned.map(|slot| slot.wished.clone()).collect();
                self.dirty.extend(concerned);
                self.look_soon();
            }
            Tick::Looked(wished, seen) => self.looked(&wished, seen),
            Tick::Checked(service, finding) => self.checked(&service, finding),
            Tick::Told(service, told) => self.told(&service, told),
            Tick::Ended(service, aim, conclusion) => self.ended(&service, aim, conclusion),
        }
    }

    fn connected(&mut self, world: World, facts: Box<EngineFacts>) {
        self.tasks.spawn(connection::listen(world.clone(), self.epoch, self.send.clone()));
        self.worlds.send_replace(Some(world.clone()));
        self.link = Link::Up { world, facts };
        self.dirty = self.slots.iter().map(|slot| slot.wished.clone()).collect();
        self.look();
        self.settle();
    }

    fn engine_away(&mut self, reason: String) {
        let (since, tries) = match &self.link {
            Link::Away { since, tries, .. } => (*since, tries.saturating_add(1)),
            Link::Connecting | Link::Up { .. } => (self.surroundings.now(), 0),
        };
        self.worlds.send_replace(None);
        self.link = Link::Away { reason, since, tries };
        self.look_at = None;
        self.connect_later();
    }

    /// Updates that were interrupted are brought to their end, whoever is watched.
    fn settle(&mut self) {
        let Some(world) = self.world() else { return };
        let unfinished = world.state.unfinished_services().unwrap_or_default();
        for service in unfinished {
            if !self.slots.iter().any(|slot| slot.is(&service)) {
                self.slots.push(Slot::new(service.clone()));
            }
            self.start(&service, Aim::Update(None), Start::Settle);
        }
    }

    fn looked(&mut self, wished: &ServiceId, seen: Result<Option<Box<Seen>>, String>) {
        let Some(slot) = self.slots.iter_mut().find(|slot| slot.wished == *wished) else { return };
        match seen {
            Ok(seen) => {
                slot.seen = seen.map(|seen| *seen);
                self.plan_next_check();
            }
            // The engine's going away is told by its events; anything else by the next look.
            Err(reason) => tracing::warn!(service = %wished, reason, "it cannot be looked at"),
        }
    }

    pub(super) fn check(&mut self, only: Option<&ServiceId>) {
        let Link::Up { world, facts } = &self.link else { return };
        for slot in &mut self.slots {
            let Some(seen) = slot.seen.as_ref().filter(|_| !slot.checking) else { continue };
            let service = seen.sighting.observed.service.clone();
            if slot.running.is_some() || only.is_some_and(|only| *only != service) {
                continue;
            }
            let (world, send) = (world.clone(), self.send.clone());
            let (sighting, platform) = (seen.sighting.clone(), facts.platform.clone());
            slot.checking = true;
            self.tasks.spawn(async move {
                let finding = check::check(&world, &sighting, &platform).await;
                // A controller that is gone announces nothing.
                let _gone = send.send(Tick::Checked(service, finding));
            });
        }
    }

    fn checked(&mut self, service: &ServiceId, finding: Finding) {
        let now = self.surroundings.now();
        let Some(slot) = self.slot(service) else { return };
        slot.checking = false;
        if matches!(finding, Finding::CheckFailed { .. }) {
            slot.check_failed = Some(finding);
            return;
        }
        slot.check_failed = None;
        self.watched(service).last_check = Some(LastCheck { at: now, finding });
        self.remember();
        if !self.memory.paused && self.quitting.is_none() {
            self.offer(service);
        }
    }

    /// Announces what was found, or installs it, as the user wishes.
    fn offer(&mut self, service: &ServiceId) {
        let watched = self.watched(service).clone();
        let Some(slot) = self.slots.iter().find(|slot| slot.is(service)) else { return };
        let state = slot.state(&watched);
        let told = notice::announcement(&state, &watched, self.surroundings.now());
        let Some((announcement, key)) = told else { return };
        let mode = self.wishes.policy_for(service).updates;
        match mode {
            UpdateMode::Manual => return,
            UpdateMode::Notify => self.surroundings.tell(announcement),
            UpdateMode::Auto => {
                self.start(service, Aim::Update(None), Start::ByItself);
            }
        }
        let watched = self.watched(service);
        watched.announced = Some(key);
        watched.snoozed_until = None;
        self.remember();
    }

    fn told(&mut self, service: &ServiceId, told: Told) {
        let now = self.surroundings.now();
        if let Some(running) = self.slot(service).and_then(|slot| slot.running.as_mut()) {
            running.activity.hear(told, now);
        }
    }

    /// Begins an operation of a service that has none.
    pub(super) fn start(&mut self, service: &ServiceId, aim: Aim, how: Start) {
        let Some(index) = self.slots.iter().position(|slot| slot.is(service)) else { return };
        let slot = &self.slots[index];
        let Some(work) = self.work(slot).filter(|_| slot.running.is_none()) else { return };
        let activity = Activity::new(aim.purpose(), self.surroundings.now());
        let cancel = tokio_util::sync::CancellationToken::new();
        let service = slot.id().clone();
        let reporter = Reporter::new(service.clone(), self.send.clone());
        let (send, token) = (self.send.clone(), cancel.clone());
        self.tasks.spawn(async move {
            let conclusion = match how {
                Start::Settle => work.settle(reporter).await,
                Start::ByItself => {
                    work.carry_out(aim.clone(), Agreed::default(), reporter, token).await
                }
                Start::Asked { agreed } => {
                    work.carry_out(aim.clone(), agreed, reporter, token).await
                }
            };
            // A controller that is gone shows nothing; the journal knows all.
            let _gone = send.send(Tick::Ended(service, aim, conclusion));
        });
        let slot = &mut self.slots[index];
        slot.trouble = None;
        slot.running = Some(Running { activity, cancel });
    }

    fn ended(&mut self, service: &ServiceId, aim: Aim, conclusion: Conclusion) {
        let Some(slot) = self.slot(service) else { return };
        slot.running = None;
        let wished = slot.wished.clone();
        match conclusion {
            Conclusion::Receipts { receipts, trouble } => {
                for receipt in receipts {
                    self.receipt(service, receipt);
                }
                if let Some(message) = trouble {
                    self.trouble(service, message);
                }
            }
            Conclusion::ConsentNeeded => {
                let service = service.clone();
                self.surroundings.tell(Notice::ConsentNeeded { service, aim });
            }
            Conclusion::Failed(message) => self.trouble(service, message),
        }
        self.dirty.insert(wished);
        self.look();
        self.check_again(service);
    }

    fn trouble(&mut self, service: &ServiceId, message: String) {
        if let Some(slot) = self.slot(service) {
            slot.trouble = Some(message.clone());
        }
        self.surroundings.tell(Notice::Trouble { service: service.clone(), message });
    }

    fn receipt(&mut self, service: &ServiceId, receipt: Receipt) {
        let updated = receipt.outcome == Outcome::Updated;
        let Some(slot) = self.slot(service) else { return };
        if receipt.outcome == Outcome::Held {
            slot.trouble = Some(receipt.reason.clone());
        } else if let Some(seen) = &mut slot.seen
            && receipt.outcome != Outcome::Unchanged
        {
            seen.newest = Some(receipt.clone());
            if updated {
                seen.sighting.running = receipt.to.clone();
            }
        }
        if updated && let Some(check) = &mut self.watched(service).last_check {
            check.finding = Finding::UpToDate;
        }
        if notice::is_worth_telling(&receipt) {
            self.surroundings.tell(Notice::Ended(Box::new(receipt)));
        }
    }

    /// What an operation changed may be what the last check spoke of.
    fn check_again(&mut self, service: &ServiceId) {
        if self.quitting.is_none() {
            self.check(Some(service));
        }
    }
}

/// Who wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// A person, who agreed to this.
    Asked { agreed: Agreed },
    /// The policy.
    ByItself,
    /// An interrupted update.
    Settle,
}
