//! A controller, and the program around it as a test sees it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use futures_util::StreamExt as _;
use jiff::{Timestamp, tz::TimeZone};
use phoenix_engine::{
    World,
    controller::{
        Activity, Agreed, Aim, Begun, ClockJumps, Controller, EngineState, Handle, Notice, Phase,
        Power, RequestError, ServiceState, Snapshot, Surroundings, WatchState, Wishes,
    },
    ports::StateError,
    wording::Wording,
};
use phoenix_plan::{
    hooks::HookReport,
    labels::LabelWishes,
    policy::{Policy, UpdateMode, install::PowerRules},
    receipt::Receipt,
    schedule::Schedule,
    service::ServiceId,
};
use tokio::{sync::watch, task::JoinHandle, time::Instant};

use crate::{
    fake::{Fake, Life},
    oddities::named,
    scenario::{Act, Scenario},
};

/// The settings.
#[derive(Debug, Clone)]
pub(crate) struct Wished {
    pub(crate) engine: Option<String>,
    pub(crate) services: Vec<ServiceId>,
    pub(crate) written: bool,
    pub(crate) schedule: Schedule,
    pub(crate) zone: TimeZone,
    pub(crate) at_once: usize,
    pub(crate) power_rules: PowerRules,
    pub(crate) policy: Policy,
    /// Of services that have one of their own.
    pub(crate) policies: BTreeMap<ServiceId, Policy>,
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
    /// What hooks around checks said.
    pub(crate) hooks_told: Mutex<Vec<String>>,
    pub(crate) power: Mutex<Power>,
    /// How often the machine was asked about its power.
    pub(crate) power_asked: Mutex<usize>,
    /// What the wall clock shows when the test begins.
    pub(crate) date: Mutex<Timestamp>,
    jumps: watch::Sender<()>,
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

    fn policy_for(&self, service: &ServiceId) -> Policy {
        self.policies.get(service).unwrap_or(&self.policy).clone()
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
        match self.schedule {
            Schedule::Every(every) => Some(every),
            Schedule::Never | Schedule::Cron(_) => None,
        }
    }

    fn schedule(&self) -> Schedule {
        self.schedule.clone()
    }

    fn zone(&self) -> TimeZone {
        self.zone.clone()
    }

    fn jitter(&self) -> Duration {
        Duration::ZERO
    }

    fn at_once(&self) -> usize {
        self.at_once
    }

    fn power_rules(&self) -> PowerRules {
        self.power_rules
    }
}

#[async_trait]
impl Surroundings for Desk {
    fn wishes(&self) -> Result<Arc<dyn Wishes>, Wording> {
        let wished = self.wished.lock().unwrap().clone()?;
        Ok(Arc::new(wished))
    }

    async fn connect(&self) -> Result<World, Wording> {
        self.tries.lock().unwrap().push(Instant::now());
        match self.refusal.lock().unwrap().clone() {
            Some(refusal) => Err(refusal.into()),
            None => Ok(self.fake.lock().unwrap().world()),
        }
    }

    fn now(&self) -> Timestamp {
        *self.date.lock().unwrap() + self.begun.elapsed()
    }

    fn tell(&self, notice: Notice) {
        self.told.send_modify(|told| told.push(notice));
    }

    fn hook_ended(&self, _: &ServiceId, report: &HookReport) {
        self.hooks_told.lock().unwrap().push(report.output.clone());
    }

    fn load(&self) -> Result<WatchState, StateError> {
        Ok(self.saved.lock().unwrap().clone())
    }

    fn save(&self, state: &WatchState) -> Result<(), StateError> {
        *self.saved.lock().unwrap() = state.clone();
        Ok(())
    }

    async fn power(&self) -> Power {
        *self.power_asked.lock().unwrap() += 1;
        *self.power.lock().unwrap()
    }

    fn clock_jumps(&self) -> ClockJumps {
        let jumps = self.jumps.subscribe();
        futures_util::stream::unfold(jumps, |mut jumps| async {
            jumps.changed().await.ok()?;
            Some(((), jumps))
        })
        .boxed()
    }
}

impl Desk {
    /// Around a scenario's service as it stands before its act. Nothing is checked by itself.
    pub(crate) async fn of(scenario: &Scenario) -> Arc<Self> {
        let wished = Wished {
            engine: None,
            services: vec![scenario.service()],
            written: true,
            schedule: Schedule::Never,
            zone: TimeZone::UTC,
            at_once: 1,
            power_rules: PowerRules::default(),
            policy: scenario.policy(),
            policies: BTreeMap::new(),
        };
        Arc::new(Self {
            wished: Mutex::new(Ok(wished)),
            fake: Mutex::new(Fake::new(scenario.prepared().await)),
            refusal: Mutex::new(None),
            tries: Mutex::default(),
            told: watch::Sender::new(Vec::new()),
            saved: Mutex::default(),
            hooks_told: Mutex::default(),
            power: Mutex::default(),
            power_asked: Mutex::default(),
            date: Mutex::new(Timestamp::UNIX_EPOCH + Duration::from_hours(1_000)),
            jumps: watch::Sender::new(()),
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
            wished.schedule = Schedule::Every(every);
            wished.policy.updates = updates;
        });
    }

    /// Checks by the clock on the wall of a place, from a date on.
    pub(crate) fn check_at(&self, cron: &str, zone: &str, date: &str, updates: UpdateMode) {
        *self.date.lock().unwrap() = date.parse().unwrap();
        self.change(|wished| {
            wished.schedule = Schedule::parse(cron).unwrap();
            wished.zone = TimeZone::get(zone).unwrap();
            wished.policy.updates = updates;
        });
    }

    /// The machine sleeps: its wall clock goes on, its timers do not. The kernel tells when it wakes.
    pub(crate) fn sleeps(&self, time: Duration) {
        *self.date.lock().unwrap() += time;
        self.jumps.send_replace(());
    }

    /// What the wall clock shows.
    pub(crate) fn clock(&self) -> String {
        self.now().to_string()
    }

    pub(crate) fn ended(&self) -> Vec<ServiceId> {
        let told = self.told();
        let ended = told.iter().filter_map(|told| match told {
            Notice::Ended(receipt) => Some(receipt.service.clone()),
            Notice::UpdateAvailable { .. }
            | Notice::ConsentNeeded { .. }
            | Notice::Trouble { .. }
            | Notice::OtherUpdater(_)
            | Notice::QuitsAfter { .. } => None,
        });
        ended.collect()
    }

    /// A service that is stopped, is to be updated like that, and for which something is offered.
    pub(crate) fn add_stopped(&self, name: &str, depends_on: &[&str]) -> ServiceId {
        let service = ServiceId::Container(name.to_owned());
        let body = serde_json::json!({
            "Image": "app:latest", "Labels": {}, "HostConfig": { "NetworkMode": "bridge" },
            "NetworkingConfig": { "EndpointsConfig": { "bridge": {} } }
        });
        let fake = self.fake();
        let mut things = fake.things();
        let id = things.create(name, &body).unwrap();
        things.containers.get_mut(&id).unwrap().life = Life::Exited { code: 0 };
        drop(things);
        self.change(|wished| {
            let policy = Policy {
                include_stopped: true,
                depends_on: depends_on.iter().map(|name| (*name).to_owned()).collect(),
                ..wished.policy.clone()
            };
            wished.services.push(service.clone());
            wished.policies.insert(service.clone(), policy);
        });
        service
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
                | Notice::OtherUpdater(_)
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
