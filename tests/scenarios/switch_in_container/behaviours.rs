//! Apps that are hard to stand in front of (zero-downtime §B 20).

use std::time::Duration;

use phoenix_load::{Load, LoadPlan, Mix};
use phoenix_tests::{ContainerSpec, GatewayImage, Result, Scene, eventually, on_each_engine};

use super::{BOUND, update};
use crate::overlap::{addresses, version};

#[test]
fn an_app_that_closes_idle_connections_unannounced_costs_no_request() {
    undisturbed_by("idle-close:200");
}

#[test]
fn an_app_that_resets_after_each_answer_costs_no_request() {
    undisturbed_by("reset-after-answer");
}

#[test]
fn an_app_that_ignores_the_signal_to_stop_costs_no_request() {
    undisturbed_by("ignore-sigterm");
}

/// Both releases behave so; requests meet the moment of the close, and an update happens.
fn undisturbed_by(fault: &'static str) {
    on_each_engine(async |engine| {
        let part = fault.split(':').next().unwrap_or_default();
        let scene = Scene::set(&engine, part).await?;
        update_with(&scene, fault).await?;
        scene.finish().await
    });
}

#[expect(clippy::print_stdout, reason = "measured figures are shown beside the test")]
async fn update_with(scene: &Scene, fault: &str) -> Result<()> {
    scene.publish(&GatewayImage::new("1.0.0").fault(fault)).await?;
    let short_grace = |body: &mut phoenix_tests::bollard::models::ContainerCreateBody| {
        body.stop_timeout = Some(1);
    };
    let gateway = scene.run(ContainerSpec::new("gateway").edit(short_grace)).await?;
    eventually("the gateway answers", BOUND, async || version(&gateway).await).await?;
    scene.ctl(["adopt", &gateway.name, "--yes"]).await?.expect_success()?;
    let mix = Mix { keep_alive: 2, race: 12, post: 8, probe: 1, special: 1, ..Mix::default() };
    let plan = LoadPlan::only(addresses(&gateway), mix).racing(Duration::from_secs(1));
    let load = Load::start(plan)?;
    load.wait_for_successes(300, BOUND).await?;
    scene.publish(&GatewayImage::new("1.1.0").fault(fault)).await?;
    update(scene, &gateway, 0).await?;
    load.wait_for_version("1.1.0", BOUND).await?;
    load.wait_for_successes(300, BOUND).await?;
    let report = load.stop().await;
    println!("{fault}: {} requests, {} failed", report.requests, report.failed());
    assert_eq!(report.failed(), 0, "{report}");
    Ok(())
}
