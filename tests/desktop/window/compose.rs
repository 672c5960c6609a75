//! A service of a compose file: what would be written into the file is shown before it is.

use std::fs;

use phoenix_tests::{
    ComposeProject, Context, GatewayImage, Result, Running, Scene, compose_cli, desktop::Desktop,
    ensure, eventually, free_port,
};

use super::{accessible, go_to};
use crate::support::{BOUND, app_of, on_newest_engine, only_ours, serves, version};

#[test]
fn a_compose_service_is_adopted_with_the_difference_in_sight_and_given_back() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "wcompose").await?;
        let (project, gateway) = composed(&scene).await?;
        let service = format!("{}/gateway", project.project);
        let original = fs::read_to_string(&project.file)?;
        fs::write(scene.config_dir().join("config.toml"), format!("[services.\"{service}\"]\n"))?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.env("PHOENIX_COMPOSE", compose_cli()).start(&desktop)?;
        let window = app.window().await?;
        window.wait_for_text("1.0.0").await?;
        go_to(&window, &format!("#/service/{}", service.replace('/', "%2F"))).await?;
        window.click("Put it behind a switch").await?;
        window.wait_for_text("Also edit the compose file").await?;
        ensure!(window.is_on("Also edit the compose file").await?, "it is not offered");
        let difference = "return document.querySelector('.diff').innerText";
        let difference = window.script(difference, &[]).await?;
        let difference = difference.as_str().context("there is none")?.to_owned();
        for line in ["− ports:", "+ networks:"] {
            let is_there = difference.lines().any(|shown| plain(shown).starts_with(line));
            ensure!(is_there, "no {line:?} in\n{difference}");
        }
        accessible(&window, "the difference").await?;
        ensure!(fs::read_to_string(&project.file)? == original, "written without consent");

        window.click("Move the port to a switch").await?;
        window.wait_for_text("A switch owns the port now.").await?;
        serves(&gateway, "1.0.0").await?;
        let edited = fs::read_to_string(&project.file)?;
        ensure!(edited != original, "the file was not edited");
        ensure!(edited.contains("# The owner's own words.\n"), "a comment is gone:\n{edited}");

        go_to(&window, &format!("#/plan/{}/release", service.replace('/', "%2F"))).await?;
        window.click("Give the port back").await?;
        window.wait_for_text("The container owns its port again.").await?;
        serves(&gateway, "1.0.0").await?;
        ensure!(fs::read_to_string(&project.file)? == original, "the file is another one");
        desktop.finish().await?;
        scene.finish().await
    });
}

/// The gateway 1.0.0 as compose starts it from a file of somebody's own.
async fn composed(scene: &Scene) -> Result<(ComposeProject<'_>, Running)> {
    scene.publish(&GatewayImage::new("1.0.0")).await?;
    let port = free_port()?;
    let project = scene.compose(&format!(
        "# The owner's own words.
services:
  gateway:
    image: {image}
    container_name: {name}
    ports:
      - \"127.0.0.1:{port}:18789\"
    healthcheck:
      test: [\"CMD\", \"/phoenix\", \"health\"]
      interval: 2s
",
        image = scene.reference(),
        name = scene.name("gateway"),
    ))?;
    project.up().await?;
    let name = scene.name("gateway");
    let id = scene.inspect(&name).await?.id.unwrap_or_default();
    let gateway = Running { id, name, port };
    eventually("the gateway answers", BOUND, async || version(&gateway).await).await?;
    Ok((project, gateway))
}

/// With one space between its words.
fn plain(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}
