//! Why a release was not let through, in words.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use super::wording::{crashed, seconds};

/// Why a release was not let through. Times count from the container's start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "failure", rename_all = "snake_case")]
pub enum GateFailure {
    /// The container ended. Exit code 0 is no success either: a service keeps running.
    Exited {
        /// Exit code.
        exit_code: i64,
        /// When that was seen.
        after: Duration,
    },
    /// The kernel killed it for memory.
    OutOfMemory {
        /// Exit code, 137 as a rule.
        exit_code: i64,
        /// When that was seen.
        after: Duration,
    },
    /// It ended and the engine started it again.
    Restarted {
        /// How often.
        restarts: u64,
        /// Exit code of the last run, where it could be seen.
        exit_code: Option<i64>,
        /// When that was seen.
        after: Duration,
    },
    /// The container does not exist any more.
    Removed {
        /// When that was seen.
        after: Duration,
    },
    /// It runs, but was not ready in time.
    TimedOut {
        /// How long it was given.
        after: Duration,
        /// What was missing at the end.
        unmet: Unmet,
    },
}

/// What was missing when the time was over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "unmet", rename_all = "snake_case")]
pub enum Unmet {
    /// The health check failed.
    CheckFailed {
        /// Its exit code.
        exit_code: i64,
        /// The end of what it printed.
        output: String,
    },
    /// The health check did not finish within its timeout.
    CheckDidNotFinish {
        /// What is known of it.
        output: String,
    },
    /// Nobody answered the probe.
    NotAnswered {
        /// Why not.
        text: String,
    },
    /// The probe was answered otherwise than a healthy service answers.
    WrongAnswer {
        /// HTTP status.
        status: u16,
        /// The end of the answer's begin.
        text: String,
    },
    /// Somebody froze the container.
    Paused,
    /// It was good at the end, but not often or long enough in a row.
    NotLongEnough,
}

impl GateFailure {
    /// Time from the container's start to the verdict.
    pub const fn after(&self) -> Duration {
        match self {
            Self::Exited { after, .. }
            | Self::OutOfMemory { after, .. }
            | Self::Restarted { after, .. }
            | Self::Removed { after }
            | Self::TimedOut { after, .. } => *after,
        }
    }
}

impl fmt::Display for GateFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let after = seconds(self.after());
        match self {
            Self::Exited { exit_code: 0, .. } => write!(
                f,
                "finished with exit code 0 after {after}, but a service has to keep running"
            ),
            Self::Exited { exit_code, .. } => {
                write!(f, "exited with code {exit_code} after {after}")
            }
            Self::OutOfMemory { exit_code, .. } => write!(
                f,
                "was killed because it used too much memory (exit code {exit_code}) after {after}"
            ),
            Self::Restarted { restarts, exit_code, after } => {
                f.write_str(&crashed(*restarts, *exit_code, *after))
            }
            Self::Removed { .. } => {
                write!(f, "was removed by somebody else within {after} of its start")
            }
            Self::TimedOut { unmet, .. } => write!(f, "was not ready after {after}: {unmet}"),
        }
    }
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |f: &mut fmt::Formatter<'_>, text: &str| {
            if text.is_empty() { Ok(()) } else { write!(f, ": {text}") }
        };
        match self {
            Self::CheckFailed { exit_code, output } => {
                write!(f, "its health check fails with exit code {exit_code}")?;
                quoted(f, output)
            }
            Self::CheckDidNotFinish { output } => {
                f.write_str("its health check does not finish")?;
                quoted(f, output)
            }
            Self::NotAnswered { text } => {
                f.write_str("it does not answer")?;
                quoted(f, text)
            }
            Self::WrongAnswer { status, text } => {
                write!(f, "it answers with HTTP status {status}")?;
                quoted(f, text)
            }
            Self::Paused => f.write_str("it is paused"),
            Self::NotLongEnough => f.write_str("it was never ready often enough in a row"),
        }
    }
}
