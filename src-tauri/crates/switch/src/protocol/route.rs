//! Where requests go: the one durable fact the switch keeps.

use serde::{Deserialize, Serialize};

/// One running incarnation of a service: a container that answers under one of `hosts`.
///
/// Hosts are names, never addresses: addresses change when the machine restarts. They are tried in
/// order, so that a container recreated behind our back is still found by its own name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backend {
    /// Identifies the generation; also the key of its counters.
    pub generation: String,
    /// Names by which the engine's DNS knows the container, best first; never empty.
    pub hosts: Vec<String>,
}

/// The set of backends that new requests are spread over, evenly.
///
/// An empty route is legal: every request waits until a backend is routed or its hold limit ends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The backends; their generations are distinct.
    pub backends: Vec<Backend>,
}

/// What the switch does by itself when nobody confirms a new route in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnTimeout {
    /// Go back to the route before, if one of its backends still accepts connections.
    Revert,
    /// Keep the new route.
    Keep,
}

/// "Commit confirmed": the route stays only if [`super::Command::Confirm`] arrives in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// Time to confirm, from the commit, or from the switch's own start if it restarted meanwhile.
    pub within_ms: u64,
    /// What happens afterwards.
    pub otherwise: OnTimeout,
}

/// A committed route that nobody has confirmed yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unconfirmed {
    /// The terms of the commit.
    pub confirmation: Confirmation,
    /// Milliseconds left until the switch decides by itself.
    pub remaining_ms: u64,
    /// The route to go back to.
    pub previous: Route,
}

/// The route in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Routed {
    /// Grows by one with each durable change, whoever made it.
    pub revision: u64,
    /// The route.
    pub route: Route,
    /// Present while the route waits for its confirmation.
    pub unconfirmed: Option<Unconfirmed>,
    /// Whether new requests are being held.
    pub holding: bool,
}
