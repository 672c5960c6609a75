//! The switch, commanded.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use phoenix_plan::{
    receipt::PlotTick,
    route::{Backend, Routed, Traffic},
};
use serde::{Deserialize, Serialize};

/// Opens sessions with switches.
#[async_trait]
pub trait SwitchControl: Send + Sync {
    /// Opens a session with the switch in this container, or joins the one that is open already.
    async fn connect(&self, container_id: &str) -> Result<Arc<dyn SwitchSession>, SwitchError>;
}

/// One open control channel. Calls may overlap; each is bounded in time. A session whose channel
/// broke opens it anew by itself on the next call, so a caller may simply try again.
#[async_trait]
pub trait SwitchSession: Send + Sync {
    /// The route in force and all counters.
    async fn status(&self) -> Result<SwitchStatus, SwitchError>;

    /// Requests, failures and latency over the last minutes. A switch that keeps no such record
    /// refuses.
    async fn timeline(&self) -> Result<SwitchTimeline, SwitchError>;

    /// Asks one backend directly: `GET path`, or a bare TCP connection.
    async fn preview(
        &self,
        backend: &Backend,
        port: u16,
        path: Option<&str>,
        timeout: Duration,
    ) -> Result<PreviewAnswer, SwitchError>;

    /// New requests wait from now on.
    async fn hold(&self, limit: Duration) -> Result<Routed, SwitchError>;

    /// Held requests may go.
    async fn resume(&self) -> Result<Routed, SwitchError>;

    /// Sets the route durably. When this returns, no new request can reach any other backend.
    async fn commit(&self, change: &RouteChange) -> Result<Routed, SwitchError>;

    /// The route of this revision is good.
    async fn confirm(&self, revision: u64) -> Result<Routed, SwitchError>;

    /// Back to the route before the unconfirmed one.
    async fn revert(&self) -> Result<Routed, SwitchError>;

    /// Waits until a generation has no request in flight; answers how many are left at the
    /// deadline.
    async fn drain(&self, generation: &str, deadline: Duration) -> Result<u64, SwitchError>;

    /// Says goodbye to a generation's `WebSocket`s and ends its other long connections; answers how
    /// many had to be cut after the grace.
    async fn close_upgraded(&self, generation: &str, grace: Duration) -> Result<u64, SwitchError>;

    /// Drops the counters of a generation that is gone.
    async fn forget(&self, generation: &str) -> Result<(), SwitchError>;
}

/// A new route and its terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteChange {
    /// The new route.
    pub backends: Vec<Backend>,
    /// Without it the commit stands by itself.
    pub confirm: Option<Confirmation>,
    /// Whether held requests stay held.
    pub keep_holding: bool,
}

/// What the switch does if nobody confirms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmation {
    /// Time to confirm.
    pub within: Duration,
    /// What happens afterwards.
    pub otherwise: OnTimeout,
}

/// What the switch does if nobody confirms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnTimeout {
    /// Go back.
    Revert,
    /// Keep the new route.
    Keep,
}

/// The route in force and all counters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchStatus {
    /// The route.
    pub routed: Routed,
    /// Per generation, oldest first.
    pub generations: Vec<GenerationTraffic>,
    /// Errors that belong to no generation.
    pub unrouted: Traffic,
    /// Requests waiting now.
    pub held_now: u64,
    /// What was wrong with the durable state at its start, if anything.
    pub state_warning: Option<String>,
}

/// The recent past, as long as the switch remembers it (six minutes).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwitchTimeline {
    /// Milliseconds from the first tick's begin to the moment of the answer.
    pub age_ms: u64,
    /// Width of a tick in milliseconds.
    pub tick_ms: u64,
    /// The ticks without gaps, oldest first; the last one is not over yet.
    pub ticks: Vec<PlotTick>,
}

/// One generation's share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GenerationTraffic {
    /// The generation.
    pub generation: String,
    /// Requests in flight now.
    pub in_flight: u64,
    /// `WebSocket`s and other long connections open now.
    pub upgraded: u64,
    /// Since it was first routed.
    pub traffic: Traffic,
}

/// How a backend answered when asked directly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewAnswer {
    /// Whether it answered at all.
    pub answered: bool,
    /// HTTP status.
    pub status: Option<u16>,
    /// The body's begin, or the reason for no answer.
    pub text: String,
}

/// The switch did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SwitchError {
    /// Its container does not run, or the channel could not be opened.
    #[error("the switch does not answer: {0}")]
    Away(String),
    /// It refused; nothing was changed.
    #[error("the switch refused: {0}")]
    Refused(String),
    /// It could not store the route; the old one stays.
    #[error("the switch could not store the route: {0}")]
    NotDurable(String),
    /// There is no unconfirmed route.
    #[error("there is no unconfirmed route to act on")]
    NothingUnconfirmed,
    /// It speaks another version of the protocol.
    #[error("the switch speaks protocol {theirs}, this program {ours}")]
    Incompatible {
        /// Its version.
        theirs: u32,
        /// Ours.
        ours: u32,
    },
}
