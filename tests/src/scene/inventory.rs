//! What belongs to a scene on an engine, whoever made it, and taking it away.

use std::collections::HashMap;

use anyhow::Result;
use bollard::{
    Docker,
    query_parameters::{
        ListContainersOptionsBuilder, ListImagesOptions, ListNetworksOptions, ListVolumesOptions,
        RemoveContainerOptionsBuilder, RemoveImageOptionsBuilder, RemoveVolumeOptionsBuilder,
    },
};

/// Objects by kind: name and what to remove it by.
#[derive(Debug, Default)]
pub(super) struct Inventory {
    containers: Vec<Found>,
    networks: Vec<Found>,
    volumes: Vec<Found>,
    images: Vec<Found>,
}

#[derive(Debug)]
struct Found {
    name: String,
    id: String,
}

impl Inventory {
    /// Lists what holds `prefix` in a name or a label's value, and images of `registry_host`.
    pub(super) async fn take(docker: &Docker, prefix: &str, registry_host: &str) -> Result<Self> {
        let ours = |names: &[&str], labels: &HashMap<String, String>| {
            names.iter().any(|name| name.contains(prefix))
                || labels.values().any(|value| value.contains(prefix))
        };
        let mut found = Self::default();
        let all = ListContainersOptionsBuilder::default().all(true).build();
        for container in docker.list_containers(Some(all)).await? {
            let names = container.names.unwrap_or_default();
            let names: Vec<&str> = names.iter().map(|name| name.trim_start_matches('/')).collect();
            if ours(&names, &container.labels.unwrap_or_default()) {
                let id = container.id.unwrap_or_default();
                let name = names.first().map_or_else(|| id.clone(), ToString::to_string);
                found.containers.push(Found { name, id });
            }
        }
        for network in docker.list_networks(None::<ListNetworksOptions>).await? {
            let name = network.name.unwrap_or_default();
            if ours(&[&name], &network.labels.unwrap_or_default()) {
                found.networks.push(Found { name, id: network.id.unwrap_or_default() });
            }
        }
        let volumes = docker.list_volumes(None::<ListVolumesOptions>).await?;
        for volume in volumes.volumes.unwrap_or_default() {
            if ours(&[&volume.name], &volume.labels) {
                found.volumes.push(Found { name: volume.name.clone(), id: volume.name });
            }
        }
        let repository = format!("{registry_host}/");
        for image in docker.list_images(None::<ListImagesOptions>).await? {
            let tags: Vec<&str> = image.repo_tags.iter().map(String::as_str).collect();
            if ours(&tags, &image.labels) || tags.iter().any(|tag| tag.starts_with(&repository)) {
                let name = if tags.is_empty() { image.id.clone() } else { tags.join(" ") };
                found.images.push(Found { name, id: image.id });
            }
        }
        Ok(found)
    }

    /// The objects as sorted lines: kind, then name.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self
            .kinds()
            .into_iter()
            .flat_map(|(kind, found)| found.iter().map(move |one| format!("{kind} {}", one.name)))
            .collect();
        lines.sort();
        lines
    }

    /// The containers' IDs.
    pub(super) fn containers(&self) -> Vec<&str> {
        self.containers.iter().map(|container| container.id.as_str()).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.kinds().iter().all(|(_, found)| found.is_empty())
    }

    /// Tries once to remove everything; answers why the engine refused what it refused. What remains
    /// shows in the next inventory.
    pub(super) async fn remove(&self, docker: &Docker) -> Vec<String> {
        let mut results = Vec::new();
        for container in &self.containers {
            let options = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
            results.push(docker.remove_container(&container.id, Some(options)).await);
        }
        for network in &self.networks {
            results.push(docker.remove_network(&network.id).await);
        }
        for volume in &self.volumes {
            let options = RemoveVolumeOptionsBuilder::default().force(true).build();
            results.push(docker.remove_volume(&volume.id, Some(options)).await);
        }
        for image in &self.images {
            let options = RemoveImageOptionsBuilder::default().force(true).build();
            let removed = docker.remove_image(&image.id, Some(options), None).await;
            results.push(removed.map(|_layers| ()));
        }
        results.into_iter().filter_map(Result::err).map(|error| error.to_string()).collect()
    }

    fn kinds(&self) -> [(&'static str, &[Found]); 4] {
        [
            ("container", &self.containers),
            ("network", &self.networks),
            ("volume", &self.volumes),
            ("image", &self.images),
        ]
    }
}
