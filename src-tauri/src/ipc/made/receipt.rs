//! Receipts, as the window sees them.

use phoenix_plan::{image, receipt};

use super::{said, service::release, word};
use crate::ipc::view::{
    Failure, Mark, Plot, Probe, Receipt, Requests, Said, Tick, Timings, WebSockets,
};

/// A receipt; `kept` are the releases that can be gone back to.
pub fn receipt(receipt: &receipt::Receipt, kept: &[image::Release]) -> Receipt {
    let (requests, websockets) = (receipt.requests, receipt.websockets);
    let (probe, timings) = (receipt.probe, receipt.timings_ms);
    Receipt {
        id: receipt.id.to_string(),
        service: receipt.service.to_string(),
        purpose: word(receipt.purpose),
        outcome: word(receipt.outcome),
        ending: word(receipt.ending()),
        reason: said::reason(&receipt.reason, receipt.why.as_ref()),
        headline: receipt.headline(),
        strategy: receipt.strategy.map(word),
        strategy_reason: strategy_reason(receipt),
        from: release(&receipt.from),
        to: release(&receipt.to),
        requests: Requests {
            total: requests.total,
            failed: requests.failed,
            held: requests.held,
            retried: requests.retried,
            longest_stall_ms: requests.longest_stall_ms,
            app5xx_before: requests.app_5xx_before,
            app5xx_after: requests.app_5xx_after,
        },
        websockets: WebSockets {
            carried: websockets.carried,
            closed_by_app: websockets.closed_by_app,
            closed_by_switch: websockets.closed_by_switch,
            cut: websockets.cut,
        },
        probe: Probe { ok: probe.ok, failed: probe.failed, longest_gap_ms: probe.longest_gap_ms },
        timings: Timings {
            pull: timings.pull,
            create: timings.create,
            ready: timings.ready,
            switch: timings.switch,
            drain: timings.drain,
            monitor: timings.monitor,
            total: timings.total,
        },
        failure: receipt.failure.as_ref().map(|failure| Failure {
            log: failure.log.clone(),
            health_output: failure.health_output.clone(),
            remedy: remedy(failure),
        }),
        plot: receipt.plot.as_ref().map(plot),
        started_at: receipt.started_at.to_string(),
        finished_at: receipt.finished_at.to_string(),
        can_roll_back_to: is_kept(&receipt.from, kept),
    }
}

/// Receipts of early versions know only the English sentence.
fn strategy_reason(receipt: &receipt::Receipt) -> Option<Said> {
    let early = || receipt.strategy_reason.as_deref().map(said::english);
    receipt.because.as_ref().map(said::because).or_else(early)
}

fn remedy(failure: &receipt::FailureReport) -> Option<Said> {
    let early = || failure.remedy.as_deref().map(said::english);
    failure.advice.as_ref().map(said::advice).or_else(early)
}

/// A page of receipts that are sorted already, and what the next page is asked for with. Where the
/// receipt `after` is gone meanwhile, so is everything older.
pub fn page(
    all: Vec<receipt::Receipt>,
    after: Option<&str>,
    size: usize,
) -> (Vec<receipt::Receipt>, Option<String>) {
    let begin = match after {
        None => 0,
        Some(after) => all
            .iter()
            .position(|receipt| receipt.id.as_str() == after)
            .map_or(all.len(), |at| at + 1),
    };
    let is_last = begin + size >= all.len();
    let page: Vec<_> = all.into_iter().skip(begin).take(size).collect();
    let next = page.last().filter(|_| !is_last).map(|receipt| receipt.id.to_string());
    (page, next)
}

/// A release that was left can be gone back to while its image is kept.
fn is_kept(from: &image::Release, kept: &[image::Release]) -> bool {
    from.image_id.is_some() && kept.iter().any(|kept| kept.image_id == from.image_id)
}

fn plot(plot: &receipt::Plot) -> Plot {
    Plot {
        began_at: plot.began_at.to_string(),
        tick_ms: plot.tick_ms,
        ticks: plot
            .ticks
            .iter()
            .map(|tick| Tick {
                requests: tick.requests,
                failed: tick.failed,
                slowest_us: tick.slowest_us,
            })
            .collect(),
        marks: plot
            .marks
            .iter()
            .map(|mark| Mark { at_ms: mark.at_ms, moment: word(mark.moment) })
            .collect(),
    }
}

#[cfg(test)]
mod tests;
