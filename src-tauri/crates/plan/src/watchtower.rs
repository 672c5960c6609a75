//! Watchtower's command line and environment, read as wishes (its documentation, "Arguments").
//!
//! What has no counterpart is named in [`Wishes::remarks`], with what to do instead.

mod command;
mod docker_run;
mod flags;

use std::time::Duration;

use crate::{
    image::ImageReference,
    schedule::{BadSchedule, Schedule},
};

pub use command::Command;
use flags::{Flag, Said};

/// What a Watchtower was asked to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Wishes {
    /// When it looks; `None` if only once, when it is started.
    pub schedule: Option<Schedule>,
    /// The time zone of the schedule, by its name.
    pub time_zone: Option<String>,
    /// Whose services.
    pub selection: Selection,
    /// Whether it only tells.
    pub monitor_only: bool,
    /// Whether it removes superseded images.
    pub clean_up: bool,
    /// Whether it also updates stopped containers.
    pub include_stopped: bool,
    /// Whether it also updates containers that restart again and again.
    pub include_restarting: bool,
    /// What has no counterpart, or another one than expected.
    pub remarks: Vec<Remark>,
}

/// Which containers it watches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Those of these names; all where there are none.
    pub names: Vec<String>,
    /// Not those of these names.
    pub except: Vec<String>,
    /// Only those whose label says so.
    pub only_labelled: bool,
    /// Only those of this scope.
    pub scope: Option<String>,
}

/// A thing to know about the move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// What was written: a flag's name, never its value.
    pub about: String,
    /// What it comes to here.
    pub text: String,
}

/// Why a command line is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotUnderstood {
    /// No flag of Watchtower's.
    #[error("{0} is no argument of Watchtower's; see its documentation, \"Arguments\"")]
    UnknownFlag(String),
    /// A flag whose value is missing or is none.
    #[error("{flag} needs {what}")]
    BadValue {
        /// Which.
        flag: String,
        /// What it needs.
        what: &'static str,
    },
    /// No schedule.
    #[error("the schedule cannot be read: {0}")]
    Schedule(#[from] BadSchedule),
    /// A `docker run` that starts something else.
    #[error("this docker run starts no image called watchtower")]
    NoWatchtower,
}

/// What Watchtower does where nothing is said: once a day.
const EVERY_DAY: Duration = Duration::from_hours(24);
/// The shortest interval between two checks here.
const SHORTEST: Duration = Duration::from_mins(10);

/// Whether an image is Watchtower, wherever it is published.
pub fn is_image(reference: &str) -> bool {
    ImageReference::parse(reference)
        .is_ok_and(|image| image.repository.rsplit('/').next() == Some("watchtower"))
}

impl Wishes {
    /// Reads a command.
    pub fn of(command: &Command) -> Result<Self, NotUnderstood> {
        let said = Said::by(command)?;
        let mut remarks = said.remarks();
        let monitor_only = said.has(Flag::MonitorOnly) || said.has(Flag::NoRestart);
        Ok(Self {
            schedule: schedule(&said, &mut remarks)?,
            time_zone: said.text(Flag::TimeZone).map(str::to_owned),
            selection: Selection {
                names: command.names.clone(),
                except: said.text(Flag::Disable).map(names).unwrap_or_default(),
                only_labelled: said.has(Flag::LabelEnable),
                scope: said.text(Flag::Scope).filter(|it| *it != "none").map(str::to_owned),
            },
            monitor_only,
            clean_up: said.has(Flag::Cleanup),
            include_stopped: said.has(Flag::IncludeStopped),
            include_restarting: said.has(Flag::IncludeRestarting),
            remarks,
        })
    }
}

fn schedule(said: &Said, remarks: &mut Vec<Remark>) -> Result<Option<Schedule>, NotUnderstood> {
    if said.has(Flag::RunOnce) {
        return Ok(None);
    }
    if let Some(text) = said.text(Flag::Schedule).filter(|text| !text.is_empty()) {
        return Ok(Some(Schedule::parse(text)?));
    }
    let Some(text) = said.text(Flag::Interval) else {
        return Ok(Some(Schedule::Every(EVERY_DAY)));
    };
    let seconds = text.trim().parse().map_err(|_| NotUnderstood::BadValue {
        flag: Flag::Interval.name(),
        what: "whole seconds",
    })?;
    let every = Duration::from_secs(seconds);
    if every < SHORTEST {
        let text = format!("{seconds} s is shorter than the shortest interval here, 10 minutes");
        remarks.push(Remark { about: Flag::Interval.name(), text });
    }
    Ok(Some(Schedule::Every(every.max(SHORTEST))))
}

/// Names with commas or spaces between them.
fn names(text: &str) -> Vec<String> {
    let parts = text.split([',', ' ']).map(|name| name.trim().trim_start_matches('/'));
    parts.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
