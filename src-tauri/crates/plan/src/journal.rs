//! The journal: what was intended and what is known to have happened, in order.

use std::{fmt, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    hooks::HookReport,
    receipt::{Cause, Outcome, Why},
    step::Plan,
};

/// Identifies a plan, its journal and its receipt; sorts by time, fit for a file name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JournalId(String);

/// Text that is no journal ID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not the ID of an update")]
pub struct BadJournalId(pub String);

impl JournalId {
    /// Made of a time and eight hexadecimal digits that are used once.
    pub fn new(now: Timestamp, fresh: &str) -> Self {
        Self(format!("{}-{fresh}", now.strftime("%Y%m%dT%H%M%SZ")))
    }

    /// Reads one back; only letters, digits and `-` can be part of it.
    pub fn parse(text: &str) -> Result<Self, BadJournalId> {
        let fits = !text.is_empty()
            && text.len() <= 64
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        fits.then(|| Self(text.to_owned())).ok_or_else(|| BadJournalId(text.to_owned()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JournalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One line of a journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When it was written.
    pub at: Timestamp,
    /// What it says.
    pub event: Event,
}

/// What happened. A step's begin is durable before its call, its evidence after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The first line: what is intended.
    Planned {
        /// All of it.
        plan: Box<Plan>,
    },
    /// A step's call is about to be made.
    Started {
        /// The step's number.
        step: usize,
    },
    /// A step is done.
    Succeeded {
        /// The step's number.
        step: usize,
        /// What it left behind.
        evidence: Evidence,
        /// How long it took.
        took: Duration,
    },
    /// A step failed.
    Failed {
        /// The step's number.
        step: usize,
        /// Why, in a sentence.
        reason: String,
        /// Whether it speaks against the release itself, so that its digest is not tried again.
        #[serde(default)]
        speaks_against_release: bool,
        /// Who or what decided so; absent in journals from before this was told apart.
        #[serde(default)]
        cause: Option<Cause>,
        /// Why, as far as that is one of a closed set.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Why>,
    },
    /// After this step nothing is left to do: the candidate is what runs already.
    Unnecessary {
        /// The step's number.
        step: usize,
    },
    /// A hook has ended, of this step or of its undo.
    HookEnded {
        /// The step's number.
        step: usize,
        /// How, and what it said.
        report: HookReport,
    },
    /// Another process has taken over: what failed is tried again.
    Resumed,
    /// It was ended before the new release was confirmed, by a user, a signal, a recovery, or a
    /// switch that had gone back by itself.
    Cancelled {
        /// Why, in a sentence.
        reason: String,
        /// Who or what decided so; absent in journals from before this was told apart.
        #[serde(default)]
        cause: Option<Cause>,
    },
    /// A step's undo is about to be made.
    UndoStarted {
        /// The step's number.
        step: usize,
    },
    /// A step is undone.
    Undone {
        /// The step's number.
        step: usize,
    },
    /// A step could not be undone.
    UndoFailed {
        /// The step's number.
        step: usize,
        /// Why, in a sentence.
        reason: String,
        /// Whether trying again is of no use.
        #[serde(default)]
        lasts: bool,
    },
    /// The last line.
    Finished {
        /// How it ended.
        outcome: Outcome,
    },
}

/// What a step left behind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Evidence {
    /// Nothing to remember.
    #[default]
    Nothing,
    /// An image.
    Image {
        /// Its ID.
        id: String,
        /// Whether it was on the machine before.
        was_present: bool,
        /// The version it states.
        version: Option<String>,
    },
    /// A container.
    Container {
        /// Its ID.
        id: String,
    },
    /// A backup of config files.
    Backup {
        /// Its ID; absent when there was nothing to back up.
        id: Option<String>,
    },
    /// A route.
    Route {
        /// Its revision.
        revision: u64,
    },
    /// A drained generation.
    Drained {
        /// Requests still in flight at the deadline.
        left: u64,
    },
    /// A verdict and what it rests on.
    Verdict {
        /// In a sentence.
        text: String,
    },
}
