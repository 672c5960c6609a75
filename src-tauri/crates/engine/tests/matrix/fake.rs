//! A whole world in memory: what it holds survives a crash of the program, as the real one does.

mod changes;
mod containers;
mod engine;
mod faults;
mod hooks;
mod neighbours;
mod state;
mod switch;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

use phoenix_engine::{
    World,
    ports::{ContainerChange, ServiceRecord},
};
use phoenix_plan::{
    journal::Entry,
    policy::ComposeDeploy,
    receipt::Receipt,
    route::{Backend, Traffic},
};
use tokio::sync::{Notify, watch};

pub(crate) use containers::{FakeContainer, Life};
pub(crate) use faults::{Fault, Trouble};

/// Everything that survives.
#[derive(Debug, Clone, Default)]
pub(crate) struct Things {
    pub(crate) containers: BTreeMap<String, FakeContainer>,
    pub(crate) images: BTreeMap<String, FakeImage>,
    pub(crate) registry: BTreeMap<String, (String, String)>,
    pub(crate) switch: Option<FakeSwitch>,
    pub(crate) journals: BTreeMap<String, Vec<Entry>>,
    pub(crate) receipts: Vec<Receipt>,
    pub(crate) records: BTreeMap<String, ServiceRecord>,
    pub(crate) backups: Vec<String>,
    pub(crate) config: String,
    pub(crate) deploy: Option<ComposeDeploy>,
    pub(crate) made: u32,
    pub(crate) changes: Vec<ContainerChange>,
    /// What is free on the engine's disk.
    pub(crate) free_bytes: Option<u64>,
    /// Compressed bytes of the layers of what is offered.
    pub(crate) offered_bytes: Option<u64>,
    /// Hooks that were run: their moment and what they were told of the end.
    pub(crate) hooks: Vec<(String, String)>,
    /// How the hooks of a moment end.
    pub(crate) hook_codes: BTreeMap<String, i64>,
}

/// An image on the machine.
#[derive(Debug, Clone, Default)]
pub(crate) struct FakeImage {
    pub(crate) tags: BTreeSet<String>,
    pub(crate) digests: BTreeSet<String>,
    pub(crate) version: String,
    pub(crate) nature: Nature,
}

/// How a release behaves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Nature {
    #[default]
    Good,
    NeverHealthy,
    Exits,
    CannotStart,
    TurnsSick,
}

/// A switch's durable state, its hold (which is not durable) and its counters.
#[derive(Debug, Clone, Default)]
pub(crate) struct FakeSwitch {
    pub(crate) route: Vec<Backend>,
    pub(crate) previous: Option<Vec<Backend>>,
    pub(crate) holding: bool,
    pub(crate) revision: u64,
    pub(crate) counted: BTreeMap<String, Traffic>,
    /// It is older than the timeline.
    pub(crate) tells_no_timeline: bool,
}

/// One life of the program in front of the things.
#[derive(Clone)]
pub(crate) struct Fake {
    things: Arc<Mutex<Things>>,
    trouble: Arc<Mutex<Trouble>>,
    crash: Arc<Notify>,
    news: watch::Sender<()>,
}

impl Fake {
    pub(crate) fn new(things: Things) -> Self {
        Self {
            things: Arc::new(Mutex::new(things)),
            trouble: Arc::new(Mutex::new(Trouble::default())),
            crash: Arc::new(Notify::new()),
            news: watch::Sender::new(()),
        }
    }

    pub(crate) fn things(&self) -> MutexGuard<'_, Things> {
        self.things.lock().unwrap()
    }

    pub(crate) fn snapshot(&self) -> Things {
        self.things().clone()
    }

    pub(crate) fn world(&self) -> World {
        let this = Arc::new(self.clone());
        World {
            engine: this.clone(),
            switches: this.clone(),
            registry: this.clone(),
            prober: this.clone(),
            state: this.clone(),
            backups: this.clone(),
            compose: this.clone(),
            hooks: this.clone(),
            notes: this.clone(),
            clock: this,
        }
    }
}
