//! What all routes of one instance share.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::execution::Executions;
use crate::fault::Fault;
use crate::log;
use crate::settings::Settings;

/// One running instance.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) settings: Settings,
    /// Random per process, so that a restart is seen.
    pub(crate) instance: String,
    /// The container's host name.
    pub(crate) hostname: String,
    pub(crate) executions: Executions,
    /// Turns true at SIGTERM.
    stopping: watch::Receiver<bool>,
    /// WebSocket sessions, which outlive the HTTP connection that began them.
    pub(crate) sessions: Mutex<JoinSet<()>>,
    started: Instant,
    /// When the first request that clients alone make was executed.
    first_execution: OnceLock<Instant>,
    answers: AtomicU64,
}

impl App {
    pub(crate) fn new(settings: Settings, stopping: watch::Receiver<bool>) -> io::Result<Self> {
        let executions = Executions::open(settings.execution_log.as_deref())?;
        let hostname = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        Ok(Self {
            settings,
            instance: format!("{:016x}", RandomState::new().build_hasher().finish()),
            hostname: hostname.trim().to_owned(),
            executions,
            stopping,
            sessions: Mutex::new(JoinSet::new()),
            started: Instant::now(),
            first_execution: OnceLock::new(),
            answers: AtomicU64::new(0),
        })
    }

    /// How long the instance has been ready, or as ordered how long it has had traffic; `None`
    /// before it is ready.
    pub(crate) fn ready_for(&self) -> Option<Duration> {
        let faults = &self.settings.faults;
        let ready_for = self.started.elapsed().checked_sub(faults.ready_after())?;
        if !faults.has(&Fault::SinceTraffic) {
            return Some(ready_for);
        }
        Some(self.first_execution.get().map_or(Duration::ZERO, Instant::elapsed))
    }

    /// Whether this answer is to be an ordered error.
    pub(crate) fn takes_error(&self, ready_for: Duration) -> bool {
        self.settings.faults.is_error(ready_for, || self.answers.fetch_add(1, Ordering::Relaxed))
    }

    /// Returns at SIGTERM, or when the gateway is dropped.
    pub(crate) async fn until_stop(&self) {
        let mut stopping = self.stopping.clone();
        let _told = stopping.wait_for(|stopping| *stopping).await;
    }

    /// Executes a request id and says how often it was executed by this instance.
    pub(crate) fn execute(&self, id: &str) -> u64 {
        self.first_execution.get_or_init(Instant::now);
        let trailer = format!("{} {} {}", self.settings.version, self.instance, log::unix_ms());
        self.executions.execute(id, &trailer)
    }

    /// Runs a WebSocket session that [`crate::server`] waits for at the end.
    pub(crate) fn keep(&self, session: impl Future<Output = ()> + Send + 'static) {
        let mut sessions = self.sessions.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        while sessions.try_join_next().is_some() {}
        sessions.spawn(session);
    }
}
