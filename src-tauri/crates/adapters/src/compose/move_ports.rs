//! The edit that moves a service's ports to the switch, and its inverse.
//!
//! The edited text is read again and must mean exactly what was intended; whatever an anchor, a
//! merge key or an odd layout makes of it otherwise is a refusal.

use serde_json::Value;
use similar::TextDiff;

use super::{
    EditRefused,
    insert::{Place, declare, list, mapping},
    intended::intended,
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
    fn of(old: &str, new_text: String) -> Self {
        let diff = TextDiff::from_lines(old, &new_text)
            .unified_diff()
            .context_radius(2)
            .header("before", "after")
            .to_string();
        Self { new_text, diff }
    }
}

/// Comments out the service's `ports`, exposes them to its networks, and joins it to the external
/// network `network`. Every other line keeps its bytes.
pub fn move_ports_to_switch(text: &str, service: &str, network: &str) -> Result<Edit, EditRefused> {
    if splice::is_edited(text) {
        return Err(EditRefused::AlreadyEdited);
    }
    let before = meaning(text)?;
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
    place.extend("expose", &list(&wanted.exposed), &wanted.exposed, &mut splice)?;
    let mut networks: Vec<String> = vec![network.to_owned()];
    if wanted.default_too {
        networks.insert(0, "default".to_owned());
    }
    place.extend("networks", &mapping(&networks), &networks, &mut splice)?;
    declare(&root, network, &mut splice)?;
    let new_text = splice.finish();
    let exact = meaning(&new_text).is_ok_and(|after| after == wanted.meaning);
    if exact && splice::restore(&new_text) == text {
        Ok(Edit::of(text, new_text))
    } else {
        Err(EditRefused::Unsafe)
    }
}

/// Takes [`move_ports_to_switch`] back, to the byte, with whatever else was changed since.
pub fn move_ports_back(text: &str) -> Result<Edit, EditRefused> {
    if splice::is_edited(text) {
        Ok(Edit::of(text, splice::restore(text)))
    } else {
        Err(EditRefused::NotEdited)
    }
}

/// What the text says, with anchors and merge keys resolved.
fn meaning(text: &str) -> Result<Value, EditRefused> {
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
