//! The monitor window where there is little to go by.

use std::{fs, time::Duration};

use phoenix_plan::journal::{Event, Evidence};
use phoenix_tests::{ContainerSpec, GatewayImage, Result, Running, Scene, ensure, on_each_engine};
use serde_json::Value;

use crate::{
    faults::{adopted_as, expect_outcome, image_id, journal, update},
    overlap::version,
};

/// Settings for a service that nobody can ask: no port, no health check.
fn settings(inconclusive: &str) -> String {
    format!("[defaults]\ninconclusive = \"{inconclusive}\"\ngate.weak_stability = \"1s\"\n")
}

/// What the monitor window concluded.
fn verdicts(scene: &Scene, receipt: &Value) -> Result<Vec<String>> {
    let entries = journal(scene, receipt)?;
    let said = entries.into_iter().filter_map(|entry| {
        let Event::Succeeded { evidence: Evidence::Verdict { text }, .. } = entry.event else {
            return None;
        };
        Some(text)
    });
    Ok(said.collect())
}

/// A service without a port and without a health check: nothing proves it good or bad.
async fn mute(scene: &Scene, inconclusive: &str) -> Result<(Running, String)> {
    fs::write(scene.config_dir().join("config.toml"), settings(inconclusive))?;
    scene.publish(&GatewayImage::new("1.0.0").without_health_check()).await?;
    let container = scene.run(ContainerSpec::new("worker").unpublished()).await?;
    let new = scene.publish(&GatewayImage::new("1.1.0").without_health_check()).await?;
    Ok((container, new.image_id))
}

async fn runs(scene: &Scene, container: &Running) -> Result<Option<String>> {
    Ok(scene.inspect(&container.name).await?.image)
}

#[test]
fn a_release_that_nothing_speaks_for_or_against_is_kept_where_the_policy_says_so() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "keep").await?;
        let (worker, new) = mute(&scene, "keep").await?;
        let arguments = ["update", &worker.name, "--monitor", "1s", "--yes", "--json"];
        let receipt = scene.ctl(arguments).await?.expect_success()?.json()?;
        expect_outcome(&receipt, "updated")?;
        ensure!(runs(&scene, &worker).await? == Some(new));
        let verdicts = verdicts(&scene, &receipt)?;
        ensure!(verdicts.iter().any(|text| text.contains("inconclusive")), "{verdicts:?}");
        scene.finish().await
    });
}

#[test]
fn a_release_that_nothing_speaks_for_or_against_is_rolled_back_where_the_policy_says_so() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "goback").await?;
        let (worker, _) = mute(&scene, "roll_back").await?;
        let old = runs(&scene, &worker).await?;
        let arguments = ["update", &worker.name, "--monitor", "1s", "--yes", "--json"];
        let receipt = scene.ctl(arguments).await?.expect_code(1)?.json()?;
        expect_outcome(&receipt, "rolled_back")?;
        let reason = receipt["reason"].as_str().unwrap_or_default();
        ensure!(reason.contains("nothing proved"), "{reason}");
        ensure!(runs(&scene, &worker).await? == old);
        ensure!(Some(image_id(&scene, &scene.reference()).await?) == old, "the tag has moved");
        scene.finish().await
    });
}

#[test]
fn without_traffic_a_synthetic_probe_proves_a_release_good() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "thin").await?;
        fs::write(scene.config_dir().join("config.toml"), settings("roll_back"))?;
        let image = |version| GatewayImage::new(version).without_health_check();
        let gateway = adopted_as(&scene, &image("1.0.0"), ContainerSpec::new("gateway")).await?;
        scene.publish(&image("1.1.0")).await?;
        let receipt = update(&scene, &gateway, "2s", 0).await?;
        expect_outcome(&receipt, "updated")?;
        println!("  {}", receipt["probe"]);
        ensure!(receipt["probe"]["ok"].as_u64() > Some(0) && receipt["probe"]["failed"] == 0);
        let verdicts = verdicts(&scene, &receipt)?;
        ensure!(verdicts.last().is_some_and(|text| text == "healthy"), "{verdicts:?}");
        scene.finish().await
    });
}

#[test]
fn without_traffic_a_synthetic_probe_finds_a_release_that_turned_bad() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "thinbad").await?;
        let probed = format!("{}probe_path = \"/api/health\"\n", settings("keep"));
        fs::write(scene.config_dir().join("config.toml"), probed)?;
        let image = |version| GatewayImage::new(version).without_health_check();
        let gateway = adopted_as(&scene, &image("1.0.0"), ContainerSpec::new("gateway")).await?;
        scene.publish(&image("1.1.0").fault("sick-after:4000")).await?;
        let begun = std::time::Instant::now();
        let receipt = update(&scene, &gateway, "5m", 1).await?;
        expect_outcome(&receipt, "rolled_back")?;
        println!("  {}", receipt["reason"]);
        ensure!(begun.elapsed() < Duration::from_mins(5), "it waited for the window's end");
        ensure!(version(&gateway).await? == "1.0.0");
        scene.finish().await
    });
}
