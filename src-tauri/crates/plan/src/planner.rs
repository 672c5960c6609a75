//! The planner: from what is wanted and what was observed to a plan, or to a typed refusal.

mod adopt;
mod dependents;
mod naming;
mod refuse;
mod release;
mod rollback;
mod sequence;
mod update;

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    image::{ImageReference, Release},
    observed::Observed,
    policy::Policy,
    probe::HttpProbe,
    step::{Dropped, Plan},
    strategy::StrategyReason,
};

pub use adopt::adopt;
pub use naming::{is_parking_name, pin_tag, switch_labels, switch_name};
pub use release::release;
pub use rollback::{Destination, KeptMember, rollback};
pub use update::update;

/// What every plan is made from.
#[derive(Debug, Clone)]
pub struct Basis<'a> {
    /// The service as it stands.
    pub observed: &'a Observed,
    /// What runs now.
    pub from: &'a Release,
    /// The image ID that the wanted reference means on this machine now, if any.
    pub tagged: Option<&'a str>,
    /// What the user wants.
    pub policy: &'a Policy,
    /// Digests that failed here, with their reasons.
    pub bad_digests: &'a [(String, String)],
    /// Ports that are relayed as raw TCP.
    pub raw_ports: &'a [u16],
    /// Releases that are kept, newest first.
    pub kept: &'a [Dropped],
    /// What the candidate takes and what there is, where both are known.
    pub space: Option<Space>,
    /// The platform of the containers, `os/arch[/variant]`.
    pub platform: &'a str,
    /// The health question over HTTP, if one is known.
    pub probe: Option<HttpProbe>,
    /// Now.
    pub now: Timestamp,
    /// Eight hexadecimal digits that are used once.
    pub fresh: &'a str,
}

/// Room on the engine's disk, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Space {
    /// What the layers that are not there yet will take, estimated.
    pub needed_bytes: u64,
    /// What is free where the engine keeps its images.
    pub free_bytes: u64,
}

/// A release that could run next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Under which reference it is wanted; the containers will state it.
    pub reference: ImageReference,
    /// The digest that the registry means by it; absent for an image that is only local.
    pub digest: Option<String>,
    /// The image's ID where it is known without a pull.
    pub image_id: Option<String>,
    /// Its version, as far as known.
    pub version: Option<String>,
    /// Whether the user named it: then remembered failures do not speak against it.
    pub asked_for: bool,
}

/// What a planner decided.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// The candidate is what runs.
    UpToDate,
    /// Not now, or not at all, for a reason.
    Held(Hold),
    /// This.
    Go(Box<Plan>),
}

/// Why nothing is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "held", rename_all = "snake_case")]
pub enum Hold {
    /// No container of the service exists.
    #[error("there is no container of this service")]
    NoContainer,
    /// A container does not run.
    #[error("{name} does not run: start it first, then update it")]
    NotRunning {
        /// Which.
        name: String,
    },
    /// A container is unhealthy before anything was done.
    #[error(
        "{name} is unhealthy already, so a failing update could not be told from the present \
         state: mend it, or give your consent with --accept-unhealthy"
    )]
    UnhealthyAlready {
        /// Which.
        name: String,
    },
    /// The digest failed here before.
    #[error("{digest} failed here before ({reason}): waiting for another one")]
    KnownBad {
        /// The digest.
        digest: String,
        /// Why it failed.
        reason: String,
    },
    /// The container states a digest, so it can never mean anything newer.
    #[error("the image is pinned by digest: name another one with --to")]
    Pinned,
    /// Other containers live in its namespaces, and cannot be made again together with it.
    #[error(
        "{names} would be left in namespaces of a container that is gone, and cannot be made again \
         with it where a switch stands in front, or where others live in theirs in turn. Remove \
         them first ('docker compose rm -sf', 'docker rm -f'), and make them again afterwards"
    )]
    Dependents {
        /// Their names, each with what it shares: `torrent (network_mode), shell (pid)`.
        names: String,
    },
    /// The engine deletes the container when it stops, so there is no way back.
    #[error("{name} was started with --rm: the engine would delete it, and there is no way back")]
    AutoRemove {
        /// Which.
        name: String,
    },
    /// Swarm owns the container.
    #[error("{name} belongs to Swarm, which must update it itself")]
    SwarmTask {
        /// Which.
        name: String,
    },
    /// The name says that it is a leftover of ours.
    #[error("{name} is a container that an update parked: it is not updated itself")]
    Parked {
        /// Which.
        name: String,
    },
    /// It was adopted, but its switch does not answer.
    #[error("its switch {name} does not answer: start it with 'docker start {name}'")]
    SwitchAway {
        /// The switch's container.
        name: String,
    },
    /// Recreating would leave the port without its owner.
    #[error("it is behind a switch: run 'phoenixctl release' before updating by recreate")]
    BehindSwitch,
    /// It is not behind a switch.
    #[error("it is not behind a switch")]
    NotAdopted,
    /// It is behind a switch already.
    #[error("it is behind a switch already")]
    AlreadyAdopted,
    /// A switch cannot stand in front of it.
    #[error("it cannot be put behind a switch: {why}")]
    CannotAdopt {
        /// Why not.
        why: StrategyReason,
    },
    /// The layers would not fit.
    #[error(
        "the image needs about {} on the engine's disk and {} are free: free some there ('docker \
         system df' shows what takes it), or pull it by hand if you know better",
        bytes(*needed_bytes), bytes(*free_bytes)
    )]
    DiskTooFull {
        /// What the layers that are not there yet will take, estimated.
        needed_bytes: u64,
        /// What is free.
        free_bytes: u64,
    },
    /// Nothing to go back to.
    #[error("no earlier release of it is kept here")]
    NothingKept,
    /// A published host port is left to the engine, so the switch could not own the same one.
    #[error("port {port} gets another host port at each start: fix it before adopting")]
    EphemeralPort {
        /// The container's port.
        port: u16,
    },
}

/// Longest time between the stop of the old owner of a port and the first answer of the new one,
/// apart from the app's own stopping time (measured 0.4 to 1.2 s; zero-downtime §9).
const PORT_HANDOVER: Duration = Duration::from_millis(1_200);

/// How long the port may take to answer at the host after a handover.
const VERIFY_WITHIN: Duration = Duration::from_secs(5);

/// A size for people, in powers of 1000 as disks are sold.
fn bytes(count: u64) -> String {
    match count {
        0..1_000_000 => format!("{} kB", count.div_ceil(1_000)),
        1_000_000..1_000_000_000 => format!("{} MB", count.div_ceil(1_000_000)),
        1_000_000_000.. => {
            let tenths = count.div_ceil(100_000_000);
            format!("{}.{} GB", tenths / 10, tenths % 10)
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
