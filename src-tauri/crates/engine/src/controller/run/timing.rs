//! When to do what by itself: one timer, set to the next thing that is due, else none.

use std::time::Duration;

use jiff::{Timestamp, Zoned};
use phoenix_plan::schedule::{self, Schedule};
use tokio::time::Instant;

use super::{
    super::{
        Watched,
        connection::{Link, pause_before_try},
        looking,
        slot::Slot,
    },
    BROKEN, Controller, Tick,
};
use crate::check::{Finding, NoAnswer};

/// Changes come in bursts: one look for all of them.
const LOOK_AFTER: Duration = Duration::from_millis(120);
/// A check that is overdue comes this long after it is found to be.
const LEAST_PAUSE: Duration = Duration::from_secs(2);
/// What is due this soon is checked along, so that services stay in step.
const ALONG: Duration = Duration::from_mins(1);
/// While the network is down (right after waking it is), a check is tried again after this time,
/// and after twice as long each time.
const AFTER_NO_NETWORK: Duration = Duration::from_secs(30);
/// The same where a registry answers, but not the question; also the longest pause without network.
const AFTER_FAILURE: Duration = Duration::from_mins(15);
/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_hours(6);
/// How many of the next checks are shown.
const SHOWN_CHECKS: usize = 3;

impl Controller {
    pub(super) fn next_wake(&self) -> Option<Instant> {
        let timers = [self.look_at, self.connect_at, self.check_at, self.install_at, self.save_at];
        timers.into_iter().flatten().min()
    }

    pub(super) fn woken(&mut self, now: Instant) {
        let is_due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        if is_due(self.look_at) {
            self.look();
        }
        if is_due(self.connect_at) {
            self.connect();
        }
        if is_due(self.check_at) {
            self.check_at = None;
            self.check_due();
            self.plan_next_check();
        }
        if is_due(self.install_at) {
            self.install_at = None;
            self.reconsider_what_waited();
        }
        if is_due(self.save_at) {
            self.save();
        }
    }

    /// The machine woke, or somebody set the clock: what is due now is another question. An engine
    /// that was away is looked for at once.
    pub(super) fn clock_jumped(&mut self) {
        if matches!(self.link, Link::Away { .. }) {
            self.connect();
        }
        self.plan_next_check();
        self.plan_next_install();
    }

    /// Checks what is due; however often that was missed, once.
    fn check_due(&mut self) {
        let now = self.now();
        let due = self.slots.iter().filter(|slot| {
            slot.exists() && self.until_check(slot, &now).is_some_and(|pause| pause <= ALONG)
        });
        let due: Vec<_> = due.map(|slot| slot.wished.clone()).collect();
        if due.is_empty() {
            return;
        }
        self.look_for_other_updaters();
        self.begin_check(|slot| due.contains(&slot.wished));
        self.draw_jitter();
    }

    /// Plans the check that is due next, from what is known now.
    pub(super) fn plan_next_check(&mut self) {
        let now = self.now();
        let slots = self.slots.iter().filter(|slot| slot.exists() && slot.is_free());
        let pauses = slots.filter_map(|slot| self.until_check(slot, &now));
        let Some(pause) = pauses.min().filter(|_| self.world().is_some()) else {
            self.check_at = None;
            if !self.slots.iter().any(|slot| slot.checking) {
                self.next_checks.clear();
            }
            return;
        };
        let at = Instant::now() + pause.max(LEAST_PAUSE);
        // What is overdue is not put off by everything that happens meanwhile.
        let planned = self.check_at.filter(|planned| pause < LEAST_PAUSE && *planned < at);
        if planned.is_none() {
            self.next_checks = self.preview(&now, pause.max(LEAST_PAUSE));
        }
        self.check_at = Some(planned.unwrap_or(at));
    }

    /// The next check and those that follow it, to the second.
    fn preview(&self, now: &Zoned, pause: Duration) -> Vec<Timestamp> {
        let Ok(first) = now.checked_add(pause) else { return Vec::new() };
        let then = self.wishes.schedule().preview(&first, SHOWN_CHECKS - 1);
        let whole = |moment: Zoned| Timestamp::from_second(moment.timestamp().as_second()).ok();
        std::iter::once(first).chain(then).filter_map(whole).collect()
    }

    /// Zero where it is overdue, `None` where it is never due.
    fn until_check(&self, slot: &Slot, now: &Zoned) -> Option<Duration> {
        let known = self.memory.services.get(slot.id());
        let answered = known.and_then(Watched::last_good);
        let schedule = self.wishes.schedule();
        // What got no answer was no check: it stays due, and is tried again after a while.
        let unanswered = slot.check_failed.as_ref().filter(|failed| is_asked_again(failed));
        let tried = slot.tried_at.filter(|_| unanswered.is_none());
        let last = answered.max(tried);
        let due = match (&schedule, last) {
            // Without a last time there is nothing that chance could be added to for good.
            (Schedule::Every(_), None) => now.clone(),
            (Schedule::Never | Schedule::Every(_) | Schedule::Cron(_), _) => {
                let due = schedule.due(Some(last.unwrap_or(self.begun_at)), now)?;
                due.checked_add(self.jitter).unwrap_or(due)
            }
        };
        let pause = Duration::try_from(now.duration_until(&due)).unwrap_or_default();
        let (Some(failed), Some(at)) = (unanswered, slot.tried_at) else {
            return Some(pause);
        };
        let passed = Duration::try_from(now.timestamp().duration_since(at)).unwrap_or_default();
        let again = pause_after(failed, slot.failed_checks).saturating_sub(passed);
        Some(match schedule {
            Schedule::Never => return None,
            Schedule::Every(every) => again.min(every),
            Schedule::Cron(cron) => {
                let next = cron.next(now).map(|next| now.duration_until(&next));
                next.and_then(|next| Duration::try_from(next).ok())
                    .map_or(again, |next| again.min(next))
            }
        })
    }

    /// Chance decides how much later than planned a round of checks begins, so that not all machines
    /// ask at once.
    pub(super) fn draw_jitter(&mut self) {
        let fresh = self.world().map(|world| world.clock.fresh_id());
        let drawn =
            fresh.and_then(|fresh| u64::from_str_radix(&fresh, 16).ok()).unwrap_or_default();
        self.jitter = schedule::jitter(drawn << 32 | drawn, self.wishes.jitter());
    }

    /// Now, in the time zone of the settings.
    pub(super) fn now(&self) -> Zoned {
        self.surroundings.now().to_zoned(self.wishes.zone())
    }

    pub(super) fn look_soon(&mut self) {
        if self.world().is_some() && !self.dirty.is_empty() {
            self.look_at.get_or_insert_with(|| Instant::now() + LOOK_AFTER);
        }
    }

    /// Looks at everything that may have changed.
    pub(super) fn look(&mut self) {
        self.look_at = None;
        let Some(world) = self.world().cloned() else { return };
        for wished in std::mem::take(&mut self.dirty) {
            self.looking.insert(wished.clone());
            let (world, epoch, panicked) = (world.clone(), self.epoch, wished.clone());
            let looking = async move {
                let seen = looking::look_at(&world, &wished).await;
                Tick::Looked(epoch, wished, seen.map(|seen| seen.map(Box::new)))
            };
            self.spawn(looking, move || Tick::Looked(epoch, panicked, Err(BROKEN.to_owned())));
        }
    }

    /// Tries again later, sooner while somebody is looking.
    pub(super) fn connect_later(&mut self) {
        if let Link::Away { tries, .. } = &self.link {
            self.connect_at = Some(Instant::now() + pause_before_try(*tries, self.window_open));
        }
    }
}

/// Whether a check that failed is tried again before the next one is due.
const fn is_asked_again(failed: &Finding) -> bool {
    match failed {
        Finding::CheckFailed { because, .. } => because.was_asked(),
        Finding::UpToDate
        | Finding::UpdateAvailable { .. }
        | Finding::NewerTag { .. }
        | Finding::PulledNotRunning { .. }
        | Finding::Pinned { .. }
        | Finding::LocalBuild
        | Finding::KnownBad { .. } => true,
    }
}

/// The pause after a check that failed, the nth in a row.
fn pause_after(failed: &Finding, nth: u32) -> Duration {
    let doubled = |first: Duration| first.saturating_mul(1 << nth.saturating_sub(1).min(10));
    match failed {
        Finding::CheckFailed { because: NoAnswer::Network, .. } => {
            doubled(AFTER_NO_NETWORK).min(AFTER_FAILURE)
        }
        Finding::CheckFailed {
            because:
                NoAnswer::Credentials
                | NoAnswer::AskedTooOften
                | NoAnswer::Deferred
                | NoAnswer::Vetoed
                | NoAnswer::Other,
            ..
        }
        | Finding::UpToDate
        | Finding::UpdateAvailable { .. }
        | Finding::NewerTag { .. }
        | Finding::PulledNotRunning { .. }
        | Finding::Pinned { .. }
        | Finding::LocalBuild
        | Finding::KnownBad { .. } => doubled(AFTER_FAILURE).min(LONGEST_PAUSE),
    }
}

#[cfg(test)]
mod tests;
