//! The protocol's words and the port's words for the same things.

use std::time::Duration;

use phoenix_engine::ports::{
    Confirmation, GenerationTraffic, OnTimeout, PreviewAnswer, RouteChange, SwitchError,
    SwitchStatus, SwitchTimeline,
};
use phoenix_plan::{
    receipt::PlotTick,
    route::{Backend, Routed, Traffic},
};
use phoenix_switch::protocol::{self, Command, Counters, Drained, ErrorCode, Failure, Outcome};

pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

pub(super) fn backend(backend: &Backend) -> protocol::Backend {
    let Backend { generation, hosts } = backend.clone();
    protocol::Backend { generation, hosts }
}

pub(super) fn commit(change: &RouteChange) -> Command {
    Command::Commit {
        route: protocol::Route { backends: change.backends.iter().map(backend).collect() },
        confirm: change.confirm.map(confirmation),
        keep_holding: change.keep_holding,
        expect_revision: None,
    }
}

pub(super) fn routed(outcome: Outcome, name: &str) -> Result<Routed, SwitchError> {
    let Outcome::Routed(routed) = outcome else { return Err(unexpected(name, &outcome)) };
    Ok(in_force(routed))
}

pub(super) fn drained(outcome: Outcome, name: &str) -> Result<Drained, SwitchError> {
    let Outcome::Drained(drained) = outcome else { return Err(unexpected(name, &outcome)) };
    Ok(drained)
}

pub(super) fn done(outcome: &Outcome) -> Result<(), SwitchError> {
    if *outcome == Outcome::Done { Ok(()) } else { Err(unexpected("forget", outcome)) }
}

pub(super) fn previewed(outcome: Outcome) -> Result<PreviewAnswer, SwitchError> {
    let Outcome::Previewed(answer) = outcome else {
        return Err(unexpected("preview", &outcome));
    };
    Ok(PreviewAnswer {
        answered: answer.answered,
        status: answer.status,
        text: answer.error.unwrap_or(answer.body),
    })
}

pub(super) fn status(outcome: Outcome) -> Result<SwitchStatus, SwitchError> {
    let Outcome::Status(status) = outcome else { return Err(unexpected("status", &outcome)) };
    let generations = status.generations.into_iter().map(|generation| GenerationTraffic {
        traffic: traffic(&generation.counters),
        generation: generation.generation,
        in_flight: generation.in_flight,
        upgraded: generation.upgraded,
    });
    Ok(SwitchStatus {
        routed: in_force(status.routed),
        generations: generations.collect(),
        unrouted: traffic(&status.unrouted),
        held_now: status.held_now,
        state_warning: status.state_warning,
    })
}

pub(super) fn timeline(outcome: Outcome) -> Result<SwitchTimeline, SwitchError> {
    let Outcome::Timeline(timeline) = outcome else {
        return Err(unexpected("timeline", &outcome));
    };
    let ticks =
        timeline.ticks.into_iter().map(|protocol::Tick { requests, failed, slowest_us }| {
            PlotTick { requests, failed, slowest_us }
        });
    Ok(SwitchTimeline {
        age_ms: timeline.age_ms,
        tick_ms: timeline.tick_ms,
        ticks: ticks.collect(),
    })
}

/// A refusal, or an answer to another question.
pub(super) fn unexpected(name: &str, outcome: &Outcome) -> SwitchError {
    match outcome {
        Outcome::Failed(Failure { code, message }) => match code {
            ErrorCode::NothingUnconfirmed => SwitchError::NothingUnconfirmed,
            ErrorCode::NotDurable => SwitchError::NotDurable(message.clone()),
            ErrorCode::Malformed | ErrorCode::StaleRevision | ErrorCode::BadRoute => {
                SwitchError::Refused(message.clone())
            }
        },
        Outcome::Hello(_)
        | Outcome::Status(_)
        | Outcome::Timeline(_)
        | Outcome::Previewed(_)
        | Outcome::Routed(_)
        | Outcome::Drained(_)
        | Outcome::Done => SwitchError::Refused(format!("its answer to {name} makes no sense")),
    }
}

fn confirmation(confirmation: Confirmation) -> protocol::Confirmation {
    protocol::Confirmation {
        within_ms: milliseconds(confirmation.within),
        otherwise: match confirmation.otherwise {
            OnTimeout::Revert => protocol::OnTimeout::Revert,
            OnTimeout::Keep => protocol::OnTimeout::Keep,
        },
    }
}

fn in_force(routed: protocol::Routed) -> Routed {
    let backends = |route: protocol::Route| {
        let backends = route.backends.into_iter();
        backends
            .map(|protocol::Backend { generation, hosts }| Backend { generation, hosts })
            .collect()
    };
    Routed {
        revision: routed.revision,
        backends: backends(routed.route),
        unconfirmed_previous: routed.unconfirmed.map(|unconfirmed| backends(unconfirmed.previous)),
        holding: routed.holding,
    }
}

fn traffic(counters: &Counters) -> Traffic {
    Traffic {
        requests: counters.requests,
        failed: counters.failed,
        app_5xx: counters.status_5xx,
        held: counters.held,
        retried: counters.retried,
        longest_hold_ms: counters.longest_hold_ms,
        p95_us: counters.latency.quantile_us(0.95).unwrap_or(0),
        websockets_carried: counters.websockets_carried,
        websockets_closed_by_app: counters.websockets_closed_by_app,
        websockets_closed_by_switch: counters.websockets_closed_by_switch,
        websockets_cut: counters.websockets_cut,
    }
}
