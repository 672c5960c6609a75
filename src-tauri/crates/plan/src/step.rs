//! Plans and their steps: everything that will happen, decided beforehand.

mod action;
mod brief;
mod cause;
mod describe;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    image::Release, journal::JournalId, observed::PortBinding, policy::HashChange,
    probe::HttpProbe, service::ServiceId, strategy::Choice,
};

pub use action::{Action, Dropped, Joining, Ports, Source, Target, Who};
pub use cause::StepCause;

/// A plan: immutable, linear, one engine call a step. The executor takes no decisions beyond it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Identifies the plan, its journal and its receipt.
    pub id: JournalId,
    /// The service.
    pub service: ServiceId,
    /// What it is for.
    pub purpose: Purpose,
    /// How, and why so.
    pub choice: Choice,
    /// What runs now.
    pub from: Release,
    /// What will run.
    pub to: Release,
    /// What clients will notice.
    pub stall: Stall,
    /// The witness's question: address at the host and what to ask there.
    pub witness: Option<Witness>,
    /// Path and port for health questions over HTTP.
    pub probe: Option<HttpProbe>,
    /// The switch's container, if the service is behind one already.
    pub switch: Option<String>,
    /// Whether the service was unhealthy when the plan was made, and the user agreed to it: then its
    /// own check is no verdict on the new release.
    pub was_unhealthy: bool,
    /// What new containers state of a compose file that is edited right after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compose_hash: Option<HashChange>,
    /// The steps in their order.
    pub steps: Vec<Step>,
    /// The number of the first step that has no way back; before it, failure undoes everything.
    pub no_return: usize,
}

/// Where the witness asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    /// The binding it asks at.
    pub binding: PortBinding,
    /// `GET` this path; a bare connection otherwise.
    pub path: Option<String>,
}

/// What a plan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To another release.
    Update,
    /// To a release that ran before.
    Rollback,
    /// Behind a switch, same release.
    Adopt,
    /// The port back to the container, same release.
    Release,
}

/// What clients will notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Stall {
    /// Nothing.
    None,
    /// Requests wait while the app restarts, at most this long.
    Held {
        /// The limit.
        limit: Duration,
    },
    /// The port moves to its new owner: new connections are refused for about this long.
    PortMoves {
        /// The expectation.
        about: Duration,
    },
    /// The container stops and starts: requests fail meanwhile.
    Restart,
}

/// A container that lives in the service's namespaces, and is made again beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MadeAgain<'a> {
    /// Its ID now.
    pub id: &'a str,
    /// Its name, before and after.
    pub name: &'a str,
    /// The generation of its successor.
    pub generation: &'a str,
}

impl Plan {
    /// Who lives in the service's namespaces.
    pub fn dependents(&self) -> impl Iterator<Item = MadeAgain<'_>> {
        self.steps.iter().filter_map(|step| {
            if let Action::Create {
                generation, joins, like: Source::Container { id, name }, ..
            } = &step.action
                && !joins.is_empty()
            {
                Some(MadeAgain { id, name, generation })
            } else {
                None
            }
        })
    }
}

impl Stall {
    /// Whether clients notice more than a wait within the bound that the user set: then a person has
    /// to agree first.
    pub const fn is_noticed(self) -> bool {
        match self {
            Self::None | Self::Held { .. } => false,
            Self::PortMoves { .. } | Self::Restart => true,
        }
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its place in the plan, from 0.
    pub number: usize,
    /// What is done.
    pub action: Action,
    /// Why.
    pub cause: StepCause,
}
