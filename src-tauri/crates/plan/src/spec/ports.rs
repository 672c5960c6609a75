//! Published ports in the words of the create call.

use serde_json::{Map, Value, json};

use crate::observed::PortBinding;

/// `HostConfig.PortBindings` that publishes exactly these. A host port of 0 lets the engine choose.
pub fn port_bindings(bindings: &[PortBinding]) -> Value {
    let mut ports = Map::new();
    for binding in bindings {
        let host_port = match binding.host_port {
            0 => String::new(),
            port => port.to_string(),
        };
        let key = format!("{}/{}", binding.container_port, binding.protocol);
        let list = ports.entry(key).or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            list.push(json!({ "HostIp": binding.host_ip, "HostPort": host_port }));
        }
    }
    Value::Object(ports)
}
