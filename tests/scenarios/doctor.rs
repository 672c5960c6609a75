//! The check-list of a machine where somebody else is at work, a helper is missing, and no mail goes.

use std::fs;

use phoenix_tests::{ContainerSpec, Context as _, Result, Scene, ensure, on_each_engine};
use serde_json::Value;

use crate::overlap::adopted;

/// What its owner would see: the lines of a name.
async fn lines(scene: &Scene, service: &str, name: &str) -> Result<Vec<Value>> {
    let mut command = scene.ctl_command(["doctor", service, "--json"])?;
    let output = command.env("DOCKER_CONFIG", scene.folder()).output().await?;
    let document: Value = serde_json::from_slice(&output.stdout).context("no JSON")?;
    let checks = document["checks"].as_array().cloned().unwrap_or_default();
    Ok(checks.into_iter().filter(|check| check["name"] == name).collect())
}

#[test]
fn other_updaters_missing_helpers_and_silent_channels_are_told_with_their_remedies() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "doctor").await?;
        let gateway = adopted(&scene).await?;
        let helper = lines(&scene, &gateway.name, "credential helper").await?;
        ensure!(helper.is_empty(), "{helper:#?}");

        let watchtower = ContainerSpec::new("tower").unpublished();
        let watchtower = watchtower.label("com.centurylinklabs.watchtower", "true");
        let watchtower = scene.run(watchtower).await?;
        let config = "[channels.mail]\nkind = \"smtp\"\nhost = \"localhost\"\nport = 9\n\
                      from = \"me@example.org\"\nto = \"ton@example.org\"\nsecurity = \"none\"\n";
        fs::write(scene.config_dir().join("config.toml"), config)?;
        fs::write(scene.folder().join("config.json"), r#"{ "credsStore": "no-such-helper" }"#)?;

        let updaters = lines(&scene, &gateway.name, "other updaters").await?;
        let ours = updaters.iter().find(|it| it.to_string().contains(&watchtower.name));
        let ours = ours.with_context(|| format!("{updaters:#?}"))?;
        let stop = format!("'docker stop {}'", watchtower.name);
        ensure!(ours["state"] == "advice" && ours.to_string().contains(&stop), "{ours:#}");

        let helper = lines(&scene, &gateway.name, "credential helper").await?;
        let said = helper.first().map(Value::to_string).unwrap_or_default();
        ensure!(said.contains("credsStore in ") && said.contains("is not installed"), "{said}");
        ensure!(said.contains("'docker-credential-no-such-helper list'"), "{said}");

        let channel = lines(&scene, &gateway.name, "channel").await?;
        let said = channel.first().map(Value::to_string).unwrap_or_default();
        ensure!(said.contains("mail (smtp) was never used"), "{said}");
        ensure!(said.contains("'phoenixctl channels test mail'"), "{said}");
        scene.finish().await
    });
}
