//! The loop: one task, one state, one `match` per kind of event.

mod asked;
mod checking;
mod heard;
mod installing;
mod remembering;
mod round;
mod timing;

use std::{collections::BTreeSet, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::{FutureExt as _, StreamExt as _};
use jiff::Timestamp;
use phoenix_plan::service::ServiceId;
use tokio::{
    sync::{Semaphore, mpsc, oneshot, watch},
    task::{AbortHandle, JoinSet},
    time::Instant,
};

use super::{
    EngineState, Handle, Power, Snapshot, Surroundings, WatchState, Watched, Wishes,
    activity::Told,
    connection::{self, Connection, Link},
    request::Request,
    slot::{Seen, Slot},
    work::{Conclusion, Work},
};
use crate::{
    World,
    check::{Answer, HOOKS_AT_ONCE},
    other_updaters::OtherUpdater,
    ports::ContainerChange,
    wording::Wording,
};
use installing::Machine;

/// Owns everything that is shown.
pub struct Controller {
    surroundings: Arc<dyn Surroundings>,
    wishes: Arc<dyn Wishes>,
    config_error: Option<Wording>,
    link: Link,
    /// Counts connections, so that what an earlier one still says is not believed.
    epoch: u64,
    slots: Vec<Slot>,
    memory: WatchState,
    /// Services of which something was remembered that is not written yet.
    unsaved: BTreeSet<ServiceId>,
    /// When it was last read what other programs remember.
    read_at: Option<Instant>,
    /// What waits to be installed by itself, as the settings call it.
    queue: BTreeSet<ServiceId>,
    machine: Machine,
    /// When it began, by the clock on the wall: what was never checked is due at the first time after.
    begun_at: Timestamp,
    /// What chance adds to the next scheduled check.
    jitter: Duration,
    next_checks: Vec<Timestamp>,
    other_updaters: Vec<OtherUpdater>,
    /// Hooks around checks take turns.
    hook_turns: Arc<Semaphore>,
    window_open: bool,
    quitting: Option<Quitting>,
    /// Services to look at, and when.
    dirty: BTreeSet<ServiceId>,
    look_at: Option<Instant>,
    /// Services that are being looked at.
    looking: BTreeSet<ServiceId>,
    rounds: Vec<round::Round>,
    connect_at: Option<Instant>,
    check_at: Option<Instant>,
    install_at: Option<Instant>,
    save_at: Option<Instant>,
    requests: mpsc::UnboundedReceiver<Request>,
    ticks: mpsc::UnboundedReceiver<Tick>,
    send: mpsc::UnboundedSender<Tick>,
    snapshots: watch::Sender<Arc<Snapshot>>,
    worlds: watch::Sender<Option<World>>,
    tasks: JoinSet<()>,
    listening: Option<AbortHandle>,
}

/// Something that happened outside the controller's task. Connections are told by their epoch,
/// slots by the name that their service is wished by, which stays when containers come and go.
pub(super) enum Tick {
    Connected(u64, Result<Box<Connection>, Wording>),
    EngineGone(u64, Wording),
    Changed(u64, Box<ContainerChange>),
    Looked(u64, ServiceId, Result<Option<Box<Seen>>, String>),
    Checked { wished: ServiceId, service: ServiceId, answer: Answer },
    OtherUpdaters(u64, Option<Vec<OtherUpdater>>),
    Power(Power),
    ClockJumped,
    Told(ServiceId, Told),
    Ended(ServiceId, super::Aim, Conclusion),
}

/// What is said of a task that panicked.
const BROKEN: &str = "Phoenix Tray made a mistake and stopped half way (its log says more); what \
    was begun is brought to its end by the next update or at the next start";

/// Waiting for operations to end before the program does.
pub(super) struct Quitting {
    replies: Vec<oneshot::Sender<()>>,
}

impl Controller {
    /// Makes a controller; it does nothing before [`Controller::run`].
    pub fn new(surroundings: Arc<dyn Surroundings>, wishes: Arc<dyn Wishes>) -> (Self, Handle) {
        let (requests_in, requests) = mpsc::unbounded_channel();
        let (send, ticks) = mpsc::unbounded_channel();
        let (snapshots, snapshots_out) = watch::channel(Arc::new(Snapshot::empty()));
        let (worlds, worlds_out) = watch::channel(None);
        let memory = surroundings.load();
        let mut controller = Self {
            wishes,
            config_error: None,
            link: Link::Connecting,
            epoch: 0,
            slots: Vec::new(),
            memory: memory.unwrap_or_else(|error| {
                tracing::warn!(path = error.path, cause = %error.source,
                    "what was known of the services cannot be read and is begun anew");
                WatchState::default()
            }),
            unsaved: BTreeSet::new(),
            read_at: None,
            queue: BTreeSet::new(),
            machine: Machine::Unasked,
            begun_at: surroundings.now(),
            jitter: Duration::ZERO,
            next_checks: Vec::new(),
            other_updaters: Vec::new(),
            hook_turns: Arc::new(Semaphore::new(HOOKS_AT_ONCE)),
            window_open: false,
            quitting: None,
            dirty: BTreeSet::new(),
            look_at: None,
            looking: BTreeSet::new(),
            rounds: Vec::new(),
            connect_at: None,
            check_at: None,
            install_at: None,
            save_at: None,
            requests,
            ticks,
            send,
            snapshots,
            worlds,
            tasks: JoinSet::new(),
            listening: None,
            surroundings,
        };
        controller.reload();
        (controller, Handle::new(requests_in, snapshots_out, worlds_out))
    }

    /// Runs until a request to quit was carried out.
    pub async fn run(mut self) {
        self.listen_to_the_clock();
        self.connect();
        while !self.may_end() {
            self.go_round();
            self.publish();
            let wake = self.next_wake();
            tokio::select! {
                request = self.requests.recv() => match request {
                    Some(request) => self.asked(request),
                    None => return,
                },
                tick = self.ticks.recv() => match tick {
                    Some(tick) => self.heard(tick),
                    None => return,
                },
                () = sleep_until(wake) => self.woken(Instant::now()),
                Some(_) = self.tasks.join_next() => {}
            }
        }
        // Checks are dropped, and with them the hooks around them.
        self.tasks.shutdown().await;
        if let Some(world) = self.world() {
            world.hooks.settle().await;
        }
        self.save();
        self.publish();
        for reply in self.quitting.into_iter().flat_map(|quitting| quitting.replies) {
            // Whoever asked may have gone; the end comes all the same.
            let _gone = reply.send(());
        }
    }

    fn publish(&self) {
        let snapshot = self.snapshot();
        self.snapshots.send_if_modified(|shown| {
            let changed = **shown != snapshot;
            if changed {
                *shown = Arc::new(snapshot);
            }
            changed
        });
    }

    fn snapshot(&self) -> Snapshot {
        let nothing = Watched::default();
        let mut services: Vec<_> = self
            .slots
            .iter()
            .filter(|slot| self.is_shown(slot))
            .map(|slot| slot.state(self.memory.services.get(slot.id()).unwrap_or(&nothing)))
            .collect();
        services.sort_by_cached_key(|service| (service.standing(), service.id.to_string()));
        Snapshot {
            engine: match &self.link {
                Link::Connecting => EngineState::Connecting,
                Link::Up { facts, .. } => EngineState::Connected {
                    endpoint: facts.endpoint.clone(),
                    version: facts.version.clone(),
                },
                Link::Away { reason, since, .. } => {
                    EngineState::Away { reason: reason.clone(), since: *since }
                }
            },
            services,
            paused: self.memory.paused,
            next_checks: self.next_checks.clone(),
            other_updaters: self.other_updaters.clone(),
            config_error: self.config_error.clone(),
            quitting: self.quitting.is_some(),
        }
    }

    /// The gateway is watched out of the box, and not shown where it does not exist; a service that
    /// two wishes mean is shown once.
    fn is_shown(&self, slot: &Slot) -> bool {
        let first = self.index_of(slot.id()).and_then(|index| self.slots.get(index));
        let is_first = first.is_some_and(|first| std::ptr::eq(first, slot));
        let written = self.wishes.is_written(&slot.wished);
        is_first && (slot.exists() || slot.running.is_some() || written)
    }

    fn connect(&mut self) {
        self.connect_at = None;
        self.looking.clear();
        self.epoch += 1;
        if let Some(listening) = self.listening.take() {
            listening.abort();
        }
        let (epoch, surroundings) = (self.epoch, Arc::clone(&self.surroundings));
        let connecting = async move {
            Tick::Connected(epoch, connection::connect(surroundings).await.map(Box::new))
        };
        self.spawn(connecting, move || Tick::Connected(epoch, Err(BROKEN.to_owned().into())));
    }

    fn listen_to_the_clock(&mut self) {
        let (mut jumps, ticks) = (self.surroundings.clock_jumps(), self.send.clone());
        self.tasks.spawn(async move {
            while jumps.next().await.is_some() {
                // Without a controller there is nobody left to tell, and this task ends with it.
                let _gone = ticks.send(Tick::ClockJumped);
            }
        });
    }

    /// Runs a task that says how it ended, and says so in other words where it panicked: nothing
    /// may seem to be under way for ever.
    fn spawn(
        &mut self,
        work: impl Future<Output = Tick> + Send + 'static,
        broken: impl FnOnce() -> Tick + Send + 'static,
    ) -> AbortHandle {
        let send = self.send.clone();
        self.tasks.spawn(async move {
            let ended = AssertUnwindSafe(work).catch_unwind().await;
            // A controller that is gone shows nothing; the journal knows all.
            let _gone = send.send(ended.unwrap_or_else(|_panic| broken()));
        })
    }

    /// Reads the settings anew; with an error, those before stay in force.
    fn reload(&mut self) {
        match self.surroundings.wishes() {
            Ok(wishes) => {
                let moved = wishes.engine() != self.wishes.engine();
                self.wishes = wishes;
                self.config_error = None;
                if moved {
                    self.link = Link::Connecting;
                    self.worlds.send_replace(None);
                    // What was seen there is not here.
                    self.slots.iter_mut().for_each(|slot| slot.seen = None);
                    self.connect();
                }
            }
            Err(error) => self.config_error = Some(error),
        }
        let wished = self.wishes.services();
        self.slots.retain(|slot| slot.running.is_some() || wished.contains(&slot.wished));
        for service in wished {
            if !self.slots.iter().any(|slot| slot.wished == service) {
                self.dirty.insert(service.clone());
                self.slots.push(Slot::new(service));
            }
        }
        self.look_soon();
        self.draw_jitter();
        self.reconsider_all();
        self.plan_next_check();
    }

    /// The slot of a service: of several that mean it, the one in which something is done.
    fn index_of(&self, service: &ServiceId) -> Option<usize> {
        let runs = |slot: &Slot| slot.running.is_some() && slot.is(service);
        let running = self.slots.iter().position(runs);
        running.or_else(|| self.slots.iter().position(|slot| slot.is(service)))
    }

    fn slot(&mut self, service: &ServiceId) -> Option<&mut Slot> {
        let index = self.index_of(service)?;
        self.slots.get_mut(index)
    }

    fn wished(&mut self, wished: &ServiceId) -> Option<&mut Slot> {
        self.slots.iter_mut().find(|slot| slot.wished == *wished)
    }

    fn world(&self) -> Option<&World> {
        match &self.link {
            Link::Up { world, .. } => Some(world),
            Link::Connecting | Link::Away { .. } => None,
        }
    }

    fn work(&self, slot: &Slot) -> Option<Work> {
        let service = slot.id();
        self.world().map(|world| Work {
            world: world.clone(),
            policy: self.policy_of(slot),
            raw_ports: self.wishes.raw_ports_for(service),
            service: service.clone(),
            turn: Arc::clone(&slot.turn),
        })
    }

    /// The program ends when it was asked to and nothing is under way.
    fn may_end(&self) -> bool {
        self.quitting.is_some() && self.slots.iter().all(|slot| slot.running.is_none())
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
