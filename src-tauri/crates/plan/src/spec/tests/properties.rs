use proptest::prelude::*;

use super::*;

fn words() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[a-c]{1,2}", 0..3)
}

fn config() -> impl Strategy<Value = Value> {
    let env = prop::collection::btree_map("[A-C]", "[x-z]?", 0..3);
    let labels = prop::collection::btree_map("[a-c]", "[x-z]?", 0..3);
    (env, labels, words(), words(), "[a-b]?", "(/[a-b])?").prop_map(
        |(env, labels, entrypoint, command, user, folder)| {
            let env: Vec<String> =
                env.iter().map(|(key, value)| format!("{key}={value}")).collect();
            json!({ "Env": env, "Labels": labels, "Entrypoint": entrypoint, "Cmd": command,
                "User": user, "WorkingDir": folder })
        },
    )
}

/// A container as the engine makes it: the user's wishes merged with the image.
fn container(own: &Value, image: &Value) -> Value {
    let mut inspect = plain();
    let mut config = own.as_object().unwrap().clone();
    config.insert("Image".to_owned(), json!("phoenix/gateway:latest"));
    crate::spec::image_defaults::merge(&mut config, image);
    inspect["Config"] = Value::Object(config);
    inspect
}

proptest! {
    #[test]
    fn with_the_same_image_the_copy_is_the_original(own in config(), image in config()) {
        let inspect = container(&own, &image);
        let image = json!({ "Id": "sha256:new", "Config": image });
        let spec = create_body(&inspect, Some(&image), &image, &options());
        let created = as_created(&spec, &image, &json!([]));
        prop_assert_eq!(fidelity(&inspect, &created, &spec.changes, &options().daemon), []);
        let config_changes = spec.changes.iter().filter(|change| change.cause != ChangeCause::Image);
        prop_assert_eq!(config_changes.count(), 0);
    }

    #[test]
    fn every_difference_of_another_image_is_announced(
        own in config(), old in config(), new in config(),
    ) {
        let inspect = container(&own, &old);
        let old = json!({ "Id": "sha256:old", "Config": old });
        let new = json!({ "Id": "sha256:new", "Config": new });
        let spec = create_body(&inspect, Some(&old), &new, &options());
        let created = as_created(&spec, &new, &json!([]));
        prop_assert_eq!(fidelity(&inspect, &created, &spec.changes, &options().daemon), []);
    }
}
