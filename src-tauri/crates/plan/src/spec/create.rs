//! The body of the create call.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    Change, CreateOptions, PublishedPorts,
    api_version::gate,
    changes::{Context, FRESH, announced},
    endpoints,
    fidelity::form_of,
    form::{Document, Form},
    image_defaults, joins, mounts,
    ports::port_bindings,
};
use crate::observed::compose_labels;

/// A create call and what it changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreateSpec {
    /// The body, with the endpoints of all networks.
    pub body: Value,
    /// Everything that will differ from the old container, for the user and for
    /// [`super::fidelity`].
    pub changes: Vec<Change>,
    /// What the user should know, in sentences.
    pub warnings: Vec<String>,
}

/// Makes the body from the old container's inspect document. `old_image` is the inspect document of
/// the old container's immutable image ID, absent when that image is gone; `new_image` that of
/// [`CreateOptions::image_id`].
pub fn create_body(
    inspect: &Value,
    old_image: Option<&Value>,
    new_image: &Value,
    options: &CreateOptions,
) -> CreateSpec {
    let old_defaults = old_image.map_or(&Value::Null, |image| &image["Config"]);
    let new_defaults = &new_image["Config"];
    let old_id = inspect["Id"].as_str().unwrap_or_default();
    let mut document = Document::of_inspect(inspect, &options.daemon);
    let mode = document.mode();
    if old_image.is_some() {
        image_defaults::subtract(&mut document.config, old_defaults);
    } else {
        keep_cleared_entrypoint(&mut document.config, new_defaults);
    }
    set_image(&mut document.config, options);
    set_compose_hash(&mut document.config, options);
    set_ports(&mut document.host_config, &options.ports);
    joins::rename(&mut document.host_config, &options.joins);
    mounts::keep_anonymous_volumes(&mut document.host_config, &inspect["Mounts"]);
    endpoints::rewrite(&mut document.networks, &mode, old_id, options);
    let mut whole = document.whole();
    let unknown_to_engine = gate(&mut whole, options.api_version);
    let document = Document::of_parts(whole);

    let fresh = mounts::fresh_volumes(&new_defaults["Volumes"], &inspect["Mounts"]);
    let expected =
        expected_form(document.clone(), new_defaults, &inspect["Mounts"], &fresh, options);
    let context = Context {
        options,
        old_defaults: &defaults_form(old_defaults),
        new_defaults: &defaults_form(new_defaults),
        unknown_to_engine: &unknown_to_engine,
    };
    CreateSpec {
        changes: announced(&form_of(inspect, &options.daemon), &expected, &context),
        warnings: warnings(old_image, &fresh, &unknown_to_engine, inspect),
        body: body(document, &mode, options),
    }
}

fn set_image(config: &mut Map<String, Value>, options: &CreateOptions) {
    config.insert("Image".to_owned(), Value::from(options.image.as_str()));
    let noted = config.get_mut("Labels").and_then(|labels| labels.get_mut(compose_labels::IMAGE));
    if let Some(noted) = noted {
        *noted = Value::from(options.image_id.as_str());
    }
}

/// A container that was not what the file said stays so: compose shall see it.
fn set_compose_hash(config: &mut Map<String, Value>, options: &CreateOptions) {
    let Some(change) = &options.compose_hash else { return };
    let stated =
        config.get_mut("Labels").and_then(|labels| labels.get_mut(compose_labels::CONFIG_HASH));
    if let Some(stated) = stated.filter(|stated| **stated == *change.from) {
        *stated = Value::from(change.to.as_str());
    }
}

fn set_ports(host_config: &mut Map<String, Value>, ports: &PublishedPorts) {
    match ports {
        PublishedPorts::Keep => {}
        PublishedPorts::Exactly(bindings) => {
            host_config.insert("PortBindings".to_owned(), port_bindings(bindings));
            host_config.insert("PublishAllPorts".to_owned(), Value::Bool(false));
        }
    }
}

/// Without the old image nobody can tell what was inherited: everything is kept, and an absent entry
/// point stays absent.
fn keep_cleared_entrypoint(config: &mut Map<String, Value>, new_defaults: &Value) {
    let absent = config.get("Entrypoint").is_none_or(image_defaults::is_empty);
    if absent && !image_defaults::is_empty(&new_defaults["Entrypoint"]) {
        config.insert("Entrypoint".to_owned(), json!([""]));
    }
}

fn expected_form(
    mut document: Document,
    new_defaults: &Value,
    mounted: &Value,
    fresh: &[String],
    options: &CreateOptions,
) -> Form {
    image_defaults::merge(&mut document.config, new_defaults);
    let mut form = document.form(&options.image_id, mounted);
    for path in fresh {
        let mount = json!({ "Type": "volume", "Source": FRESH, "RW": true });
        form.insert(format!("/Mounted/{path}"), mount);
    }
    form
}

/// The paths and values that an image alone would bring about.
fn defaults_form(image_config: &Value) -> Form {
    let mut config = Map::new();
    image_defaults::merge(&mut config, image_config);
    let document = Document { config, host_config: Map::new(), networks: Map::new() };
    let mut form = document.form("", &Value::Null);
    form.remove("/Image");
    form
}

fn body(mut document: Document, mode: &str, options: &CreateOptions) -> Value {
    if options.api_version.has_endpoint_mac_address() {
        endpoints::move_mac_address(&mut document.config, &mut document.networks, mode);
    }
    let mut body = document.config;
    body.insert("HostConfig".to_owned(), Value::Object(document.host_config));
    body.insert("NetworkingConfig".to_owned(), json!({ "EndpointsConfig": document.networks }));
    Value::Object(body)
}

fn warnings(
    old_image: Option<&Value>,
    fresh: &[String],
    unknown_to_engine: &[String],
    inspect: &Value,
) -> Vec<String> {
    let mut warnings = Vec::new();
    if old_image.is_none() {
        warnings.push(
            "the old image is gone, so its defaults cannot be told from your own settings: all of \
             them are kept"
                .to_owned(),
        );
    }
    warnings.extend(fresh.iter().map(|path| {
        format!("the new image declares a volume at {path}; it will be a new, empty one")
    }));
    warnings
        .extend(unknown_to_engine.iter().map(|field| format!("this engine does not know {field}")));
    if inspect["HostConfig"]["AutoRemove"] == true {
        warnings.push(
            "the container was started with --rm: the engine deletes it when it stops, so it \
             cannot be put back"
                .to_owned(),
        );
    }
    warnings
}
