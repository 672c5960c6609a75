//! What must be true once everything has come to its end.

use phoenix_plan::receipt::Outcome;

use crate::{
    fake::{FakeContainer, Things},
    scenario::{Act, Scenario},
};

/// The containers that carry the service's name or labels.
pub(crate) fn serving<'t>(things: &'t Things, scenario: &Scenario) -> Vec<&'t FakeContainer> {
    let is_member = |c: &&FakeContainer| {
        if scenario.replicas > 1 {
            c.label("com.docker.compose.service") == "web"
        } else {
            c.name == "web"
        }
    };
    things.containers.values().filter(is_member).collect()
}

fn image_of(things: &Things, scenario: &Scenario) -> String {
    serving(things, scenario).first().map(|c| c.image_id.clone()).unwrap_or_default()
}

/// Everything that is wrong, in words.
pub(crate) fn violations(before: &Things, after: &Things, scenario: &Scenario) -> Vec<String> {
    let mut wrong = Vec::new();
    containers(after, scenario, &mut wrong);
    dependents(after, scenario, &mut wrong);
    traffic(after, scenario, &mut wrong);
    leftovers(after, scenario, &mut wrong);
    images(before, after, scenario, &mut wrong);
    story(before, after, scenario, &mut wrong);
    hooks(after, &mut wrong);
    wrong
}

fn containers(after: &Things, scenario: &Scenario, wrong: &mut Vec<String>) {
    let members = serving(after, scenario);
    let mut names: Vec<&str> = members.iter().map(|c| c.name.as_str()).collect();
    names.sort_unstable();
    let expected: Vec<String> = (0..scenario.replicas).map(|i| scenario.name_of(i)).collect();
    if names != expected {
        wrong.push(format!("the service's containers are {names:?}"));
    }
    for member in &members {
        if !member.runs() {
            wrong.push(format!("{} does not run", member.name));
        }
        if member.restart_policy() != "unless-stopped" {
            wrong.push(format!("{} has restart policy {}", member.name, member.restart_policy()));
        }
        if member.image_id != members[0].image_id {
            wrong.push("two releases serve".to_owned());
        }
    }
}

/// Whoever lives in the service's network runs there, with the image that it had.
fn dependents(after: &Things, scenario: &Scenario, wrong: &mut Vec<String>) {
    if !scenario.dependent {
        return;
    }
    let Some(side) = after.find("side") else {
        wrong.push("side is gone".to_owned());
        return;
    };
    let owner = serving(after, scenario).first().map(|owner| owner.id.as_str());
    if side.lives_in() != owner {
        wrong.push(format!("side lives in {:?}, not in {owner:?}", side.lives_in()));
    }
    if !side.runs() || side.restart_policy() != "unless-stopped" {
        wrong.push("side does not run".to_owned());
    }
    if side.image_id != "sha256:side" {
        wrong.push(format!("side runs {}", side.image_id));
    }
}

fn traffic(after: &Things, scenario: &Scenario, wrong: &mut Vec<String>) {
    for index in 0..scenario.replicas {
        let port = (8080 + index).to_string();
        let owners =
            after.containers.values().filter(|c| c.runs() && c.publishes().contains(&port));
        if owners.count() != 1 {
            wrong.push(format!("port {port} does not have one owner"));
        }
        if !after.answers(&port) {
            wrong.push(format!("port {port} does not answer"));
        }
    }
    let has_switch = after.containers.values().any(FakeContainer::is_switch);
    let Some(switch) = after.switch.as_ref().filter(|_| has_switch) else { return };
    let mut routed: Vec<&str> = switch
        .route
        .iter()
        .map(|backend| after.behind(backend).map_or("nobody", |c| c.name.as_str()))
        .collect();
    routed.sort_unstable();
    let mut names: Vec<&str> = serving(after, scenario).iter().map(|c| c.name.as_str()).collect();
    names.sort_unstable();
    if routed != names {
        wrong.push(format!("{routed:?} are routed, not {names:?}"));
    }
    for backend in &switch.route {
        let by_alias = after.behind(backend).is_some_and(|container| {
            container.networks.values().flatten().any(|alias| *alias == backend.generation)
        });
        if !by_alias {
            wrong.push(format!("{} is not found by its generation", backend.generation));
        }
    }
    if switch.previous.is_some() {
        wrong.push("the route is not confirmed".to_owned());
    }
}

fn leftovers(after: &Things, scenario: &Scenario, wrong: &mut Vec<String>) {
    let record = after.records.get(&scenario.service().to_string()).cloned().unwrap_or_default();
    let kept: Vec<&str> =
        record.kept.iter().flat_map(|k| &k.containers).map(|c| c.id.as_str()).collect();
    let members: Vec<&str> = serving(after, scenario).iter().map(|c| c.id.as_str()).collect();
    for container in after.containers.values() {
        let is_dependent = scenario.dependent && container.name == "side";
        if container.is_switch() || is_dependent || members.contains(&container.id.as_str()) {
            continue;
        }
        let name = &container.name;
        if !kept.contains(&container.id.as_str()) {
            wrong.push(format!("{name} is left over"));
        }
        if container.runs() || container.restart_policy() != "no" {
            wrong.push(format!("{name} is parked and alive"));
        }
    }
    let pins: Vec<&str> = record.kept.iter().map(|kept| kept.pin.as_str()).collect();
    for tag in after.images.values().flat_map(|image| &image.tags) {
        if tag.starts_with("phoenix-tray/keep") && !pins.contains(&tag.as_str()) {
            wrong.push(format!("the pin {tag} is left over"));
        }
    }
    for pin in pins {
        if !after.images.values().any(|image| image.tags.contains(pin)) {
            wrong.push(format!("the pin {pin} is missing"));
        }
    }
}

fn images(before: &Things, after: &Things, scenario: &Scenario, wrong: &mut Vec<String>) {
    let serving = image_of(after, scenario);
    let meant = after.image_of("app:latest").unwrap_or_default();
    let as_before = serving == image_of(before, scenario)
        && Some(&meant) == before.image_of("app:latest").as_ref();
    if meant != serving && !as_before {
        wrong.push(format!("app:latest means {meant}, and {serving} serves"));
    }
    for (id, image) in &after.images {
        let used = after.containers.values().any(|container| container.image_id == *id);
        if image.tags.is_empty() && !used && !before.images.contains_key(id) {
            wrong.push(format!("the image {id} is left over"));
        }
    }
}

/// No hook runs twice, and what runs afterwards is told how it really ended.
fn hooks(after: &Things, wrong: &mut Vec<String>) {
    let mut moments: Vec<&str> = after.hooks.iter().map(|(moment, _)| moment.as_str()).collect();
    let all = moments.len();
    moments.sort_unstable();
    moments.dedup();
    if moments.len() != all {
        wrong.push(format!("a hook ran twice: {:?}", after.hooks));
    }
    let outcome = after.receipts.last().map(|receipt| receipt.outcome);
    let word = outcome.and_then(|outcome| serde_json::to_value(outcome).ok()).unwrap_or_default();
    for (moment, told) in &after.hooks {
        if moment.starts_with("post") && word != told.as_str() {
            wrong.push(format!("{moment} was told {told}, and it ended {word}"));
        }
    }
}

fn story(before: &Things, after: &Things, scenario: &Scenario, wrong: &mut Vec<String>) {
    if !after.unfinished_journals().is_empty() {
        wrong.push("the journal is unfinished".to_owned());
    }
    let (was, is) = (image_of(before, scenario), image_of(after, scenario));
    let receipt = after
        .receipts
        .iter()
        .find(|receipt| !before.receipts.iter().any(|known| known.id == receipt.id));
    let outcome = receipt.map_or(Outcome::Failed, |receipt| receipt.outcome);
    let same_release = matches!(scenario.act, Act::Adopt | Act::Release);
    match outcome {
        Outcome::Updated if same_release => {
            let has_switch = after.containers.values().any(FakeContainer::is_switch);
            if has_switch != (scenario.act == Act::Adopt) {
                wrong.push("the receipt speaks of another owner of the port".to_owned());
            }
        }
        Outcome::Updated => {
            let to = receipt.and_then(|receipt| receipt.to.image_id.clone());
            if to.as_ref() != Some(&is) {
                wrong.push(format!("the receipt says updated to {to:?}, and {is} serves"));
            }
        }
        Outcome::RolledBack | Outcome::Failed | Outcome::Unchanged | Outcome::Held => {
            if was != is {
                wrong.push(format!("the receipt says {outcome:?}, and {is} serves, not {was}"));
            }
            if after.config != before.config {
                wrong.push(format!("the config is that of {}", after.config));
            }
        }
        Outcome::Stuck => wrong.push("it is stuck".to_owned()),
    }
    if let Some(image) = after.images.get(&is)
        && after.config != image.version
    {
        wrong.push(format!("the config is that of {}, not {}", after.config, image.version));
    }
}
