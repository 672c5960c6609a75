//! Containers as far as an update can tell them from real ones.

use std::collections::BTreeMap;

use phoenix_engine::ports::EngineError;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{Nature, Things};

/// A container.
#[derive(Debug, Clone)]
pub(crate) struct FakeContainer {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) image_id: String,
    pub(crate) config: Value,
    pub(crate) host_config: Value,
    pub(crate) networks: BTreeMap<String, Vec<String>>,
    pub(crate) life: Life,
}

/// Whether it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    Created,
    Running { since: Instant },
    Exited { code: i64 },
}

impl FakeContainer {
    pub(crate) fn runs(&self) -> bool {
        matches!(self.life, Life::Running { .. })
    }

    /// Host ports that it takes while it runs.
    pub(crate) fn publishes(&self) -> Vec<String> {
        let bindings = self.host_config["PortBindings"].as_object();
        bindings
            .into_iter()
            .flat_map(|bindings| bindings.values())
            .flat_map(|list| list.as_array().into_iter().flatten())
            .filter_map(|binding| binding["HostPort"].as_str().map(str::to_owned))
            .collect()
    }

    pub(crate) fn restart_policy(&self) -> &str {
        self.host_config["RestartPolicy"]["Name"].as_str().unwrap_or_default()
    }

    pub(crate) fn label(&self, key: &str) -> &str {
        self.config["Labels"][key].as_str().unwrap_or_default()
    }

    pub(crate) fn is_switch(&self) -> bool {
        !self.label("phoenix-tray.switch.service").is_empty()
    }

    /// Whose network it uses, if not its own.
    pub(crate) fn lives_in(&self) -> Option<&str> {
        self.host_config["NetworkMode"].as_str()?.strip_prefix("container:")
    }

    pub(super) fn inspect(&self) -> Value {
        let networks: serde_json::Map<String, Value> = self
            .networks
            .iter()
            .map(|(name, aliases)| {
                let address = if self.runs() { "172.20.0.2" } else { "" };
                (name.clone(), json!({ "Aliases": aliases, "IPAddress": address }))
            })
            .collect();
        let (running, code) = match self.life {
            Life::Running { .. } => (true, 0),
            Life::Created => (false, 0),
            Life::Exited { code } => (false, code),
        };
        let status = self.status();
        json!({
            "Id": self.id, "Name": format!("/{}", self.name), "Image": self.image_id,
            "RestartCount": 0, "State": { "Running": running, "ExitCode": code, "Status": status },
            "Config": self.config, "HostConfig": self.host_config,
            "NetworkSettings": { "Networks": networks }, "Mounts": []
        })
    }

    pub(super) fn listed(&self) -> Value {
        json!({ "Id": self.id, "Names": [format!("/{}", self.name)],
            "Image": self.config["Image"], "State": self.status(),
            "Labels": self.config["Labels"] })
    }

    const fn status(&self) -> &'static str {
        match self.life {
            Life::Created => "created",
            Life::Running { .. } => "running",
            Life::Exited { .. } => "exited",
        }
    }
}

impl Things {
    pub(crate) fn find(&self, id_or_name: &str) -> Option<&FakeContainer> {
        let by_name = || self.containers.values().find(|c| c.name == id_or_name);
        self.containers.get(id_or_name).or_else(by_name)
    }

    pub(super) fn known(&mut self, id_or_name: &str) -> Result<&mut FakeContainer, EngineError> {
        let what = format!("container {id_or_name}");
        let id = self.find(id_or_name).map(|container| container.id.clone());
        id.and_then(|id| self.containers.get_mut(&id)).ok_or(EngineError::NotFound { what })
    }

    pub(super) fn name_is_free(&self, name: &str, id: &str) -> Result<(), EngineError> {
        if self.containers.values().any(|c| c.name == name && c.id != id) {
            let message = format!("the name {name} is already in use");
            return Err(EngineError::Conflict { call: "name", message });
        }
        Ok(())
    }

    pub(crate) fn create(&mut self, name: &str, body: &Value) -> Result<String, EngineError> {
        self.name_is_free(name, "")?;
        let reference = body["Image"].as_str().unwrap_or_default();
        let Some(image_id) = self.image_of(reference) else {
            return Err(EngineError::NotFound { what: format!("image {reference}") });
        };
        self.made += 1;
        let id = format!("{:064x}", 0xc0de_0000_u32 + self.made);
        let mut config = body.clone();
        let host_config = config["HostConfig"].take();
        let networks = config["NetworkingConfig"]["EndpointsConfig"].take();
        let config = config.as_object().cloned().unwrap_or_default();
        let config = config.into_iter().filter(|(_, value)| !value.is_null());
        let config: serde_json::Map<String, Value> =
            config.filter(|(key, _)| key != "NetworkingConfig").collect();
        let aliases = |endpoint: &Value| -> Vec<String> {
            let aliases = endpoint["Aliases"].as_array().into_iter().flatten();
            aliases.filter_map(|alias| alias.as_str().map(str::to_owned)).collect()
        };
        let networks = networks.as_object().cloned().unwrap_or_default();
        let container = FakeContainer {
            id: id.clone(),
            name: name.to_owned(),
            image_id,
            config: Value::Object(config),
            host_config,
            networks: networks.iter().map(|(name, e)| (name.clone(), aliases(e))).collect(),
            life: Life::Created,
        };
        self.containers.insert(id.clone(), container);
        self.changed(&id, "create");
        Ok(id)
    }

    pub(crate) fn start(&mut self, id: &str) -> Result<(), EngineError> {
        let container = self.known(id)?.clone();
        if container.runs() {
            return Ok(());
        }
        for port in container.publishes() {
            let taken = self.containers.values().any(|c| c.runs() && c.publishes().contains(&port));
            if taken {
                return Err(EngineError::PortTaken { message: port });
            }
        }
        if let Some(owner) = container.lives_in()
            && !self.find(owner).is_some_and(FakeContainer::runs)
        {
            let message = "cannot join network of a non running container".to_owned();
            return Err(EngineError::Refused { call: "start", status: 409, message });
        }
        let nature = self.images.get(&container.image_id).map(|i| i.nature).unwrap_or_default();
        if nature == Nature::CannotStart {
            let message = "exec /app: exec format error".to_owned();
            return Err(EngineError::Refused { call: "start", status: 400, message });
        }
        if container.is_switch() {
            if let Some(switch) = &mut self.switch {
                switch.holding = false;
            }
        } else if container.lives_in().is_none()
            && let Some(image) = self.images.get(&container.image_id)
        {
            self.config.clone_from(&image.version);
        }
        self.known(id)?.life = match nature {
            Nature::Exits => Life::Exited { code: 1 },
            Nature::Good | Nature::NeverHealthy | Nature::TurnsSick | Nature::CannotStart => {
                Life::Running { since: Instant::now() }
            }
        };
        self.changed(id, "start");
        if nature == Nature::Exits {
            self.changed(id, "die");
        }
        Ok(())
    }

    /// The image that a reference, a digest or an ID means.
    pub(crate) fn image_of(&self, reference: &str) -> Option<String> {
        let names = |image: &super::FakeImage| {
            image.tags.contains(reference) || image.digests.contains(reference)
        };
        let by_name = self.images.iter().find(|(_, image)| names(image));
        if self.images.contains_key(reference) {
            return Some(reference.to_owned());
        }
        by_name.map(|(id, _)| id.clone())
    }
}
