//! What the switch routes and counts, in the words of the plan.

use serde::{Deserialize, Serialize};

/// One running incarnation of a service behind the switch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Backend {
    /// The generation.
    pub generation: String,
    /// Names under which the engine's DNS knows it, best first.
    pub hosts: Vec<String>,
}

/// The name on a switch's network that an edited compose file gives to the containers compose makes.
/// No container made by an update has it.
pub const MADE_BY_COMPOSE: &str = "made-by-compose";

impl Backend {
    /// The same, found again after compose recreated its container behind our back.
    #[must_use]
    pub fn or_made_by_compose(mut self) -> Self {
        if !self.hosts.iter().any(|host| host == MADE_BY_COMPOSE) {
            self.hosts.push(MADE_BY_COMPOSE.to_owned());
        }
        self
    }
}

/// The route in force at the switch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routed {
    /// Grows with each change.
    pub revision: u64,
    /// Where new requests go.
    pub backends: Vec<Backend>,
    /// The route that the switch goes back to unless the present one is confirmed.
    pub unconfirmed_previous: Option<Vec<Backend>>,
    /// Whether new requests are held.
    pub holding: bool,
}

impl Routed {
    /// Whether a generation gets new requests.
    pub fn routes(&self, generation: &str) -> bool {
        self.backends.iter().any(|backend| backend.generation == generation)
    }
}

/// Monotonic counters of the switch, of one generation or summed over several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// Requests that ended.
    pub requests: u64,
    /// Requests that failed at or through the switch.
    pub failed: u64,
    /// 5xx answers that the app itself sent.
    pub app_5xx: u64,
    /// Requests that waited for a backend.
    pub held: u64,
    /// Requests sent a second time, safely.
    pub retried: u64,
    /// The longest wait.
    pub longest_hold_ms: u64,
    /// 95th percentile of the time to the answer's head; 0 without requests.
    pub p95_us: u64,
    /// `WebSocket`s accepted by the app.
    pub websockets_carried: u64,
    /// Closed by the app with a close frame.
    pub websockets_closed_by_app: u64,
    /// Given their goodbye by the switch.
    pub websockets_closed_by_switch: u64,
    /// Ended without a close frame.
    pub websockets_cut: u64,
}
