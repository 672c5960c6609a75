//! What the switch tells about itself.

use serde::{Deserialize, Serialize};

use super::{Counters, Routed};

/// Who is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The switch's [`super::PROTOCOL_VERSION`].
    pub protocol: u32,
    /// The program's version.
    pub version: String,
}

/// Everything worth knowing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The route in force.
    pub routed: Routed,
    /// Per generation, routed or not, oldest first.
    pub generations: Vec<GenerationStatus>,
    /// The ports it serves.
    pub listeners: Vec<ListenerStatus>,
    /// Requests waiting right now.
    pub held_now: u64,
    /// Client connections open right now.
    pub client_connections: u64,
    /// Errors that belong to no generation: held too long, refused as malformed, no route.
    pub unrouted: Counters,
    /// Milliseconds since the switch started.
    pub uptime_ms: u64,
    /// What is wrong with the durable state, if anything was found at start.
    pub state_warning: Option<String>,
}

/// One generation's share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GenerationStatus {
    /// The generation.
    pub generation: String,
    /// Requests in flight right now.
    pub in_flight: u64,
    /// Upgraded and raw connections open right now.
    pub upgraded: u64,
    /// Since it was first routed.
    pub counters: Counters,
}

/// One port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListenerStatus {
    /// The container port it listens on, and the port it asks backends on.
    pub port: u16,
    /// How it treats connections: `auto` or `tcp`.
    pub mode: String,
}
