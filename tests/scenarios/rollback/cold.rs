//! After the update was confirmed: from what was kept, without a registry.

use std::time::Duration;

use phoenix_tests::{
    ContainerSpec, Context, GatewayImage, Result, Running, Scene,
    bollard::query_parameters::{ListContainersOptionsBuilder, RemoveContainerOptions},
    ensure, on_each_engine,
};
use serde_json::Value;

use super::until_answered;
use crate::{
    faults::{adopted_as, expect_outcome, roll_back, under_load, undisturbed, update},
    overlap::version,
};

/// How long the old release takes to start.
const OWN_START: Duration = Duration::from_secs(1);

/// The promise is the app's own start time and 300 ms; a busy machine may take longer.
const COMMAND_TO_ROUTE: Duration = Duration::from_secs(5);

/// A gateway 1.0.0 that was updated to 1.1.0.
async fn updated(scene: &Scene, first: &GatewayImage, own: ContainerSpec) -> Result<Running> {
    let gateway = adopted_as(scene, first, own).await?;
    scene.publish(&GatewayImage::new("1.1.0")).await?;
    expect_outcome(&update(scene, &gateway, "1s", 0).await?, "updated")?;
    Ok(gateway)
}

fn went_back(receipt: &Value, from: &str, to: &str) -> Result<()> {
    expect_outcome(receipt, "updated")?;
    ensure!(receipt["purpose"] == "rollback", "{receipt:#}");
    ensure!(receipt["from"]["version"] == from && receipt["to"]["version"] == to, "{receipt:#}");
    ensure!(receipt["timings_ms"]["pull"] == 0, "it pulled: {receipt:#}");
    Ok(())
}

#[test]
fn a_confirmed_update_is_rolled_back_without_a_registry() {
    on_each_engine(async |engine| {
        let mut scene = Scene::set(&engine, "cold").await?;
        let slow = GatewayImage::new("1.0.0").fault("slow-start:1000");
        let gateway = updated(&scene, &slow, ContainerSpec::new("gateway")).await?;
        let load = under_load(&gateway).await?;
        scene.registry.stop();
        let rollback = roll_back(&scene, &gateway, &[]);
        let (receipt, routed) = tokio::join!(rollback, until_answered(&load, "1.0.0"));
        let (receipt, routed) = (receipt?, routed?);
        went_back(&receipt, "1.1.0", "1.0.0")?;
        ensure!(version(&gateway).await? == "1.0.0");
        let beyond = routed.saturating_sub(OWN_START);
        println!(
            "  command to route {} ms, {} ms beyond the app's own start of {} ms; {}",
            routed.as_millis(),
            beyond.as_millis(),
            OWN_START.as_millis(),
            receipt["timings_ms"]
        );
        ensure!(routed <= OWN_START + COMMAND_TO_ROUTE, "command to route {routed:?}");
        undisturbed(load).await?;
        scene.registry.start().await?;
        scene.finish().await
    });
}

#[test]
fn a_release_whose_container_was_removed_by_hand_is_made_again_from_its_description() {
    on_each_engine(async |engine| {
        let mut scene = Scene::set(&engine, "remade").await?;
        let own = ContainerSpec::new("gateway").env("OWN", "kept").label("own.label", "kept");
        let gateway = updated(&scene, &GatewayImage::new("1.0.0"), own).await?;
        let load = under_load(&gateway).await?;
        scene.registry.stop();
        remove_parked(&scene, &gateway).await?;
        went_back(&roll_back(&scene, &gateway, &[]).await?, "1.1.0", "1.0.0")?;
        ensure!(version(&gateway).await? == "1.0.0");
        let config = scene.inspect(&gateway.name).await?.config.context("no config")?;
        ensure!(config.env.unwrap_or_default().contains(&"OWN=kept".to_owned()));
        ensure!(config.labels.unwrap_or_default().get("own.label").is_some_and(|it| it == "kept"));
        undisturbed(load).await?;
        scene.registry.start().await?;
        scene.finish().await
    });
}

/// Removes every container of the service that does not run.
async fn remove_parked(scene: &Scene, gateway: &Running) -> Result<()> {
    let all = ListContainersOptionsBuilder::default().all(true).build();
    let mut removed = 0;
    for container in scene.docker().list_containers(Some(all)).await? {
        let names = container.names.unwrap_or_default();
        let parked = names.iter().any(|name| name.contains(&format!("{}-phoenix-", gateway.name)));
        if parked {
            let id = container.id.context("no ID")?;
            scene.docker().remove_container(&id, None::<RemoveContainerOptions>).await?;
            removed += 1;
        }
    }
    ensure!(removed > 0, "nothing was parked");
    Ok(())
}

#[test]
fn a_second_rollback_goes_forward_again() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "toggle").await?;
        let container = ContainerSpec::new("gateway");
        let gateway = updated(&scene, &GatewayImage::new("1.0.0"), container).await?;
        let load = under_load(&gateway).await?;
        for (from, to) in [("1.1.0", "1.0.0"), ("1.0.0", "1.1.0"), ("1.1.0", "1.0.0")] {
            went_back(&roll_back(&scene, &gateway, &[]).await?, from, to)?;
            ensure!(version(&gateway).await? == to);
        }
        undisturbed(load).await?;
        scene.finish().await
    });
}

#[test]
fn any_kept_release_can_be_gone_back_to() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "which").await?;
        let container = ContainerSpec::new("gateway");
        let gateway = updated(&scene, &GatewayImage::new("1.0.0"), container).await?;
        scene.publish(&GatewayImage::new("1.2.0")).await?;
        expect_outcome(&update(&scene, &gateway, "1s", 0).await?, "updated")?;
        let load = under_load(&gateway).await?;
        let history = scene.ctl(["history", &gateway.name, "--json"]).await?.json()?;
        let kept: Vec<_> = history["kept"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|it| &it["release"]["version"])
            .collect();
        ensure!(kept == ["1.1.0", "1.0.0"], "kept are {kept:?}");
        went_back(&roll_back(&scene, &gateway, &["--to", "1.0.0"]).await?, "1.2.0", "1.0.0")?;
        went_back(&roll_back(&scene, &gateway, &["--to", "1.1.0"]).await?, "1.0.0", "1.1.0")?;
        let unknown = scene.ctl(["rollback", &gateway.name, "--to", "9.9.9"]).await?;
        ensure!(unknown.expect_code(2)?.stderr.contains("1.2.0"), "the kept ones are not named");
        ensure!(version(&gateway).await? == "1.1.0");
        undisturbed(load).await?;
        scene.finish().await
    });
}
