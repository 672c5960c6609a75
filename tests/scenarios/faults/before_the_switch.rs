//! Faults that the gate sees: traffic never moves and nothing of the new release stays.

use std::{fs, time::Duration};

use phoenix_load::RunningLoad;
use phoenix_tests::{
    ContainerSpec, Context, GatewayImage, Result, Running, Scene, ensure, on_each_engine,
};
use serde_json::Value;

use super::{adopted_as, expect_outcome, image_id, under_load, undisturbed, update};
use crate::overlap::version;

/// A gateway 1.0.0 behind its switch, under load, with a gate that does not wait long.
async fn set(scene: &Scene) -> Result<(Running, RunningLoad)> {
    let settings = "[defaults]\nprobe_path = \"/api/health\"\ngate.margin = \"500ms\"\n";
    fs::write(scene.config_dir().join("config.toml"), settings)?;
    let container = ContainerSpec::new("gateway");
    let gateway = adopted_as(scene, &GatewayImage::new("1.0.0"), container).await?;
    let load = under_load(&gateway).await?;
    Ok((gateway, load))
}

/// A release that Docker itself would judge after 2 s.
fn impatient(version: &str, fault: &str) -> GatewayImage {
    GatewayImage::new(version)
        .fault(fault)
        .start_period(Duration::from_secs(1))
        .health_interval(Duration::from_millis(500), 2)
}

/// Updates to a bad release: nothing comes of it. Answers the receipt.
async fn refused(
    scene: &Scene,
    gateway: &Running,
    load: &RunningLoad,
    bad: &GatewayImage,
) -> Result<Value> {
    let old = scene.inspect(&gateway.name).await?;
    let published = scene.publish(bad).await?;
    let before = scene.leftovers().await?;
    let receipt = update(scene, gateway, "1s", 1).await?;
    expect_outcome(&receipt, "failed")?;
    println!("  {}: {} ms: {}", bad.version(), receipt["timings_ms"]["total"], receipt["reason"]);

    ensure!(!load.snapshot().versions.contains_key(bad.version()), "it got traffic");
    ensure!(version(gateway).await? == "1.0.0");
    let now = scene.inspect(&gateway.name).await?;
    ensure!((&now.id, &now.image) == (&old.id, &old.image), "the old container is another");
    ensure!(Some(image_id(scene, &scene.reference()).await?) == old.image, "the tag has moved");
    ensure!(image_id(scene, &published.image_id).await.is_err(), "the bad image is still there");
    let after = scene.leftovers().await?;
    ensure!(after == before, "left behind: {after:#?}; before: {before:#?}");
    Ok(receipt)
}

/// What failed is offered no more until it changes.
async fn remembered(scene: &Scene, gateway: &Running) -> Result<()> {
    let again = update(scene, gateway, "1s", 1).await?;
    expect_outcome(&again, "held")?;
    let check = scene.ctl(["check", &gateway.name, "--json"]).await?.json()?;
    ensure!(check["services"][0]["state"] == "known_bad", "{check:#}");
    Ok(())
}

fn explained(receipt: &Value, reason: &str) -> Result<()> {
    let said = receipt["reason"].as_str().unwrap_or_default();
    ensure!(said.contains(reason), "the reason does not speak of \"{reason}\": {receipt:#}");
    let failure = &receipt["failure"];
    let log = failure["log"].as_array().context("no log")?;
    ensure!(!log.is_empty() && log.len() <= 50, "{} log lines: {receipt:#}", log.len());
    let remedy = failure["remedy"].as_str().unwrap_or_default();
    ensure!(!remedy.is_empty(), "no remedy: {receipt:#}");
    println!("    remedy: {remedy}");
    Ok(())
}

#[test]
fn a_release_that_exits_never_gets_traffic() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "exits").await?;
        let (gateway, load) = set(&scene).await?;
        for (version, fault, reason) in
            [("2.0.0", "exit:1", "exited with code 1"), ("2.0.1", "crash-loop:100", "code 1")]
        {
            let receipt = refused(&scene, &gateway, &load, &impatient(version, fault)).await?;
            explained(&receipt, reason)?;
            remembered(&scene, &gateway).await.context(fault)?;
        }
        undisturbed(load).await?;
        scene.finish().await
    });
}

#[test]
fn a_release_that_never_gets_healthy_never_gets_traffic() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "unhealthy").await?;
        let (gateway, load) = set(&scene).await?;
        for (version, fault, reason) in [
            ("2.0.0", "never-healthy", "503"),
            ("2.0.1", "hang-health", ""),
            ("2.0.2", "no-health-route", "404"),
        ] {
            let receipt = refused(&scene, &gateway, &load, &impatient(version, fault)).await?;
            explained(&receipt, reason)?;
            remembered(&scene, &gateway).await.context(fault)?;
        }
        undisturbed(load).await?;
        scene.finish().await
    });
}

#[test]
fn an_image_that_cannot_run_here_changes_nothing() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "norun").await?;
        let (gateway, load) = set(&scene).await?;
        let foreign = GatewayImage::new("2.0.0").architecture("s390x");
        let receipt = refused(&scene, &gateway, &load, &foreign).await?;
        ensure!(receipt["reason"].to_string().contains("not made for"), "{receipt:#}");
        let empty = GatewayImage::new("2.0.1").entrypoint("/missing");
        let receipt = refused(&scene, &gateway, &load, &empty).await?;
        ensure!(receipt["reason"].to_string().contains("/missing"), "{receipt:#}");
        remembered(&scene, &gateway).await?;
        undisturbed(load).await?;
        scene.finish().await
    });
}

#[test]
fn a_release_that_starts_slowly_gets_traffic_once_it_is_ready() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "slow").await?;
        let (gateway, load) = set(&scene).await?;
        for (new, fault) in [("2.0.0", "slow-start:2000"), ("2.0.1", "slow-listen:2000")] {
            scene.publish(&GatewayImage::new(new).fault(fault)).await?;
            let receipt = update(&scene, &gateway, "1s", 0).await?;
            expect_outcome(&receipt, "updated")?;
            ensure!(version(&gateway).await? == new);
            let ready = receipt["timings_ms"]["ready"].as_u64().unwrap_or_default();
            ensure!(ready >= 2000, "ready before it was: {receipt:#}");
            println!("  {fault}: ready after {ready} ms, before Docker's first interval of 10 s");
        }
        undisturbed(load).await?;
        scene.finish().await
    });
}
