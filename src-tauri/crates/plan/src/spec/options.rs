//! What the new container is to be, beyond being the old one.

use serde::{Deserialize, Serialize};

use super::{ApiVersion, DaemonDefaults};
use crate::{observed::PortBinding, policy::HashChange};

/// How the new container differs on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateOptions {
    /// The reference that the new container is made with, as the user knows it.
    pub image: String,
    /// The immutable ID that this reference means now.
    pub image_id: String,
    /// What it publishes.
    pub ports: PublishedPorts,
    /// The switch's network, joined beside the networks of the old one.
    pub attach: Option<Attachment>,
    /// Networks of the old one that are left behind (a switch's, at release).
    pub detach: Vec<String>,
    /// Containers that it names by a new ID: in the modes of its network, its ipc and its pid
    /// namespace, and in `VolumesFrom`.
    pub joins: Vec<Joined>,
    /// What becomes of compose's hash, when its file is edited right after.
    pub compose_hash: Option<HashChange>,
    /// The API version that the create call will be made with.
    pub api_version: ApiVersion,
    /// What the engine writes into every container by itself.
    pub daemon: DaemonDefaults,
}

/// What the new container publishes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublishedPorts {
    /// What the old one publishes.
    Keep,
    /// Exactly these; none while a switch owns the port.
    Exactly(Vec<PortBinding>),
}

/// A network joined on top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The network's name.
    pub network: String,
    /// Names under which the container is known there.
    pub aliases: Vec<String>,
}

/// A container named in another one's description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// What the old one says: an ID or a name.
    pub reference: String,
    /// The ID that the new one says.
    pub id: String,
}
