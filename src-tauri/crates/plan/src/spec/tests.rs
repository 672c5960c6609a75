//! Documents as engines write them, cut down to what each test is about.

mod body;
mod endpoints;
mod fidelity;
mod image_defaults;
mod properties;

use serde_json::{Value, json};

use super::*;

pub(super) const OLD_ID: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

pub(super) fn options() -> CreateOptions {
    CreateOptions {
        image: "phoenix/gateway:latest".to_owned(),
        image_id: "sha256:new".to_owned(),
        ports: PublishedPorts::Keep,
        attach: None,
        detach: Vec::new(),
        joins: Vec::new(),
        compose_hash: None,
        api_version: ApiVersion::new(1, 51),
        daemon: DaemonDefaults::from_info(&json!({
            "DefaultRuntime": "runc", "LoggingDriver": "json-file", "CgroupVersion": "2",
            "Name": "machine",
        })),
    }
}

/// A container with nothing but what the engine itself writes.
pub(super) fn plain() -> Value {
    json!({
        "Id": OLD_ID, "Name": "/phoenix-gateway", "Image": "sha256:old",
        "State": { "Running": true }, "Path": "/phoenix", "Args": [],
        "Config": {
            "Image": "phoenix/gateway:latest", "Hostname": &OLD_ID[..12], "Domainname": "",
            "Env": ["PATH=/bin"], "Cmd": null, "Entrypoint": ["/phoenix"], "Labels": {},
            "OnBuild": null, "Volumes": null, "WorkingDir": "", "User": "",
        },
        "HostConfig": {
            "NetworkMode": "default", "PortBindings": {
                "18789/tcp": [{ "HostIp": "127.0.0.1", "HostPort": "18789" }] },
            "RestartPolicy": { "Name": "unless-stopped", "MaximumRetryCount": 0 },
            "Runtime": "runc", "ShmSize": 67_108_864, "IpcMode": "private",
            "CgroupnsMode": "private", "LogConfig": { "Type": "json-file", "Config": {} },
            "MaskedPaths": ["/proc/kcore", "/sys/devices/system/cpu/cpu0/thermal_throttle"],
            "ReadonlyPaths": ["/proc/sys"], "Binds": null, "Mounts": null,
        },
        "Mounts": [],
        "NetworkSettings": { "Networks": { "bridge": {
            "IPAMConfig": null, "Aliases": null, "NetworkID": "b1", "EndpointID": "e1",
            "IPAddress": "172.17.0.2", "MacAddress": "02:42:ac:11:00:02" } } },
    })
}

pub(super) fn old_image() -> Value {
    json!({ "Id": "sha256:old", "Config": { "Env": ["PATH=/bin"], "Entrypoint": ["/phoenix"] } })
}

pub(super) fn new_image() -> Value {
    json!({ "Id": "sha256:new", "Config": {
        "Env": ["PATH=/usr/bin"], "Entrypoint": ["/phoenix"] } })
}

/// The body for a changed [`plain`] container.
pub(super) fn body_of(change: impl FnOnce(&mut Value)) -> Value {
    let mut inspect = plain();
    change(&mut inspect);
    create_body(&inspect, Some(&old_image()), &new_image(), &options()).body
}

/// What the engine would show of a created body, as far as these tests need it.
pub(super) fn as_created(spec: &CreateSpec, new_image: &Value, mounts: &Value) -> Value {
    let mut config = spec.body.as_object().unwrap().clone();
    let host_config = config.remove("HostConfig").unwrap();
    let networking = config.remove("NetworkingConfig").unwrap();
    super::image_defaults::merge(&mut config, &new_image["Config"]);
    json!({
        "Id": "fedcba9876543210", "Image": new_image["Id"], "Config": config,
        "HostConfig": host_config, "Mounts": mounts,
        "NetworkSettings": { "Networks": networking["EndpointsConfig"] },
    })
}
