//! Many services at once, as an overview needs them: one list, then each container and each image
//! once, side by side.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use phoenix_plan::{
    image::{ImageReference, Release},
    observed::{Container, Member, Observed, ObservedSwitch, compose_labels},
    planner::switch_name,
    service::ServiceId,
};
use serde_json::Value;

use super::{Sighting, generations, is_member, release_from, stated_reference, switch_of};
use crate::{World, ports::EngineError};

/// Questions that are open at the engine at the same time.
const AT_ONCE: usize = 16;

/// Whether the switches are asked, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switches {
    /// They are: one command in each.
    Asked,
    /// They are not: nothing is known of what they route to.
    Passed,
}

/// What there is of one service.
struct Found {
    service: ServiceId,
    members: Vec<String>,
    has_switch: bool,
}

/// Looks at the services that exist of those that are wished for, each once. What compose files say
/// of updates is not looked at.
pub async fn survey(
    world: &World,
    wished: &[ServiceId],
    switches: Switches,
) -> Result<Vec<Sighting>, EngineError> {
    let listed = world.engine.list_containers(None).await?;
    let interrupted = world.state.unfinished_services().unwrap_or_default();
    let found = find(&listed, wished, &interrupted);
    let ids: Vec<String> = found.iter().flat_map(|it| it.members.iter().cloned()).collect();
    let wanted = found.iter().map(|it| (it.service.clone(), it.has_switch));
    let (raws, answers) = tokio::try_join!(
        inspect(world, ids),
        ask(world, wanted.collect(), switches == Switches::Asked)
    )?;
    let images = images(world, &raws).await?;
    Ok(found.into_iter().map(|it| sighting(it, &raws, &answers, &images)).collect())
}

/// The services that are meant, as the engine's list knows them.
fn find(listed: &[Value], wished: &[ServiceId], interrupted: &[ServiceId]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for wish in wished {
        let service = match wish {
            ServiceId::Container(name) => {
                listed.iter().find(|it| name_of(it) == name).and_then(|it| service_of(it, name))
            }
            ServiceId::Compose { .. } => Some(wish.clone()),
        };
        let service = service.unwrap_or_else(|| wish.clone());
        let members: Vec<String> = listed
            .iter()
            .filter(|it| belongs(it, &service))
            .filter_map(|it| it["Id"].as_str().map(str::to_owned))
            .collect();
        let exists = !members.is_empty() || interrupted.contains(&service);
        if exists && !found.iter().any(|known| known.service == service) {
            let switch = switch_name(&service);
            let has_switch = listed.iter().any(|it| name_of(it) == switch);
            found.push(Found { service, members, has_switch });
        }
    }
    found
}

fn name_of(listed: &Value) -> &str {
    listed["Names"][0].as_str().unwrap_or_default().trim_start_matches('/')
}

fn service_of(listed: &Value, name: &str) -> Option<ServiceId> {
    let label = |key: &str| listed["Labels"][key].as_str();
    match (label(compose_labels::PROJECT), label(compose_labels::SERVICE)) {
        (Some(project), Some(service)) => ServiceId::parse(&format!("{project}/{service}")).ok(),
        (_, _) => ServiceId::parse(name).ok(),
    }
}

fn belongs(listed: &Value, service: &ServiceId) -> bool {
    match service {
        ServiceId::Container(name) => {
            name_of(listed) == name && service_of(listed, name).as_ref() == Some(service)
        }
        ServiceId::Compose { project, service } => {
            listed["Labels"][compose_labels::PROJECT].as_str() == Some(project)
                && is_member(listed, service)
        }
    }
}

async fn inspect(
    world: &World,
    ids: Vec<String>,
) -> Result<BTreeMap<String, (Container, Value)>, EngineError> {
    let asked = stream::iter(ids).map(async |id| world.engine.inspect_container(&id).await);
    let raws: Vec<Option<Value>> = asked.buffered(AT_ONCE).try_collect().await?;
    let known = raws.into_iter().flatten().filter_map(|raw| {
        let container = Container::from_inspect(&raw).ok()?;
        Some((container.id.clone(), (container, raw)))
    });
    Ok(known.collect())
}

async fn ask(
    world: &World,
    services: Vec<(ServiceId, bool)>,
    connect: bool,
) -> Result<BTreeMap<ServiceId, ObservedSwitch>, EngineError> {
    let having = services.into_iter().filter_map(|(service, has)| has.then_some(service));
    let asked = stream::iter(having).map(async |service| {
        let switch = switch_of(world, &service, connect).await?;
        Ok::<_, EngineError>((service, switch))
    });
    let switches: Vec<_> = asked.buffered(AT_ONCE).try_collect().await?;
    Ok(switches.into_iter().filter_map(|(service, it)| Some((service, it?))).collect())
}

async fn images(
    world: &World,
    raws: &BTreeMap<String, (Container, Value)>,
) -> Result<BTreeMap<String, Value>, EngineError> {
    let ids: BTreeSet<String> = raws.values().map(|(it, _)| it.image_id.clone()).collect();
    let asked = stream::iter(ids).map(async |id| {
        let image = world.engine.inspect_image(&id).await?;
        Ok::<_, EngineError>((id, image))
    });
    let images: Vec<_> = asked.buffered(AT_ONCE).try_collect().await?;
    Ok(images.into_iter().filter_map(|(id, image)| Some((id, image?))).collect())
}

fn sighting(
    found: Found,
    raws: &BTreeMap<String, (Container, Value)>,
    switches: &BTreeMap<ServiceId, ObservedSwitch>,
    images: &BTreeMap<String, Value>,
) -> Sighting {
    let mut pairs: Vec<&(Container, Value)> =
        found.members.iter().filter_map(|id| raws.get(id)).collect();
    pairs.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
    let switch = switches.get(&found.service).cloned();
    let documents: Vec<&Value> = pairs.iter().map(|(_, raw)| raw).collect();
    let generations = generations(&documents, &switch_name(&found.service), switch.as_ref());
    let reference = match pairs.first() {
        Some((container, _)) => stated_reference(container),
        None => Err(super::no_container()),
    };
    let stated: Option<&ImageReference> = reference.as_ref().ok();
    let (running, digests) = match pairs.first() {
        Some((it, _)) => release_from(it, stated, images.get(&it.image_id)),
        None => (Release::default(), Vec::new()),
    };
    let members = pairs.into_iter().zip(generations);
    let members = members
        .map(|((container, _), generation)| Member { container: container.clone(), generation });
    let observed = Observed {
        service: found.service,
        members: members.collect(),
        switch,
        compose: None,
        dependents: Vec::new(),
    };
    Sighting { observed, running, reference, digests }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn listed(name: &str, labels: &Value) -> Value {
        json!({ "Id": format!("id-{name}"), "Names": [format!("/{name}")], "Labels": labels })
    }

    fn compose(name: &str) -> Value {
        let labels =
            json!({ "com.docker.compose.project": "shop", "com.docker.compose.service": "web" });
        listed(name, &labels)
    }

    fn names(found: &[Found]) -> Vec<(String, Vec<&str>)> {
        let of = |it: &'_ Found| it.service.to_string();
        found.iter().map(|it| (of(it), it.members.iter().map(String::as_str).collect())).collect()
    }

    #[test]
    fn a_compose_service_is_found_by_its_name_and_by_that_of_a_container_once() {
        let listed = [compose("shop-web-1"), compose("shop-web-2"), listed("db", &json!({}))];
        let wished = ["shop-web-2", "shop/web", "gone"].map(|it| ServiceId::parse(it).unwrap());
        let found = find(&listed, &wished, &[]);
        let members = vec!["id-shop-web-1", "id-shop-web-2"];
        assert_eq!(names(&found), [("shop/web".to_owned(), members)]);
    }

    #[test]
    fn a_service_whose_update_was_interrupted_is_found_without_a_container() {
        let web = ServiceId::Container("web".to_owned());
        let found = find(&[], std::slice::from_ref(&web), std::slice::from_ref(&web));
        assert_eq!(names(&found), [("web".to_owned(), Vec::new())]);
    }

    #[test]
    fn a_switch_is_known_from_the_list() {
        let web = ServiceId::Container("web".to_owned());
        let listed = [listed("web", &json!({})), listed(&switch_name(&web), &json!({}))];
        assert!(find(&listed, &[web], &[])[0].has_switch);
    }
}
