//! Faults that show once the release has the traffic: the old one gets it back by itself.

use std::time::Duration;

use phoenix_load::RunningLoad;
use phoenix_tests::{ContainerSpec, GatewayImage, Result, Running, Scene, ensure, on_each_engine};

use super::{
    adopted_as, expect_outcome, only_posts_in_flight, under_load, undisturbed, update,
    verdict_to_route,
};
use crate::overlap::version;

/// The promise (DESIGN §1.3 with the acceptance tests): back within 2 s of the verdict.
const PROMISED: Duration = Duration::from_secs(2);

/// Enough for the gateway, and not for what it takes when it leaks.
const MEMORY_BYTES: i64 = 96 * 1024 * 1024;

async fn set(scene: &Scene) -> Result<(Running, RunningLoad)> {
    let container = ContainerSpec::new("gateway").host(|host| host.memory = Some(MEMORY_BYTES));
    let gateway = adopted_as(scene, &GatewayImage::new("1.0.0"), container).await?;
    let load = under_load(&gateway).await?;
    Ok((gateway, load))
}

/// Updates to a release that turns bad 1 s after it got traffic, and loses it again.
async fn turned_back(
    scene: &Scene,
    gateway: &Running,
    load: &RunningLoad,
    (new, fault, reason): (&str, &str, &str),
) -> Result<()> {
    let before = scene.leftovers().await?;
    scene.publish(&GatewayImage::new(new).fault(&format!("since-traffic,{fault}"))).await?;
    let receipt = update(scene, gateway, "12s", 1).await?;
    expect_outcome(&receipt, "rolled_back")?;
    let said = receipt["reason"].as_str().unwrap_or_default();
    // A health route that answers 503 is seen by its check and among the answers alike.
    ensure!(said.contains(reason), "the reason does not speak of \"{reason}\": {receipt:#}");
    ensure!(load.snapshot().versions.contains_key(new), "it never had the traffic");
    ensure!(version(gateway).await? == "1.0.0");
    ensure!(scene.leftovers().await? == before, "left behind: {:#?}", scene.leftovers().await?);
    let back = verdict_to_route(scene, &receipt)?;
    println!("  {fault}: back {} ms after the verdict: {said}", back.as_millis());
    ensure!(back <= PROMISED, "back only {back:?} after the verdict");
    expect_outcome(&update(scene, gateway, "12s", 1).await?, "held")
}

#[test]
fn a_release_whose_process_ends_is_rolled_back() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "dies").await?;
        let (gateway, load) = set(&scene).await?;
        for case in [
            ("2.0.0", "exit-after:1000:3", "exited with code 3"),
            ("2.0.1", "oom-after:1000:512", "memory"),
        ] {
            turned_back(&scene, &gateway, &load, case).await?;
        }
        only_posts_in_flight(&gateway, load, 2).await?;
        scene.finish().await
    });
}

#[test]
fn a_release_that_turns_sick_is_rolled_back() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "sick").await?;
        let (gateway, load) = set(&scene).await?;
        for case in [
            ("2.0.0", "sick-after:1000", ""),
            ("2.0.1", "errors-after:1000:0.2", "5xx"),
            ("2.0.2", "slow-after:1000:1500", "waited"),
        ] {
            turned_back(&scene, &gateway, &load, case).await?;
        }
        undisturbed(load).await?;
        scene.finish().await
    });
}
