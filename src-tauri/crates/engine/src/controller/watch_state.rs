//! What the controller remembers from one start to the next.
//!
//! Services are known by their compose identity or their name, never by a container's ID: skipped,
//! snoozed and pinned outlive that compose recreates or renames a container.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use phoenix_plan::{journal::JournalId, service::ServiceId};
use serde::{Deserialize, Serialize};

use crate::check::{Answer, Finding};

/// Everything that is remembered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WatchState {
    /// Whether nothing is updated or announced by itself.
    pub paused: bool,
    /// Per service.
    pub services: BTreeMap<ServiceId, Watched>,
    /// Names of other updaters' containers that a person was warned of.
    pub warned: BTreeSet<String>,
}

/// What is remembered of one service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Watched {
    /// The image's repository: what is remembered of releases is of no use for another one.
    pub repository: Option<String>,
    /// The last check that gave an answer.
    pub last_check: Option<LastCheck>,
    /// Since when what is offered is known.
    pub first_seen: Option<FirstSeen>,
    /// Digests that were found to lead to the image that runs, the newest last.
    pub same: Vec<Same>,
    /// What was announced last: once per release.
    pub announced: Option<String>,
    /// The release that was last installed, taken back or refused, or about which a person was asked:
    /// it is not installed by itself again.
    pub settled: Option<String>,
    /// A release that is not to be offered.
    pub skipped: Option<String>,
    /// Nothing is announced or installed by itself before this time.
    pub snoozed_until: Option<Timestamp>,
    /// Whether it stays at its release until a person says otherwise.
    pub pinned: bool,
    /// The newest receipt that somebody has looked at.
    pub seen_receipt: Option<JournalId>,
}

/// A check that gave an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LastCheck {
    /// When.
    pub at: Timestamp,
    /// Which.
    pub finding: Finding,
}

/// Since when a release is known here, whatever its image says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstSeen {
    /// Its digest, or its image ID where it has none.
    pub release: String,
    /// When a check first found it.
    pub at: Timestamp,
}

/// A digest behind which is the very image that runs: an index that was published anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Same {
    /// The digest.
    pub digest: String,
    /// The image that ran when this was found.
    pub image_id: String,
}

/// Digests of one image that are remembered: an index seldom changes more often between two
/// updates, and forgetting one costs a question.
const MOST_SAME: usize = 8;

/// Services that are remembered although nobody watches them any more.
const MOST_UNWATCHED: usize = 200;

impl WatchState {
    /// Forgets services that nobody watches beyond a number, those checked longest ago first.
    pub fn bound(&mut self, watched: &BTreeSet<ServiceId>) {
        let others = self.services.iter().filter(|(service, _)| !watched.contains(*service));
        let mut others: Vec<(Option<Timestamp>, ServiceId)> = others
            .map(|(service, known)| {
                (known.last_check.as_ref().map(|check| check.at), service.clone())
            })
            .collect();
        others.sort();
        let surplus = others.len().saturating_sub(MOST_UNWATCHED);
        for (_, service) in others.into_iter().take(surplus) {
            self.services.remove(&service);
        }
    }
}

impl Watched {
    /// Remembers the answer of a check. What was known of another repository is forgotten.
    pub fn found(
        &mut self,
        answer: &Answer,
        repository: Option<String>,
        image_id: Option<&str>,
        at: Timestamp,
    ) {
        self.belong_to(repository);
        let finding = &answer.finding;
        if finding.is_failure() {
            return;
        }
        self.first_seen = match (finding.key(), self.first_seen.take()) {
            (Some(key), Some(known)) if known.release == key => Some(known),
            (Some(key), Some(_) | None) => Some(FirstSeen { release: key.to_owned(), at }),
            (None, Some(_) | None) => None,
        };
        if let (Some(digest), Some(image_id)) = (&answer.same, image_id) {
            self.same.retain(|known| known.image_id == image_id && known.digest != *digest);
            self.same.push(Same { digest: digest.clone(), image_id: image_id.to_owned() });
            let surplus = self.same.len().saturating_sub(MOST_SAME);
            self.same.drain(..surplus);
        }
        self.last_check = Some(LastCheck { at, finding: finding.clone() });
    }

    /// Digests that are known to lead to an image.
    pub fn same_as(&self, image_id: Option<&str>) -> Vec<String> {
        let known = self.same.iter().filter(|known| Some(known.image_id.as_str()) == image_id);
        known.map(|known| known.digest.clone()).collect()
    }

    /// When a check last gave an answer.
    pub fn last_good(&self) -> Option<Timestamp> {
        self.last_check.as_ref().map(|check| check.at)
    }

    fn belong_to(&mut self, repository: Option<String>) {
        let moved = self.repository.is_some() && repository.is_some();
        if moved && self.repository != repository {
            *self = Self {
                snoozed_until: self.snoozed_until,
                pinned: self.pinned,
                seen_receipt: self.seen_receipt.take(),
                ..Self::default()
            };
        }
        self.repository = repository.or(self.repository.take());
    }
}

#[cfg(test)]
mod tests;
