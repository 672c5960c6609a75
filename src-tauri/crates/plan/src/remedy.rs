//! What probably helps, read from how a release failed and from its last words.

mod signs;
mod words;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    gate::{GateFailure, Unmet},
    monitor::MonitorFailure,
};

/// What probably helps. A guess, and to be shown as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "remedy", rename_all = "snake_case")]
pub enum Remedy {
    /// It may just have needed longer.
    LongerStartPeriod {
        /// What it was given.
        given: Duration,
    },
    /// The health check's own program is not in the new image.
    CheckProgramMissing {
        /// The program, where it could be read.
        program: Option<String>,
    },
    /// The container's command is not in the new image.
    CommandMissing {
        /// The program, where it could be read.
        program: Option<String>,
    },
    /// The command is there but may not be executed.
    CommandNotExecutable,
    /// It listens on another port or another address than the one that is asked.
    WrongPort,
    /// The probe's path does not exist in the new release.
    WrongProbePath,
    /// More memory, or less use of it.
    MoreMemory,
    /// Files that the new release may not read or write.
    Permissions,
    /// Another process holds its port.
    AddressInUse,
    /// It does not understand its configuration.
    Configuration,
    /// It writes where the container is read-only.
    ReadOnly,
    /// The image is made for another processor.
    WrongArchitecture,
    /// An environment variable or a secret is missing.
    MissingSetting {
        /// Its name, where it could be read.
        name: Option<String>,
    },
    /// Its stored state has another version.
    Migration,
    /// The disk is full.
    DiskFull,
    /// Something it depends on is not reachable.
    Dependency,
    /// A file or shared library that it needs is missing.
    MissingFile,
    /// The command ended as a one-off job does.
    NotAService,
    /// Only the log can tell.
    ReadTheLog,
}

impl Remedy {
    /// For a release that was not let through. `log` are its last lines.
    pub fn after_gate(failure: &GateFailure, log: &[String]) -> Self {
        match failure {
            GateFailure::OutOfMemory { .. } => Self::MoreMemory,
            GateFailure::Exited { exit_code, .. } => Self::of_exit(*exit_code, log),
            GateFailure::Restarted { exit_code, .. } => match exit_code {
                Some(code) => Self::of_exit(*code, log),
                None => signs::in_log(log).unwrap_or(Self::ReadTheLog),
            },
            GateFailure::Removed { .. } => Self::ReadTheLog,
            GateFailure::TimedOut { after, unmet } => Self::of_unmet(*after, unmet, log),
        }
    }

    /// For a release that had the traffic and turned bad. `log` are its last lines.
    pub fn after_monitor(failure: &MonitorFailure, log: &[String]) -> Self {
        match failure {
            MonitorFailure::OutOfMemory { .. } => Self::MoreMemory,
            MonitorFailure::Exited { exit_code, .. } => Self::of_exit(*exit_code, log),
            MonitorFailure::Unhealthy { exit_code, output, .. } => {
                signs::missing_check_program(exit_code.unwrap_or_default(), output)
                    .or_else(|| signs::in_log(log))
                    .unwrap_or(Self::ReadTheLog)
            }
            MonitorFailure::Restarted { exit_code: Some(exit_code), .. } => {
                Self::of_exit(*exit_code, log)
            }
            MonitorFailure::Restarted { exit_code: None, .. }
            | MonitorFailure::Removed { .. }
            | MonitorFailure::DockerUnhealthy { .. }
            | MonitorFailure::TooManyErrors { .. }
            | MonitorFailure::OnlyErrors { .. }
            | MonitorFailure::TooSlow { .. }
            | MonitorFailure::ProbesFailed { .. } => signs::in_log(log).unwrap_or(Self::ReadTheLog),
        }
    }

    /// For a container that the engine could not even start; `message` are its words.
    pub fn after_start(message: &str) -> Self {
        signs::in_start_error(message).unwrap_or(Self::ReadTheLog)
    }

    /// The log knows better than the exit code, which knows better than nothing.
    fn of_exit(exit_code: i64, log: &[String]) -> Self {
        signs::in_log(log).unwrap_or(match exit_code {
            0 => Self::NotAService,
            126 => Self::CommandNotExecutable,
            127 => Self::CommandMissing { program: None },
            137 => Self::MoreMemory,
            _ => Self::ReadTheLog,
        })
    }

    fn of_unmet(given: Duration, unmet: &Unmet, log: &[String]) -> Self {
        let longer = Self::LongerStartPeriod { given };
        match unmet {
            Unmet::CheckFailed { exit_code, output } => {
                signs::missing_check_program(*exit_code, output)
                    .or_else(|| signs::in_log(log))
                    .unwrap_or_else(|| {
                        let listens = signs::says_it_listens(log);
                        if listens && signs::is_refused(output) { Self::WrongPort } else { longer }
                    })
            }
            Unmet::NotAnswered { .. } => signs::in_log(log)
                .unwrap_or(if signs::says_it_listens(log) { Self::WrongPort } else { longer }),
            Unmet::WrongAnswer { status: 404 | 405, .. } => Self::WrongProbePath,
            Unmet::WrongAnswer { .. } | Unmet::CheckDidNotFinish { .. } | Unmet::NotLongEnough => {
                signs::in_log(log).unwrap_or(longer)
            }
            Unmet::Paused => Self::ReadTheLog,
        }
    }
}

#[cfg(test)]
mod tests;
