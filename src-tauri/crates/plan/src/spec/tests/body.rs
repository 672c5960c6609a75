use super::*;
use crate::{observed::PortBinding, policy::HashChange};

#[test]
fn a_field_nobody_has_heard_of_survives() {
    let body = body_of(|inspect| {
        inspect["HostConfig"]["FutureKnob"] = json!({ "Level": 7 });
        inspect["Config"]["FutureFlag"] = json!("on");
    });
    assert_eq!(body["HostConfig"]["FutureKnob"]["Level"], 7);
    assert_eq!(body["FutureFlag"], "on");
}

#[test]
fn what_the_engine_writes_by_itself_is_left_to_it() {
    let body = body_of(|_| {});
    for key in ["Runtime", "ShmSize", "IpcMode", "CgroupnsMode", "LogConfig", "MaskedPaths"] {
        assert!(body["HostConfig"].get(key).is_none(), "{key} was frozen");
    }
}

#[test]
fn unmasked_on_purpose_stays_unmasked() {
    let body = body_of(|inspect| inspect["HostConfig"]["MaskedPaths"] = json!([]));
    assert_eq!(body["HostConfig"]["MaskedPaths"], json!([]));
}

#[test]
fn a_runtime_chosen_by_the_user_stays() {
    let body = body_of(|inspect| inspect["HostConfig"]["Runtime"] = json!("runsc"));
    assert_eq!(body["HostConfig"]["Runtime"], "runsc");
}

#[test]
fn the_old_id_is_no_host_name() {
    assert!(body_of(|_| {}).get("Hostname").is_none());
}

#[test]
fn a_host_name_of_the_users_stays() {
    let body = body_of(|inspect| inspect["Config"]["Hostname"] = json!("gateway"));
    assert_eq!(body["Hostname"], "gateway");
}

#[test]
fn a_loopback_binding_stays_on_loopback() {
    let body = body_of(|_| {});
    let binding = &body["HostConfig"]["PortBindings"]["18789/tcp"][0];
    assert_eq!(binding, &json!({ "HostIp": "127.0.0.1", "HostPort": "18789" }));
}

#[test]
fn behind_the_switch_nothing_is_published() {
    let options = CreateOptions { ports: PublishedPorts::Exactly(Vec::new()), ..options() };
    let mut inspect = plain();
    inspect["HostConfig"]["PublishAllPorts"] = json!(true);
    let spec = create_body(&inspect, Some(&old_image()), &new_image(), &options);
    assert_eq!(spec.body["HostConfig"]["PortBindings"], json!({}));
    assert_eq!(spec.body["HostConfig"]["PublishAllPorts"], json!(false));
}

#[test]
fn a_port_given_back_is_published_as_it_was() {
    let given = PortBinding {
        host_ip: "::1".to_owned(),
        host_port: 0,
        container_port: 80,
        protocol: "tcp".to_owned(),
    };
    let options = CreateOptions { ports: PublishedPorts::Exactly(vec![given]), ..options() };
    let spec = create_body(&plain(), Some(&old_image()), &new_image(), &options);
    let expected = json!({ "80/tcp": [{ "HostIp": "::1", "HostPort": "" }] });
    assert_eq!(spec.body["HostConfig"]["PortBindings"], expected);
}

#[test]
fn a_port_key_without_a_port_is_dropped() {
    let body = body_of(|inspect| {
        inspect["HostConfig"]["PortBindings"]["/tcp"] = json!([{ "HostIp": "", "HostPort": "1" }]);
    });
    assert!(body["HostConfig"]["PortBindings"].get("/tcp").is_none());
}

#[test]
fn an_anonymous_volume_is_mounted_again_by_its_name() {
    let body = body_of(|inspect| {
        inspect["Mounts"] = json!([{ "Type": "volume", "Name": "aa11", "RW": true,
            "Destination": "/data" }]);
    });
    let expected = json!([{ "Type": "volume", "Source": "aa11", "Target": "/data" }]);
    assert_eq!(body["HostConfig"]["Mounts"], expected);
}

#[test]
fn a_path_is_never_mounted_twice() {
    let body = body_of(|inspect| {
        inspect["HostConfig"]["Binds"] = json!(["data:/data:rw", "C:\\a:/windows"]);
        inspect["HostConfig"]["Mounts"] = json!([{ "Type": "volume", "Target": "/nameless" }]);
        inspect["Mounts"] = json!([
            { "Type": "volume", "Name": "data", "RW": true, "Destination": "/data" },
            { "Type": "volume", "Name": "w", "RW": true, "Destination": "/windows" },
            { "Type": "volume", "Name": "bb22", "RW": true, "Destination": "/nameless" },
        ]);
    });
    let expected = json!([{ "Type": "volume", "Target": "/nameless", "Source": "bb22" }]);
    assert_eq!(body["HostConfig"]["Mounts"], expected);
}

#[test]
fn a_volume_of_the_new_image_alone_is_announced_as_empty() {
    let mut image = new_image();
    image["Config"]["Volumes"] = json!({ "/cache": {} });
    let spec = create_body(&plain(), Some(&old_image()), &image, &options());
    assert!(spec.warnings[0].contains("/cache"), "{:?}", spec.warnings);
    assert!(spec.changes.iter().any(|change| change.cause == ChangeCause::FreshVolume));
}

#[test]
fn composes_note_of_the_image_follows_and_the_others_stay() {
    let body = body_of(|inspect| {
        inspect["Config"]["Labels"] = json!({
            "com.docker.compose.image": "sha256:old", "com.docker.compose.project": "phoenix",
            "com.docker.compose.replace": "x" });
    });
    let expected = json!({
        "com.docker.compose.image": "sha256:new", "com.docker.compose.project": "phoenix" });
    assert_eq!(body["Labels"], expected);
}

#[test]
fn composes_hash_is_that_of_the_edited_file_where_it_was_that_of_the_file_before() {
    for (stated, expected) in [("before", "after"), ("older", "older")] {
        let mut inspect = plain();
        inspect["Config"]["Labels"] = json!({ "com.docker.compose.config-hash": stated });
        let change = HashChange { from: "before".to_owned(), to: "after".to_owned() };
        let options = CreateOptions { compose_hash: Some(change), ..options() };
        let spec = create_body(&inspect, Some(&old_image()), &new_image(), &options);
        assert_eq!(spec.body["Labels"]["com.docker.compose.config-hash"], expected);
        let announced = spec.changes.iter().any(|change| change.path.ends_with("config-hash"));
        assert_eq!(announced, stated != expected);
    }
}

#[test]
fn a_container_that_compose_does_not_know_gets_no_label() {
    assert_eq!(body_of(|_| {})["Labels"], json!({}));
}

#[test]
fn an_older_engine_is_not_sent_what_it_does_not_know() {
    let mut inspect = plain();
    inspect["HostConfig"]["Annotations"] = json!({ "a": "b" });
    inspect["HostConfig"]["Mounts"] = json!([{ "Type": "volume", "Source": "v", "Target": "/v",
        "VolumeOptions": { "Subpath": "a", "NoCopy": true } }]);
    let options = CreateOptions { api_version: ApiVersion::new(1, 41), ..options() };
    let spec = create_body(&inspect, Some(&old_image()), &new_image(), &options);
    assert!(spec.body["HostConfig"].get("Annotations").is_none());
    let mount = &spec.body["HostConfig"]["Mounts"][0]["VolumeOptions"];
    assert_eq!(mount, &json!({ "NoCopy": true }));
    assert_eq!(spec.warnings.len(), 2);
}

#[test]
fn a_legacy_link_is_asked_for_as_it_once_was() {
    let body = body_of(|inspect| {
        inspect["HostConfig"]["Links"] = json!(["/db:/phoenix-gateway/database", "a:b"]);
    });
    assert_eq!(body["HostConfig"]["Links"], json!(["db:database", "a:b"]));
}
