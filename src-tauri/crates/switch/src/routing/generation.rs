//! One generation: what is in flight, what was counted, where its ports are.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use tokio::sync::{Notify, watch};
use tokio_util::task::TaskTracker;

use super::lock;
use crate::counters::Ledger;
use crate::protocol::{Backend, GenerationStatus};
use crate::upstream::{AddressBook, Endpoint};

/// What the upgraded connections of a generation are asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Farewell {
    /// Go on.
    Stay,
    /// Say goodbye at a frame boundary.
    Goodbye,
    /// End now.
    Cut,
}

/// One generation.
#[derive(Debug)]
pub(crate) struct Generation {
    name: String,
    hosts: Mutex<Vec<String>>,
    endpoints: Mutex<HashMap<u16, Arc<Endpoint>>>,
    in_flight: AtomicU64,
    upgraded: AtomicU64,
    ended: Notify,
    farewell: watch::Sender<Farewell>,
    ledger: Ledger,
}

impl Generation {
    pub(crate) fn new(backend: &Backend) -> Self {
        Self {
            name: backend.generation.clone(),
            hosts: Mutex::new(backend.hosts.clone()),
            endpoints: Mutex::default(),
            in_flight: AtomicU64::new(0),
            upgraded: AtomicU64::new(0),
            ended: Notify::new(),
            farewell: watch::Sender::new(Farewell::Stay),
            ledger: Ledger::default(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub(crate) fn status(&self) -> GenerationStatus {
        GenerationStatus {
            generation: self.name.clone(),
            in_flight: self.in_flight(),
            upgraded: self.upgraded(),
            counters: self.ledger.snapshot(),
        }
    }

    pub(crate) fn in_flight(&self) -> u64 {
        self.in_flight.load(SeqCst)
    }

    pub(crate) fn upgraded(&self) -> u64 {
        self.upgraded.load(SeqCst)
    }

    /// Waits until no request is in flight.
    pub(crate) async fn drained(&self) {
        self.until(|| self.in_flight() == 0).await;
    }

    /// Waits until no upgraded connection is open.
    pub(crate) async fn left(&self) {
        self.until(|| self.upgraded() == 0).await;
    }

    /// Asks all upgraded connections of this moment.
    pub(crate) fn bid(&self, farewell: Farewell) {
        self.farewell.send_replace(farewell);
    }

    /// What upgraded connections listen to.
    pub(crate) fn farewells(&self) -> watch::Receiver<Farewell> {
        self.farewell.subscribe()
    }

    /// The endpoint at `port`.
    pub(crate) fn endpoint(
        &self,
        port: u16,
        book: &Arc<AddressBook>,
        tracker: &TaskTracker,
    ) -> Arc<Endpoint> {
        let fresh = || {
            let hosts = lock(&self.hosts).clone();
            Arc::new(Endpoint::new(hosts, port, Arc::clone(book), tracker.clone()))
        };
        Arc::clone(lock(&self.endpoints).entry(port).or_insert_with(fresh))
    }

    /// The generation enters the route, perhaps under other names than before.
    pub(super) fn enter_route(&self, hosts: &[String]) {
        let mut known = lock(&self.hosts);
        let mut endpoints = lock(&self.endpoints);
        if *known != hosts {
            *known = hosts.to_vec();
            endpoints.drain().for_each(|(_, endpoint)| endpoint.retire());
        }
        endpoints.values().for_each(|endpoint| endpoint.reinstate());
    }

    /// Whether it can be reached is to be found out anew, by the next request.
    pub(super) fn presume_up(&self) {
        lock(&self.endpoints).values().for_each(|endpoint| endpoint.note_up());
    }

    /// The generation leaves the route.
    pub(super) fn leave_route(&self) {
        lock(&self.endpoints).values().for_each(|endpoint| endpoint.retire());
    }

    pub(super) fn prune(&self) {
        lock(&self.endpoints).values().for_each(|endpoint| endpoint.prune());
    }

    pub(super) fn begin_request(&self) {
        self.in_flight.fetch_add(1, SeqCst);
    }

    pub(super) fn end_request(&self) {
        if self.in_flight.fetch_sub(1, SeqCst) == 1 {
            self.ended.notify_waiters();
        }
    }

    pub(super) fn begin_upgraded(&self) {
        self.upgraded.fetch_add(1, SeqCst);
    }

    pub(super) fn end_upgraded(&self) {
        if self.upgraded.fetch_sub(1, SeqCst) == 1 {
            self.ended.notify_waiters();
        }
    }

    async fn until(&self, reached: impl Fn() -> bool) {
        loop {
            let mut ended = std::pin::pin!(self.ended.notified());
            ended.as_mut().enable();
            if reached() {
                return;
            }
            ended.await;
        }
    }
}
