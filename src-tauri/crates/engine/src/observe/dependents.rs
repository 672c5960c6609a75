//! Who lives in the namespaces of a service's containers.

use phoenix_plan::{
    observed::{Container, Dependent, Join, Member, Observed},
    planner::is_parking_name,
};

use crate::{World, observe::stated_reference, ports::EngineError};

/// Other services' containers that live in a namespace of one of a service's containers. The list of
/// containers tells only whose network they use, so each is inspected.
pub(crate) async fn dependents_of(
    world: &World,
    observed: &Observed,
) -> Result<Vec<Dependent>, EngineError> {
    let mut others = Vec::new();
    for listed in world.engine.list_containers(None).await? {
        let Some(id) = listed["Id"].as_str() else { continue };
        let is_own = observed.members.iter().any(|member| member.container.id == id);
        let name = listed["Names"][0].as_str().unwrap_or_default().trim_start_matches('/');
        if is_own || is_parking_name(name) {
            continue;
        }
        // Who is gone meanwhile depends on nothing.
        let raw = world.engine.inspect_container(id).await?;
        others.extend(raw.and_then(|raw| Container::from_inspect(&raw).ok()));
    }
    let mut dependents = Vec::new();
    for container in &others {
        let joins = Join::all(container, &observed.members);
        if joins.iter().any(|join| join.kind.is_namespace()) {
            dependents.push(dependent(world, container, joins, &others).await?);
        }
    }
    dependents.sort_by(|a, b| a.container.name.cmp(&b.container.name));
    Ok(dependents)
}

async fn dependent(
    world: &World,
    container: &Container,
    joins: Vec<Join>,
    others: &[Container],
) -> Result<Dependent, EngineError> {
    let tagged = match stated_reference(container) {
        Ok(reference) => world.engine.inspect_image(&reference.familiar()).await?,
        Err(_) => None,
    };
    let itself = [Member { container: container.clone(), generation: None }];
    let is_owner = others
        .iter()
        .any(|other| Join::all(other, &itself).iter().any(|join| join.kind.is_namespace()));
    Ok(Dependent {
        entangled: is_owner || is_switched(world, container).await?,
        tagged: tagged.and_then(|image| image["Id"].as_str().map(str::to_owned)),
        container: container.clone(),
        joins,
    })
}

async fn is_switched(world: &World, container: &Container) -> Result<bool, EngineError> {
    let switch = super::switch_of(world, &container.service(), false).await?;
    Ok(switch.is_some())
}
