//! An engine that is not there, goes away in the middle, or hangs (zero-downtime §B 18).

use std::time::{Duration, Instant};

use phoenix_tests::{Context, GatewayImage, Result, Running, Scene, on_each_engine, within};
use serde_json::Value;

use super::{BOUND, JournalWatch, light, picture, proxy::EngineProxy, undisturbed};
use crate::overlap::{adopted, version};

/// Steps at which the engine goes away: the kinds that leave different things behind.
const PLACES: [&str; 5] = ["create", "gate", "commit", "monitor", "stop"];

/// Longer than any single question to the engine may take.
const HANG_BOUND: Duration = Duration::from_secs(100);

#[test]
fn an_engine_that_is_not_there_is_named_and_costs_nothing() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "away").await?;
        let nowhere = format!("unix://{}", scene.folder().join("no.sock").display());
        for command in ["status", "check", "update", "rollback", "history", "switch", "doctor"] {
            let mut run = scene.ctl_command([command, "gateway", "--json"])?;
            let output = run.env("DOCKER_HOST", &nowhere).output().await?;
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(output.status.code(), Some(3), "{command}: {said}");
            assert!(serde_json::from_str::<Value>(&said).is_ok(), "{command}: {said}");
            assert!(said.contains("DOCKER_HOST"), "{command} names no remedy: {said}");
        }
        scene.finish().await
    });
}

#[test]
fn an_engine_that_vanishes_in_the_middle_leaves_an_update_that_the_next_one_finishes() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "vanish").await?;
        let settings = "[defaults]\nmonitor = \"1s\"\nkeep_releases = 1\n";
        std::fs::write(scene.config_dir().join("config.toml"), settings)?;
        let gateway = adopted(&scene).await?;
        let load = light(&gateway)?;
        let mut proxy = EngineProxy::start(&scene)?;
        for (number, place) in PLACES.iter().enumerate() {
            let release = format!("1.{}.0", number + 1);
            scene.publish(&GatewayImage::new(&release)).await?;
            vanish(&scene, &gateway, &mut proxy, place, &release)
                .await
                .with_context(|| format!("at {place}"))?;
        }
        undisturbed(load).await;
        scene.finish().await
    });
}

#[expect(clippy::print_stdout, reason = "figures stand beside the test's name")]
async fn vanish(
    scene: &Scene,
    gateway: &Running,
    proxy: &mut EngineProxy,
    place: &str,
    release: &str,
) -> Result<()> {
    let before = version(gateway).await?;
    let watch = JournalWatch::begin(scene);
    let mut update = scene.ctl_command(["update", &gateway.name, "--json"])?;
    let child = update.env("DOCKER_HOST", proxy.address()).spawn()?;
    watch.until_doing(place).await?;
    proxy.cut();
    let begun = Instant::now();
    let output =
        within("the end without an engine", BOUND, async { Ok(child.wait_with_output().await?) })
            .await?;
    println!("{place}: over {} ms after the engine vanished", begun.elapsed().as_millis());
    let code = output.status.code();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    // The call may just have been made when the engine vanished.
    assert!(matches!(code, Some(0 | 1 | 3 | 5)), "{place}: {code:?} {said}");
    assert!(serde_json::from_str::<Value>(&said).is_ok(), "{place}: {said}");
    let serving = version(gateway).await?;
    assert!(serving == before || serving == release, "{place}: {serving} serves");

    proxy.restore()?;
    let doctor = scene.ctl(["doctor", &gateway.name, "--json"]).await?;
    assert!(matches!(doctor.exit_code, Some(0 | 1)), "{place}: {doctor:?}");
    if !watch.is_finished() {
        assert!(doctor.stdout.contains("interrupted"), "{place}: doctor sees nothing: {doctor:?}");
    }
    scene.ctl(["update", &gateway.name, "--json"]).await?.expect_success()?;
    assert_eq!(version(gateway).await?, release, "{place}");
    assert!(watch.is_finished(), "{place}: {:#?}", watch.events());
    let names = scene.leftovers().await?;
    let containers = names.iter().filter(|line| line.starts_with("container ")).count();
    assert!(containers <= 3, "{place}: {names:#?}");
    Ok(())
}

#[test]
fn an_engine_that_hangs_is_given_up_in_time_and_nothing_changes() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "hang").await?;
        let gateway = adopted(&scene).await?;
        let before = picture(&scene).await?;
        let proxy = EngineProxy::start(&scene)?;
        proxy.stall();
        let mut update = scene.ctl_command(["update", &gateway.name, "--json"])?;
        update.env("DOCKER_HOST", proxy.address());
        let begun = Instant::now();
        let output = within("the end in spite of the hang", HANG_BOUND, async {
            Ok(update.output().await?)
        })
        .await?;
        println!("given up after {} ms", begun.elapsed().as_millis());
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert_eq!(before, picture(&scene).await?);
        scene.finish().await
    });
}

#[test]
fn an_engine_that_hangs_for_a_moment_delays_an_update_and_no_request() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "pause").await?;
        let gateway = adopted(&scene).await?;
        let load = light(&gateway)?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let mut proxy = EngineProxy::start(&scene)?;
        let watch = JournalWatch::begin(&scene);
        let mut update =
            scene.ctl_command(["update", &gateway.name, "--monitor", "1s", "--json"])?;
        let child = update.env("DOCKER_HOST", proxy.address()).spawn()?;
        watch.until_doing("create").await?;
        proxy.stall();
        load.wait_for_successes(500, BOUND).await?;
        proxy.restore()?;
        let output = child.wait_with_output().await?;
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(version(&gateway).await?, "1.1.0");
        undisturbed(load).await;
        scene.finish().await
    });
}
