//! What an update leaves behind: releases beyond the limit go, with their images, once the new one
//! has proven itself; nothing else does.

use std::fs;

use phoenix_tests::{
    ContainerSpec, GatewayImage, Result, Running, Scene,
    bollard::query_parameters::TagImageOptionsBuilder, ensure, on_each_engine,
};

use crate::{
    faults::{adopted_as, expect_outcome, update},
    overlap::adopted,
};

fn settings(scene: &Scene, text: &str) -> Result<()> {
    Ok(fs::write(scene.config_dir().join("config.toml"), format!("[defaults]\n{text}\n"))?)
}

/// Publishes a release and updates to it.
async fn updated_to(scene: &Scene, gateway: &Running, version: &str) -> Result<String> {
    let published = scene.publish(&GatewayImage::new(version)).await?;
    expect_outcome(&update(scene, gateway, "1s", 0).await?, "updated")?;
    Ok(published.image_id)
}

async fn is_there(scene: &Scene, image: &str) -> bool {
    scene.docker().inspect_image(image).await.is_ok()
}

async fn running_image(scene: &Scene, gateway: &Running) -> Result<String> {
    Ok(scene.inspect(&gateway.name).await?.image.unwrap_or_default())
}

#[test]
fn releases_beyond_the_limit_go_and_a_dry_run_names_them() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "cleanup").await?;
        settings(&scene, "keep_releases = 1")?;
        let gateway = adopted(&scene).await?;
        let first = running_image(&scene, &gateway).await?;
        let volume = scene.volume("data").await?;
        let second = updated_to(&scene, &gateway, "1.1.0").await?;
        ensure!(is_there(&scene, &first).await, "the only release to go back to is gone");

        scene.publish(&GatewayImage::new("1.2.0")).await?;
        let shown = scene.ctl(["update", &gateway.name, "--dry-run"]).await?.expect_success()?;
        let short = first.trim_start_matches("sha256:").get(..12).unwrap_or_default().to_owned();
        let line = format!("drop kept releases beyond 1: 1.0.0 (image {short}");
        ensure!(shown.stdout.contains(&line), "{}", shown.stdout);
        ensure!(is_there(&scene, &first).await, "a dry run removed something");

        updated_to(&scene, &gateway, "1.2.0").await?;
        ensure!(!is_there(&scene, &first).await, "the image beyond the limit is still there");
        ensure!(is_there(&scene, &second).await, "the release to go back to is gone");
        ensure!(scene.docker().inspect_volume(&volume).await.is_ok(), "a volume is gone");
        scene.finish().await
    });
}

#[test]
fn an_image_that_somebody_tagged_or_another_container_uses_stays() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "inuse").await?;
        settings(&scene, "keep_releases = 1")?;
        let gateway = adopted(&scene).await?;
        let first = running_image(&scene, &gateway).await?;
        let mine = scene.name("mine");
        let tag = TagImageOptionsBuilder::default().repo(&mine).tag("1").build();
        scene.docker().tag_image(&first, Some(tag)).await?;
        let second = updated_to(&scene, &gateway, "1.1.0").await?;
        // Stopped, and made from the image's ID: no tag speaks of it.
        let other = scene.create(ContainerSpec::new("other").image(&second).unpublished()).await?;
        updated_to(&scene, &gateway, "1.2.0").await?;
        updated_to(&scene, &gateway, "1.3.0").await?;
        ensure!(is_there(&scene, &format!("{mine}:1")).await, "somebody's tag is gone");
        ensure!(is_there(&scene, &second).await, "an image in use is gone");
        ensure!(scene.inspect(&other.name).await?.image == Some(second));
        scene.finish().await
    });
}

#[test]
fn clean_up_can_be_switched_off() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "keepall").await?;
        settings(&scene, "keep_releases = 1\nclean_up = false")?;
        let image = GatewayImage::new("1.0.0");
        let gateway = adopted_as(&scene, &image, ContainerSpec::new("gateway")).await?;
        let first = running_image(&scene, &gateway).await?;
        updated_to(&scene, &gateway, "1.1.0").await?;
        updated_to(&scene, &gateway, "1.2.0").await?;
        ensure!(is_there(&scene, &first).await, "it was removed all the same");
        let history = scene.ctl(["history", &gateway.name, "--json"]).await?.json()?;
        ensure!(history["kept"].as_array().is_some_and(|kept| kept.len() == 2), "{history:#}");
        scene.finish().await
    });
}
