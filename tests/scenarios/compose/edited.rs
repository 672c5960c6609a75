//! The compose file leaves the port to the switch: compose may do what it wants, and `release`
//! takes it all back.

use std::fs;

use phoenix_tests::{GatewayImage, Result, Scene, ensure, eventually, on_each_engine};
use serde_json::Value;

use super::{Owners, START_FIRST, containers};
use crate::{
    faults::{only_posts_in_flight, under_load},
    overlap::version,
    trouble::{BOUND, light, undisturbed},
};

#[test]
fn compose_recreates_a_container_whose_port_moved_to_the_switch_and_requests_wait_for_it() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "edited").await?;
        let owners = Owners::up(&scene, START_FIRST).await?;
        let service = owners.service();
        let original = fs::read_to_string(&owners.project.file)?;
        adopt_with_the_edit(&owners, &original).await?;
        owners.up_finds_nothing_to_do().await?;

        recreated_under_load(&owners).await?;
        owners.up_finds_nothing_to_do().await?;

        let load = light(&owners.gateway)?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        owners.ctl(&["update", &service, "--json"]).await?.expect_success()?;
        assert_eq!(version(&owners.gateway).await?, "1.1.0");
        undisturbed(load).await;
        owners.up_finds_nothing_to_do().await?;

        recreated_under_load(&owners).await?;
        owners.ctl(&["rollback", &service, "--json"]).await?.expect_success()?;
        assert_eq!(version(&owners.gateway).await?, "1.0.0");
        owners.up_finds_nothing_to_do().await?;

        released(&owners, &original).await?;
        scene.finish().await
    });
}

#[test]
fn what_is_not_agreed_to_leaves_the_compose_file_as_it_is() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "offered").await?;
        let owners = Owners::up(&scene, START_FIRST).await?;
        let service = owners.service();
        let original = fs::read_to_string(&owners.project.file)?;
        let shown = owners.ctl(&["adopt", &service, "--edit-compose", "--dry-run"]).await?;
        let shown = shown.expect_success()?.stdout;
        assert!(shown.contains("+networks:"), "the difference is not shown: {shown}");
        let adopted = owners.ctl(&["adopt", &service, "--yes"]).await?.expect_success()?;
        assert!(adopted.stdout.contains("--edit-compose"), "it is not told: {adopted:?}");
        assert_eq!(fs::read_to_string(&owners.project.file)?, original);
        owners.up_finds_nothing_to_do().await?;

        // Made up for later: compose sees that its file has changed, once.
        let adopted = owners.ctl(&["adopt", &service, "--edit-compose", "--json"]).await?;
        let told = adopted.expect_success()?.json()?;
        assert!(said(&told).contains("once"), "{told:#}");
        owners.project.up().await?;
        eventually("the switch finds it", BOUND, async || version(&owners.gateway).await).await?;
        owners.up_finds_nothing_to_do().await?;
        released(&owners, &original).await?;
        scene.finish().await
    });
}

#[test]
fn an_update_that_adopts_edits_the_file_in_the_same_stroke() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "editedup").await?;
        let owners = Owners::up(&scene, START_FIRST).await?;
        let service = owners.service();
        let original = fs::read_to_string(&owners.project.file)?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let update = ["update", &service, "--edit-compose", "--yes", "--json"];
        owners.ctl(&update).await?.expect_success()?;
        assert_eq!(version(&owners.gateway).await?, "1.1.0");
        assert_ne!(fs::read_to_string(&owners.project.file)?, original);
        owners.up_finds_nothing_to_do().await?;
        // Its description is from before the edit.
        owners.ctl(&["rollback", &service, "--json"]).await?.expect_success()?;
        assert_eq!(version(&owners.gateway).await?, "1.0.0");
        owners.up_finds_nothing_to_do().await?;
        released(&owners, &original).await?;
        scene.finish().await
    });
}

/// What was told about the compose file.
fn said(told: &Value) -> &str {
    told["compose_edit"]["message"].as_str().unwrap_or_default()
}

async fn adopt_with_the_edit(owners: &Owners<'_>, original: &str) -> Result<()> {
    let adopt = ["adopt", &owners.service(), "--edit-compose", "--yes", "--json"];
    let told = owners.ctl(&adopt).await?.expect_success()?.json()?;
    let backup = told["compose_edit"]["backup"].as_str().unwrap_or_default();
    ensure!(fs::read_to_string(backup)? == original, "the backup is another one: {told:#}");
    let edited = fs::read_to_string(&owners.project.file)?;
    ensure!(edited.contains("made-by-compose"), "it is not edited:\n{edited}");
    Ok(())
}

/// `docker compose up -d --force-recreate`: another container, and requests wait meanwhile.
async fn recreated_under_load(owners: &Owners<'_>) -> Result<()> {
    let load = under_load(&owners.gateway).await?;
    let before = containers(&owners.project).await?;
    let present = version(&owners.gateway).await?;
    owners.project.run(&["up", "--detach", "--force-recreate"]).await?;
    ensure!(containers(&owners.project).await? != before, "compose recreated nothing");
    eventually("the switch finds it", BOUND, async || version(&owners.gateway).await).await?;
    ensure!(version(&owners.gateway).await? == present);
    // Nobody has told the switch: what compose cuts off may have been executed and is never sent
    // again.
    only_posts_in_flight(&owners.gateway, load, 1).await
}

/// The file is what it was, to the byte, and the service owns its port.
async fn released(owners: &Owners<'_>, original: &str) -> Result<()> {
    let present = version(&owners.gateway).await?;
    owners.ctl(&["release", &owners.service(), "--yes", "--json"]).await?.expect_success()?;
    ensure!(fs::read_to_string(&owners.project.file)? == original, "the file is another one");
    ensure!(version(&owners.gateway).await? == present);
    let left = owners.scene.leftovers().await?;
    ensure!(!left.iter().any(|line| line.contains("phoenix-switch")), "{left:#?}");
    owners.up_finds_nothing_to_do().await
}
