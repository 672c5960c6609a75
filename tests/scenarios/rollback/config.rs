//! The config belongs to the release: a rollback puts back what the new release has rewritten.

use std::{
    fs,
    path::{Path, PathBuf},
};

use phoenix_tests::{ContainerSpec, Context, GatewayImage, Result, Scene, ensure, on_each_engine};
use serde_json::{Value, json};

use crate::{
    faults::{adopted_as, expect_outcome, roll_back, under_load, undisturbed, update},
    overlap::version,
};

/// The user's config folder, as the gateway's users have it.
fn prepare(scene: &Scene) -> Result<PathBuf> {
    let folder = scene.home_dir().join(".phoenix");
    fs::create_dir(&folder)?;
    let written = serde_json::to_string_pretty(&json!({ "own": "setting" }))?;
    fs::write(folder.join("phoenix.json"), written)?;
    let service = scene.name("gateway");
    let settings =
        format!("[services.\"{service}\"]\nconfig_files = [\"~/.phoenix/phoenix.json\"]\n");
    fs::write(scene.config_dir().join("config.toml"), settings)?;
    Ok(folder)
}

fn read(path: &Path) -> Result<Value> {
    let text = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(serde_json::from_slice(&text)?)
}

#[test]
fn a_config_that_the_new_release_rewrote_is_put_back_by_a_rollback() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "config").await?;
        let folder = prepare(&scene)?;
        let file = folder.join("phoenix.json");
        let original = fs::read(&file)?;
        let container =
            ContainerSpec::new("gateway").bind(&format!("{}:/app/config", folder.display()));
        let gateway = adopted_as(&scene, &GatewayImage::new("1.0.0"), container).await?;
        let load = under_load(&gateway).await?;

        scene.publish(&GatewayImage::new("1.1.0").env("PHOENIX_MIGRATE", "1")).await?;
        let receipt = update(&scene, &gateway, "1s", 0).await?;
        expect_outcome(&receipt, "updated")?;
        println!("  {}: {}", receipt["strategy"], receipt["strategy_reason"]);
        ensure!(read(&file)?["migrated_to"] == "1.1.0");
        let kept = fs::read(folder.join("phoenix.json.pre-update"))?;
        ensure!(kept == original, "the copy differs: {}", String::from_utf8_lossy(&kept));

        expect_outcome(&roll_back(&scene, &gateway, &[]).await?, "updated")?;
        ensure!(version(&gateway).await? == "1.0.0");
        let now = fs::read(&file)?;
        ensure!(now == original, "not put back: {}", String::from_utf8_lossy(&now));
        expect_outcome(&roll_back(&scene, &gateway, &[]).await?, "updated")?;
        ensure!(read(&file)?["migrated_to"] == "1.1.0", "the way forward has another config");
        is_readable(&fs::read_to_string(folder.join("update.log"))?, &gateway.name)?;
        undisturbed(load).await?;
        scene.finish().await
    });
}

#[test]
fn a_failed_update_leaves_the_config_as_it_was() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "unmigrated").await?;
        let folder = prepare(&scene)?;
        let file = folder.join("phoenix.json");
        let original = fs::read(&file)?;
        let container =
            ContainerSpec::new("gateway").bind(&format!("{}:/app/config", folder.display()));
        let gateway = adopted_as(&scene, &GatewayImage::new("1.0.0"), container).await?;
        let load = under_load(&gateway).await?;
        let bad = GatewayImage::new("1.1.0").env("PHOENIX_MIGRATE", "1").fault("crash-loop:50");
        scene.publish(&bad).await?;
        let receipt = update(&scene, &gateway, "1s", 1).await?;
        expect_outcome(&receipt, "failed")?;
        println!("  {}; {}", receipt["reason"], receipt["timings_ms"]);
        let now = fs::read(&file)?;
        ensure!(now == original, "not put back: {}", String::from_utf8_lossy(&now));
        ensure!(version(&gateway).await? == "1.0.0");
        undisturbed(load).await?;
        scene.finish().await
    });
}

/// Each line: local time with offset, the service, what happened in words.
fn is_readable(log: &str, service: &str) -> Result<()> {
    println!("{log}");
    for line in log.lines() {
        let mut words = line.splitn(3, ' ');
        let time = words.next().unwrap_or_default();
        ensure!(time.len() == 25 && time.as_bytes()[10] == b'T', "no time: {line}");
        ensure!(words.next() == Some(&format!("{service}:")), "no service: {line}");
        ensure!(words.next().is_some_and(|what| what.len() > 10), "nothing said: {line}");
    }
    for said in ["Adopted", "Updated 1.0.0 → 1.1.0", "Rolled back 1.1.0 → 1.0.0", "none failed"]
    {
        ensure!(log.contains(said), "the log does not say \"{said}\"");
    }
    Ok(())
}
