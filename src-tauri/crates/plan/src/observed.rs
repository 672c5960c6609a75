//! What was seen: containers, networks of theirs, the switch in front of them.

mod container;
mod dependent;
mod ports;

use serde::{Deserialize, Serialize};

use crate::{policy::ComposeDeploy, route::Routed, service::ServiceId};

pub use container::{Container, ContainerState, Mount, NotAContainer, compose_labels};
pub use dependent::{Dependent, Join, Shared};
pub use ports::PortBinding;

/// A service as it stands: everything that a plan may depend on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observed {
    /// The service.
    pub service: ServiceId,
    /// The containers that serve it (or would, if they ran), in the order of their names.
    pub members: Vec<Member>,
    /// The switch in front of it, if it was adopted.
    pub switch: Option<ObservedSwitch>,
    /// What its compose file says about updates, if there is one.
    pub compose: Option<ComposeDeploy>,
    /// Other services' containers that live in a namespace of one of its containers, by their names.
    /// Only looked for before a plan is made.
    #[serde(default)]
    pub dependents: Vec<Dependent>,
}

/// A serving container and the generation it is known as at the switch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// The container.
    pub container: Container,
    /// Its generation; absent while the service is not behind a switch.
    pub generation: Option<String>,
}

/// An existing switch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedSwitch {
    /// The switch's container.
    pub container_id: String,
    /// The network it shares with the generations.
    pub network: String,
    /// The bindings it publishes for the service.
    pub ports: Vec<PortBinding>,
    /// The route in force; absent when the switch does not answer.
    pub routed: Option<Routed>,
}
