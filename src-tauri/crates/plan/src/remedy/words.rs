//! Remedies as sentences that follow "what probably helps:".

use std::fmt;

use super::Remedy;
use crate::gate::seconds;

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LongerStartPeriod { given } => write!(
                f,
                "if the new release needs longer than {} to start, give its health check a longer \
                 start_period",
                seconds(*given)
            ),
            Self::CheckProgramMissing { program } => write!(
                f,
                "the program{} that the health check runs is not in the new image; use one that \
                 is, or the application's own check",
                quoted(program.as_ref())
            ),
            Self::CommandMissing { program } => write!(
                f,
                "the command{} is not in the new image; compare the container's command and \
                 entrypoint with the image's",
                quoted(program.as_ref())
            ),
            Self::MissingSetting { name } => write!(
                f,
                "the setting{} is missing; add the environment variable or secret that the new \
                 release needs",
                quoted(name.as_ref())
            ),
            Self::CommandNotExecutable
            | Self::WrongPort
            | Self::WrongProbePath
            | Self::MoreMemory
            | Self::Permissions
            | Self::AddressInUse
            | Self::Configuration
            | Self::ReadOnly
            | Self::WrongArchitecture
            | Self::Migration
            | Self::DiskFull
            | Self::Dependency
            | Self::MissingFile
            | Self::NotAService
            | Self::ReadTheLog => f.write_str(fixed(self)),
        }
    }
}

/// The sentences without a blank to fill in; of the others what they have in common.
const fn fixed(remedy: &Remedy) -> &'static str {
    match remedy {
        Remedy::CommandNotExecutable => {
            "the command may not be executed; check the file's mode and the container's user"
        }
        Remedy::WrongPort => {
            "the application runs but not at the port that is asked; compare the port that its log \
             names with the published port and the health check, and let it listen on 0.0.0.0"
        }
        Remedy::WrongProbePath => {
            "the new release does not know the probe's path; set the service's probe_path"
        }
        Remedy::MoreMemory => "raise the container's memory limit, or lower the application's use",
        Remedy::Permissions => {
            "the new release may not use a file; check the owner and mode of its volumes and the \
             container's user"
        }
        Remedy::AddressInUse => {
            "another process holds a port it needs; stop that one, or change the port"
        }
        Remedy::Configuration => {
            "the new release does not understand its configuration; compare it with the release \
             notes"
        }
        Remedy::ReadOnly => {
            "the new release writes where the container is read-only; give it a volume or a tmpfs \
             there"
        }
        Remedy::WrongArchitecture => {
            "the image is made for another processor; choose a tag for this machine's platform"
        }
        Remedy::Migration => {
            "its stored data has another version; read the release notes about migration before \
             trying again"
        }
        Remedy::DiskFull => "free disk space where the engine keeps its data",
        Remedy::Dependency => {
            "something it depends on is not reachable; check its database or other services"
        }
        Remedy::MissingFile => {
            "a file it needs is missing; check its mounts, or report the image as broken"
        }
        Remedy::NotAService => "the command ended by itself; check that it stays in the foreground",
        Remedy::LongerStartPeriod { .. }
        | Remedy::CheckProgramMissing { .. }
        | Remedy::CommandMissing { .. }
        | Remedy::MissingSetting { .. }
        | Remedy::ReadTheLog => "read the last lines of its log",
    }
}

fn quoted(name: Option<&String>) -> String {
    name.map_or_else(String::new, |name| format!(" \"{name}\""))
}
