//! What a container needs: as its description, compose's labels and the settings say.

use serde::{Deserialize, Serialize};

use super::Ranked;
use crate::{
    observed::{Container, compose_labels},
    service::ServiceId,
};

/// Something that a container cannot be without.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// Why.
    pub kind: NeedKind,
    /// What is needed.
    pub of: Needed,
}

/// Why a container needs another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedKind {
    /// Compose's or the user's `depends_on`.
    DependsOn,
    /// A link (`HostConfig.Links`).
    Link,
    /// It lives in the other's network (`network_mode: container:…`).
    Network,
    /// It shares the other's memory segments (`ipc: container:…`).
    Ipc,
    /// It sees the other's processes (`pid: container:…`).
    Pid,
    /// It mounts what the other mounts (`volumes_from`).
    Volumes,
}

/// A service or a container, however it was named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Needed {
    /// A service.
    Service(ServiceId),
    /// A container's name or ID.
    Container(String),
    /// A name in the settings: of a service in the same project, or of a container.
    Either(ServiceId, String),
}

/// What a container needs.
pub fn needs_of(container: &Container) -> Vec<Need> {
    let mut needs = compose(container);
    let joined = |kind, mode: &str| {
        let name = mode.strip_prefix("container:")?;
        Some(Need { kind, of: Needed::Container(name.to_owned()) })
    };
    needs.extend(joined(NeedKind::Network, &container.network_mode));
    needs.extend(joined(NeedKind::Ipc, &container.ipc_mode));
    needs.extend(joined(NeedKind::Pid, &container.pid_mode));
    // `/db:/web/alias`, and `db:ro`.
    let before_colon = |kind, text: &str| {
        let name = text.split(':').next().unwrap_or_default().trim_start_matches('/');
        Need { kind, of: Needed::Container(name.to_owned()) }
    };
    needs.extend(container.links.iter().map(|it| before_colon(NeedKind::Link, it)));
    needs.extend(container.volumes_from.iter().map(|it| before_colon(NeedKind::Volumes, it)));
    needs
}

/// What a `depends_on` of the settings or a label means for a service: `project/service`, a service
/// of its own project, or a container.
pub(super) fn named(service: &ServiceId, name: &str) -> Need {
    let plain = name.trim().trim_start_matches('/');
    let of = match (service, ServiceId::parse(plain)) {
        (_, Ok(id @ ServiceId::Compose { .. })) => Needed::Service(id),
        (ServiceId::Compose { project, .. }, Ok(ServiceId::Container(name))) => {
            let id = ServiceId::Compose { project: project.clone(), service: name.clone() };
            Needed::Either(id, name)
        }
        (_, Ok(ServiceId::Container(_)) | Err(_)) => Needed::Container(plain.to_owned()),
    };
    Need { kind: NeedKind::DependsOn, of }
}

impl Need {
    /// Whether this service is what is needed.
    pub(super) fn means(&self, ranked: &Ranked<'_>) -> bool {
        match &self.of {
            Needed::Service(id) => ranked.service == id,
            Needed::Container(name) => is_container(ranked, name),
            Needed::Either(id, name) => ranked.service == id || is_container(ranked, name),
        }
    }
}

fn is_container(ranked: &Ranked<'_>, name: &str) -> bool {
    let own = matches!(ranked.service, ServiceId::Container(own) if own == name);
    own || ranked.containers.iter().any(|it| it.name == name || it.id == name)
}

/// `com.docker.compose.depends_on`: `db:service_healthy:true,cache:service_started:false`.
fn compose(container: &Container) -> Vec<Need> {
    let label = |key: &str| container.labels.get(key).map(String::as_str);
    let (Some(project), Some(written)) =
        (label(compose_labels::PROJECT), label(compose_labels::DEPENDS_ON))
    else {
        return Vec::new();
    };
    let names = written.split(',').filter_map(|item| item.split(':').next());
    let names = names.map(str::trim).filter(|name| !name.is_empty());
    names
        .map(|name| ServiceId::Compose { project: project.to_owned(), service: name.to_owned() })
        .map(|id| Need { kind: NeedKind::DependsOn, of: Needed::Service(id) })
        .collect()
}
