//! The independent witness: new connections to the published port, as any client makes them.

mod exchange;
mod tally;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use phoenix_engine::ports::{ProbeReport, ProbeTarget, Prober, RunningProbe};
use tally::Tally;
use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::{Instant, Interval, MissedTickBehavior, interval},
};
use tokio_util::sync::{CancellationToken, DropGuard};

/// So many probes may be under way at once (while requests are held); beyond it none is added.
const OUTSTANDING: usize = 512;
/// No two probes begin closer to each other.
const SHORTEST_PAUSE: Duration = Duration::from_millis(1);

/// Probes from this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct HostProber;

/// A probe's owner. Its task ends when this is dropped.
struct Running {
    tally: Arc<Mutex<Tally>>,
    first_pace: Duration,
    pace: watch::Sender<Duration>,
    stopping: CancellationToken,
    task: JoinHandle<()>,
    _ends_with_this: DropGuard,
}

#[async_trait]
impl Prober for HostProber {
    /// Must be called within a tokio runtime.
    fn start(&self, target: ProbeTarget) -> Box<dyn RunningProbe> {
        let tally = Arc::new(Mutex::new(Tally::default()));
        let (stopping, ended) = (CancellationToken::new(), CancellationToken::new());
        let first_pace = target.every.max(SHORTEST_PAUSE);
        let (pace, paces) = watch::channel(first_pace);
        let work = sample(target, Arc::clone(&tally), paces, stopping.clone());
        let until = ended.clone();
        let task = tokio::spawn(async move {
            until.run_until_cancelled(work).await;
        });
        let guard = ended.drop_guard();
        Box::new(Running { tally, first_pace, pace, stopping, task, _ends_with_this: guard })
    }

    async fn once(&self, target: &ProbeTarget) -> Result<Option<u16>, String> {
        exchange::ask(target).await
    }
}

#[async_trait]
impl RunningProbe for Running {
    fn report(&self) -> ProbeReport {
        lock(&self.tally).report()
    }

    fn pace(&self, every: Duration) {
        lock(&self.tally).paced(every.saturating_sub(self.first_pace));
        self.pace.send_replace(every.max(SHORTEST_PAUSE));
    }

    /// Begins no further probe and waits for those under way, each bounded by its timeout: a probe
    /// that is never answered must not go uncounted.
    async fn stop(mut self: Box<Self>) -> ProbeReport {
        self.stopping.cancel();
        let ended = (&mut self.task).await;
        if let Err(error) = ended {
            tracing::warn!(%error, "the probe's task broke; its report may be short");
        }
        self.report()
    }
}

/// Begins a probe with each tick, whether or not earlier ones have been answered.
async fn sample(
    target: ProbeTarget,
    tally: Arc<Mutex<Tally>>,
    mut paces: watch::Receiver<Duration>,
    stopping: CancellationToken,
) {
    let begin = Instant::now();
    let target = Arc::new(target);
    let mut ticks = ticking(*paces.borrow_and_update());
    let mut under_way = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = stopping.cancelled() => break,
            Ok(()) = paces.changed() => ticks = ticking(*paces.borrow_and_update()),
            Some(_) = under_way.join_next(), if !under_way.is_empty() => {}
            _ = ticks.tick(), if under_way.len() < OUTSTANDING => {
                let (target, tally) = (Arc::clone(&target), Arc::clone(&tally));
                under_way.spawn(async move {
                    let answer = exchange::ask(&target).await;
                    let at = begin.elapsed();
                    match answer {
                        Ok(_) => lock(&tally).answered(at),
                        Err(_) => lock(&tally).failed(),
                    }
                });
            }
        }
    }
    while under_way.join_next().await.is_some() {}
}

fn ticking(every: Duration) -> Interval {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    ticks
}

/// A tally stays usable when a thread panicked while it counted.
fn lock(tally: &Mutex<Tally>) -> std::sync::MutexGuard<'_, Tally> {
    tally.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
