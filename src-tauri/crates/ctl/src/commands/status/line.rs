//! One service as it stands.

use jiff::Timestamp;
use phoenix_engine::{
    check::Finding,
    controller::{Held, Watched},
    observe::Sighting,
    ports::ServiceRecord,
};
use phoenix_plan::{
    image::Release,
    observed::{ContainerState, Member},
    policy::install::WhyWait,
    receipt::Receipt,
    service::ServiceId,
};
use serde::Serialize;

use crate::words;

/// One service as it stands.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    service: ServiceId,
    running: Release,
    health: String,
    containers: Vec<String>,
    ports: Vec<String>,
    behind_switch: bool,
    /// Absent where the switch was not asked.
    switch_answers: Option<bool>,
    holding: Option<bool>,
    roll_back_to: Option<Release>,
    last_update: Option<Receipt>,
    finding: Option<Finding>,
    checked_at: Option<Timestamp>,
    skipped: bool,
    snoozed_until: Option<Timestamp>,
    /// Why what was found is not installed by itself now.
    held: Option<Held>,
}

/// What is remembered of it.
pub(super) struct Known<'a> {
    pub(super) watched: &'a Watched,
    /// Why what was found is not installed by itself now.
    pub(super) held: Option<Held>,
}

impl Line {
    pub(super) fn of(
        seen: Sighting,
        record: ServiceRecord,
        newest: Option<Receipt>,
        Known { watched: known, held }: Known<'_>,
        switch_asked: bool,
    ) -> Self {
        let observed = &seen.observed;
        let routed = observed.switch.as_ref().and_then(|switch| switch.routed.as_ref());
        let ports = match &observed.switch {
            Some(switch) => switch.ports.clone(),
            None => observed.members.iter().flat_map(|m| m.container.ports.clone()).collect(),
        };
        let asked = |answer: bool| switch_asked.then_some(answer);
        let kept = record.kept.into_iter().map(|kept| kept.release);
        let check = known.last_check.as_ref();
        let finding = check.map(|check| check.finding.clone());
        let key = finding.as_ref().and_then(Finding::key);
        let skipped = key.is_some() && key == known.skipped.as_deref();
        let news = finding.filter(|finding| !is_installed(finding, &seen.running));
        Self {
            held: held.filter(|_| news.is_some()),
            health: health(&observed.members),
            containers: observed.members.iter().map(|m| m.container.name.clone()).collect(),
            ports: ports.iter().map(ToString::to_string).collect(),
            behind_switch: observed.switch.is_some(),
            switch_answers: asked(routed.is_some()),
            holding: asked(routed.is_some_and(|routed| routed.holding)),
            roll_back_to: kept
                .into_iter()
                .find(|release| release.image_id != seen.running.image_id),
            last_update: newest.map(Receipt::without_plot),
            skipped,
            checked_at: check.map(|check| check.at),
            finding: news,
            snoozed_until: known.snoozed_until,
            running: seen.running,
            service: seen.observed.service,
        }
    }

    pub(super) fn in_words(&self, now: Timestamp) -> String {
        let switch = match (self.behind_switch, self.switch_answers, self.holding) {
            (false, _, _) => "owns its port itself",
            (true, None, _) => "behind its switch, which was not asked",
            (true, Some(false), _) => "its switch does not answer",
            (true, Some(true), Some(true)) => "behind its switch, requests are being held",
            (true, Some(true), Some(false) | None) => "behind its switch",
        };
        let ports =
            if self.ports.is_empty() { "no ports".to_owned() } else { self.ports.join(", ") };
        let back = match &self.roll_back_to {
            Some(release) => format!("; can go back to {}", release.name()),
            None => String::new(),
        };
        let head = format!(
            "{} {}: {}, {switch} ({ports}){back}",
            self.service,
            self.running.name(),
            self.health
        );
        match self.found(now) {
            Some(found) => format!("{head}\n    {found}"),
            None => head,
        }
    }

    /// What the last check found, how long ago, and what keeps it from being installed.
    fn found(&self, now: Timestamp) -> Option<String> {
        let at = self.checked_at?;
        let finding = self.finding.as_ref().map_or_else(|| "up to date".to_owned(), words::finding);
        let mut text = format!("{finding}; checked {}", words::ago(at, now));
        if self.skipped {
            text.push_str("; skipped");
        }
        if let Some(until) = self.snoozed_until.filter(|until| *until > now) {
            text.push_str("; put off until ");
            text.push_str(&words::moment(until));
        }
        if let Some(held) = self.held.as_ref().filter(|held| !is_said(&held.why)) {
            text.push_str(&words::held(held));
        }
        Some(text)
    }
}

/// What a person has chosen for this release is said already.
const fn is_said(why: &WhyWait) -> bool {
    match why {
        WhyWait::Skipped | WhyWait::Snoozed => true,
        WhyWait::NotAutomatic { .. }
        | WhyWait::Pinned
        | WhyWait::Paused
        | WhyWait::KnownBad
        | WhyWait::Breaker { .. }
        | WhyWait::TooYoung { .. }
        | WhyWait::OutsideWindows
        | WhyWait::Battery { .. }
        | WhyWait::Metered => false,
    }
}

/// What a check found is no longer newer once it runs, whoever installed it.
fn is_installed(finding: &Finding, running: &Release) -> bool {
    let key = finding.key();
    key.is_some() && (key == running.digest.as_deref() || key == running.image_id.as_deref())
}

/// The worst of its containers, in Docker's words.
fn health(members: &[Member]) -> String {
    let words = members.iter().map(|member| match &member.container.state {
        ContainerState::Running { health: Some(health), .. } => health.clone(),
        ContainerState::Running { health: None, .. } => "running".to_owned(),
        ContainerState::Stopped { exit_code, .. } => format!("stopped (exit code {exit_code})"),
        ContainerState::Paused => "paused".to_owned(),
        ContainerState::Restarting { restarts, .. } => {
            format!("restarting again and again ({restarts} times)")
        }
    });
    let mut words: Vec<String> = words.collect();
    words.sort_by_key(|word| matches!(word.as_str(), "healthy" | "running"));
    words.into_iter().next().unwrap_or_else(|| "no container".to_owned())
}
