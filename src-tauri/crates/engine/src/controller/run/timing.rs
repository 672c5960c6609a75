//! When to do what by itself: one timer, set to the next thing that is due, else none.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    super::{
        connection::{Link, pause_before_try},
        looking,
    },
    BROKEN, Controller, Tick,
};

/// Changes come in bursts: one look for all of them.
const LOOK_AFTER: Duration = Duration::from_millis(120);

impl Controller {
    pub(super) fn next_wake(&self) -> Option<Instant> {
        [self.look_at, self.connect_at, self.check_at].into_iter().flatten().min()
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
