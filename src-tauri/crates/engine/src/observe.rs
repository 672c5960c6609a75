//! Looks at a service: its containers, its switch, its compose file.

mod dependents;
mod survey;

use std::collections::BTreeMap;

use phoenix_plan::{
    image::{BadReference, ImageReference, Release, repo_digests},
    observed::{Container, Member, Observed, ObservedSwitch, PortBinding, compose_labels},
    planner::{is_parking_name, switch_labels, switch_name},
    route::{MADE_BY_COMPOSE, Routed},
    service::ServiceId,
};
use serde_json::Value;

use crate::{
    World,
    ports::{EngineError, Progress, ProgressEvent},
};

pub(crate) use dependents::dependents_of;
pub use survey::{Switches, survey};

/// What was seen of a service, and the release that runs.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// The service as it stands.
    pub observed: Observed,
    /// What runs.
    pub running: Release,
    /// The reference that the containers state, where it is one.
    pub reference: Result<ImageReference, BadReference>,
    /// All digests by which the reference's repository published the image that runs.
    pub digests: Vec<String>,
}

/// Finds the service that a name on a command line means: `project/service`, or a container of any
/// kind by its name.
pub async fn find_service(world: &World, name: &str) -> Result<Option<ServiceId>, EngineError> {
    if let Some(raw) = world.engine.inspect_container(name).await? {
        return Ok(Container::from_inspect(&raw).ok().map(|container| container.service()));
    }
    let Ok(service) = ServiceId::parse(name) else { return Ok(None) };
    // An update that died between parking the old container and naming the new one left no
    // container of this name: its journal still knows the service, and recovery needs to be reached.
    let is_interrupted = || world.state.unfinished_services().is_ok_and(|it| it.contains(&service));
    let exists = !containers_of(world, &service).await?.is_empty() || is_interrupted();
    Ok(exists.then_some(service))
}

/// Looks at one service. A compose file that cannot be read is said and passed over.
pub async fn look(
    world: &World,
    service: &ServiceId,
    progress: &dyn Progress,
) -> Result<Sighting, EngineError> {
    let containers = containers_of(world, service).await?;
    let compose = match containers.first() {
        Some(first) => world.compose.deploy(first).await.unwrap_or_else(|error| {
            progress.event(ProgressEvent::Note(&format!(
                "{error}; going on without what it says about updates"
            )));
            None
        }),
        None => None,
    };
    let switch = switch_of(world, service, true).await?;
    let network = switch_name(service);
    let pairs = with_raw(world, containers).await?;
    let documents: Vec<&Value> = pairs.iter().map(|(_, raw)| raw).collect();
    let generations = generations(&documents, &network, switch.as_ref());
    let mut members = Vec::new();
    let (mut running, mut digests) = (Release::default(), Vec::new());
    let mut reference = Err(no_container());
    for ((container, _), generation) in pairs.into_iter().zip(generations) {
        if members.is_empty() {
            reference = stated_reference(&container);
            (running, digests) = release_of(world, &container, reference.as_ref().ok()).await?;
        }
        members.push(Member { container, generation });
    }
    let service = service.clone();
    let observed = Observed { service, members, switch, compose, dependents: Vec::new() };
    Ok(Sighting { observed, running, reference, digests })
}

/// Every service that has a container, parked ones apart; by name.
pub async fn all_services(world: &World) -> Result<Vec<ServiceId>, EngineError> {
    let mut services = BTreeMap::new();
    for raw in world.engine.list_containers(None).await? {
        let labels = raw["Labels"].as_object();
        let label = |key: &str| labels.and_then(|labels| labels.get(key)).and_then(Value::as_str);
        let name = raw["Names"][0].as_str().unwrap_or_default().trim_start_matches('/');
        let is_switch = label("phoenix-tray.switch.service").is_some();
        if name.is_empty() || is_switch || is_parking_name(name) {
            continue;
        }
        let service = match (label(compose_labels::PROJECT), label(compose_labels::SERVICE)) {
            (Some(project), Some(service)) => ServiceId::parse(&format!("{project}/{service}")),
            (_, _) => ServiceId::parse(name),
        };
        if let Ok(service) = service {
            services.insert(service.to_string(), service);
        }
    }
    Ok(services.into_values().collect())
}

pub(crate) async fn containers_of(
    world: &World,
    service: &ServiceId,
) -> Result<Vec<Container>, EngineError> {
    let raws = match service {
        ServiceId::Container(name) => {
            world.engine.inspect_container(name).await?.into_iter().collect()
        }
        ServiceId::Compose { project, service } => {
            let label = format!("{}={project}", compose_labels::PROJECT);
            let listed = world.engine.list_containers(Some(&label)).await?;
            let mut raws = Vec::new();
            for entry in listed.iter().filter(|entry| is_member(entry, service)) {
                if let Some(id) = entry["Id"].as_str() {
                    raws.extend(world.engine.inspect_container(id).await?);
                }
            }
            raws
        }
    };
    let mut containers: Vec<Container> =
        raws.iter().filter_map(|raw| Container::from_inspect(raw).ok()).collect();
    containers.retain(|container| container.service() == *service);
    containers.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(containers)
}

fn is_member(entry: &Value, service: &str) -> bool {
    let label = |key: &str| entry["Labels"][key].as_str();
    let name = entry["Names"][0].as_str().unwrap_or_default().trim_start_matches('/');
    label(compose_labels::SERVICE) == Some(service)
        && label(compose_labels::ONE_OFF) != Some("True")
        && !is_parking_name(name)
}

async fn with_raw(
    world: &World,
    containers: Vec<Container>,
) -> Result<Vec<(Container, Value)>, EngineError> {
    let mut pairs = Vec::new();
    for container in containers {
        if let Some(raw) = world.engine.inspect_container(&container.id).await? {
            pairs.push((container, raw));
        }
    }
    Ok(pairs)
}

/// The switch; what it routes to only if it is to be asked.
async fn switch_of(
    world: &World,
    service: &ServiceId,
    ask: bool,
) -> Result<Option<ObservedSwitch>, EngineError> {
    let name = switch_name(service);
    let Some(raw) = world.engine.inspect_container(&name).await? else { return Ok(None) };
    let ours = switch_labels(service)
        .iter()
        .all(|(key, value)| raw["Config"]["Labels"][key].as_str() == Some(value));
    let Some(container_id) = raw["Id"].as_str().filter(|_| ours) else { return Ok(None) };
    let routed = if ask { routed(world, container_id).await } else { None };
    Ok(Some(ObservedSwitch {
        container_id: container_id.to_owned(),
        network: name,
        ports: PortBinding::from_host_config(&raw["HostConfig"]["PortBindings"]),
        routed,
    }))
}

async fn routed(world: &World, container_id: &str) -> Option<Routed> {
    let session = world.switches.connect(container_id).await.ok()?;
    session.status().await.ok().map(|status| status.routed)
}

fn no_container() -> BadReference {
    BadReference { text: String::new(), why: "there is no container" }
}

/// The generation is the alias on the switch's network that the route knows. Containers that compose
/// made behind our back stand for the generations that have no container any more, one each.
fn generations(
    raws: &[&Value],
    network: &str,
    switch: Option<&ObservedSwitch>,
) -> Vec<Option<String>> {
    let Some(routed) = switch.and_then(|switch| switch.routed.as_ref()) else {
        return vec![None; raws.len()];
    };
    let aliases = |raw: &Value| -> Vec<String> {
        let listed = raw["NetworkSettings"]["Networks"][network]["Aliases"].as_array();
        listed.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut found: Vec<Option<String>> = raws
        .iter()
        .map(|raw| aliases(raw).into_iter().find(|alias| routed.routes(alias)))
        .collect();
    let generations = routed.backends.iter().map(|backend| backend.generation.clone());
    let mut orphaned: Vec<String> =
        generations.filter(|generation| !found.contains(&Some(generation.clone()))).collect();
    for (generation, raw) in found.iter_mut().zip(raws) {
        let by_compose = aliases(raw).iter().any(|alias| alias == MADE_BY_COMPOSE);
        if generation.is_none() && by_compose && !orphaned.is_empty() {
            *generation = Some(orphaned.remove(0));
        }
    }
    found
}

pub(crate) fn stated_reference(container: &Container) -> Result<ImageReference, BadReference> {
    let text = &container.image;
    if text.starts_with("sha256:") || *text == container.image_id {
        let why = "the container was made from an image ID";
        return Err(BadReference { text: text.clone(), why });
    }
    ImageReference::parse(text)
}

/// What runs, and all digests that its repository published it by.
async fn release_of(
    world: &World,
    container: &Container,
    reference: Option<&ImageReference>,
) -> Result<(Release, Vec<String>), EngineError> {
    let image = world.engine.inspect_image(&container.image_id).await?;
    Ok(release_from(container, reference, image.as_ref()))
}

fn release_from(
    container: &Container,
    reference: Option<&ImageReference>,
    image: Option<&Value>,
) -> (Release, Vec<String>) {
    let by_id = |image: &str| Release {
        image: image.to_owned(),
        image_id: Some(container.image_id.clone()),
        ..Release::default()
    };
    match (reference, image) {
        (Some(reference), Some(image)) => {
            let digests = reference.matching_digests(&repo_digests(image));
            (Release::of_image(reference, image), digests)
        }
        (Some(reference), None) => (by_id(&reference.familiar()), Vec::new()),
        (None, _) => (by_id(&container.image), Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use phoenix_plan::route::{Backend, Routed};
    use serde_json::json;

    use super::*;

    fn found(routed: &[&str], aliases: &[&str]) -> Vec<Option<String>> {
        let backend = |name: &&str| Backend { generation: (*name).to_owned(), hosts: Vec::new() };
        let backends = routed.iter().map(backend).collect();
        let switch = ObservedSwitch {
            container_id: String::new(),
            network: "switch".to_owned(),
            ports: Vec::new(),
            routed: Some(Routed { backends, ..Routed::default() }),
        };
        let document = |alias: &&str| json!({ "NetworkSettings": { "Networks": { "switch": { "Aliases": ["x", alias] } } } });
        let documents: Vec<Value> = aliases.iter().map(document).collect();
        let documents: Vec<&Value> = documents.iter().collect();
        generations(&documents, "switch", Some(&switch))
    }

    #[test]
    fn what_compose_made_stands_for_the_generations_without_a_container() {
        let some = |name: &str| Some(name.to_owned());
        let made = found(&["g0", "g1", "g2"], &[MADE_BY_COMPOSE, "g1", MADE_BY_COMPOSE]);
        assert_eq!(made, [some("g0"), some("g1"), some("g2")]);
    }

    #[test]
    fn one_container_too_many_and_one_that_nobody_knows_have_no_generation() {
        let made = found(&["g0"], &[MADE_BY_COMPOSE, MADE_BY_COMPOSE, "g9"]);
        assert_eq!(made, [Some("g0".to_owned()), None, None]);
    }
}
