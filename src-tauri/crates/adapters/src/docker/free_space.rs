//! How much room there is where the engine keeps images: asked of this machine where the engine
//! runs on it, else of a container that only looks.

use phoenix_engine::ports::{EngineError, EngineFacts};
use serde_json::{Value, json};

use super::{
    DockerEngine, bounds, containers, logs,
    raw::{Call, encoded},
    switch_image,
};
use crate::disk;

/// Keeps a container that only looks out of every list of services.
const LABEL: &str = "phoenix-tray.switch.service";

pub(super) async fn free_bytes(engine: &DockerEngine, facts: &EngineFacts) -> Option<u64> {
    let here = own_path(facts, hostname().as_deref()).and_then(disk::free_bytes);
    if here.is_some() {
        return here;
    }
    let looked = bounds::within("free space", bounds::LOOK, in_a_container(engine)).await;
    looked.inspect_err(|error| tracing::debug!(%error, "the engine's free space is not known")).ok()
}

/// The engine's folder on this very machine. An engine in a virtual machine has a disk, and a name,
/// of its own; where containerd keeps the images, the folder is another one.
fn own_path<'f>(facts: &'f EngineFacts, hostname: Option<&str>) -> Option<&'f str> {
    let info = &facts.info;
    let is_here = facts.local
        && info["OperatingSystem"].as_str() != Some("Docker Desktop")
        && hostname.is_some()
        && info["Name"].as_str() == hostname;
    let by_containerd = info["DriverStatus"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|pair| pair[0] == "driver-type" && pair[1] == "io.containerd.snapshotter.v1");
    (is_here && !by_containerd).then_some(facts.data_root.as_str())
}

#[cfg(unix)]
fn hostname() -> Option<String> {
    rustix::system::uname().nodename().to_str().ok().map(str::to_owned)
}

#[cfg(not(unix))]
fn hostname() -> Option<String> {
    None
}

/// A container's own files lie where the engine keeps its images: the switch's program, which needs
/// no download, says what is free there. It is removed again whatever happens.
async fn in_a_container(engine: &DockerEngine) -> Result<u64, EngineError> {
    let image = switch_image::ensure(engine).await?;
    let name = format!("phoenix-free-space-{:08x}", rand::random::<u32>());
    let id = containers::create(engine, &name, &body(&image), None).await?;
    let said = ask(engine, &id).await;
    containers::remove(&engine.raw, &id).await?;
    said
}

async fn ask(engine: &DockerEngine, id: &str) -> Result<u64, EngineError> {
    containers::start(&engine.raw, id).await?;
    let path = format!("/containers/{}/wait", encoded(id));
    engine.raw.json(Call::post("wait", &path)).await?;
    let lines = logs::last_lines(engine, id, 1).await?;
    let free = lines.first().and_then(|line| line.trim().parse().ok());
    free.ok_or_else(|| EngineError::Broken {
        call: "free space",
        message: "the answer is no number".to_owned(),
    })
}

fn body(image: &str) -> Value {
    json!({
        "Image": image,
        "Cmd": ["free-space"],
        "User": "65532:65532",
        "Labels": { LABEL: "" },
        "Healthcheck": { "Test": ["NONE"] },
        "HostConfig": {
            "NetworkMode": "none",
            "ReadonlyRootfs": true,
            "CapDrop": ["ALL"],
            "SecurityOpt": ["no-new-privileges:true"],
            // It is read back, whatever the engine does with logs by default.
            "LogConfig": { "Type": "json-file" },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(info: Value) -> EngineFacts {
        EngineFacts {
            endpoint: String::new(),
            version: String::new(),
            api_version: String::new(),
            platform: String::new(),
            data_root: "/var/lib/docker".to_owned(),
            local: true,
            info,
        }
    }

    #[test]
    fn an_engine_on_this_machine_is_looked_at_directly() {
        let facts =
            facts(json!({ "Name": "box", "DriverStatus": [["Backing Filesystem", "ext"]] }));
        assert_eq!(own_path(&facts, Some("box")), Some("/var/lib/docker"));
        assert_eq!(own_path(&EngineFacts { local: false, ..facts }, Some("box")), None);
    }

    #[test]
    fn a_virtual_machine_has_a_disk_of_its_own() {
        assert_eq!(own_path(&facts(json!({ "Name": "colima" })), Some("box")), None);
        let desktop = facts(json!({ "Name": "box", "OperatingSystem": "Docker Desktop" }));
        assert_eq!(own_path(&desktop, Some("box")), None);
    }

    #[test]
    fn containerd_keeps_images_elsewhere() {
        let status = json!([["driver-type", "io.containerd.snapshotter.v1"]]);
        let facts = facts(json!({ "Name": "box", "DriverStatus": status }));
        assert_eq!(own_path(&facts, Some("box")), None);
    }
}
