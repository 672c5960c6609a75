//! Apps that treat connections badly, and apps that will not go.

use std::time::Duration;

use phoenix_load::{Load, LoadPlan, Mix};
use phoenix_tests::{ContainerSpec, GatewayImage, Result, Scene, ensure, on_each_engine};

use super::{BOUND, adopted_as, calm, expect_outcome, roll_back, under_load, undisturbed, update};
use crate::overlap::addresses;

/// Seconds that the old release is given to stop.
const GRACE_S: i64 = 2;

/// Updates a release 1.0.0 with this fault; every WebSocket that it cuts is told goodbye.
async fn leaves_with_a_goodbye(scene: &Scene, fault: &str) -> Result<u64> {
    let container = ContainerSpec::new("gateway").edit(|body| body.stop_timeout = Some(GRACE_S));
    let old = GatewayImage::new("1.0.0").fault(fault);
    let gateway = adopted_as(scene, &old, container).await?;
    let load = under_load(&gateway).await?;
    let sockets = u64::from(calm(&gateway).mix.websocket);
    load.wait_until("all WebSockets are open", BOUND, |seen| seen.websockets.open == sockets)
        .await?;
    scene.publish(&GatewayImage::new("1.1.0")).await?;
    let receipt = update(scene, &gateway, "1s", 0).await?;
    expect_outcome(&receipt, "updated")?;
    let report = load.report();
    let goodbyes = report.websockets.closed.get(&1012).copied().unwrap_or_default();
    ensure!(goodbyes == sockets && report.websockets.cut == 0, "{:?}", report.websockets);
    let counted = &receipt["websockets"];
    ensure!(counted["closed_by_switch"] == sockets && counted["cut"] == 0, "{receipt:#}");
    undisturbed(load).await?;
    println!("  {fault}: {goodbyes} of {sockets} closed with 1012; {}", receipt["timings_ms"]);
    Ok(receipt["timings_ms"]["total"].as_u64().unwrap_or_default())
}

#[test]
fn websockets_that_the_old_release_cuts_are_closed_by_the_switch() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "cuts").await?;
        leaves_with_a_goodbye(&scene, "no-ws-close").await?;
        scene.finish().await
    });
}

#[test]
fn an_old_release_that_ignores_sigterm_is_given_its_grace_and_loses_nothing() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "stubborn").await?;
        let total_ms = leaves_with_a_goodbye(&scene, "ignore-sigterm").await?;
        ensure!(total_ms >= 2000, "it was not given its grace: {total_ms} ms");
        scene.finish().await
    });
}

#[test]
fn an_app_that_closes_idle_connections_fails_no_request() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "idle").await?;
        let image = |version| GatewayImage::new(version).fault("idle-close:10");
        let gateway = adopted_as(&scene, &image("1.0.0"), ContainerSpec::new("gateway")).await?;
        let mix = Mix { keep_alive: 2, race: 16, post: 8, ..Mix::default() };
        let plan = LoadPlan::only(addresses(&gateway), mix).racing(Duration::from_millis(10));
        let load = Load::start(plan)?;
        load.wait_for_successes(2000, BOUND).await?;
        scene.publish(&image("1.1.0")).await?;
        let receipt = update(&scene, &gateway, "2s", 0).await;
        let back = roll_back(&scene, &gateway, &[]).await;
        undisturbed(load).await?;
        let receipt = receipt?;
        expect_outcome(&receipt, "updated")?;
        expect_outcome(&back?, "updated")?;
        println!("  of the update: {}", receipt["requests"]);
        scene.finish().await
    });
}

#[test]
fn an_app_that_resets_connections_after_an_answer_fails_no_request() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "resets").await?;
        let container = ContainerSpec::new("gateway");
        let gateway = adopted_as(&scene, &GatewayImage::new("1.0.0"), container).await?;
        let load = under_load(&gateway).await?;
        scene.publish(&GatewayImage::new("1.1.0").fault("reset-after-answer")).await?;
        let receipt = update(&scene, &gateway, "3s", 0).await?;
        expect_outcome(&receipt, "updated")?;
        println!("  {}", receipt["requests"]);
        undisturbed(load).await?;
        scene.finish().await
    });
}
