//! The container engine.

use std::time::Duration;

use async_trait::async_trait;
use phoenix_engine::ports::{
    ContainerChanges, ContainerEngine, EngineError, EngineFacts, ExecOutcome, PullError,
    PullProgress, SwitchObjects,
};
use serde_json::{Value, json};

use super::{Fake, FakeContainer, FakeImage, FakeSwitch, Life, Nature};

/// How long a release that turns sick stays well.
const WELL_FOR: Duration = Duration::from_millis(600);

fn broken() -> EngineError {
    EngineError::Broken { call: "test", message: "connection reset".to_owned() }
}

#[async_trait]
impl ContainerEngine for Fake {
    async fn facts(&self) -> Result<EngineFacts, EngineError> {
        self.call("facts", broken, |_| {
            Ok(EngineFacts {
                endpoint: "memory".to_owned(),
                version: "28.0.0".to_owned(),
                api_version: "1.48".to_owned(),
                platform: "linux/amd64".to_owned(),
                data_root: "/".to_owned(),
                local: true,
                info: json!({}),
            })
        })
        .await
    }

    async fn free_bytes(&self, _facts: &EngineFacts) -> Option<u64> {
        self.things().free_bytes
    }

    async fn list_containers(&self, label: Option<&str>) -> Result<Vec<Value>, EngineError> {
        let wanted = label.map(|label| label.split_once('=').unwrap_or((label, "")));
        self.call("list containers", broken, |things| {
            let has = |c: &&FakeContainer| {
                wanted.is_none_or(|(key, value)| value.is_empty() || c.label(key) == value)
            };
            Ok(things.containers.values().filter(has).map(FakeContainer::listed).collect())
        })
        .await
    }

    async fn inspect_container(&self, id_or_name: &str) -> Result<Option<Value>, EngineError> {
        self.call(&format!("inspect {id_or_name}"), broken, |things| {
            Ok(things.find(id_or_name).map(FakeContainer::inspect))
        })
        .await
    }

    async fn inspect_image(&self, id_or_reference: &str) -> Result<Option<Value>, EngineError> {
        self.call(&format!("inspect image {id_or_reference}"), broken, |things| {
            Ok(things.image_of(id_or_reference).map(|id| {
                let image = &things.images[&id];
                json!({ "Id": id, "RepoTags": image.tags, "RepoDigests": image.digests,
                    "Os": "linux", "Architecture": "amd64", "Config": { "Labels": {
                        "org.opencontainers.image.version": image.version } } })
            }))
        })
        .await
    }

    async fn create_container(
        &self,
        name: &str,
        body: &Value,
        _platform: Option<&str>,
    ) -> Result<String, EngineError> {
        self.call(&format!("create {name}"), broken, |things| things.create(name, body)).await
    }

    async fn start_container(&self, id: &str) -> Result<(), EngineError> {
        self.call(&format!("start {id}"), broken, |things| things.start(id)).await
    }

    async fn stop_container(&self, id: &str, _timeout: Duration) -> Result<(), EngineError> {
        self.call(&format!("stop {id}"), broken, |things| {
            let container = things.known(id)?;
            if container.runs() {
                container.life = Life::Exited { code: 0 };
                things.changed(id, "die");
                things.changed(id, "stop");
            }
            Ok(())
        })
        .await
    }

    async fn rename_container(&self, id: &str, name: &str) -> Result<(), EngineError> {
        self.call(&format!("rename {id} {name}"), broken, |things| {
            let id = things.known(id)?.id.clone();
            things.name_is_free(name, &id)?;
            name.clone_into(&mut things.known(&id)?.name);
            things.changed(&id, "rename");
            Ok(())
        })
        .await
    }

    async fn set_restart_policy(&self, id: &str, policy: &Value) -> Result<(), EngineError> {
        self.call(&format!("restart policy {id} {policy}"), broken, |things| {
            things.known(id)?.host_config["RestartPolicy"] = policy.clone();
            Ok(())
        })
        .await
    }

    async fn remove_container(&self, id: &str) -> Result<(), EngineError> {
        self.call(&format!("remove {id}"), broken, |things| {
            things.changed(id, "destroy");
            let found = things.find(id).map(|container| container.id.clone());
            found.and_then(|id| things.containers.remove(&id));
            Ok(())
        })
        .await
    }

    async fn logs(&self, id: &str, _lines: usize) -> Result<Vec<String>, EngineError> {
        self.call(&format!("logs {id}"), broken, |_| Ok(vec!["a line".to_owned()])).await
    }

    async fn exec(
        &self,
        id: &str,
        _command: &[String],
        _timeout: Duration,
    ) -> Result<ExecOutcome, EngineError> {
        self.call(&format!("exec {id}"), broken, |things| {
            let container = things.known(id)?.clone();
            let nature = things.images[&container.image_id].nature;
            let well = match (container.life, nature) {
                (Life::Running { .. }, Nature::Good) => true,
                (Life::Running { since }, Nature::TurnsSick) => since.elapsed() < WELL_FOR,
                (_, _) => false,
            };
            Ok(ExecOutcome { exit_code: i64::from(!well), output: String::new() })
        })
        .await
    }

    async fn pull(
        &self,
        reference: &str,
        _platform: Option<&str>,
        _progress: &dyn PullProgress,
    ) -> Result<String, PullError> {
        self.call(
            &format!("pull {reference}"),
            || broken().into(),
            |things| {
                let wanted = reference.split_once('@').map_or(reference, |(_, digest)| digest);
                let mut offered = things.registry.values();
                let Some((digest, id)) =
                    offered.find(|(digest, _)| digest.ends_with(wanted)).cloned()
                else {
                    return Err(PullError::ImageNotFound { reference: reference.to_owned() });
                };
                let fresh = FakeImage { version: "?".to_owned(), ..FakeImage::default() };
                let image = things.images.entry(id.clone()).or_insert(fresh);
                image.digests.insert(digest);
                if image.version == "?" {
                    let nature = if id.ends_with("good") {
                        Nature::Good
                    } else if id.ends_with("hang") {
                        Nature::NeverHealthy
                    } else if id.ends_with("exit") {
                        Nature::Exits
                    } else if id.ends_with("exec") {
                        Nature::CannotStart
                    } else {
                        Nature::TurnsSick
                    };
                    (image.nature, image.version) = (nature, "2".to_owned());
                }
                Ok(id)
            },
        )
        .await
    }

    async fn tag_image(&self, image_id: &str, reference: &str) -> Result<(), EngineError> {
        self.call(&format!("tag {image_id} {reference}"), broken, |things| {
            if !things.images.contains_key(image_id) {
                return Err(EngineError::NotFound { what: format!("image {image_id}") });
            }
            for (id, image) in &mut things.images {
                if id == image_id {
                    image.tags.insert(reference.to_owned());
                } else {
                    image.tags.remove(reference);
                }
            }
            Ok(())
        })
        .await
    }

    async fn remove_image(&self, reference: &str) -> Result<bool, EngineError> {
        self.call(&format!("remove image {reference}"), broken, |things| {
            let Some(id) = things.image_of(reference) else { return Ok(false) };
            let used = things.containers.values().any(|container| container.image_id == id);
            let Some(image) = things.images.get_mut(&id) else { return Ok(false) };
            let had = image.tags.remove(reference);
            let last = image.tags.is_empty();
            if !used && (last || !had) {
                things.images.remove(&id);
            }
            Ok(had || !used)
        })
        .await
    }

    async fn image_tags(&self, prefix: &str) -> Result<Vec<(String, String)>, EngineError> {
        self.call("image tags", broken, |things| {
            let tags = things.images.iter().flat_map(|(id, image)| {
                image.tags.iter().map(move |tag| (tag.clone(), id.clone()))
            });
            Ok(tags.filter(|(tag, _)| tag.starts_with(prefix)).collect())
        })
        .await
    }

    async fn ensure_switch_image(&self) -> Result<String, EngineError> {
        self.call("switch image", broken, |things| {
            let image = FakeImage { version: "0".to_owned(), ..FakeImage::default() };
            let image = things.images.entry("sha256:switch".to_owned()).or_insert(image);
            image.tags.insert("phoenix-switch:1".to_owned());
            Ok("phoenix-switch:1".to_owned())
        })
        .await
    }

    async fn create_switch(&self, objects: &SwitchObjects) -> Result<String, EngineError> {
        self.call("create switch", broken, |things| {
            if let Some(there) = things.find(&objects.name) {
                return Ok(there.id.clone());
            }
            let mut bindings = json!({});
            for port in &objects.ports {
                let key = format!("{}/{}", port.container_port, port.protocol);
                let host =
                    json!({ "HostIp": port.host_ip, "HostPort": port.host_port.to_string() });
                match bindings[&key].as_array_mut() {
                    Some(list) => list.push(host),
                    None => bindings[key] = json!([host]),
                }
            }
            things.switch = Some(FakeSwitch::default());
            things.create(
                &objects.name,
                &json!({ "Image": "phoenix-switch:1", "Labels": objects.labels,
                    "HostConfig": { "PortBindings": bindings,
                        "RestartPolicy": { "Name": "unless-stopped" } },
                    "NetworkingConfig": { "EndpointsConfig": { objects.name.clone(): {} } } }),
            )
        })
        .await
    }

    async fn remove_switch(&self, objects: &SwitchObjects) -> Result<(), EngineError> {
        self.call("remove switch", broken, |things| {
            if let Some(id) = things.find(&objects.name).map(|switch| switch.id.clone()) {
                things.containers.remove(&id);
            }
            things.switch = None;
            Ok(())
        })
        .await
    }

    async fn connect_network(&self, _: &str, _: &str, _: &Value) -> Result<(), EngineError> {
        Ok(())
    }

    async fn disconnect_network(&self, _: &str, _: &str) -> Result<(), EngineError> {
        Ok(())
    }

    async fn container_changes(&self) -> Result<ContainerChanges, EngineError> {
        let changes = self.listen();
        self.call("events", broken, |_| Ok(())).await?;
        Ok(changes)
    }
}
