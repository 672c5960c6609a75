//! The edit that moves a service's ports to the switch, and its inverse.
//!
//! The edited text is read again and must mean exactly what was intended; whatever an anchor, a
//! merge key or an odd layout makes of it otherwise is a refusal.

use phoenix_plan::route::MADE_BY_COMPOSE;
use serde_json::Value;
use similar::TextDiff;

use super::{
    EditRefused,
    insert::{Place, declare},
    intended::{Intended, Networks, intended},
    layout::{self, Kind, Node},
    splice::{self, Splice},
};

/// An edit of a compose file, not written yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The whole new text.
    pub new_text: String,
    /// What changes, as a unified diff.
    pub diff: String,
}

impl Edit {
    pub(super) fn of(old: &str, new_text: String) -> Self {
        let diff = TextDiff::from_lines(old, &new_text)
            .unified_diff()
            .context_radius(2)
            .header("before", "after")
            .to_string();
        Self { new_text, diff }
    }
}

/// Comments out the service's `ports`, exposes them to its networks, and joins it to the external
/// network `network`, where the switch finds it by a name of its own. Every other line keeps its
/// bytes, and so do edits for other services.
pub fn move_ports_to_switch(text: &str, service: &str, network: &str) -> Result<Edit, EditRefused> {
    let before = meaning(text)?;
    if splice::is_edited(text) && edited_services(text)?.iter().any(|(name, _)| name == service) {
        return Err(EditRefused::AlreadyEdited);
    }
    let wanted = intended(&before, service, network)?;
    let root = layout::read(text)?;
    let body = root
        .entry("services")
        .and_then(|(_, services)| services.entry(service))
        .map(|(_, body)| body)
        .ok_or(EditRefused::Unsafe)?;
    let (ports_key, ports) = body.entry("ports").ok_or_else(|| inherited(body))?;
    editable(body, ports)?;
    let mut splice = Splice::new(text);
    splice.set_aside(ports_key.first_line, ports.last_line.max(ports_key.first_line));
    let place = Place { after: ports.last_line.max(ports_key.first_line) + 1, body, ports_key };
    expose(&place, &wanted, &mut splice)?;
    join(&place, &wanted, network, &mut splice)?;
    declare(&root, network, &mut splice)?;
    let new_text = splice.finish();
    let exact = meaning(&new_text).is_ok_and(|after| after == wanted.meaning);
    if exact && splice::restore(&new_text) == splice::restore(text) {
        Ok(Edit::of(text, new_text))
    } else {
        Err(EditRefused::Unsafe)
    }
}

/// Takes [`move_ports_to_switch`] back for a service, to the byte, with whatever else was changed
/// since. Edits for other services stay.
pub fn move_ports_back(text: &str, service: &str) -> Result<Edit, EditRefused> {
    let edited = if splice::is_edited(text) { edited_services(text)? } else { Vec::new() };
    if !edited.iter().any(|(name, _)| name == service) {
        return Err(EditRefused::NotEdited);
    }
    let mut restored = splice::restore(text);
    for (name, network) in edited.iter().filter(|(name, _)| name != service) {
        restored = move_ports_to_switch(&restored, name, network)?.new_text;
    }
    Ok(Edit::of(text, restored))
}

/// The services that an edit is about, each with the network that it joined.
fn edited_services(text: &str) -> Result<Vec<(String, String)>, EditRefused> {
    let (now, before) = (meaning(text)?, meaning(&splice::restore(text))?);
    let Some(services) = now["services"].as_object() else { return Ok(Vec::new()) };
    let joined = |name: &str, body: &Value| {
        let known = &before["networks"];
        let networks = body["networks"].as_object()?;
        let mut fresh = networks.iter().filter(|(network, endpoint)| {
            known.get(network.as_str()).is_none()
                && endpoint["aliases"].as_array().is_some_and(|it| it == &[MADE_BY_COMPOSE])
        });
        Some((name.to_owned(), fresh.next()?.0.clone()))
    };
    let changed = services.iter().filter(|(name, body)| before["services"][*name] != **body);
    Ok(changed.filter_map(|(name, body)| joined(name, body)).collect())
}

fn expose(
    place: &Place<'_>,
    wanted: &Intended,
    splice: &mut Splice<'_>,
) -> Result<(), EditRefused> {
    let quoted: Vec<String> = wanted.exposed.iter().map(|port| format!("\"{port}\"")).collect();
    let lines: Vec<String> = quoted.iter().map(|port| format!("- {port}")).collect();
    place.extend("expose", &lines, &quoted.join(", "), splice)
}

fn join(
    place: &Place<'_>,
    wanted: &Intended,
    network: &str,
    splice: &mut Splice<'_>,
) -> Result<(), EditRefused> {
    let joined = format!("{network}: {{ aliases: [{MADE_BY_COMPOSE}] }}");
    let beside = |names: &[String]| -> Vec<String> {
        names.iter().map(|name| format!("{name}: {{}}")).chain([joined.clone()]).collect()
    };
    match &wanted.networks {
        Networks::Default => {
            let lines = beside(&["default".to_owned()]);
            place.extend("networks", &lines, &lines.join(", "), splice)
        }
        Networks::List(names) => place.replace_list("networks", &beside(names), splice),
        Networks::Mapping => {
            place.extend("networks", std::slice::from_ref(&joined), &joined, splice)
        }
    }
}

/// What the text says, with anchors and merge keys resolved.
pub(super) fn meaning(text: &str) -> Result<Value, EditRefused> {
    serde_saphyr::from_str(text).map_err(|error| EditRefused::Unparsable {
        line: error.location().map_or(0, |place| place.line()),
        message: error.without_snippet().to_string(),
    })
}

/// The service means ports that are not written at it.
fn inherited(body: &Node) -> EditRefused {
    EditRefused::Shared { line: body.first_line + 1 }
}

fn editable(body: &Node, ports: &Node) -> Result<(), EditRefused> {
    let line = body.first_line + 1;
    if matches!(body.kind, Kind::Mapping { flow: true, .. }) {
        return Err(EditRefused::FlowStyle { line });
    }
    if ports.anchored {
        return Err(EditRefused::Shared { line: ports.first_line + 1 });
    }
    if let Some((key, _)) = body.entry("extends") {
        return Err(EditRefused::Extends { line: key.first_line + 1 });
    }
    if let Some((key, _)) = body.entry("network_mode") {
        return Err(EditRefused::NetworkMode { line: key.first_line + 1 });
    }
    Ok(())
}
