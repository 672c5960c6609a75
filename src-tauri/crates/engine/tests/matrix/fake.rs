//! A whole world in memory: what it holds survives a crash of the program, as the real one does.

mod containers;
mod engine;
mod faults;
mod neighbours;
mod state;
mod switch;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

use phoenix_engine::{World, ports::ServiceRecord};
use phoenix_plan::{
    journal::Entry,
    policy::ComposeDeploy,
    receipt::Receipt,
    route::{Backend, Traffic},
};
use tokio::sync::Notify;

pub use containers::{FakeContainer, Life};
pub use faults::{Fault, Trouble};


/// Everything that survives.
#[derive(Debug, Clone, Default)]
pub struct Things {
    pub containers: BTreeMap<String, FakeContainer>,
    pub images: BTreeMap<String, FakeImage>,
    pub registry: BTreeMap<String, (String, String)>,
    pub switch: Option<FakeSwitch>,
    pub journals: BTreeMap<String, Vec<Entry>>,
    pub receipts: Vec<Receipt>,
    pub records: BTreeMap<String, ServiceRecord>,
    pub backups: Vec<String>,
    pub config: String,
    pub deploy: Option<ComposeDeploy>,
    pub made: u32,
}

/// An image on the machine.
#[derive(Debug, Clone, Default)]
pub struct FakeImage {
    pub tags: BTreeSet<String>,
    pub digests: BTreeSet<String>,
    pub version: String,
    pub nature: Nature,
}

/// How a release behaves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Nature {
    #[default]
    Good,
    NeverHealthy,
    Exits,
    CannotStart,
    TurnsSick,
}

/// A switch's durable state, its hold (which is not durable) and its counters.
#[derive(Debug, Clone, Default)]
pub struct FakeSwitch {
    pub route: Vec<Backend>,
    pub previous: Option<Vec<Backend>>,
    pub holding: bool,
    pub revision: u64,
    pub counted: BTreeMap<String, Traffic>,
}

/// One life of the program in front of the things.
#[derive(Clone)]
pub struct Fake {
    things: Arc<Mutex<Things>>,
    trouble: Arc<Mutex<Trouble>>,
    crash: Arc<Notify>,
}

impl Fake {
    pub fn new(things: Things) -> Self {
        Self {
            things: Arc::new(Mutex::new(things)),
            trouble: Arc::new(Mutex::new(Trouble::default())),
            crash: Arc::new(Notify::new()),
        }
    }

    pub fn things(&self) -> MutexGuard<'_, Things> {
        self.things.lock().unwrap()
    }

    pub fn snapshot(&self) -> Things {
        self.things().clone()
    }

    pub fn world(&self) -> World {
        let this = Arc::new(self.clone());
        World {
            engine: this.clone(),
            switches: this.clone(),
            registry: this.clone(),
            prober: this.clone(),
            state: this.clone(),
            backups: this.clone(),
            compose: this.clone(),
            clock: this,
        }
    }
}
