//! What comes of hooks: what they mean for what they stand before, what they are told, what is kept.
//!
//! The exit codes are Watchtower's: 0 goes on, 75 (`EX_TEMPFAIL` of `sysexits.h`) defers, every
//! other one vetoes. What runs afterwards only reports.

mod environment;
mod output;

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use crate::policy::HookEvent;

pub use environment::{Found, check_environment, environment};
pub use output::masked;

/// `EX_TEMPFAIL`: not now, try again at the next run.
pub const DEFERS: i64 = 75;

/// A hook that was run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookReport {
    /// When.
    pub moment: HookEvent,
    /// How it ended.
    pub ended: HookEnded,
    /// Both its output streams, at most 16 KiB, without secrets.
    pub output: String,
}

/// How a hook ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum HookEnded {
    /// By itself.
    Exited {
        /// Its exit code; 128 and the signal's number where a signal ended it.
        code: i64,
    },
    /// Its time was up.
    TimedOut {
        /// The bound.
        after: Duration,
        /// Whether everything that it had started is ended, too.
        tree_ended: bool,
    },
    /// It could not be run.
    NotRun {
        /// Why not.
        why: String,
    },
    /// The program that had begun it was interrupted: it is not run again.
    Unknown,
}

/// What a hook means for what it stands before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    GoOn,
    /// Not now: try again at the next run.
    Defer,
    /// No.
    Veto,
}

/// Whether the hook of an event can keep something from beginning.
pub const fn decides(event: HookEvent) -> bool {
    match event {
        HookEvent::PreCheck | HookEvent::PreUpdate | HookEvent::PreRollback => true,
        HookEvent::PostCheck | HookEvent::PostUpdate | HookEvent::PostRollback => false,
    }
}

impl HookReport {
    /// What it means. A hook that could not even be run does not stand in the way of a rollback: the
    /// container that it would run in may be what is broken.
    pub const fn verdict(&self) -> Verdict {
        match (&self.ended, self.moment) {
            (HookEnded::Exited { code: 0 }, _)
            | (HookEnded::NotRun { .. }, HookEvent::PreRollback)
            | (_, HookEvent::PostCheck | HookEvent::PostUpdate | HookEvent::PostRollback) => {
                Verdict::GoOn
            }
            (HookEnded::Exited { code: DEFERS }, _) => Verdict::Defer,
            (
                HookEnded::Exited { .. }
                | HookEnded::TimedOut { .. }
                | HookEnded::NotRun { .. }
                | HookEnded::Unknown,
                _,
            ) => Verdict::Veto,
        }
    }

    /// The first line of its output, cut to 200 characters; empty where it said nothing.
    pub fn first_line(&self) -> String {
        let said = self.output.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        said.trim().chars().take(200).collect()
    }
}

impl fmt::Display for HookReport {
    /// In a sentence, with the first line of its output.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} hook {}", self.moment.key(), self.ended)?;
        let said = self.first_line();
        if said.is_empty() { Ok(()) } else { write!(f, ": {said}") }
    }
}

impl fmt::Display for HookEnded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited { code: 0 } => f.write_str("is done"),
            Self::Exited { code: DEFERS } => f.write_str("asks to wait (exit code 75)"),
            Self::Exited { code } => write!(f, "ended with exit code {code}"),
            Self::TimedOut { after, tree_ended: true } => {
                write!(f, "took longer than {} s and was ended", after.as_secs())
            }
            Self::TimedOut { after, tree_ended: false } => write!(
                f,
                "took longer than {} s and could not be ended: it may still be running",
                after.as_secs()
            ),
            Self::NotRun { why } => write!(f, "could not be run ({why})"),
            Self::Unknown => f.write_str("was interrupted and is not run again"),
        }
    }
}

#[cfg(test)]
mod tests;
