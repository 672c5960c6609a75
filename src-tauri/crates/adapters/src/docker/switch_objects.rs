//! A switch's container, volume and network.

use phoenix_engine::ports::{EngineError, SwitchObjects};
use phoenix_plan::spec::port_bindings;
use serde_json::{Map, Value, json};

use super::{
    DockerEngine, containers, networks,
    raw::{Call, RawClient, encoded},
    switch_image,
};

/// Where the control socket is, inside the container.
pub(super) const CONTROL_SOCKET: &str = "/run/phoenix/control.sock";

/// Enough for thousands of connections, and a bound on what an attack can take.
const MEMORY_BYTES: u64 = 128 * 1024 * 1024;

/// Threads of one process, with room.
const PROCESSES: u64 = 256;

/// Creates what is missing; nothing is started.
pub(super) async fn create(
    engine: &DockerEngine,
    objects: &SwitchObjects,
) -> Result<String, EngineError> {
    let image = switch_image::ensure(engine).await?;
    if let Some(existing) = containers::inspect(&engine.raw, &objects.name).await? {
        return own_id(&existing, objects);
    }
    let labels = json!(objects.labels);
    networks::ensure_internal(&engine.raw, &objects.name, &labels).await?;
    let volume = json!({ "Name": objects.name, "Labels": labels });
    engine.raw.json(Call::post("create volume", "/volumes/create").json(&volume)).await?;
    containers::create(engine, &objects.name, &body(objects, &image), None).await
}

/// What is absent is no error.
pub(super) async fn remove(raw: &RawClient, objects: &SwitchObjects) -> Result<(), EngineError> {
    if let Some(existing) = containers::inspect(raw, &objects.name).await? {
        containers::remove(raw, &own_id(&existing, objects)?).await?;
    }
    networks::remove(raw, &objects.name).await?;
    let path = format!("/volumes/{}", encoded(&objects.name));
    match raw.json(Call::delete("remove volume", &path)).await {
        Ok(_) | Err(EngineError::NotFound { .. }) => Ok(()),
        Err(other) => Err(other),
    }
}

/// A container that merely has the name is somebody else's.
fn own_id(existing: &Value, objects: &SwitchObjects) -> Result<String, EngineError> {
    let labels = &existing["Config"]["Labels"];
    let ours = objects.labels.iter().all(|(key, value)| labels[key] == json!(value));
    match (ours, existing["Id"].as_str()) {
        (true, Some(id)) => Ok(id.to_owned()),
        (true | false, _) => Err(EngineError::Conflict {
            call: "create switch",
            message: format!(
                "a container named {} exists and is not this service's switch; rename it",
                objects.name
            ),
        }),
    }
}

/// Hardened: nothing to write to but its state, no capability, no way to gain one. No limit on open
/// files is asked for: an engine that may not raise its own (rootless, nested) would refuse to start
/// it, and the switch raises its soft limit as far as it may by itself.
fn body(objects: &SwitchObjects, image: &str) -> Value {
    let exposed: Map<String, Value> = objects
        .ports
        .iter()
        .map(|binding| (format!("{}/{}", binding.container_port, binding.protocol), json!({})))
        .collect();
    json!({
        "Image": image,
        "Cmd": command(objects),
        "User": "65532:65532",
        "Labels": objects.labels,
        "ExposedPorts": exposed,
        "Healthcheck": { "Test": ["NONE"] },
        "HostConfig": {
            "PortBindings": port_bindings(&objects.ports),
            "RestartPolicy": { "Name": "unless-stopped" },
            "ReadonlyRootfs": true,
            "CapDrop": ["ALL"],
            "SecurityOpt": ["no-new-privileges:true"],
            "Memory": MEMORY_BYTES,
            "MemorySwap": MEMORY_BYTES,
            "PidsLimit": PROCESSES,
            "Tmpfs": { "/run/phoenix": "rw,noexec,nosuid,nodev,size=64k,mode=0700,uid=65532,gid=65532" },
            "Mounts": [{ "Type": "volume", "Source": objects.name, "Target": "/state" }],
            "NetworkMode": "bridge",
            // Its names are the engine's own: with these, one that is unknown is unknown at once,
            // and no other name server is asked for it.
            "DnsOptions": ["ndots:1"],
            "DnsSearch": ["."],
        },
        "NetworkingConfig": { "EndpointsConfig": { "bridge": {}, objects.name.as_str(): {} } },
    })
}

fn command(objects: &SwitchObjects) -> Vec<String> {
    let mut ports: Vec<u16> = objects.ports.iter().map(|binding| binding.container_port).collect();
    ports.sort_unstable();
    ports.dedup();
    let listeners = ports.into_iter().flat_map(|port| {
        let raw = if objects.raw_ports.contains(&port) { "=tcp" } else { "" };
        ["--listen".to_owned(), format!("{port}{raw}")]
    });
    let hold_limit_ms = objects.hold_limit.as_millis().to_string();
    let rest =
        ["--state", "/state", "--control", CONTROL_SOCKET, "--hold-limit-ms", &hold_limit_ms];
    std::iter::once("run".to_owned()).chain(listeners).chain(rest.map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, time::Duration};

    use phoenix_plan::observed::PortBinding;

    use super::*;

    fn objects() -> SwitchObjects {
        let binding = |host_ip: &str, container_port| PortBinding {
            host_ip: host_ip.to_owned(),
            host_port: 8080,
            container_port,
            protocol: "tcp".to_owned(),
        };
        SwitchObjects {
            name: "phoenix-switch-web".to_owned(),
            labels: BTreeMap::from([("service".to_owned(), "web".to_owned())]),
            ports: vec![binding("127.0.0.1", 80), binding("::1", 80), binding("", 22)],
            raw_ports: vec![22],
            hold_limit: Duration::from_secs(30),
        }
    }

    #[test]
    fn every_port_is_listened_on_once_and_raw_ones_as_such() {
        let command = command(&objects()).join(" ");
        assert_eq!(
            command,
            "run --listen 22=tcp --listen 80 --state /state --control /run/phoenix/control.sock \
             --hold-limit-ms 30000"
        );
    }

    #[test]
    fn the_engines_socket_is_never_handed_in() {
        assert!(!body(&objects(), "i").to_string().contains("docker.sock"));
    }

    #[test]
    fn names_of_containers_are_asked_of_nobody_but_the_engine() {
        let host_config = &body(&objects(), "i")["HostConfig"];
        assert_eq!(host_config["DnsOptions"], json!(["ndots:1"]));
        assert_eq!(host_config["DnsSearch"], json!(["."]));
    }

    #[test]
    fn bindings_keep_their_addresses() {
        let body = body(&objects(), "i");
        let bindings = &body["HostConfig"]["PortBindings"]["80/tcp"];
        assert_eq!(bindings[0]["HostIp"], "127.0.0.1");
        assert_eq!(bindings[1]["HostIp"], "::1");
    }

    #[test]
    fn a_strangers_container_of_that_name_is_left_alone() {
        let existing = json!({ "Id": "x", "Config": { "Labels": { "service": "other" } } });
        assert!(matches!(own_id(&existing, &objects()), Err(EngineError::Conflict { .. })));
    }
}
