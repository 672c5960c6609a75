//! What is remembered, shared with every program that uses the same state folder.

use std::{collections::BTreeSet, time::Duration};

use phoenix_plan::service::ServiceId;
use tokio::time::Instant;

use super::{
    super::{RequestError, Watched},
    Controller,
};

/// What checks bring is written this long after the first of them: once for a whole round.
const SAVE_AFTER: Duration = Duration::from_millis(200);
/// What others have written is read at most this often.
const READ_AGAIN_AFTER: Duration = Duration::from_secs(1);

impl Controller {
    /// Remembers something of a service; it is written soon.
    pub(super) fn remember(&mut self, service: &ServiceId, change: impl FnOnce(&mut Watched)) {
        change(self.memory.services.entry(service.clone()).or_default());
        self.unsaved.insert(service.clone());
        self.save_at.get_or_insert_with(|| Instant::now() + SAVE_AFTER);
    }

    /// Writes what was not written yet; that it could not be written changes nothing now.
    pub(super) fn save(&mut self) {
        if let Err(error) = self.keep() {
            tracing::warn!(%error, "what is known of the services cannot be kept");
        }
    }

    /// Writes what was not written yet, and reads what others have written.
    pub(super) fn keep(&mut self) -> Result<(), RequestError> {
        self.save_at = None;
        let unsaved = std::mem::take(&mut self.unsaved);
        let shown = self.slots.iter().flat_map(|slot| [slot.wished.clone(), slot.id().clone()]);
        let shown: BTreeSet<ServiceId> = shown.collect();
        let memory = &self.memory;
        let kept = self.surroundings.change(&mut |shared| {
            for service in &unsaved {
                if let Some(known) = memory.services.get(service) {
                    shared.services.insert(service.clone(), known.clone());
                }
            }
            shared.warned.extend(memory.warned.iter().cloned());
            shared.bound(&shown);
        });
        self.memory = kept.map_err(|error| RequestError::State(crate::in_a_sentence(&error)))?;
        Ok(())
    }

    /// Whether no other program that uses the same state folder has announced this release, or was told
    /// to be silent; from now on it counts as announced. What cannot be written down is rather told
    /// twice than never.
    pub(super) fn is_first_to_announce(&mut self, service: &ServiceId, release: &str) -> bool {
        let now = self.surroundings.now();
        let memory = &self.memory;
        let (mut is_first, mut announced) = (true, (Some(release.to_owned()), None));
        let kept = self.surroundings.change(&mut |shared| {
            let theirs = shared.services.get(service);
            is_first = theirs.is_none_or(|theirs| match theirs.snoozed_until {
                Some(until) => until <= now,
                None => theirs.announced.as_deref() != Some(release),
            });
            if let Some(theirs) = theirs.filter(|_| !is_first) {
                announced = (theirs.announced.clone(), theirs.snoozed_until);
                return;
            }
            let mut known = memory.services.get(service).cloned().unwrap_or_default();
            (known.announced, known.snoozed_until) = announced.clone();
            shared.services.insert(service.clone(), known);
        });
        if let Err(error) = kept {
            tracing::warn!(%error, "that a release was announced cannot be kept");
        }
        self.remember(service, |watched| {
            (watched.announced, watched.snoozed_until) = announced;
        });
        is_first
    }

    /// Pauses or resumes every program that uses the same state folder.
    pub(super) fn pause(&mut self, paused: bool) -> Result<(), RequestError> {
        self.keep()?;
        let kept = self.surroundings.change(&mut |shared| shared.paused = paused);
        self.memory = kept.map_err(|error| RequestError::State(crate::in_a_sentence(&error)))?;
        self.reconsider_all();
        Ok(())
    }

    /// Reads what other programs have written, before anything is begun or announced.
    pub(super) fn refresh(&mut self) {
        let now = Instant::now();
        if self.read_at.is_some_and(|read| now < read + READ_AGAIN_AFTER) {
            return;
        }
        self.read_at = Some(now);
        match self.surroundings.load() {
            Ok(mut shared) => {
                for service in &self.unsaved {
                    if let Some(known) = self.memory.services.remove(service) {
                        shared.services.insert(service.clone(), known);
                    }
                }
                shared.warned.append(&mut self.memory.warned);
                self.memory = shared;
            }
            Err(error) => tracing::warn!(path = error.path, cause = %error.source,
                "what other programs remember cannot be read"),
        }
    }
}
