//! The one task that changes the route: first on disk, then in force, then in the reply.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use crate::counters::whole_ms;
use crate::protocol::{Command, ErrorCode, Failure, OnTimeout, Route, Routed, Unconfirmed};
use crate::routing::{Router, lock};
use crate::state::{Change, Pending, Record, StateStore};
use crate::upstream::connect_any;

/// When an overdue decision cannot be stored, it is tried again.
const DECIDE_AGAIN_AFTER: Duration = Duration::from_secs(1);
/// How long the route before is given to prove that it accepts connections.
const PROVE_WITHIN: Duration = Duration::from_secs(3);

type Answer = Result<Routed, Failure>;

/// The way to the pilot.
#[derive(Debug, Clone)]
pub(crate) struct Helm {
    orders: mpsc::Sender<(Command, oneshot::Sender<Answer>)>,
    chart: Arc<Mutex<Chart>>,
    router: Arc<Router>,
}

/// Owns the record.
#[derive(Debug)]
pub(crate) struct Pilot {
    orders: mpsc::Receiver<(Command, oneshot::Sender<Answer>)>,
    chart: Arc<Mutex<Chart>>,
    router: Arc<Router>,
    store: StateStore,
    /// A port at which a backend shows that it accepts connections.
    port: u16,
}

/// What is in force, and until when it must be confirmed.
#[derive(Debug, Clone)]
struct Chart {
    record: Record,
    deadline: Option<Instant>,
}

impl Helm {
    /// Has a command carried out that may change the route.
    pub(crate) async fn order(&self, command: Command) -> Answer {
        let (answer, answered) = oneshot::channel();
        let stopped = |()| Failure {
            code: ErrorCode::NotDurable,
            message: "the switch is stopping; the old route stays".into(),
        };
        self.orders.send((command, answer)).await.map_err(|_| stopped(()))?;
        answered.await.map_err(|_| stopped(()))?
    }

    /// The route in force.
    pub(crate) fn routed(&self) -> Routed {
        let chart = lock(&self.chart).clone();
        chart.routed(self.router.is_holding())
    }
}

impl Pilot {
    /// Puts the loaded `record` in force; its confirmation has its whole time again.
    pub(crate) fn embark(
        record: Record,
        store: StateStore,
        router: Arc<Router>,
        port: u16,
    ) -> (Self, Helm) {
        router.put_in_force(&record.route, false);
        let deadline = deadline_of(&record);
        let chart = Arc::new(Mutex::new(Chart { record, deadline }));
        let (sender, orders) = mpsc::channel(16);
        let helm = Helm { orders: sender, chart: Arc::clone(&chart), router: Arc::clone(&router) };
        (Self { orders, chart, router, store, port }, helm)
    }

    /// Obeys until every helm is gone.
    pub(crate) async fn steer(mut self) {
        loop {
            let deadline = lock(&self.chart).deadline;
            let order = tokio::select! {
                order = self.orders.recv() => order,
                () = overdue(deadline) => {
                    self.decide().await;
                    continue;
                }
            };
            let Some((command, answer)) = order else { return };
            let before = lock(&self.chart).record.revision;
            let done = self.carry_out(command).await;
            // Nobody may be waiting any more; what was done stays done.
            let _ = answer.send(done);
            if lock(&self.chart).record.revision != before {
                self.keep_copy().await;
            }
        }
    }

    async fn carry_out(&self, command: Command) -> Answer {
        let record = lock(&self.chart).record.clone();
        match command {
            Command::Hold { limit_ms } => self.router.hold(Duration::from_millis(limit_ms)),
            Command::Resume => self.router.release(),
            Command::Commit { route, confirm, keep_holding, expect_revision } => {
                let change = record.commit(route, confirm, expect_revision)?;
                self.make(change, !keep_holding).await?;
            }
            Command::Confirm { revision } => self.make(record.confirm(revision)?, false).await?,
            Command::Revert => self.make(record.revert()?, false).await?,
            Command::Hello
            | Command::Status
            | Command::Timeline
            | Command::Preview(_)
            | Command::Drain { .. }
            | Command::CloseUpgraded { .. }
            | Command::Forget { .. } => (),
        }
        Ok(lock(&self.chart).routed(self.router.is_holding()))
    }

    /// Stores a change, then puts it in force.
    async fn make(&self, change: Change, release: bool) -> Result<(), Failure> {
        match change {
            Change::Nothing if release => self.router.release(),
            Change::Nothing => (),
            Change::To(record) => {
                let store = self.store.clone();
                let written = record.clone();
                let stored = tokio::task::spawn_blocking(move || store.store(&written)).await;
                let not_durable = |message| Failure { code: ErrorCode::NotDurable, message };
                stored
                    .map_err(|error| not_durable(error.to_string()))?
                    .map_err(|error| not_durable(error.to_string()))?;
                self.router.put_in_force(&record.route, release);
                let deadline = deadline_of(&record);
                *lock(&self.chart) = Chart { record, deadline };
            }
        }
        Ok(())
    }

    /// Nobody has confirmed in time.
    async fn decide(&self) {
        let record = lock(&self.chart).record.clone();
        let Some(Pending { confirmation, previous }) = &record.unconfirmed else { return };
        let change = match confirmation.otherwise {
            OnTimeout::Revert if self.accepts(previous).await => record.revert(),
            OnTimeout::Revert | OnTimeout::Keep => Ok(record.keep()),
        };
        let made = match change {
            Ok(change) => self.make(change, false).await,
            Err(failure) => Err(failure),
        };
        if made.is_err() {
            lock(&self.chart).deadline = Some(Instant::now() + DECIDE_AGAIN_AFTER);
        } else {
            self.keep_copy().await;
        }
    }

    /// Whether a backend of `route` accepts a connection.
    async fn accepts(&self, route: &Route) -> bool {
        for backend in &route.backends {
            let connecting = connect_any(self.router.book(), &backend.hosts, self.port);
            if let Ok(Ok(_)) = tokio::time::timeout(PROVE_WITHIN, connecting).await {
                return true;
            }
        }
        false
    }

    async fn keep_copy(&self) {
        let (store, record) = (self.store.clone(), lock(&self.chart).record.clone());
        // The main file is good; without a copy it is merely alone.
        let _ = tokio::task::spawn_blocking(move || store.store_copy(&record)).await;
    }
}

impl Chart {
    fn routed(&self, holding: bool) -> Routed {
        let unconfirmed = self.record.unconfirmed.as_ref().map(|pending| {
            let left = self.deadline.map(|at| at.saturating_duration_since(Instant::now()));
            Unconfirmed {
                confirmation: pending.confirmation,
                remaining_ms: whole_ms(left.unwrap_or_default()),
                previous: pending.previous.clone(),
            }
        });
        let Record { revision, route, .. } = self.record.clone();
        Routed { revision, route, unconfirmed, holding }
    }
}

fn deadline_of(record: &Record) -> Option<Instant> {
    let within = record.unconfirmed.as_ref()?.confirmation.within_ms;
    // Further away than that is never.
    Instant::now().checked_add(Duration::from_millis(within))
}

async fn overdue(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
