//! What every connection needs to know.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::ClientBudget;
use crate::counters::{Ledger, Tally, TickRing};
use crate::protocol::{Counters, Timeline};
use crate::routing::{Generation, Router, lock};

/// What every connection needs to know.
#[derive(Debug)]
pub(crate) struct Switchboard {
    /// The route.
    pub(crate) router: Arc<Router>,
    /// Owner of all connection tasks.
    pub(crate) tracker: TaskTracker,
    /// Cancelled when the switch is to stop.
    pub(crate) stop: CancellationToken,
    /// How many clients there may be.
    pub(crate) budget: Arc<ClientBudget>,
    begun: Instant,
    unrouted: Ledger,
    ring: Mutex<TickRing>,
    clients: AtomicU64,
}

/// Counts a client connection while it lives.
#[derive(Debug)]
pub(crate) struct ClientCount(Arc<Switchboard>);

impl Switchboard {
    pub(crate) fn new(
        router: Arc<Router>,
        stop: CancellationToken,
        budget: Arc<ClientBudget>,
    ) -> Self {
        Self {
            tracker: router.tracker().clone(),
            router,
            stop,
            budget,
            begun: Instant::now(),
            unrouted: Ledger::default(),
            ring: Mutex::default(),
            clients: AtomicU64::new(0),
        }
    }

    /// Adds a request that has ended to its generation, or to nobody's, and to the timeline.
    pub(crate) fn record(&self, generation: Option<&Generation>, tally: Tally) {
        let failed = tally.ending == crate::counters::Ending::Failed;
        generation.map_or(&self.unrouted, |generation| generation.ledger()).record(tally);
        lock(&self.ring).record(self.uptime(), failed, tally.head);
    }

    pub(crate) fn uptime(&self) -> Duration {
        self.begun.elapsed()
    }

    pub(crate) fn timeline(&self) -> Timeline {
        lock(&self.ring).read(self.uptime())
    }

    /// Counters of what belongs to no generation.
    pub(crate) fn unrouted(&self) -> Counters {
        self.unrouted.snapshot()
    }

    pub(crate) fn client_connections(&self) -> u64 {
        self.clients.load(Relaxed)
    }

    pub(crate) fn count_client(self: &Arc<Self>) -> ClientCount {
        self.clients.fetch_add(1, Relaxed);
        ClientCount(Arc::clone(self))
    }

    /// Whether answers shall ask clients to come back on another connection.
    pub(crate) fn wants_connections_closed(&self) -> bool {
        self.stop.is_cancelled() || self.budget.is_scarce()
    }
}

impl Drop for ClientCount {
    fn drop(&mut self) {
        self.0.clients.fetch_sub(1, Relaxed);
    }
}
