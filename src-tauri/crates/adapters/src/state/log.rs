//! The readable log: a line when an update begins and one when it ends, nothing secret in it.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use jiff::{Timestamp, tz::TimeZone};
use phoenix_plan::{
    receipt::Receipt,
    step::{Plan, Purpose},
};

use super::durable;

/// The longest reason that is written, in characters.
const REASON_LIMIT: usize = 300;

/// `update.log`, append-only.
#[derive(Debug)]
pub(super) struct UpdateLog {
    path: PathBuf,
    zone: TimeZone,
}

impl UpdateLog {
    pub(super) const fn new(path: PathBuf, zone: TimeZone) -> Self {
        Self { path, zone }
    }

    /// Says that a plan begins.
    pub(super) fn begun(&self, plan: &Plan, at: Timestamp) {
        let (from, to) = (plan.from.name(), plan.to.name());
        let strategy = plan.choice.strategy;
        let what = match plan.purpose {
            Purpose::Update => format!("update {from} → {to} begins ({strategy})"),
            Purpose::Rollback => format!("rollback {from} → {to} begins ({strategy})"),
            Purpose::Adopt => format!("adoption of {from} begins"),
            Purpose::Release => format!("release of {from} begins"),
        };
        self.write(&line(at, &self.zone, &plan.service.to_string(), &what));
    }

    /// Says how it ended.
    pub(super) fn ended(&self, receipt: &Receipt) {
        let service = receipt.service.to_string();
        self.write(&line(receipt.finished_at, &self.zone, &service, &headline(receipt)));
    }

    /// An update must not fail for its log: the folder often belongs to the container's user.
    fn write(&self, line: &str) {
        if let Err(error) = self.try_write(line) {
            tracing::warn!(path = %self.path.display(), %error, "the update log cannot be written");
        }
    }

    fn try_write(&self, line: &str) -> io::Result<()> {
        if let Some(dir) = self.path.parent() {
            durable::make_private_dir(dir)?;
        }
        let mut file = durable::open_to_append(&self.path)?;
        file.write_all(line.as_bytes())?;
        file.sync_all()
    }
}

/// One line: local time with offset, service, what happened.
fn line(at: Timestamp, zone: &TimeZone, service: &str, what: &str) -> String {
    let at = at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    format!("{at} {service}: {}\n", one_line(what))
}

/// What happened and what clients noticed, with a reason that leaves the line readable.
fn headline(receipt: &Receipt) -> String {
    let mut brief = receipt.clone().without_plot();
    brief.reason = receipt.reason.chars().take(REASON_LIMIT).collect();
    brief.headline()
}

/// Nothing that could pass for another line of the log.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests;
