use super::*;

/// The body of a container whose `Config` and old image's `Config` are these.
fn body(config: &Value, image: &Value) -> Value {
    let mut inspect = plain();
    inspect["Config"] = config.clone();
    let image = json!({ "Config": image });
    create_body(&inspect, Some(&image), &json!({ "Config": {} }), &options()).body
}

#[test]
fn an_inherited_variable_follows_the_new_image_and_an_own_one_stays() {
    let body = body(
        &json!({ "Env": ["PATH=/bin", "MODE=own", "X=1"] }),
        &json!({ "Env": ["PATH=/bin", "MODE=image"] }),
    );
    assert_eq!(body["Env"], json!(["MODE=own", "X=1"]));
}

#[test]
fn an_inherited_command_goes_with_its_entry_point() {
    let both = json!({ "Entrypoint": ["/app"], "Cmd": ["serve"] });
    let body = body(&both, &both);
    assert!(body.get("Entrypoint").is_none() && body.get("Cmd").is_none());
}

#[test]
fn a_command_stays_when_the_entry_point_is_the_users() {
    let body = body(
        &json!({ "Entrypoint": ["tini", "--"], "Cmd": ["serve"] }),
        &json!({ "Entrypoint": ["/app"], "Cmd": ["serve"] }),
    );
    assert_eq!(body["Entrypoint"], json!(["tini", "--"]));
    assert_eq!(body["Cmd"], json!(["serve"]));
}

#[test]
fn a_cleared_entry_point_is_cleared_again() {
    let body = body(
        &json!({ "Entrypoint": null, "Cmd": ["sh"] }),
        &json!({ "Entrypoint": ["/app"], "Cmd": ["serve"] }),
    );
    assert_eq!(body["Entrypoint"], json!([""]));
    assert_eq!(body["Cmd"], json!(["sh"]));
}

#[test]
fn single_values_are_subtracted_one_by_one() {
    let image = json!({ "WorkingDir": "/app/", "User": "app", "StopSignal": "SIGINT" });
    let body =
        body(&json!({ "WorkingDir": "/app", "User": "root", "StopSignal": "SIGINT" }), &image);
    assert!(body.get("WorkingDir").is_none() && body.get("StopSignal").is_none());
    assert_eq!(body["User"], "root");
}

#[test]
fn a_health_check_is_subtracted_field_by_field() {
    let body = body(
        &json!({ "Healthcheck": { "Test": ["CMD", "a"], "Interval": 5, "StartInterval": 1 } }),
        &json!({ "Healthcheck": { "Test": ["CMD", "a"], "Interval": 9, "StartInterval": 1 } }),
    );
    assert_eq!(body["Healthcheck"], json!({ "Interval": 5 }));
}

#[test]
fn a_health_check_switched_off_stays_off() {
    let none = json!({ "Healthcheck": { "Test": ["NONE"] } });
    assert_eq!(body(&none, &none)["Healthcheck"], json!({ "Test": ["NONE"] }));
}

#[test]
fn inherited_labels_volumes_and_ports_follow_the_new_image() {
    let image = json!({ "Labels": { "v": "1", "o": "image" }, "Volumes": { "/data": {} },
        "ExposedPorts": { "80/tcp": {} } });
    let body = body(
        &json!({ "Labels": { "v": "1", "o": "own" }, "Volumes": { "/data": {}, "/own": {} },
            "ExposedPorts": { "80/tcp": {}, "81/tcp": {} } }),
        &image,
    );
    assert_eq!(body["Labels"], json!({ "o": "own" }));
    assert_eq!(body["Volumes"], json!({ "/own": {} }));
    assert_eq!(body["ExposedPorts"], json!({ "81/tcp": {} }));
}

#[test]
fn without_the_old_image_nothing_is_guessed() {
    let mut inspect = plain();
    inspect["Config"]["Entrypoint"] = Value::Null;
    let spec = create_body(&inspect, None, &new_image(), &options());
    assert_eq!(spec.body["Env"], json!(["PATH=/bin"]));
    assert_eq!(spec.body["Entrypoint"], json!([""]));
    assert!(spec.warnings[0].contains("the old image is gone"), "{:?}", spec.warnings);
}
