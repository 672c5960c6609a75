//! A controller, and the program around it as a test sees it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use jiff::{Timestamp, tz::TimeZone};
use phoenix_engine::{
    World,
    controller::{
        Activity, Agreed, Aim, Begun, Controller, EngineState, Handle, Notice, Phase, RequestError,
        ServiceState, Snapshot, Surroundings, WatchState, Wishes,
    },
    ports::StateError,
};
use phoenix_plan::{
    labels::LabelWishes,
    policy::{Policy, UpdateMode, install::PowerRules},
    receipt::Receipt,
    schedule::Schedule,
    service::ServiceId,
};
use tokio::{sync::watch, task::JoinHandle, time::Instant};

use crate::{
    fake::Fake,
    oddities::named,
    scenario::{Act, Scenario},
};

/// The settings.
#[derive(Debug, Clone)]
pub(crate) struct Wished {
    pub(crate) engine: Option<String>,
    pub(crate) services: Vec<ServiceId>,
    pub(crate) written: bool,
    pub(crate) every: Option<Duration>,
    pub(crate) policy: Policy,
}

/// The program around the controller.
pub(crate) struct Desk {
    pub(crate) wished: Mutex<Result<Wished, String>>,
    pub(crate) fake: Mutex<Fake>,
    /// Why no engine answers, if none does.
    pub(crate) refusal: Mutex<Option<String>>,
    pub(crate) tries: Mutex<Vec<Instant>>,
    pub(crate) told: watch::Sender<Vec<Notice>>,
    pub(crate) saved: Mutex<WatchState>,
    begun: Instant,
}

/// A controller under test.
pub(crate) struct Rig {
    pub(crate) desk: Arc<Desk>,
    pub(crate) handle: Handle,
    pub(crate) program: JoinHandle<()>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
}

/// What happens in a test happens within this time of its clock.
const PATIENCE: Duration = Duration::from_hours(48);

pub(crate) fn web() -> ServiceId {
    ServiceId::Container("web".to_owned())
}

/// A clock's time passes, with everything that happens meanwhile.
pub(crate) async fn passes(time: Duration) {
    tokio::time::sleep(time).await;
}

impl Wishes for Wished {
    fn engine(&self) -> Option<String> {
        self.engine.clone()
    }

    fn services(&self) -> Vec<ServiceId> {
        self.services.clone()
    }

    fn is_written(&self, _: &ServiceId) -> bool {
        self.written
    }

    fn policy_for(&self, _: &ServiceId) -> Policy {
        self.policy.clone()
    }

    fn policy_with(&self, service: &ServiceId, labels: &BTreeMap<String, String>) -> Policy {
        let mut policy = self.policy_for(service);
        LabelWishes::of(labels).apply(&mut policy);
        policy
    }

    fn raw_ports_for(&self, _: &ServiceId) -> Vec<u16> {
        Vec::new()
    }

    fn check_every(&self) -> Option<Duration> {
        self.every
    }

    fn schedule(&self) -> Schedule {
        self.every.map_or(Schedule::Never, Schedule::Every)
    }

    fn zone(&self) -> TimeZone {
        TimeZone::UTC
    }

    fn jitter(&self) -> Duration {
        Duration::ZERO
    }

    fn at_once(&self) -> usize {
        1
    }

    fn power_rules(&self) -> PowerRules {
        PowerRules::default()
    }
}

#[async_trait]
impl Surroundings for Desk {
    fn wishes(&self) -> Result<Arc<dyn Wishes>, String> {
        let wished = self.wished.lock().unwrap().clone()?;
        Ok(Arc::new(wished))
    }

    async fn connect(&self) -> Result<World, String> {
        self.tries.lock().unwrap().push(Instant::now());
        match self.refusal.lock().unwrap().clone() {
            Some(refusal) => Err(refusal),
            None => Ok(self.fake.lock().unwrap().world()),
        }
    }

    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH + Duration::from_hours(1_000) + self.begun.elapsed()
    }

    fn tell(&self, notice: Notice) {
        self.told.send_modify(|told| told.push(notice));
    }

    fn load(&self) -> Result<WatchState, StateError> {
        Ok(self.saved.lock().unwrap().clone())
    }

    fn save(&self, state: &WatchState) -> Result<(), StateError> {
        *self.saved.lock().unwrap() = state.clone();
        Ok(())
    }
}

impl Desk {
    /// Around a scenario's service as it stands before its act. Nothing is checked by itself.
    pub(crate) async fn of(scenario: &Scenario) -> Arc<Self> {
        let wished = Wished {
            engine: None,
            services: vec![scenario.service()],
            written: true,
            every: None,
            policy: scenario.policy(),
        };
        Arc::new(Self {
            wished: Mutex::new(Ok(wished)),
            fake: Mutex::new(Fake::new(scenario.prepared().await)),
            refusal: Mutex::new(None),
            tries: Mutex::default(),
            told: watch::Sender::new(Vec::new()),
            saved: Mutex::default(),
            begun: Instant::now(),
        })
    }

    /// Around a service behind its switch, for which a good release is offered.
    pub(crate) async fn overlap() -> Arc<Self> {
        Self::of(&named("overlap")).await
    }

    pub(crate) fn fake(&self) -> Fake {
        self.fake.lock().unwrap().clone()
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut Wished)) {
        change(self.wished.lock().unwrap().as_mut().unwrap());
    }

    pub(crate) fn check_every(&self, every: Duration, updates: UpdateMode) {
        self.change(|wished| {
            wished.every = Some(every);
            wished.policy.updates = updates;
        });
    }

    pub(crate) fn told(&self) -> Vec<Notice> {
        self.told.borrow().clone()
    }

    pub(crate) fn announced(&self) -> usize {
        let told = self.told();
        told.iter().filter(|told| matches!(told, Notice::UpdateAvailable { .. })).count()
    }

    /// The next start of the program, on the same disk.
    pub(crate) fn starts(self: &Arc<Self>) -> Rig {
        let wishes = self.wished.lock().unwrap().clone().unwrap();
        let (controller, handle) =
            Controller::new(Arc::clone(self) as Arc<dyn Surroundings>, Arc::new(wishes));
        let snapshots = handle.snapshots();
        let program = tokio::spawn(controller.run());
        Rig { desk: Arc::clone(self), handle, program, snapshots }
    }

    /// The next start, until everything was looked at.
    pub(crate) async fn runs(self: &Arc<Self>) -> Rig {
        let mut rig = self.starts();
        rig.until(|snapshot| {
            let seen = |service: &ServiceState| service.running.is_some();
            is_connected(snapshot) && snapshot.services.iter().all(seen)
        })
        .await;
        rig
    }
}

pub(crate) fn is_connected(snapshot: &Snapshot) -> bool {
    matches!(snapshot.engine, EngineState::Connected { .. })
}

impl Rig {
    /// Waits for a snapshot.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
        let waiting = self.snapshots.wait_for(|snapshot| wanted(snapshot));
        let shown =
            tokio::time::timeout(PATIENCE, waiting).await.map(|found| found.unwrap().clone());
        shown.unwrap_or_else(|_| panic!("still {:#?}", self.handle.snapshot()))
    }

    pub(crate) fn web(&self) -> ServiceState {
        self.handle.snapshot().service(&web()).unwrap().clone()
    }

    pub(crate) async fn until_web(&mut self, wanted: impl Fn(&ServiceState) -> bool) {
        self.until(|snapshot| snapshot.service(&web()).is_some_and(&wanted)).await;
    }

    pub(crate) async fn until_phase(&mut self, phase: Phase) {
        self.until_web(|web| web.activity.as_ref().map(Activity::phase) == Some(phase)).await;
    }

    pub(crate) async fn until_idle(&mut self) {
        self.until_web(|web| web.activity.is_none()).await;
    }

    pub(crate) async fn begin(&self, aim: Aim) -> Result<Begun, RequestError> {
        self.handle.begin(web(), aim, Agreed { noticed: true, edit_compose: false }).await
    }

    /// The receipt of the operation that ends next.
    pub(crate) async fn receipt(&self) -> Receipt {
        let mut told = self.desk.told.subscribe();
        let receipt = |told: &Vec<Notice>| {
            told.iter().rev().find_map(|notice| match notice {
                Notice::Ended(receipt) => Some((**receipt).clone()),
                Notice::UpdateAvailable { .. }
                | Notice::ConsentNeeded { .. }
                | Notice::Trouble { .. }
                | Notice::QuitsAfter { .. } => None,
            })
        };
        let waiting = told.wait_for(|told| receipt(told).is_some());
        let told = tokio::time::timeout(PATIENCE, waiting).await.unwrap().unwrap();
        receipt(&told).unwrap()
    }

    /// Another program does something meanwhile.
    pub(crate) async fn elsewhere(&self, scenario: &Scenario, act: Act) {
        let never = tokio_util::sync::CancellationToken::new();
        scenario.perform(&self.desk.fake(), act, &never).await.unwrap();
    }

    /// The program is killed.
    pub(crate) async fn dies(self) {
        self.program.abort();
        let _aborted = self.program.await;
    }
}
