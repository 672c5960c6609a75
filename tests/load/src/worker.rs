//! The clients that make the load.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rand::Rng;
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;
use crate::kind::Kind;
use crate::plan::LoadPlan;
use crate::tally::{Ended, Tally};

mod executions;
mod h2c;
mod http1;
mod websocket;

pub(crate) use executions::ask_executions;

/// After a failure a client waits this long, so that a dead address does not burn the machine.
const AFTER_FAILURE: Duration = Duration::from_millis(5);

/// One client.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) plan: Arc<LoadPlan>,
    pub(crate) tally: Arc<Tally>,
    pub(crate) stop: CancellationToken,
    /// Makes the ids of this load its own.
    pub(crate) run: Arc<str>,
    pub(crate) kind: Kind,
    pub(crate) address: SocketAddr,
    pub(crate) index: usize,
}

/// Starts every client of the plan, and the clock that ends them.
pub(crate) fn spawn_all(
    runtime: &Handle,
    plan: &Arc<LoadPlan>,
    tally: &Arc<Tally>,
    stop: &CancellationToken,
    run: &Arc<str>,
) -> JoinSet<()> {
    let mut clients = JoinSet::new();
    for kind in Kind::ALL {
        for index in 0..plan.count(kind) {
            let session = Session {
                plan: Arc::clone(plan),
                tally: Arc::clone(tally),
                stop: stop.clone(),
                run: Arc::clone(run),
                kind,
                address: plan.addresses[index % plan.addresses.len()],
                index,
            };
            match kind {
                Kind::Websocket => clients.spawn_on(websocket::run(session), runtime),
                Kind::H2c => clients.spawn_on(h2c::run(session), runtime),
                Kind::KeepAlive
                | Kind::Race
                | Kind::Post
                | Kind::Upload
                | Kind::Probe
                | Kind::Stream
                | Kind::Slow
                | Kind::Special => clients.spawn_on(http1::run(session), runtime),
            };
        }
    }
    let (duration, stop) = (plan.limits.duration, stop.clone());
    let clock = async move {
        tokio::select! {
            () = sleep(duration) => stop.cancel(),
            () = stop.cancelled() => {}
        }
    };
    clients.spawn_on(clock, runtime);
    clients
}

impl Session {
    /// Counts one request; ends the load at its limit.
    fn ended(&self, latency: Duration, outcome: Result<Option<&str>, Failure>) {
        let ended = Ended { kind: self.kind, address: self.address, latency, outcome };
        if self.tally.ended(ended) >= self.plan.limits.requests {
            self.stop.cancel();
        }
    }

    fn failed(&self, failure: Failure) {
        self.tally.failed(self.kind, self.address, failure);
    }

    /// How long to pause now.
    fn pause(&self) -> Duration {
        let span = self.plan.pause(self.kind);
        if span.min >= span.max {
            return span.min;
        }
        rand::rng().random_range(span.min..=span.max)
    }

    /// Pauses; false when the load ends meanwhile.
    async fn rest(&self, time: Duration) -> bool {
        tokio::select! {
            () = self.stop.cancelled() => false,
            () = sleep(time) => true,
        }
    }

    /// The longest time that an answer is awaited which itself asks for `asks`.
    fn patience(&self, asks: Duration) -> Duration {
        asks + self.plan.limits.hold + self.plan.limits.patience
    }
}
