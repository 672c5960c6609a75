//! Every state that a check can find, produced for real.

mod held;
mod neighbours;
mod stopped;
mod tags;

use std::fs;

use phoenix_tests::{ContainerSpec, GatewayImage, Result, Running, Scene, ensure, on_each_engine};
use serde_json::Value;

/// What `check` says of the one service, and with which code it ends.
async fn checked(scene: &Scene, container: &Running, code: i32) -> Result<Value> {
    let outcome = scene.ctl(["check", &container.name, "--json"]).await?.expect_code(code)?;
    Ok(outcome.json()?["services"][0].take())
}

/// A container that publishes nothing, of the scene's newest release.
async fn worker(scene: &Scene) -> Result<Running> {
    scene.run(ContainerSpec::new("worker").unpublished()).await
}

fn settings(scene: &Scene, text: &str) -> Result<()> {
    Ok(fs::write(scene.config_dir().join("config.toml"), text)?)
}

/// The exit codes of `check`.
const NOTHING: i32 = 0;
const FAILED: i32 = 1;
const AVAILABLE: i32 = 10;

#[test]
fn a_release_is_up_to_date_then_offered_then_pulled_behind_our_back() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "offered").await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let worker = worker(&scene).await?;
        let found = checked(&scene, &worker, NOTHING).await?;
        ensure!(found["state"] == "up_to_date", "{found:#}");
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let offered = checked(&scene, &worker, AVAILABLE).await?;
        ensure!(offered["state"] == "update_available", "{offered:#}");
        ensure!(offered["version"] == "1.1.0", "{offered:#}");
        scene.pull(&scene.reference()).await?;
        let pulled = checked(&scene, &worker, AVAILABLE).await?;
        ensure!(pulled["state"] == "pulled_not_running", "{pulled:#}");
        ensure!(pulled["digest"] == offered["digest"], "{pulled:#}");
        let arguments = ["update", &worker.name, "--monitor", "0s", "--yes", "--json"];
        scene.ctl(arguments).await?.expect_success()?;
        let found = checked(&scene, &worker, NOTHING).await?;
        ensure!(found["state"] == "up_to_date", "{found:#}");
        scene.finish().await
    });
}

#[test]
fn a_registry_that_is_away_is_a_failed_check_with_the_age_of_the_last_answer() {
    on_each_engine(async |engine| {
        let mut scene = Scene::set(&engine, "away").await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let worker = worker(&scene).await?;
        scene.registry.stop();
        let never = checked(&scene, &worker, FAILED).await?;
        ensure!(never["state"] == "check_failed" && never["last_good"].is_null(), "{never:#}");
        scene.registry.start().await?;
        checked(&scene, &worker, NOTHING).await?;
        scene.registry.stop();
        let since = checked(&scene, &worker, FAILED).await?;
        ensure!(since["because"] == "network" && since["last_good"].is_string(), "{since:#}");
        scene.registry.start().await?;
        scene.finish().await
    });
}

#[test]
fn what_was_built_here_is_a_local_build_until_it_is_built_anew() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "local").await?;
        let reference = scene.load(&GatewayImage::new("1.0.0"), "built").await?;
        let spec = ContainerSpec::new("worker").unpublished().image(&reference);
        let worker = scene.run(spec).await?;
        let found = scene.ctl(["check", &worker.name, "--json"]).await?.json()?;
        let found = &found["services"][0];
        // Where Docker Hub cannot be reached, nobody can say that it does not know the image.
        let unreachable = found["because"] == "network";
        ensure!(found["state"] == "local_build" || unreachable, "{found:#}");
        scene.finish().await
    });
}

#[test]
fn a_digest_that_failed_here_is_known_as_bad_until_there_is_another() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "bad").await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let worker = worker(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0").fault("exit:3")).await?;
        let arguments = ["update", &worker.name, "--monitor", "1s", "--yes", "--json"];
        scene.ctl(arguments).await?.expect_code(1)?;
        let bad = checked(&scene, &worker, NOTHING).await?;
        ensure!(bad["state"] == "known_bad" && bad["held"]["why"] == "known_bad", "{bad:#}");
        scene.publish(&GatewayImage::new("1.2.0")).await?;
        let found = checked(&scene, &worker, AVAILABLE).await?;
        ensure!(found["state"] == "update_available" && found["held"].is_null(), "{found:#}");
        scene.finish().await
    });
}

#[test]
fn skipped_and_snoozed_survive_that_the_container_is_made_anew() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "anew").await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let worker = worker(&scene).await?;
        let image = scene.inspect(&worker.name).await?.image.unwrap_or_default();
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let found = checked(&scene, &worker, AVAILABLE).await?;
        skip(&scene, &worker, found["digest"].as_str().unwrap_or_default())?;
        let options = bollard::query_parameters::RemoveContainerOptionsBuilder::default();
        let options = Some(options.force(true).build());
        scene.docker().remove_container(&worker.name, options).await?;
        let again = self::worker(&scene).await?;
        let same = scene.inspect(&again.name).await?.image.unwrap_or_default() == image;
        ensure!(same && again.id != worker.id, "it is another image, or the same container");
        let found = checked(&scene, &again, AVAILABLE).await?;
        ensure!(found["held"]["why"] == "skipped", "{found:#}");
        scene.finish().await
    });
}

/// What a click on *Skip this version* writes.
fn skip(scene: &Scene, container: &Running, digest: &str) -> Result<()> {
    let path = scene.state_dir().join("watch.json");
    let mut state: Value = serde_json::from_slice(&fs::read(&path)?)?;
    state["services"][&container.name]["skipped"] = digest.into();
    Ok(fs::write(path, serde_json::to_vec(&state)?)?)
}
