//! The independent witness: asks the service at its host port, as any client would.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// Starts probes.
#[async_trait]
pub trait Prober: Send + Sync {
    /// Probes until [`RunningProbe::stop`] with a new connection each time.
    fn start(&self, target: ProbeTarget) -> Box<dyn RunningProbe>;

    /// Asks once; `Ok` carries the HTTP status, or `None` for a bare connection.
    async fn once(&self, target: &ProbeTarget) -> Result<Option<u16>, String>;
}

/// A probe under way. Dropping it ends it.
#[async_trait]
pub trait RunningProbe: Send + Sync {
    /// What was seen so far.
    fn report(&self) -> ProbeReport;
    /// Asks at another pace from now on. What the pace itself adds between two answers is no gap.
    fn pace(&self, every: Duration);
    /// Ends it.
    async fn stop(self: Box<Self>) -> ProbeReport;
}

/// What to ask, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeTarget {
    /// `address:port` at the host.
    pub address: String,
    /// `GET` this path; a bare TCP connection otherwise.
    pub path: Option<String>,
    /// From one probe's begin to the next.
    pub every: Duration,
    /// Bound on one probe; it must exceed the hold limit where requests are held.
    pub timeout: Duration,
}

/// What the witness saw. An answer with a 5xx status made by the app is an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeReport {
    /// Answered probes.
    pub ok: u64,
    /// Refused, reset, cut or timed-out probes.
    pub failed: u64,
    /// The longest time between two answers.
    pub longest_gap_ms: u64,
}
