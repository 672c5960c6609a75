//! A load from its start to its report.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::address::refuse_foreign;
use crate::plan::LoadPlan;
use crate::report::Report;
use crate::tally::{Snapshot, Tally};
use crate::worker;

/// Starts loads.
#[derive(Debug)]
pub struct Load;

/// A load that was not started.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Nowhere to go.
    #[error("no address to load; nothing was sent")]
    NoAddress,
    /// Not this machine.
    #[error(
        "{0} is not an address of this machine; load goes to this machine only; nothing was sent"
    )]
    ForeignAddress(SocketAddr),
    /// No threads.
    #[error("cannot start the load's threads: {0}; nothing was sent")]
    Runtime(#[from] io::Error),
}

/// What was waited for did not happen in time.
#[derive(Debug, thiserror::Error)]
#[error("{what}: not seen within {within:?}; so far {seen:?}")]
pub struct WaitExpired {
    /// What was waited for.
    pub what: String,
    /// How long.
    pub within: Duration,
    /// The counters at the end of the wait.
    pub seen: Box<Snapshot>,
}

/// A load under way. Dropping it ends it at once.
#[derive(Debug)]
pub struct RunningLoad {
    plan: Arc<LoadPlan>,
    tally: Arc<Tally>,
    stop: CancellationToken,
    run: Arc<str>,
    clients: JoinSet<()>,
    /// Taken only by the end.
    runtime: Option<Runtime>,
}

impl Load {
    /// Starts the load on threads of its own: a caller that blocks does not slow it down.
    ///
    /// # Errors
    /// An address that is not this machine's, or no threads.
    pub fn start(plan: LoadPlan) -> Result<RunningLoad, LoadError> {
        refuse_foreign(&plan.addresses)?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(plan.threads.max(1))
            .thread_name("load")
            .enable_all()
            .build()?;
        let (plan, tally) = (Arc::new(plan), Arc::new(Tally::new()));
        let stop = CancellationToken::new();
        let run: Arc<str> = format!("{:012x}", rand::random::<u64>() >> 16).into();
        let clients = worker::spawn_all(runtime.handle(), &plan, &tally, &stop, &run);
        Ok(RunningLoad { plan, tally, stop, run, clients, runtime: Some(runtime) })
    }
}

impl RunningLoad {
    /// The counters now.
    pub fn snapshot(&self) -> Snapshot {
        self.tally.snapshot()
    }

    /// The report as it would be now.
    pub fn report(&self) -> Report {
        self.tally.report()
    }

    /// Begins a segment of the report: gaps and latencies from here to the next mark.
    pub fn mark(&self, label: &str) {
        self.tally.mark(label);
    }

    /// Waits until the counters satisfy `enough`; looked at after every change.
    ///
    /// # Errors
    /// [`WaitExpired`] after `within`.
    pub async fn wait_until(
        &self,
        what: &str,
        within: Duration,
        enough: impl Fn(&Snapshot) -> bool,
    ) -> Result<Snapshot, WaitExpired> {
        let wait = async {
            loop {
                let mut changed = pin!(self.tally.changed.notified());
                changed.as_mut().enable();
                let seen = self.snapshot();
                if enough(&seen) {
                    return seen;
                }
                changed.await;
            }
        };
        timeout(within, wait).await.map_err(|_| WaitExpired {
            what: what.to_owned(),
            within,
            seen: Box::new(self.snapshot()),
        })
    }

    /// Waits for this many more successes from now on.
    ///
    /// # Errors
    /// [`WaitExpired`] after `within`.
    pub async fn wait_for_successes(
        &self,
        count: u64,
        within: Duration,
    ) -> Result<Snapshot, WaitExpired> {
        let wanted = self.snapshot().successes + count;
        let what = format!("{count} more successes");
        self.wait_until(&what, within, |seen| seen.successes >= wanted).await
    }

    /// Waits until `version` has answered.
    ///
    /// # Errors
    /// [`WaitExpired`] after `within`.
    pub async fn wait_for_version(
        &self,
        version: &str,
        within: Duration,
    ) -> Result<Snapshot, WaitExpired> {
        let what = format!("an answer of {version}");
        self.wait_until(&what, within, |seen| seen.versions.contains_key(version)).await
    }

    /// Returns when the load has reached a limit of its plan.
    pub async fn limit_reached(&self) {
        self.stop.cancelled().await;
    }

    /// Sends nothing new, waits for what is in flight within [`crate::Limits::finish`], asks the
    /// app what it executed, and reports.
    pub async fn stop(mut self) -> Report {
        self.tally.stop();
        self.stop.cancel();
        let all = async { while self.clients.join_next().await.is_some() {} };
        let _unfinished_is_not_counted = timeout(self.plan.limits.finish, all).await;
        self.clients.abort_all();
        let executes = self.tally.report().executions.answered > 0;
        if let Some(runtime) = self.runtime.as_ref().filter(|_| executes) {
            let (tally, run) = (Arc::clone(&self.tally), Arc::clone(&self.run));
            let address = self.plan.addresses[0];
            let asked =
                runtime.spawn(async move { worker::ask_executions(&tally, address, &run).await });
            let _without_it = asked.await;
        }
        self.tally.report()
    }
}

impl Drop for RunningLoad {
    fn drop(&mut self) {
        self.stop.cancel();
        self.clients.abort_all();
        if let Some(runtime) = self.runtime.take() {
            // Waiting here is not allowed: the caller may be asynchronous itself.
            runtime.shutdown_background();
        }
    }
}
