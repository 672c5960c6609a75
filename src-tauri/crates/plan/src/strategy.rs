//! How an update is carried out, and why so.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    observed::{Container, PortBinding},
    policy::Order,
};

/// How an update is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// New beside old, then the route flips.
    Overlap,
    /// Requests wait while the old one stops and the new one starts.
    Hold,
    /// Stop, start, gate, keep or put back: without a switch.
    Recreate,
}

/// Why a strategy was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", content = "what", rename_all = "snake_case")]
pub enum StrategyReason {
    /// The user said so.
    Chosen,
    /// The compose file says `order: start-first`.
    StartFirst,
    /// The compose file says `order: stop-first`.
    StopFirst,
    /// `network_mode` leaves no network of its own.
    NetworkMode(String),
    /// No TCP port is published.
    NoTcpPort,
    /// A port of another protocol is published.
    OtherProtocol(String),
    /// An address is fixed by the user, and two containers cannot have it.
    StaticAddress,
    /// A hardware address is fixed by the user, and two containers cannot have it.
    FixedMac,
    /// Host devices that two containers might not share.
    Devices,
    /// Two containers would write to the same place.
    SharedWritableVolume(String),
    /// Nothing speaks against running twice for a moment.
    NothingShared,
    /// It does not run, and is left like that.
    Stopped,
    /// Other containers live in its namespaces, which go with its container.
    Dependents,
}

/// A strategy and its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The strategy.
    pub strategy: Strategy,
    /// Why.
    pub reason: StrategyReason,
}

/// Chooses for one container. `ports` are the bindings of the service as the user asked for them,
/// which are the switch's while the service is behind one.
pub fn choose(
    container: &Container,
    ports: &[PortBinding],
    order: Option<Order>,
    wish: Option<Strategy>,
) -> Choice {
    let must_recreate = without_switch(container, ports);
    let cannot_run_twice = cannot_run_twice(container);
    let (strategy, reason) = match (wish, must_recreate, order, cannot_run_twice) {
        (Some(Strategy::Recreate), ..) => (Strategy::Recreate, StrategyReason::Chosen),
        (_, Some(reason), ..) => (Strategy::Recreate, reason),
        (Some(Strategy::Hold), ..) => (Strategy::Hold, StrategyReason::Chosen),
        (_, None, Some(Order::StopFirst), _) if wish.is_none() => {
            (Strategy::Hold, StrategyReason::StopFirst)
        }
        (_, None, _, Some(reason)) => (Strategy::Hold, reason),
        (Some(Strategy::Overlap), ..) => (Strategy::Overlap, StrategyReason::Chosen),
        (None, None, Some(Order::StartFirst), None) => {
            (Strategy::Overlap, StrategyReason::StartFirst)
        }
        (None, None, Some(Order::StopFirst) | None, None) => match might_not_share(container) {
            Some(reason) => (Strategy::Hold, reason),
            None => (Strategy::Overlap, StrategyReason::NothingShared),
        },
    };
    Choice { strategy, reason }
}

/// Why a switch cannot stand in front of this container, if it cannot.
fn without_switch(container: &Container, ports: &[PortBinding]) -> Option<StrategyReason> {
    let mode = container.network_mode.as_str();
    if matches!(mode, "host" | "none") || mode.starts_with("container:") {
        return Some(StrategyReason::NetworkMode(mode.to_owned()));
    }
    if let Some(port) = ports.iter().find(|port| !port.is_tcp()) {
        return Some(StrategyReason::OtherProtocol(port.protocol.clone()));
    }
    ports.is_empty().then_some(StrategyReason::NoTcpPort)
}

/// Why the engine would refuse a second copy.
fn cannot_run_twice(container: &Container) -> Option<StrategyReason> {
    if container.static_address {
        Some(StrategyReason::StaticAddress)
    } else {
        container.fixed_mac.then_some(StrategyReason::FixedMac)
    }
}

/// What two copies might break, unless the user knows better.
fn might_not_share(container: &Container) -> Option<StrategyReason> {
    if container.devices {
        return Some(StrategyReason::Devices);
    }
    let shared = container.mounts.iter().find(|mount| mount.writable);
    shared.map(|mount| StrategyReason::SharedWritableVolume(mount.target.clone()))
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Overlap => "overlap",
            Self::Hold => "hold",
            Self::Recreate => "recreate",
        })
    }
}

impl fmt::Display for StrategyReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chosen => f.write_str("you asked for it"),
            Self::StartFirst => f.write_str("the compose file says order: start-first"),
            Self::StopFirst => f.write_str("the compose file says order: stop-first"),
            Self::NetworkMode(mode) => {
                write!(f, "network_mode {mode} leaves no port that a switch could own")
            }
            Self::NoTcpPort => f.write_str("it publishes no TCP port"),
            Self::OtherProtocol(protocol) => {
                write!(f, "it publishes a {protocol} port, and a switch carries TCP only")
            }
            Self::StaticAddress => {
                f.write_str("its address is fixed, so two containers cannot run at once")
            }
            Self::FixedMac => {
                f.write_str("its hardware address is fixed, so two containers cannot run at once")
            }
            Self::Devices => f.write_str("it uses host devices that two containers may not share"),
            Self::SharedWritableVolume(target) => {
                write!(f, "two containers would write to {target} at once")
            }
            Self::NothingShared => f.write_str("nothing is shared that two containers could break"),
            Self::Stopped => f.write_str("it does not run, and stays stopped"),
            Self::Dependents => f.write_str("other containers live in its namespaces"),
        }
    }
}

#[cfg(test)]
mod tests;
