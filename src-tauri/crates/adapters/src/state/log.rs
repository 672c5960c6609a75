//! The readable log: a line when an update begins and one when it ends, nothing secret in it.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use jiff::{Timestamp, tz::TimeZone};
use phoenix_plan::{
    receipt::{Outcome, Receipt},
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

/// What happened, in words.
fn headline(receipt: &Receipt) -> String {
    let releases = format!("{} → {}", receipt.from.name(), receipt.to.name());
    let strategy = receipt.strategy.map_or_else(String::new, |strategy| format!(" ({strategy})"));
    let reason: String = receipt.reason.chars().take(REASON_LIMIT).collect();
    let ended = match (receipt.outcome, receipt.purpose) {
        (Outcome::Updated, Purpose::Update) => format!("updated {releases}{strategy}"),
        (Outcome::Updated, Purpose::Rollback) => format!("rolled back {releases}{strategy}"),
        (Outcome::Updated, Purpose::Adopt) => {
            format!("adopted {}: a switch owns its port now", receipt.to.name())
        }
        (Outcome::Updated, Purpose::Release) => {
            format!("released {}: it owns its port again", receipt.to.name())
        }
        (Outcome::Unchanged, _) => format!("unchanged {}: {reason}", receipt.from.name()),
        (Outcome::RolledBack, _) => {
            format!("ROLLED BACK to {}, {releases} did not last: {reason}", receipt.from.name())
        }
        (Outcome::Failed, _) => {
            format!("FAILED {releases}, {} keeps serving: {reason}", receipt.from.name())
        }
        (Outcome::Held, _) => format!("held {releases}: {reason}"),
        (Outcome::Stuck, _) => format!("NEEDS ATTENTION {releases}: {reason}"),
    };
    format!("{ended}{}", numbers(receipt))
}

/// What clients noticed, from the switch where one stood in front, else from the witness.
fn numbers(receipt: &Receipt) -> String {
    let (requests, probe) = (receipt.requests, receipt.probe);
    if requests.total > 0 {
        let (total, failed) = (grouped(requests.total), grouped(requests.failed));
        let stall = grouped(requests.longest_stall_ms);
        format!(", {total} requests, {failed} failed, longest stall {stall} ms")
    } else if probe.ok + probe.failed > 0 {
        let (ok, failed) = (grouped(probe.ok), grouped(probe.failed));
        let gap = grouped(probe.longest_gap_ms);
        format!(", {ok} probes answered, {failed} not, longest gap {gap} ms")
    } else {
        String::new()
    }
}

/// A number with its digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Nothing that could pass for another line of the log.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests;
