//! Where a Watchtower's wishes are, and whose services they are about.

use std::collections::BTreeMap;

use phoenix_engine::{World, observe::find_service};
use phoenix_plan::{
    labels::LabelWishes,
    observed::compose_labels,
    planner::is_parking_name,
    service::ServiceId,
    watchtower::{Command, NotUnderstood, Selection, Wishes, is_image},
};
use serde_json::Value;

use crate::{arguments, failure::Failure};

/// A Watchtower.
pub(super) struct Source {
    /// The container that runs it.
    pub(super) container: Option<String>,
    /// What it was started with.
    pub(super) command: Command,
}

/// A service that it updates.
pub(super) struct Chosen {
    pub(super) service: ServiceId,
    /// What its labels say.
    pub(super) labels: BTreeMap<String, String>,
}

impl Source {
    /// What was typed, or what a container was started with.
    pub(super) async fn find(
        world: &World,
        wanted: &arguments::Watchtower,
    ) -> Result<Self, Failure> {
        if !wanted.line.is_empty() {
            let words: Vec<&str> = wanted.line.iter().map(String::as_str).collect();
            let command = Command::typed(&words).map_err(|error| not_understood(&error))?;
            return Ok(Self { container: None, command });
        }
        let name = match &wanted.from {
            Some(name) => name.clone(),
            None => running(world).await?,
        };
        let Some(raw) = world.engine.inspect_container(&name).await? else {
            return Err(Failure::usage(format!("there is no container \"{name}\"")));
        };
        let texts = |list: &'_ Value| -> Vec<String> {
            let items = list.as_array().into_iter().flatten().filter_map(Value::as_str);
            items.map(str::to_owned).collect()
        };
        let (arguments, environment) = (texts(&raw["Config"]["Cmd"]), texts(&raw["Config"]["Env"]));
        let command = Command::of_container(
            arguments.iter().map(String::as_str),
            environment.iter().map(String::as_str),
        );
        Ok(Self {
            container: Some(name),
            command: command.map_err(|error| not_understood(&error))?,
        })
    }
}

/// The services that it updates, as far as they exist.
pub(super) async fn services(
    world: &World,
    wishes: &Wishes,
    source: &Source,
) -> Result<Vec<Chosen>, Failure> {
    let selection = &wishes.selection;
    let mut chosen: Vec<Chosen> = Vec::new();
    for listed in world.engine.list_containers(None).await? {
        let name = listed["Names"][0].as_str().unwrap_or_default().trim_start_matches('/');
        let labels = labels(&listed);
        let is_watchtower = source.container.as_deref() == Some(name)
            || listed["Image"].as_str().is_some_and(is_image);
        let is_ours = labels.contains_key("phoenix-tray.switch.service") || is_parking_name(name);
        let runs = listed["State"].as_str() == Some("running");
        let is_meant =
            runs || wishes.include_stopped || selection.names.iter().any(|it| it == name);
        if is_watchtower || is_ours || !is_meant || !is_selected(selection, name, &labels) {
            continue;
        }
        let Some(service) = service(name, &labels) else { continue };
        if !chosen.iter().any(|known| known.service == service) {
            chosen.push(Chosen { service, labels });
        }
    }
    for name in &selection.names {
        let found = find_service(world, name).await?;
        let named = found.or_else(|| ServiceId::parse(name).ok());
        // One that does not exist yet is watched as soon as it does.
        if let Some(service) = named.filter(|it| !chosen.iter().any(|known| known.service == *it)) {
            chosen.push(Chosen { service, labels: BTreeMap::new() });
        }
    }
    chosen.sort_by_key(|it| it.service.to_string());
    Ok(chosen)
}

/// As Watchtower chooses (its documentation, "Container selection").
fn is_selected(selection: &Selection, name: &str, labels: &BTreeMap<String, String>) -> bool {
    let its = LabelWishes::of(labels);
    let is_named = selection.names.is_empty() || selection.names.iter().any(|it| it == name);
    let is_excluded = selection.except.iter().any(|it| it == name);
    let by_label = its.watch.unwrap_or(!selection.only_labelled);
    let in_scope = selection.scope.as_ref().is_none_or(|scope| its.scope.as_ref() == Some(scope));
    is_named && !is_excluded && by_label && in_scope
}

fn service(name: &str, labels: &BTreeMap<String, String>) -> Option<ServiceId> {
    match (labels.get(compose_labels::PROJECT), labels.get(compose_labels::SERVICE)) {
        (Some(project), Some(service)) => ServiceId::parse(&format!("{project}/{service}")).ok(),
        (_, _) => ServiceId::parse(name).ok(),
    }
}

fn labels(listed: &Value) -> BTreeMap<String, String> {
    let labels = listed["Labels"].as_object().into_iter().flatten();
    let texts = labels.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
    texts.collect()
}

/// The one Watchtower that there is.
async fn running(world: &World) -> Result<String, Failure> {
    let listed = world.engine.list_containers(None).await?;
    let watchtowers = listed.iter().filter(|it| it["Image"].as_str().is_some_and(is_image));
    let names = watchtowers.filter_map(|it| it["Names"][0].as_str());
    let names: Vec<&str> = names.map(|name| name.trim_start_matches('/')).collect();
    match names.as_slice() {
        [one] => Ok((*one).to_owned()),
        [] => Err(Failure::usage(
            "there is no Watchtower on this engine: name its container with --from, or write its \
             arguments after '--'",
        )),
        several => Err(Failure::usage(format!(
            "there are several Watchtowers: name one with --from ({})",
            several.join(", ")
        ))),
    }
}

fn not_understood(error: &NotUnderstood) -> Failure {
    Failure::usage(format!("{error}. Nothing was changed"))
}
