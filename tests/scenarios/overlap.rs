//! Overlap: new beside old, the route flips, the old one drains. The heart of the product.

use std::{net::SocketAddr, time::Duration};

use phoenix_load::{Load, LoadPlan};
use phoenix_tests::{
    ContainerSpec, GatewayImage, Result, Running, Scene, eventually, on_each_engine,
};
use serde_json::Value;

const BOUND: Duration = Duration::from_secs(30);

#[test]
fn a_plain_container_is_adopted_updated_and_rolled_back_under_load_without_a_failure() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "overlap").await?;
        let gateway = adopted(&scene).await?;
        let load = Load::start(LoadPlan::mixed(addresses(&gateway)))?;
        load.wait_for_successes(500, BOUND).await?;

        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let update = scene.ctl(["update", &gateway.name, "--monitor", "2s", "--json"]).await?;
        let receipt = update.expect_success()?.json()?;
        load.wait_for_version("1.1.0", BOUND).await?;
        assert_eq!(receipt["outcome"], "updated");
        assert_eq!(receipt["strategy"], "overlap");
        assert_eq!(receipt["to"]["version"], "1.1.0");

        let rollback = scene.ctl(["rollback", &gateway.name, "--json"]).await?;
        let back = rollback.expect_success()?.json()?;
        assert_eq!(back["to"]["version"], "1.0.0");
        assert_eq!(version(&gateway).await?, "1.0.0");

        let report = load.stop().await;
        println!("{report}");
        println!("{receipt:#}\n{back:#}");
        assert_eq!(report.failed(), 0, "{report}");
        scene.finish().await
    });
}

/// A gateway 1.0.0 behind its switch.
pub(crate) async fn adopted(scene: &Scene) -> Result<Running> {
    scene.publish(&GatewayImage::new("1.0.0")).await?;
    let gateway = scene.run(ContainerSpec::new("gateway")).await?;
    eventually("the gateway answers", BOUND, async || version(&gateway).await).await?;
    scene.ctl(["adopt", &gateway.name, "--yes", "--json"]).await?.expect_success()?;
    Ok(gateway)
}

/// Where load goes: the published port.
pub(crate) fn addresses(gateway: &Running) -> Vec<SocketAddr> {
    vec![SocketAddr::from(([127, 0, 0, 1], gateway.port))]
}

/// The version that answers at the host port.
pub(crate) async fn version(gateway: &Running) -> Result<String> {
    let health: Value = gateway.get("/api/health").await?.json()?;
    Ok(health["version"].as_str().unwrap_or_default().to_owned())
}
