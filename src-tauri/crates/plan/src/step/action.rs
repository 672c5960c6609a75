//! What a step can do.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    observed::PortBinding,
    policy::{GatePolicy, Hook, HookEvent},
    route::Backend,
};

/// What is done, with everything that doing it needs. Each is safe to do twice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    /// Run the user's own command. Undo: the one that runs afterwards, told how it ended; not where
    /// this one said no.
    Hook {
        /// When it is.
        moment: HookEvent,
        /// What runs now; absent where only something runs afterwards.
        hook: Option<Hook>,
        /// The container that it may run in.
        who: Who,
        /// What runs when everything is undone.
        afterwards: Option<Hook>,
    },
    /// Fetch the candidate. Undo: remove it again if it was not there before.
    Pull {
        /// `repository@digest` where a digest is known.
        reference: String,
        /// `os/arch[/variant]`.
        platform: Option<String>,
    },
    /// Keep an image by a tag of ours. Undo: remove the tag.
    Pin {
        /// The image.
        image_id: String,
        /// The tag.
        tag: String,
    },
    /// Copy config files aside. Undo: put back those that changed.
    BackUpConfig {
        /// The release they belong to.
        release: String,
        /// The files.
        files: Vec<String>,
    },
    /// Put config files back as a kept release left them. Undo: the files as they were before, from
    /// the backup that the plan made itself.
    RestoreConfig {
        /// The backup.
        backup: String,
    },
    /// Make the switch's image, network, volume and container, not started. Undo: remove them.
    CreateSwitch {
        /// Name of all its objects.
        name: String,
        /// Their labels.
        labels: BTreeMap<String, String>,
        /// What it publishes.
        ports: Vec<PortBinding>,
        /// Ports relayed as raw TCP.
        raw_ports: Vec<u16>,
        /// Its default bound on holding.
        hold_limit: Duration,
    },
    /// Make a generation's container from another one's description. Undo: remove it.
    Create {
        /// The new generation.
        generation: String,
        /// The container's name until the update is confirmed.
        name: String,
        /// Whose description is followed.
        like: Source,
        /// The image.
        image: Target,
        /// The reference that the container states as its image.
        reference: String,
        /// What becomes of the published ports.
        ports: Ports,
        /// The switch's network, joined under the generation's name.
        network: Option<String>,
        /// Whose namespaces it joins in place of those that its model names.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        joins: Vec<Joining>,
    },
    /// Compare the new container with its model: any difference that was not announced fails.
    Compare {
        /// The generation.
        generation: String,
    },
    /// Start a container. Undo: let its requests finish and stop it.
    Start {
        /// Which.
        who: Who,
    },
    /// Wait until a started container has proven ready.
    Gate {
        /// The container.
        who: Who,
        /// The terms.
        policy: GatePolicy,
    },
    /// Let new requests wait at the switch. Undo: let them go.
    Hold {
        /// The bound.
        limit: Duration,
    },
    /// Let a generation's requests finish.
    Drain {
        /// The generation.
        generation: String,
        /// The bound.
        limit: Duration,
    },
    /// Stop a container. Undo: start it again and wait until it answers.
    Stop {
        /// Which.
        who: Who,
        /// Its grace.
        grace: Duration,
    },
    /// Start the switch: it takes the port over and holds requests. Undo: stop it.
    StartSwitch {
        /// Its name.
        name: String,
    },
    /// Stop the switch: the port is free. Undo: start it.
    StopSwitch {
        /// Its name.
        name: String,
    },
    /// Point a local tag at an image. Undo: point it back.
    Tag {
        /// The tag.
        reference: String,
        /// The image.
        image: Target,
        /// The image it meant before.
        before: Option<String>,
    },
    /// Route new requests, durably. Undo: the route before.
    Commit {
        /// The new route.
        backends: Vec<Backend>,
        /// The route before.
        before: Vec<Backend>,
        /// The switch goes back by itself unless confirmed within this time.
        confirm_within: Option<Duration>,
        /// Whether, going back, requests are held until the old containers answer again.
        hold_on_undo: Option<Duration>,
    },
    /// See the service answer at its host port.
    VerifyPort {
        /// The bound.
        within: Duration,
    },
    /// Watch the new generations.
    Monitor {
        /// The new containers.
        who: Vec<Who>,
        /// The generations to compare with.
        baseline: Vec<String>,
        /// How long.
        window: Duration,
    },
    /// Let time pass between two batches.
    Wait {
        /// How long.
        delay: Duration,
    },
    /// The new route is good.
    Confirm,
    /// Remember a superseded release and its containers, so that it can be gone back to.
    Keep {
        /// Its containers.
        containers: Vec<Who>,
        /// The tag that keeps its image.
        pin: String,
        /// Whether the container objects stay, parked; otherwise only their descriptions.
        park: bool,
    },
    /// Rename a stopped container and keep the engine from restarting it.
    Park {
        /// Which.
        who: Who,
        /// Its parking name.
        name: String,
    },
    /// Give a container its name, and its restart policy where it was parked.
    Rename {
        /// Which.
        who: Who,
        /// The name.
        name: String,
    },
    /// Remove a container.
    Remove {
        /// Which.
        who: Who,
    },
    /// Remove everything a switch consists of.
    RemoveSwitch {
        /// Name of all its objects.
        name: String,
    },
    /// Drop kept releases beyond the limit: parked containers, pins, and images that nothing else
    /// uses or names. Volumes stay.
    Discard {
        /// How many stay; all of them where nothing is said.
        keep: Option<usize>,
        /// Those that go, as far as known beforehand.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        drops: Vec<Dropped>,
    },
}

/// A kept release that goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// What it is called.
    pub name: String,
    /// Its image.
    pub image_id: Option<String>,
    /// Its parked containers, by the names that they served under.
    pub containers: Vec<String>,
}

/// A container that a step is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Who {
    /// One that existed when the plan was made.
    Existing {
        /// Its ID.
        id: String,
        /// Its name.
        name: String,
        /// Its generation, if it is behind the switch.
        generation: Option<String>,
    },
    /// One that the plan makes.
    New {
        /// Its generation.
        generation: String,
    },
}

/// Where a new container's description comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Source {
    /// From a container that exists.
    Container {
        /// Its ID.
        id: String,
        /// Its name, for people.
        name: String,
    },
    /// From a description kept with a release, in the service's record.
    Kept {
        /// ID of the container that is gone.
        id: String,
    },
}

/// An image that a step is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Target {
    /// What the plan's pull brings.
    Pulled,
    /// One that is on the machine.
    Local {
        /// Its ID.
        image_id: String,
    },
}

/// A container that another one is made to name in its description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joining {
    /// What its model says: an ID or a name.
    pub reference: String,
    /// Whom it shall name.
    pub owner: Who,
}

/// What becomes of the published ports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Ports {
    /// As in the model.
    Same,
    /// None: the switch publishes them.
    BehindSwitch,
    /// These.
    Publish {
        /// The bindings.
        bindings: Vec<PortBinding>,
    },
}

impl Who {
    /// Its generation, if it has one.
    pub fn generation(&self) -> Option<&str> {
        match self {
            Self::Existing { generation, .. } => generation.as_deref(),
            Self::New { generation } => Some(generation),
        }
    }
}
