//! What happened outside: the engine, looks, operations.

use phoenix_plan::{
    receipt::{Cause, Outcome, Receipt},
    service::ServiceId,
    step::Purpose,
};
use tokio::time::Instant;

use super::{
    super::{
        Activity, Agreed, Aim, Notice,
        activity::Told,
        connection::{self, Connection, Link},
        notice,
        reporter::Reporter,
        slot::{Running, Seen, Slot},
        work::{AgreedTo, Conclusion},
    },
    BROKEN, Controller, Tick,
    installing::Machine,
};
use crate::{check::Finding, other_updaters::OtherUpdater, wording::Wording};

impl Controller {
    pub(super) fn heard(&mut self, tick: Tick) {
        match tick {
            Tick::Connected(epoch, _)
            | Tick::EngineGone(epoch, _)
            | Tick::Changed(epoch, _)
            | Tick::Looked(epoch, ..)
            | Tick::OtherUpdaters(epoch, _)
                if epoch != self.epoch => {}
            Tick::Connected(_, Ok(connection)) => self.connected(*connection),
            Tick::Connected(_, Err(reason)) | Tick::EngineGone(_, reason) => {
                self.engine_away(reason);
            }
            Tick::Changed(_, change) => {
                let concerned = self.slots.iter().filter(|slot| slot.is_concerned_by(&change));
                let concerned: Vec<ServiceId> = concerned.map(|slot| slot.wished.clone()).collect();
                self.dirty.extend(concerned);
                self.look_soon();
            }
            Tick::Looked(_, wished, seen) => self.looked(&wished, seen),
            Tick::Checked { wished, service, answer } => self.checked(&wished, &service, &answer),
            Tick::OtherUpdaters(_, found) => self.other_updaters(found),
            Tick::Power(power) => self.power_told(power),
            Tick::ClockJumped => self.clock_jumped(),
            Tick::Told(wished, told) => self.told(&wished, told),
            Tick::Ended(wished, aim, conclusion) => self.ended(&wished, aim, conclusion),
        }
    }

    fn connected(&mut self, connection: Connection) {
        let Connection { world, facts, changes } = connection;
        let (epoch, ticks) = (self.epoch, self.send.clone());
        let listening =
            async move { Tick::EngineGone(epoch, connection::listen(changes, epoch, ticks).await) };
        let broken = move || Tick::EngineGone(epoch, BROKEN.to_owned().into());
        self.listening = Some(self.spawn(listening, broken));
        self.worlds.send_replace(Some(world.clone()));
        self.link = Link::Up { world, facts };
        self.dirty = self.slots.iter().map(|slot| slot.wished.clone()).collect();
        self.look();
        self.draw_jitter();
        self.look_for_other_updaters();
        self.settle();
    }

    /// A person is warned once of each.
    fn other_updaters(&mut self, found: Option<Vec<OtherUpdater>>) {
        let Some(found) = found else { return };
        for updater in &found {
            if self.memory.warned.insert(updater.container.clone()) {
                self.surroundings.tell(Notice::OtherUpdater(updater.clone()));
                self.save_at.get_or_insert_with(Instant::now);
            }
        }
        self.other_updaters = found;
    }

    fn engine_away(&mut self, reason: Wording) {
        let (since, tries) = match &self.link {
            Link::Away { since, tries, .. } => (*since, tries.saturating_add(1)),
            Link::Connecting | Link::Up { .. } => (self.surroundings.now(), 0),
        };
        self.worlds.send_replace(None);
        self.link = Link::Away { reason, since, tries };
        (self.look_at, self.check_at, self.install_at) = (None, None, None);
        self.queue.clear();
        self.connect_later();
    }

    /// Updates that were interrupted are brought to their end, whoever is watched.
    fn settle(&mut self) {
        let Some(world) = self.world() else { return };
        let unfinished = world.state.unfinished_services().unwrap_or_default();
        for service in unfinished {
            if !self.slots.iter().any(|slot| slot.is(&service)) {
                self.slots.push(Slot::new(service.clone()));
                self.dirty.insert(service.clone());
                self.look();
            }
            self.start(&service, Aim::Update(None), Start::Settle);
        }
    }

    fn looked(&mut self, wished: &ServiceId, seen: Result<Option<Box<Seen>>, String>) {
        self.looking.remove(wished);
        let Some(slot) = self.wished(wished) else { return };
        let seen = match seen {
            Ok(seen) => seen.map(|seen| seen.not_before(slot.seen.as_ref())),
            // The engine's going away is told by its events; anything else by the next look.
            Err(reason) => {
                tracing::warn!(service = %wished, reason, "it cannot be looked at");
                return;
            }
        };
        let image = |seen: Option<&Seen>| seen?.sighting.running.image_id.clone();
        let (before, now) = (image(slot.seen.as_ref()), image(seen.as_ref()));
        let is_first = slot.seen.is_none() && seen.is_some();
        slot.seen = seen;
        if is_first {
            self.reconsider_what_is_remembered(wished);
        }
        // Somebody else installed another release: what was found speaks of the one before.
        if before.is_some() && now.is_some() && before != now {
            self.begin_check(|slot| slot.wished == *wished);
        }
        self.plan_next_check();
    }

    fn told(&mut self, wished: &ServiceId, told: Told) {
        let now = self.surroundings.now();
        if let Some(running) = self.wished(wished).and_then(|slot| slot.running.as_mut()) {
            running.activity.hear(told, now);
        }
    }

    /// Begins an operation of a service that has none; answers whether it did.
    pub(super) fn start(&mut self, service: &ServiceId, aim: Aim, how: Start) -> bool {
        let Some(index) = self.index_of(service) else { return false };
        let slot = &self.slots[index];
        let Some(work) = self.work(slot).filter(|_| slot.running.is_none()) else { return false };
        let mut activity = Activity::new(aim.purpose(), self.surroundings.now());
        activity.settling = how == Start::Settle;
        let by_itself = matches!(how, Start::ByItself { .. });
        let cancel = tokio_util::sync::CancellationToken::new();
        let (service, wished) = (slot.id().clone(), slot.wished.clone());
        let reporter = Reporter::new(wished.clone(), self.send.clone());
        let token = cancel.clone();
        let (panicked, its_aim) = (wished.clone(), aim.clone());
        let work = async move {
            let conclusion = match how {
                Start::Settle => work.settle(reporter).await,
                Start::ByItself { release } => {
                    let agreed = AgreedTo::Only { release };
                    work.carry_out(aim.clone(), agreed, reporter, token).await
                }
                Start::Asked { agreed } => {
                    let agreed = AgreedTo::Person(agreed);
                    work.carry_out(aim.clone(), agreed, reporter, token).await
                }
            };
            Tick::Ended(wished, aim, conclusion)
        };
        self.spawn(work, move || {
            Tick::Ended(panicked, its_aim, Conclusion::Failed(BROKEN.to_owned()))
        });
        let slot = &mut self.slots[index];
        slot.trouble = None;
        slot.held = None;
        slot.running = Some(Running { service, activity, by_itself, cancel });
        let wished = slot.wished.clone();
        self.queue.remove(&wished);
        true
    }

    fn ended(&mut self, wished: &ServiceId, aim: Aim, conclusion: Conclusion) {
        let Some(slot) = self.wished(wished) else { return };
        let Some(Running { service, .. }) = slot.running.take() else { return };
        let service = &service;
        match conclusion {
            Conclusion::Receipts { receipts, trouble } => {
                for receipt in receipts {
                    self.receipt(wished, service, receipt);
                }
                if let Some(message) = trouble {
                    self.trouble(wished, service, message);
                }
            }
            Conclusion::ConsentNeeded => {
                let service = service.clone();
                self.surroundings.tell(Notice::ConsentNeeded { service, aim });
            }
            // The next check says what it is by then; asking at once could go on for ever at a
            // registry that contradicts itself.
            Conclusion::Superseded => {
                self.remember(service, |watched| watched.settled = None);
                self.plan_next_check();
                return self.install_next();
            }
            Conclusion::Failed(message) => self.trouble(wished, service, message),
        }
        if !self.wishes.services().contains(wished) {
            // It was only kept until here.
            self.slots.retain(|slot| slot.wished != *wished);
            self.install_next();
            return;
        }
        self.dirty.insert(wished.clone());
        self.look();
        // What an operation changed may be what the last check spoke of.
        if self.quitting.is_none() {
            self.begin_check(|slot| slot.wished == *wished);
        }
        self.plan_next_check();
        // The charger may have been pulled meanwhile.
        self.machine = Machine::Unasked;
        self.install_next();
    }

    fn trouble(&mut self, wished: &ServiceId, service: &ServiceId, message: String) {
        if let Some(slot) = self.wished(wished) {
            slot.trouble = Some(message.clone());
        }
        self.surroundings.tell(Notice::Trouble { service: service.clone(), message });
    }

    fn receipt(&mut self, wished: &ServiceId, service: &ServiceId, receipt: Receipt) {
        let updated = receipt.outcome == Outcome::Updated;
        let is_newest = updated && receipt.purpose == Purpose::Update;
        let Some(slot) = self.wished(wished) else { return };
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
        self.remember(service, |watched| {
            // Who installed it or took it back knows of it: it is neither announced nor installed by
            // itself right after.
            watched.announced = newer(&receipt).or(watched.announced.take());
            watched.settled = newer(&receipt).or(watched.settled.take());
            if is_newest && let Some(check) = &mut watched.last_check {
                check.finding = Finding::UpToDate;
            }
            if let (Some(bad), Some(check)) = (known_bad(&receipt), &mut watched.last_check)
                && check.finding.key() == bad.key()
            {
                check.finding = bad;
            }
        });
        if notice::is_worth_telling(&receipt) {
            self.surroundings.tell(Notice::Ended(Box::new(receipt)));
        }
    }
}

/// The digest of the newer of the two releases, where there are two.
fn newer(receipt: &Receipt) -> Option<String> {
    match receipt.purpose {
        Purpose::Update => receipt.to.digest.clone(),
        Purpose::Rollback => receipt.from.digest.clone(),
        Purpose::Adopt | Purpose::Release => None,
    }
}

/// What the next check will say of a release that did not prove ready, or turned bad: it is not
/// offered again meanwhile.
fn known_bad(receipt: &Receipt) -> Option<Finding> {
    match (receipt.purpose, receipt.cause?) {
        (Purpose::Update, Cause::Gate | Cause::Monitor) => Some(Finding::KnownBad {
            digest: receipt.to.digest.clone()?,
            reason: receipt.reason.clone(),
            at: receipt.finished_at,
        }),
        (Purpose::Update | Purpose::Rollback | Purpose::Adopt | Purpose::Release, _) => None,
    }
}

/// Who wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Start {
    /// A person, who agreed to this.
    Asked { agreed: Agreed },
    /// The policy, and only this release: its digest, or its image ID where it has none.
    ByItself { release: String },
    /// An interrupted update.
    Settle,
}
