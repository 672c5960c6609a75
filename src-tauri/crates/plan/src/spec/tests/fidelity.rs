use super::*;

fn spec_of(inspect: &Value) -> CreateSpec {
    create_body(inspect, Some(&old_image()), &new_image(), &options())
}

fn check(inspect: &Value, change: impl FnOnce(&mut Value)) -> Vec<Difference> {
    let spec = spec_of(inspect);
    let mut created = as_created(&spec, &new_image(), &inspect["Mounts"]);
    change(&mut created);
    fidelity(inspect, &created, &spec.changes, &options().daemon)
}

#[test]
fn a_faithful_copy_shows_no_difference() {
    assert_eq!(check(&plain(), |_| {}), []);
}

#[test]
fn a_lost_limit_is_found() {
    let mut inspect = plain();
    inspect["HostConfig"]["Memory"] = json!(64_000_000);
    let found = check(&inspect, |created| created["HostConfig"]["Memory"] = json!(0));
    assert_eq!(found[0].to_string(), "HostConfig/Memory should be 64000000 but is null");
}

#[test]
fn a_field_that_came_from_nowhere_is_found() {
    let found = check(&plain(), |created| created["HostConfig"]["Privileged"] = json!(true));
    assert_eq!(found[0].path, "/HostConfig/Privileged");
}

#[test]
fn an_announced_change_that_did_not_happen_is_found() {
    let found = check(&plain(), |created| created["Image"] = json!("sha256:other"));
    assert_eq!(found[0].path, "/Image");
}

#[test]
fn a_variable_that_follows_the_new_image_is_announced() {
    let spec = spec_of(&plain());
    let path = spec.changes.iter().find(|change| change.path == "/Config/Env/PATH").unwrap();
    assert_eq!(path.cause, ChangeCause::ImageDefault);
}

#[test]
fn a_lost_volume_is_found() {
    let mut inspect = plain();
    inspect["Mounts"] = json!([{ "Type": "volume", "Name": "aa11", "RW": true,
        "Destination": "/data" }]);
    let found = check(&inspect, |created| created["Mounts"][0]["Name"] = json!("cc33"));
    assert_eq!(found[0].path, "/Mounted//data");
}

#[test]
fn a_fresh_volume_may_have_any_name() {
    let mut image = new_image();
    image["Config"]["Volumes"] = json!({ "/cache": {} });
    let spec = create_body(&plain(), Some(&old_image()), &image, &options());
    let fresh = json!([{ "Type": "volume", "Name": "dd44", "RW": true, "Destination": "/cache" }]);
    let created = as_created(&spec, &image, &fresh);
    assert_eq!(fidelity(&plain(), &created, &spec.changes, &options().daemon), []);
}

#[test]
fn a_secret_is_never_shown() {
    let mut inspect = plain();
    inspect["Config"]["Env"] = json!(["PATH=/bin", "TOKEN=hunter2"]);
    let found = check(&inspect, |created| created["Config"]["Env"] = json!(["PATH=/usr/bin"]));
    assert_eq!(found[0].to_string(), "Config/Env/TOKEN is not as it was");
}

#[test]
fn ports_that_were_not_to_move_are_found() {
    let found = check(&plain(), |created| created["HostConfig"]["PortBindings"] = json!({}));
    assert_eq!(found[0].path, "/HostConfig/PortBindings/18789/tcp");
}

#[test]
fn capabilities_are_the_same_with_and_without_their_prefix() {
    let mut inspect = plain();
    inspect["HostConfig"]["CapAdd"] = json!(["NET_ADMIN", "CHOWN"]);
    let found = check(&inspect, |created| {
        created["HostConfig"]["CapAdd"] = json!(["CAP_CHOWN", "CAP_NET_ADMIN"]);
    });
    assert_eq!(found, []);
}
