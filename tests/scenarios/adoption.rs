//! Adoption and release: the port changes hands, and everything else stays as it was.

mod abort;
mod bindings;
mod configuration;

use std::time::Duration;

use phoenix_tests::{
    ContainerSpec, GatewayImage, Result, Running, Scene, bail, eventually, on_each_engine,
};
use serde_json::Value;

use crate::{hold::single, overlap::version};
use configuration::configuration;

const BOUND: Duration = Duration::from_mins(1);

/// The promise is 1.5 s on a quiet machine; a busy one is given more.
const LONGEST_GAP_MS: u64 = 10_000;

#[test]
fn a_service_that_may_run_twice_is_adopted_with_a_measured_gap() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "adopt").await?;
        let gateway = on_its_own(&scene, ContainerSpec::new("gateway")).await?;
        let receipt = adopted(&scene, &gateway).await?;
        assert_eq!(receipt["strategy"], "overlap", "{receipt:#}");
        gap(&engine.version, &receipt);
        assert_eq!(version(&gateway).await?, "1.0.0");
        scene.finish().await
    });
}

#[test]
fn a_single_instance_is_adopted_with_a_measured_gap() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "adopthold").await?;
        let gateway = on_its_own(&scene, single(&scene)?).await?;
        let receipt = adopted(&scene, &gateway).await?;
        assert_eq!(receipt["strategy"], "hold", "{receipt:#}");
        gap(&engine.version, &receipt);
        assert_eq!(version(&gateway).await?, "1.0.0");
        scene.finish().await
    });
}

#[test]
fn an_update_of_a_service_on_its_own_adopts_it_in_the_same_stroke() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "stroke").await?;
        let gateway = on_its_own(&scene, ContainerSpec::new("gateway")).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let receipt = done(&scene, &["update", &gateway.name, "--monitor", "1s"]).await?;
        gap(&engine.version, &receipt);
        assert_eq!(receipt["to"]["version"], "1.1.0", "{receipt:#}");
        assert_eq!(version(&gateway).await?, "1.1.0");
        assert_eq!(owner_of_the_port(&scene, &gateway).await?, switch_name(&gateway));
        scene.finish().await
    });
}

#[test]
fn release_gives_the_port_back_to_an_equal_container_and_adoption_works_again() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "giveback").await?;
        let gateway = on_its_own(&scene, ContainerSpec::new("gateway")).await?;
        let before = configuration(&scene.inspect(&gateway.name).await?);
        adopted(&scene, &gateway).await?;

        let receipt = done(&scene, &["release", &gateway.name]).await?;
        gap(&engine.version, &receipt);
        assert_eq!(owner_of_the_port(&scene, &gateway).await?, gateway.name);
        assert_eq!(version(&gateway).await?, "1.0.0");
        assert_eq!(configuration(&scene.inspect(&gateway.name).await?), before);
        let left = scene.leftovers().await?;
        let of_switch = left.iter().filter(|line| line.contains("phoenix-switch")).count();
        assert_eq!(of_switch, 0, "{left:?}");

        adopted(&scene, &gateway).await?;
        assert_eq!(owner_of_the_port(&scene, &gateway).await?, switch_name(&gateway));
        assert_eq!(version(&gateway).await?, "1.0.0");
        scene.finish().await
    });
}

/// A gateway 1.0.0 that publishes its port itself, and answers.
pub(crate) async fn on_its_own(scene: &Scene, spec: ContainerSpec) -> Result<Running> {
    scene.publish(&GatewayImage::new("1.0.0")).await?;
    let gateway = scene.run(spec).await?;
    eventually("the gateway answers", BOUND, async || version(&gateway).await).await?;
    Ok(gateway)
}

/// The receipt of its adoption.
pub(crate) async fn adopted(scene: &Scene, gateway: &Running) -> Result<Value> {
    done(scene, &["adopt", &gateway.name]).await
}

/// The name of a plain container's switch, as its users see it in `docker ps`.
pub(crate) fn switch_name(gateway: &Running) -> String {
    format!("phoenix-switch-{}", gateway.name)
}

async fn done(scene: &Scene, arguments: &[&str]) -> Result<Value> {
    let arguments = [arguments, &["--yes", "--json"]].concat();
    let receipt = scene.ctl(&arguments).await?.expect_success()?.json()?;
    if receipt["outcome"] != "updated" {
        bail!("{receipt:#}");
    }
    Ok(receipt)
}

/// Which running container publishes the gateway's host port.
async fn owner_of_the_port(scene: &Scene, gateway: &Running) -> Result<String> {
    let mut owners = Vec::new();
    for container in scene.docker().list_containers(None).await? {
        let mut ports = container.ports.iter().flatten();
        if ports.any(|port| port.public_port == Some(gateway.port)) {
            let names = container.names.unwrap_or_default();
            owners.extend(names.first().map(|name| name.trim_start_matches('/').to_owned()));
        }
    }
    match owners.as_slice() {
        [one] => Ok(one.clone()),
        others => bail!("port {} belongs to {others:?}", gateway.port),
    }
}

/// Prints the measured gap, and refuses one that no machine explains.
#[expect(clippy::print_stdout, reason = "measured figures are shown beside the test")]
fn gap(engine: &str, receipt: &Value) {
    let (kind, gap) = (&receipt["purpose"], receipt["probe"]["longest_gap_ms"].as_u64());
    println!("Engine {engine}: {kind} by {}, gap {gap:?} ms", receipt["strategy"]);
    assert!(gap.is_some_and(|gap| gap < LONGEST_GAP_MS), "{receipt:#}");
    assert!(receipt["probe"]["ok"].as_u64() > Some(0), "nobody looked: {receipt:#}");
}
