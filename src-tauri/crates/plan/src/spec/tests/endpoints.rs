use super::*;

fn on_network(change: impl FnOnce(&mut Value)) -> Value {
    body_of(|inspect| {
        inspect["HostConfig"]["NetworkMode"] = json!("shop");
        inspect["NetworkSettings"]["Networks"] = json!({ "shop": {
            "NetworkID": "0123456789abcdef", "IPAMConfig": { "IPv4Address": "10.0.0.9" },
            "Aliases": ["web", &OLD_ID[..12]], "IPAddress": "10.0.0.9", "GwPriority": 5,
            "MacAddress": "02:42:0a:00:00:09", "DriverOpts": { "o": "1" }, "FutureKnob": true } });
        change(inspect);
    })
}

fn endpoints(body: &Value) -> &Value {
    &body["NetworkingConfig"]["EndpointsConfig"]
}

#[test]
fn a_static_address_comes_from_what_was_asked_for() {
    let body = on_network(|_| {});
    let expected = json!({ "IPAMConfig": { "IPv4Address": "10.0.0.9" }, "Aliases": ["web"],
        "GwPriority": 5, "DriverOpts": { "o": "1" }, "FutureKnob": true });
    assert_eq!(endpoints(&body)["shop"], expected);
}

#[test]
fn only_a_hardware_address_of_the_users_is_kept() {
    let body = on_network(|inspect| inspect["Config"]["MacAddress"] = json!("02:00:00:00:00:01"));
    assert_eq!(endpoints(&body)["shop"]["MacAddress"], "02:00:00:00:00:01");
    assert!(body.get("MacAddress").is_none());
    assert!(endpoints(&on_network(|_| {}))["shop"].get("MacAddress").is_none());
}

#[test]
fn an_older_engine_takes_the_hardware_address_in_the_config() {
    let mut inspect = plain();
    inspect["Config"]["MacAddress"] = json!("02:00:00:00:00:01");
    let options = CreateOptions { api_version: ApiVersion::new(1, 43), ..options() };
    let body = create_body(&inspect, Some(&old_image()), &new_image(), &options).body;
    assert_eq!(body["MacAddress"], "02:00:00:00:00:01");
}

#[test]
fn the_default_bridge_takes_no_aliases() {
    let body = body_of(|inspect| {
        inspect["NetworkSettings"]["Networks"]["bridge"]["Aliases"] = json!(["web"]);
    });
    assert_eq!(body["HostConfig"]["NetworkMode"], "bridge");
    assert!(endpoints(&body)["bridge"].get("Aliases").is_none());
}

#[test]
fn a_network_given_by_id_is_named() {
    let body = on_network(|inspect| {
        inspect["HostConfig"]["NetworkMode"] = json!("0123456789abcdef");
    });
    assert_eq!(body["HostConfig"]["NetworkMode"], "shop");
}

#[test]
fn host_and_none_have_no_endpoints() {
    for mode in ["host", "none"] {
        let body = body_of(|inspect| {
            inspect["HostConfig"]["NetworkMode"] = json!(mode);
            inspect["NetworkSettings"]["Networks"] = json!({ mode: { "Aliases": ["x"] } });
        });
        assert_eq!(endpoints(&body), &json!({}), "{mode}");
    }
}

#[test]
fn the_hosts_own_name_is_left_to_host_networking() {
    let body = body_of(|inspect| {
        inspect["HostConfig"]["NetworkMode"] = json!("host");
        inspect["Config"]["Hostname"] = json!("machine");
    });
    assert!(body.get("Hostname").is_none());
}

#[test]
fn a_borrowed_network_brings_everything_of_its_owner() {
    let body = body_of(|inspect| {
        inspect["HostConfig"]["NetworkMode"] = json!("container:abc");
        inspect["Config"]["Hostname"] = json!("owner");
        inspect["Config"]["ExposedPorts"] = json!({ "80/tcp": {} });
        inspect["HostConfig"]["Dns"] = json!(["1.1.1.1"]);
    });
    assert_eq!(body["HostConfig"]["NetworkMode"], "container:abc");
    assert!(body.get("Hostname").is_none() && body.get("ExposedPorts").is_none());
    assert!(body["HostConfig"].get("Dns").is_none());
    assert!(body["HostConfig"].get("PortBindings").is_none());
}

#[test]
fn the_switchs_network_comes_on_top_and_names_the_generation_anew() {
    let mut inspect = plain();
    inspect["NetworkSettings"]["Networks"]["phoenix-switch"] = json!({ "Aliases": ["g1"] });
    let attach =
        Attachment { network: "phoenix-switch".to_owned(), aliases: vec!["g2".to_owned()] };
    let options = CreateOptions { attach: Some(attach), ..options() };
    let body = create_body(&inspect, Some(&old_image()), &new_image(), &options).body;
    assert_eq!(endpoints(&body)["phoenix-switch"], json!({ "Aliases": ["g2"] }));
    assert!(endpoints(&body).get("bridge").is_some());
}

#[test]
fn a_released_container_leaves_the_switchs_network() {
    let mut inspect = plain();
    inspect["NetworkSettings"]["Networks"]["phoenix-switch"] = json!({ "Aliases": ["g1"] });
    let options = CreateOptions { detach: vec!["phoenix-switch".to_owned()], ..options() };
    let body = create_body(&inspect, Some(&old_image()), &new_image(), &options).body;
    assert!(endpoints(&body).get("phoenix-switch").is_none());
}

#[test]
fn the_primary_endpoint_stays_in_the_body_and_the_others_follow() {
    let body = json!({ "HostConfig": { "NetworkMode": "z" }, "NetworkingConfig": {
        "EndpointsConfig": { "a": { "Aliases": ["x"] }, "z": {} } } });
    let split = split_endpoints(&body);
    assert_eq!(endpoints(&split.body), &json!({ "z": {} }));
    assert_eq!(split.later, [("a".to_owned(), json!({ "Aliases": ["x"] }))]);
}
