//! The two lists: what of the old container is not taken over, and what is set anew.
//!
//! Paths start in a document of three parts: `Config` and `HostConfig` of the inspect document, and
//! its `NetworkSettings.Networks` as `Networks`. Everything else in an inspect document is state.

use serde_json::Value;

/// Never taken over, whatever it says: the path (`*` is any one step) and why.
pub const DROPPED: &[(&str, &str)] = &[
    ("/Config/OnBuild", "triggers of image builds; a container has no use for them"),
    ("/Config/Labels/com.docker.compose.replace", "compose's note about its own recreation"),
    ("/HostConfig/ContainerIDFile", "where the command line once wrote the old ID"),
    ("/Networks/*/NetworkID", "found by name; a network recreated meanwhile has another ID"),
    ("/Networks/*/EndpointID", "of the running endpoint"),
    ("/Networks/*/Gateway", "of the running endpoint"),
    ("/Networks/*/IPAddress", "what the engine happened to choose; the user's is in IPAMConfig"),
    ("/Networks/*/IPPrefixLen", "of the running endpoint"),
    ("/Networks/*/IPv6Gateway", "of the running endpoint"),
    ("/Networks/*/GlobalIPv6Address", "what the engine happened to choose"),
    ("/Networks/*/GlobalIPv6PrefixLen", "of the running endpoint"),
    ("/Networks/*/MacAddress", "what the engine happened to choose; the user's is in Config"),
    ("/Networks/*/DNSNames", "derived from names and aliases"),
];

/// Taken over and then changed on purpose: the path and why. `create_body` carries these out in
/// this order.
pub const OVERRIDDEN: &[(&str, &str)] = &[
    ("/Config/Image", "the one thing that is meant to change"),
    ("/Config", "what equals the old image's default is left to the new image"),
    ("/Config/Hostname", "the engine's own choice (the old ID, the host's name) is left to it"),
    ("/Config/MacAddress", "belongs to the primary endpoint since API 1.44"),
    ("/Config/Labels/com.docker.compose.image", "else compose recreates the container"),
    ("/Config/Labels/com.docker.compose.config-hash", "that of the file as it is edited with it"),
    ("/HostConfig", "what the engine writes by itself is left to it"),
    ("/HostConfig/PortBindings", "owned by the switch, or given back by it"),
    ("/HostConfig/PublishAllPorts", "as PortBindings"),
    ("/HostConfig/Links", "inspect shows `/child:/parent/alias`, create wants `child:alias`"),
    ("/HostConfig/Mounts", "anonymous volumes are mounted again by their generated names"),
    ("/HostConfig/NetworkMode", "`default` is `bridge`, so that the endpoint's key matches"),
    ("/HostConfig/NetworkMode", "`container:` names the successor of the one that it named"),
    ("/HostConfig/IpcMode", "as NetworkMode"),
    ("/HostConfig/PidMode", "as NetworkMode"),
    ("/HostConfig/VolumesFrom", "where the container is made again for one of these"),
    ("/Networks/*/Aliases", "without the old ID; none at all on the default bridge"),
    ("/Networks", "the switch's network is joined or left; none with host, none, container:"),
];

/// Removes every value at a pattern and answers the paths where something other than null was.
pub(super) fn remove(document: &mut Value, pattern: &str) -> Vec<String> {
    let steps: Vec<&str> = pattern.trim_start_matches('/').split('/').collect();
    let mut removed = Vec::new();
    remove_steps(document, &steps, "", &mut removed);
    removed
}

fn remove_steps(value: &mut Value, steps: &[&str], at: &str, removed: &mut Vec<String>) {
    let Some((step, rest)) = steps.split_first() else { return };
    if rest.is_empty() {
        let taken = value.as_object_mut().and_then(|object| object.remove(*step));
        if taken.is_some_and(|value| !value.is_null()) {
            removed.push(format!("{at}/{step}"));
        }
        return;
    }
    match value {
        Value::Object(object) if *step == "*" => {
            for (key, child) in object {
                remove_steps(child, rest, &format!("{at}/{key}"), removed);
            }
        }
        Value::Object(object) => {
            if let Some(child) = object.get_mut(*step) {
                remove_steps(child, rest, &format!("{at}/{step}"), removed);
            }
        }
        Value::Array(list) if *step == "*" => {
            for (index, child) in list.iter_mut().enumerate() {
                remove_steps(child, rest, &format!("{at}/{index}"), removed);
            }
        }
        Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
