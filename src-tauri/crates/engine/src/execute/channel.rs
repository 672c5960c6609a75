//! The control channel to the switch, opened when it is first needed.

use std::{sync::Arc, time::Duration};

use phoenix_plan::{
    receipt::{Reading, Timeline},
    route::{Backend, Routed, Traffic},
};
use tokio::time::Instant;

use crate::{
    World,
    ports::{GenerationTraffic, SwitchError, SwitchSession, SwitchStatus},
};

/// How long a switch that has just been started may take to answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);
/// Pause between two tries.
const PAUSE: Duration = Duration::from_millis(20);
/// Between two readings of the timeline: well below what a switch remembers.
pub(super) const READ_EVERY: Duration = Duration::from_mins(2);
/// Nothing waits any longer for a plot.
const READ_WITHIN: Duration = Duration::from_secs(2);

/// The control channel and what the counters said at the begin.
pub(super) struct Channel {
    container_id: Option<String>,
    session: Option<Arc<dyn SwitchSession>>,
    before: Option<SwitchStatus>,
    departed: Vec<GenerationTraffic>,
    timeline: Timeline,
    read_at: Option<Instant>,
}

impl Channel {
    pub(super) fn new(container_id: Option<String>) -> Self {
        Self {
            container_id,
            session: None,
            before: None,
            departed: Vec::new(),
            timeline: Timeline::default(),
            read_at: None,
        }
    }

    /// Whether there is a switch to talk to at all.
    pub(super) const fn exists(&self) -> bool {
        self.container_id.is_some()
    }

    /// The switch has just been started: it has no past.
    pub(super) fn started(&mut self, container_id: String) {
        self.container_id = Some(container_id);
        self.session = None;
        self.before = None;
    }

    /// The switch is gone.
    pub(super) fn gone(&mut self) {
        self.container_id = None;
        self.session = None;
    }

    pub(super) async fn remember_counters(&mut self, world: &World) {
        if self.exists()
            && let Ok(session) = self.session(world).await
        {
            self.before = session.status().await.ok();
        }
    }

    /// The open session; waits for a switch that is still starting.
    pub(super) async fn session(
        &mut self,
        world: &World,
    ) -> Result<&dyn SwitchSession, SwitchError> {
        let Some(container_id) = &self.container_id else {
            return Err(SwitchError::Away("there is none".to_owned()));
        };
        if self.session.is_none() {
            let deadline = Instant::now() + ANSWERS_WITHIN;
            loop {
                match world.switches.connect(container_id).await {
                    Ok(session) => {
                        self.session = Some(session);
                        break;
                    }
                    Err(SwitchError::Away(why)) if Instant::now() < deadline => {
                        tracing::debug!(why, "the switch does not answer yet");
                        tokio::time::sleep(PAUSE).await;
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        self.session.as_deref().ok_or_else(|| SwitchError::Away("the session ended".to_owned()))
    }

    /// Has the counters of a generation dropped, once they have been read.
    pub(super) async fn forget(
        &mut self,
        world: &World,
        generation: &str,
    ) -> Result<(), SwitchError> {
        let session = self.session(world).await?;
        let mut status = session.status().await?;
        session.forget(generation).await?;
        status.generations.retain(|entry| entry.generation == generation);
        self.departed.append(&mut status.generations);
        Ok(())
    }

    /// What is known of the traffic over time.
    pub(super) const fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Reads the timeline unless that was done lately, so that nothing falls out of what the
    /// switch remembers before it is read.
    pub(super) async fn keep_timeline(&mut self, world: &World) {
        if self.read_at.is_none_or(|at| at.elapsed() >= READ_EVERY) {
            self.read_timeline(world).await;
        }
    }

    /// Reads the timeline now. A switch that cannot tell fails nothing: there is less to plot.
    pub(super) async fn read_timeline(&mut self, world: &World) {
        if !self.exists() {
            return;
        }
        self.read_at = Some(Instant::now());
        let asked = tokio::time::timeout(READ_WITHIN, async {
            self.session(world).await?.timeline().await
        });
        match asked.await {
            Ok(Ok(told)) => self.timeline.absorb(&Reading {
                at: world.clock.now(),
                age_ms: told.age_ms,
                tick_ms: told.tick_ms,
                ticks: told.ticks,
            }),
            Ok(Err(error)) => tracing::debug!(%error, "the switch tells no timeline"),
            Err(_) => tracing::debug!("the switch's timeline did not come in time"),
        }
    }

    /// Counters since the begin, of generations that `pick` accepts, and of none in particular.
    pub(super) fn since_begin(&self, now: &SwitchStatus, pick: impl Fn(&str) -> bool) -> Traffic {
        let before = |generation: &str| {
            let status = self.before.as_ref()?;
            let found = status.generations.iter().find(|g| g.generation == generation)?;
            Some(found.traffic)
        };
        let mut sum = Traffic::default();
        let known = now.generations.iter().chain(&self.departed);
        for entry in known.filter(|entry| pick(&entry.generation)) {
            let old = before(&entry.generation).unwrap_or_default();
            add(&mut sum, &difference(&entry.traffic, &old));
        }
        sum
    }

    /// Errors that belong to no generation, since the begin.
    pub(super) fn unrouted_since_begin(&self, now: &SwitchStatus) -> Traffic {
        let old = self.before.as_ref().map(|status| status.unrouted).unwrap_or_default();
        difference(&now.unrouted, &old)
    }
}

/// Whether all these backends get new requests.
pub(super) fn routes_all(routed: &Routed, backends: &[Backend]) -> bool {
    backends.iter().all(|backend| routed.routes(&backend.generation))
}

fn difference(now: &Traffic, before: &Traffic) -> Traffic {
    let longest_grew = now.longest_hold_ms > before.longest_hold_ms;
    Traffic {
        requests: now.requests.saturating_sub(before.requests),
        failed: now.failed.saturating_sub(before.failed),
        app_5xx: now.app_5xx.saturating_sub(before.app_5xx),
        held: now.held.saturating_sub(before.held),
        retried: now.retried.saturating_sub(before.retried),
        longest_hold_ms: if longest_grew { now.longest_hold_ms } else { 0 },
        p95_us: now.p95_us,
        websockets_carried: now.websockets_carried.saturating_sub(before.websockets_carried),
        websockets_closed_by_app: now
            .websockets_closed_by_app
            .saturating_sub(before.websockets_closed_by_app),
        websockets_closed_by_switch: now
            .websockets_closed_by_switch
            .saturating_sub(before.websockets_closed_by_switch),
        websockets_cut: now.websockets_cut.saturating_sub(before.websockets_cut),
    }
}

pub(super) fn add(sum: &mut Traffic, more: &Traffic) {
    sum.requests += more.requests;
    sum.failed += more.failed;
    sum.app_5xx += more.app_5xx;
    sum.held += more.held;
    sum.retried += more.retried;
    sum.longest_hold_ms = sum.longest_hold_ms.max(more.longest_hold_ms);
    sum.p95_us = sum.p95_us.max(more.p95_us);
    sum.websockets_carried += more.websockets_carried;
    sum.websockets_closed_by_app += more.websockets_closed_by_app;
    sum.websockets_closed_by_switch += more.websockets_closed_by_switch;
    sum.websockets_cut += more.websockets_cut;
}
