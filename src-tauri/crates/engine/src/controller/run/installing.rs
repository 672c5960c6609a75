//! What was found is announced, or installed by itself: in order, when it may be, one at a time.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use jiff::Timestamp;
use phoenix_plan::{
    observed::Container,
    order::{self, Ranked},
    policy::{
        UpdateMode,
        install::{Circumstances, PowerRules, WhyWait},
    },
    service::ServiceId,
};
use tokio::time::Instant;

use super::{
    super::{Aim, Held, Offer, Power, Watched, notice, slot::Slot},
    Controller, Tick,
    heard::Start,
};

/// While something waits for the charger or another network, the machine is asked this often.
const ASK_POWER_AGAIN: Duration = Duration::from_mins(15);

/// What is known of the machine's power while something waits to be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Machine {
    /// Nobody has asked.
    Unasked,
    /// It was asked.
    Asked,
    /// It said so.
    Told(Power),
}

impl Controller {
    /// Announces what was found, or has it installed, as the user wishes.
    pub(super) fn offer(&mut self, service: &ServiceId) {
        self.refresh();
        let Some(index) = self.index_of(service) else { return };
        self.slots[index].held = self.held(index, Circumstances::default(), FREELY);
        let held = self.slots[index].held.is_some();
        let policy = self.policy_of(&self.slots[index]);
        let known = self.memory.services.get(self.slots[index].id()).cloned().unwrap_or_default();
        let known = match policy.updates {
            // That somebody was told does not keep it from being installed later.
            UpdateMode::Auto => Watched { announced: known.settled.clone(), ..known },
            UpdateMode::Manual | UpdateMode::Notify => known,
        };
        let state = self.slots[index].state(&known);
        let told = notice::announcement(&state, &known, self.surroundings.now());
        self.queue.remove(&self.slots[index].wished);
        self.plan_next_install();
        let Some((announcement, key)) = told else { return };
        if self.memory.paused || self.quitting.is_some() {
            return;
        }
        match policy.updates {
            UpdateMode::Manual => {}
            UpdateMode::Notify => {
                if self.is_first_to_announce(service, &key) {
                    self.surroundings.tell(announcement);
                }
            }
            UpdateMode::Auto if held => {}
            UpdateMode::Auto => {
                self.queue.insert(self.slots[index].wished.clone());
            }
        }
    }

    /// Begins what waits to be installed, as far as it may be now. What is being checked may have to
    /// come first, so that is waited for.
    pub(super) fn install_next(&mut self) {
        if self.queue.is_empty() {
            self.machine = Machine::Unasked;
            return;
        }
        let is_checking = self.slots.iter().any(|slot| slot.checking);
        if is_checking || self.quitting.is_some() || self.world().is_none() {
            return;
        }
        let Some(power) = self.known_power() else { return };
        self.refresh();
        let circumstances = power.circumstances(self.memory.paused);
        let mut before: Vec<usize> = Vec::new();
        for index in self.in_order() {
            if self.running_by_themselves() >= self.wishes.at_once().max(1) {
                break;
            }
            if self.waits_for_another(index, &before) {
                before.push(index);
                continue;
            }
            self.queue.remove(&self.slots[index].wished);
            let held = self.held(index, circumstances, self.wishes.power_rules());
            if held.is_none() {
                self.install(index);
            }
            self.slots[index].held = held.map(|held| self.asked_again(held));
        }
        self.plan_next_install();
    }

    /// Nobody tells when the charger is plugged in: the machine is asked again after a while.
    fn asked_again(&self, held: Held) -> Held {
        let again = self.surroundings.now().checked_add(ASK_POWER_AGAIN).ok();
        Held { until: if is_for_power(&held.why) { again } else { held.until }, ..held }
    }

    pub(super) fn power_told(&mut self, power: Power) {
        self.machine = Machine::Told(power);
        self.install_next();
    }

    /// What waited for its time is checked once more before it is installed, or a person reminded of
    /// it: there may be something newer. What waited for the machine's power is only asked about that.
    pub(super) fn reconsider_what_waited(&mut self) {
        if self.world().is_none() {
            return;
        }
        let now = self.surroundings.now();
        let mut due = BTreeSet::new();
        for index in 0..self.slots.len() {
            if self.reminder(index).is_some_and(|at| at <= now) {
                due.insert(self.slots[index].wished.clone());
            }
            let held = self.slots[index].held.as_ref();
            let over = held.filter(|held| held.until.is_some_and(|until| until <= now));
            let Some(held) = over else { continue };
            if is_for_power(&held.why) {
                let service = self.slots[index].id().clone();
                self.machine = Machine::Unasked;
                self.offer(&service);
            } else {
                self.slots[index].held = None;
                due.insert(self.slots[index].wished.clone());
            }
        }
        self.begin_check(|slot| due.contains(&slot.wished));
        self.install_next();
        self.plan_next_install();
        self.plan_next_check();
    }

    /// What is remembered from before the start may be waiting for its time, or the time has come.
    pub(super) fn reconsider_what_is_remembered(&mut self, wished: &ServiceId) {
        let Some(index) = self.slots.iter().position(|slot| slot.wished == *wished) else { return };
        self.slots[index].held = self.held(index, Circumstances::default(), FREELY);
        let known = self.memory.services.get(self.slots[index].id());
        let found = known.and_then(|known| known.last_check.as_ref());
        let is_update = found.is_some_and(|check| {
            check.finding.is_update()
                && check.finding.key() != known.and_then(|known| known.settled.as_deref())
        });
        let is_due = match self.policy_of(&self.slots[index]).updates {
            UpdateMode::Auto => self.slots[index].held.is_none(),
            UpdateMode::Notify => {
                self.reminder(index).is_some_and(|at| at <= self.surroundings.now())
            }
            UpdateMode::Manual => false,
        };
        if is_update && is_due {
            self.begin_check(|slot| slot.wished == *wished);
        }
        self.plan_next_install();
    }

    /// The reasons may have changed: a person skipped, snoozed or pinned it.
    pub(super) fn reconsider(&mut self, service: &ServiceId) {
        self.offer(service);
        self.install_next();
    }

    /// The same for all of them: everything was paused or resumed, or the settings changed.
    pub(super) fn reconsider_all(&mut self) {
        let found: Vec<ServiceId> = self.slots.iter().map(|slot| slot.id().clone()).collect();
        for service in found {
            self.offer(&service);
        }
        self.install_next();
    }

    /// Sets the timer to the moment at which the next reason to wait is over, or a person wants to be
    /// reminded.
    pub(super) fn plan_next_install(&mut self) {
        let now = self.surroundings.now();
        // One that is over, and could not be told, waits for the next check.
        let reminders = (0..self.slots.len()).filter_map(|index| self.reminder(index));
        let reminders = reminders.filter(|at| *at > now);
        let ends = self.slots.iter().filter_map(|slot| slot.held.as_ref()?.until);
        let next = ends.chain(reminders).min();
        let pause = next.map(|at| Duration::try_from(at.duration_since(now)).unwrap_or_default());
        self.install_at = pause.map(|pause| Instant::now() + pause);
    }

    /// When a person who wants to be told, and said *Later*, is told again.
    fn reminder(&self, index: usize) -> Option<Timestamp> {
        let slot = &self.slots[index];
        match self.policy_of(slot).updates {
            UpdateMode::Notify => self.memory.services.get(slot.id())?.snoozed_until,
            UpdateMode::Manual | UpdateMode::Auto => None,
        }
    }

    /// What speaks against installing what was found for a slot's service.
    fn held(&self, index: usize, machine: Circumstances, rules: PowerRules) -> Option<Held> {
        let slot = &self.slots[index];
        let seen = slot.seen.as_ref()?;
        let known = self.memory.services.get(slot.id())?;
        let finding = &known.last_check.as_ref()?.finding;
        let offer = Offer {
            policy: &self.policy_of(slot),
            watched: known,
            finding,
            bad_digests: &seen.bad_digests,
            failures_in_a_row: seen.failures_in_a_row,
        };
        let paused = machine.paused || self.memory.paused;
        offer.held(Circumstances { paused, ..machine }, rules, &self.now())
    }

    fn install(&mut self, index: usize) {
        let service = self.slots[index].id().clone();
        let known = self.memory.services.get(&service);
        let Some(finding) = known.and_then(|known| known.last_check.as_ref()) else { return };
        let Some(key) = finding.finding.key().map(str::to_owned) else { return };
        let to = finding.finding.tag().map(str::to_owned);
        if self.start(&service, Aim::Update(to), Start::ByItself { release: key.clone() }) {
            self.remember(&service, |watched| {
                (watched.announced, watched.settled) = (Some(key.clone()), Some(key));
                watched.snoozed_until = None;
            });
        }
    }

    /// What the machine said of its power; asks it where nobody has. Not asked where it does not
    /// matter.
    fn known_power(&mut self) -> Option<Power> {
        let rules = self.wishes.power_rules();
        if rules == FREELY {
            return Some(Power::default());
        }
        match self.machine {
            Machine::Told(power) => Some(power),
            Machine::Asked => None,
            Machine::Unasked => {
                self.machine = Machine::Asked;
                let surroundings = Arc::clone(&self.surroundings);
                let asking = async move { Tick::Power(surroundings.power().await) };
                self.spawn(asking, || Tick::Power(Power::default()));
                None
            }
        }
    }

    /// The slots that wait, those on which others stand first.
    fn in_order(&self) -> Vec<usize> {
        let waiting = self.slots.iter().filter(|slot| self.queue.contains(&slot.wished));
        let facts: Vec<Standing> = waiting.map(|slot| self.standing(slot)).collect();
        let ranked: Vec<Ranked<'_>> = facts.iter().map(Standing::ranked).collect();
        let order = order::order(&ranked);
        for cycle in &order.cycles {
            tracing::warn!("{cycle}");
        }
        order.services.iter().filter_map(|service| self.index_of(service)).collect()
    }

    /// Whether something that it needs is being changed, or waits before it.
    fn waits_for_another(&self, index: usize, before: &[usize]) -> bool {
        let own = self.standing(&self.slots[index]);
        let others = self.slots.iter().enumerate().filter(|(other, slot)| {
            *other != index && (slot.running.is_some() || before.contains(other))
        });
        let mut others = others.map(|(_, slot)| self.standing(slot));
        others.any(|other| order::needs(&own.ranked(), &other.ranked()))
    }

    fn standing(&self, slot: &Slot) -> Standing {
        let members = slot.seen.iter().flat_map(|seen| &seen.sighting.observed.members);
        Standing {
            service: slot.id().clone(),
            containers: members.map(|member| member.container.clone()).collect(),
            depends_on: self.policy_of(slot).depends_on,
        }
    }

    fn running_by_themselves(&self) -> usize {
        let running = self.slots.iter().filter_map(|slot| slot.running.as_ref());
        running.filter(|running| running.by_itself).count()
    }
}

/// The rules under which power does not matter.
const FREELY: PowerRules = PowerRules { battery_above: 0, metered: true };

const fn is_for_power(why: &WhyWait) -> bool {
    match why {
        WhyWait::Battery { .. } | WhyWait::Metered => true,
        WhyWait::NotAutomatic { .. }
        | WhyWait::Pinned
        | WhyWait::Paused
        | WhyWait::Skipped
        | WhyWait::KnownBad
        | WhyWait::Breaker { .. }
        | WhyWait::Snoozed
        | WhyWait::TooYoung { .. }
        | WhyWait::OutsideWindows => false,
    }
}

/// A service with what decides its place in the order.
struct Standing {
    service: ServiceId,
    containers: Vec<Container>,
    depends_on: Vec<String>,
}

impl Standing {
    fn ranked(&self) -> Ranked<'_> {
        let (service, containers) = (&self.service, self.containers.as_slice());
        Ranked { service, containers, depends_on: &self.depends_on }
    }
}
