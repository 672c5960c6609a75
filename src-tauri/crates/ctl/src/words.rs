//! Results in words.

use std::fmt::Write as _;

use jiff::{Timestamp, tz::TimeZone};
use phoenix_engine::{
    check::{Finding, NoAnswer},
    controller::{Health, Held, ServiceState},
};
use phoenix_plan::{
    policy::install::WhyWait,
    receipt::{Ending, Receipt},
};

/// A receipt for people: a headline, then the numbers.
pub(crate) fn receipt(receipt: &Receipt) -> String {
    let mut text = receipt.headline();
    text.push('\n');
    if receipt.strategy.is_none() {
        return text;
    }
    let (r, w, p, t) =
        (&receipt.requests, &receipt.websockets, &receipt.probe, &receipt.timings_ms);
    let strategy = receipt.strategy.map(|strategy| strategy.to_string()).unwrap_or_default();
    let why = receipt.strategy_reason.as_deref().unwrap_or_default();
    let lines = [
        format!("  receipt     {}", receipt.id),
        format!("  strategy    {strategy}: {why}"),
        format!("  from        {}", release(&receipt.from)),
        format!("  to          {}", release(&receipt.to)),
        format!(
            "  requests    {} in all, {} failed, {} held, {} retried, longest stall {} ms",
            r.total, r.failed, r.held, r.retried, r.longest_stall_ms
        ),
        format!("  app 5xx     {} before, {} after", r.app_5xx_before, r.app_5xx_after),
        format!(
            "  websockets  {} carried, {} closed by the app, {} by the switch, {} cut",
            w.carried, w.closed_by_app, w.closed_by_switch, w.cut
        ),
        format!(
            "  witness     {} probes answered at the host port, {} failed, longest gap {} ms",
            p.ok, p.failed, p.longest_gap_ms
        ),
        format!(
            "  timings     pull {} · create {} · ready {} · switch {} · drain {} · monitor {} · \
             total {} ms",
            t.pull, t.create, t.ready, t.switch, t.drain, t.monitor, t.total
        ),
    ];
    for line in lines {
        let _ = writeln!(text, "{line}");
    }
    if let Some(failure) = &receipt.failure {
        if let Some(remedy) = &failure.remedy {
            let _ = writeln!(text, "  remedy      {remedy}");
        }
        if let Some(output) = failure.health_output.as_deref().filter(|output| !output.is_empty()) {
            let _ = writeln!(text, "  last health check said: {}", output.trim());
        }
        if !failure.log.is_empty() {
            let _ = writeln!(text, "  last {} log lines of the failed release:", failure.log.len());
            for line in &failure.log {
                let _ = writeln!(text, "    | {line}");
            }
        }
    }
    text
}

/// What a check found, for people.
pub(crate) fn finding(finding: &Finding) -> String {
    match finding {
        Finding::UpToDate => "up to date".to_owned(),
        Finding::UpdateAvailable { digest, version, download_bytes } => {
            let version = version.as_deref().unwrap_or(digest);
            format!("update available: {version}{}", size(*download_bytes))
        }
        Finding::NewerTag { tag, download_bytes, .. } => {
            format!("newer tag available: {tag}{}", size(*download_bytes))
        }
        Finding::PulledNotRunning { image_id, version, .. } => {
            let version = version.as_deref().unwrap_or(image_id);
            format!("update available: {version} is on this machine, but does not run yet")
        }
        Finding::Pinned { newer: None } => "pinned by digest: nothing newer is meant".to_owned(),
        Finding::Pinned { newer: Some(newer) } => {
            format!("pinned by digest; the tag {} means a newer image", newer.tag)
        }
        Finding::LocalBuild => "local build: there is no registry to ask".to_owned(),
        Finding::KnownBad { digest, reason, .. } => {
            format!("{digest} is offered, but failed here before: {reason}")
        }
        Finding::CheckFailed { reason, because, last_good } => {
            let last = last_good.map(|at| format!("; the last answer is of {}", utc(at)));
            format!("{}: {reason}{}", unanswered(*because), last.unwrap_or_default())
        }
    }
}

const fn unanswered(because: NoAnswer) -> &'static str {
    match because {
        NoAnswer::Deferred => "not checked before the next time",
        NoAnswer::Vetoed => "not checked",
        NoAnswer::Network | NoAnswer::Credentials | NoAnswer::AskedTooOften | NoAnswer::Other => {
            "could not be checked"
        }
    }
}

fn size(download_bytes: Option<u64>) -> String {
    download_bytes
        .map(|bytes| format!(", {} MB to download at most", bytes.div_ceil(1_000_000)))
        .unwrap_or_default()
}

/// Why it is not installed by itself now, for people; to be put after what was found.
pub(crate) fn held(held: &Held) -> String {
    waits(held).map(|waits| format!("; {waits}")).unwrap_or_default()
}

/// The same as a sentence of its own.
pub(crate) fn waits(held: &Held) -> Option<String> {
    let why = match &held.why {
        // It is shown whatever the mode: the mode itself is no news.
        WhyWait::NotAutomatic { .. } => return None,
        WhyWait::Pinned => "it is pinned to its release".to_owned(),
        WhyWait::Paused => "everything is paused".to_owned(),
        WhyWait::Skipped => "this release is skipped".to_owned(),
        WhyWait::KnownBad => "this release failed here before".to_owned(),
        WhyWait::Breaker { failures } => {
            format!("{failures} updates in a row failed, so a person should look")
        }
        WhyWait::Snoozed => "it is put off".to_owned(),
        WhyWait::TooYoung { .. } => "it is not known for long enough".to_owned(),
        WhyWait::OutsideWindows => "no maintenance window is open".to_owned(),
        WhyWait::Battery { percent, above } => {
            format!("the battery is at {percent} %, less than {above} %")
        }
        WhyWait::Metered => "the connection is metered".to_owned(),
    };
    let until = held.until.map(|until| format!(" until {}", utc(until))).unwrap_or_default();
    Some(format!("not installed by itself{until}: {why}"))
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// How the containers of a service are, in Docker's words.
pub(crate) fn health(service: &ServiceState) -> String {
    let word = match service.health {
        Health::Healthy => "healthy",
        Health::Running => "running, without a health check",
        Health::Starting => "starting",
        Health::Paused => "paused",
        Health::Stopped => "stopped",
        Health::Restarting => "restarting again and again",
        Health::Unhealthy => "unhealthy",
        Health::Missing => "there is no container",
    };
    match &service.health_detail {
        Some(detail) => format!("{word} ({detail})"),
        None => word.to_owned(),
    }
}

/// How long ago something was, in the largest unit that is not zero.
pub(crate) fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(at).as_secs().max(0);
    let told =
        |count: i64, one: &str| format!("{count} {one}{} ago", if count == 1 { "" } else { "s" });
    match seconds {
        0..60 => "just now".to_owned(),
        60..3_600 => told(seconds / 60, "minute"),
        3_600..86_400 => told(seconds / 3_600, "hour"),
        _ => told(seconds / 86_400, "day"),
    }
}

/// A moment in the local time.
pub(crate) fn moment(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%a %Y-%m-%d %H:%M").to_string()
}

/// A line of a history.
pub(crate) fn history_line(receipt: &Receipt) -> String {
    let mark = match receipt.ending() {
        Ending::Updated => "✓",
        Ending::Unchanged => "=",
        Ending::RolledBack | Ending::TakenBack => "↩",
        Ending::Failed | Ending::Held => "✗",
        Ending::Cancelled => "-",
        Ending::Stuck => "!",
    };
    let at = receipt.finished_at.strftime("%Y-%m-%d %H:%M:%SZ");
    format!("{at} {mark} {} [{}]", receipt.headline(), receipt.id)
}

fn release(release: &phoenix_plan::image::Release) -> String {
    let digest = release.digest.as_deref().or(release.image_id.as_deref()).unwrap_or("?");
    format!("{} ({} {digest})", release.name(), release.image)
}
