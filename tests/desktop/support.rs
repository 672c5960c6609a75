//! What the tests of the desktop share.

use std::{fs, net::SocketAddr, panic::Location, time::Duration};

use phoenix_load::LoadPlan;
use phoenix_tests::{
    ContainerSpec, Context, Engine, GatewayImage, Result, Running, Scene,
    desktop::{App, AppSpec},
    engines, eventually,
};
use serde_json::Value;
use tokio::runtime::Builder;

use crate::proxy::EngineProxy;

/// How long a step may take on a busy machine.
pub(crate) const BOUND: Duration = Duration::from_mins(1);

/// Runs `scenario` on the newest engine. Panics with the whole chain of causes when it fails.
#[track_caller]
pub(crate) fn on_newest_engine(scenario: impl AsyncFn(Engine) -> Result<()>) {
    on_a_desktop(async || {
        let engines = engines().await?;
        let newest = engines.into_iter().max_by_key(|engine| numbers(&engine.version));
        let engine = newest.context("no engine")?;
        let version = engine.version.clone();
        scenario(engine).await.with_context(|| format!("on Engine {version}"))
    });
}

/// Runs a test that needs no engine.
#[track_caller]
#[expect(clippy::panic, reason = "a test fails by panicking")]
pub(crate) fn on_a_desktop(test: impl AsyncFn() -> Result<()>) {
    let place = Location::caller();
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let outcome = runtime.context("no runtime").and_then(|runtime| runtime.block_on(test()));
    if let Err(error) = outcome {
        panic!("{place}: {error:?}");
    }
}

/// A gateway 1.0.0 with a port of its own, watched by the settings of the scene.
pub(crate) async fn watched(scene: &Scene) -> Result<Running> {
    scene.publish(&GatewayImage::new("1.0.0")).await?;
    let gateway = scene.run(ContainerSpec::new("gateway")).await?;
    eventually("the gateway answers", BOUND, async || version(&gateway).await).await?;
    let settings =
        format!("# Mine.\n[defaults]\nmonitor = \"2s\"\n\n[services.\"{}\"]\n", gateway.name);
    fs::write(scene.config_dir().join("config.toml"), settings)?;
    Ok(gateway)
}

/// The same, behind a switch: updates need no consent.
pub(crate) async fn adopted(scene: &Scene) -> Result<Running> {
    let gateway = watched(scene).await?;
    scene.ctl(["adopt", &gateway.name, "--yes", "--json"]).await?.expect_success()?;
    Ok(gateway)
}

/// Hides a gateway that the machine has of its own: the application watches it by itself, and a
/// test must neither see nor touch it.
pub(crate) fn only_ours(scene: &Scene) -> Result<EngineProxy> {
    let proxy = EngineProxy::start(scene)?;
    let absent = r#"{"message":"No such container: phoenix-gateway"}"#;
    proxy.answer("/containers/phoenix-gateway/json", "404 Not Found", absent);
    Ok(proxy)
}

/// The application, with the engine as `proxy` shows it.
pub(crate) fn app_of(scene: &Scene, proxy: &EngineProxy) -> Result<AppSpec> {
    Ok(App::of(scene)?.env("DOCKER_HOST", proxy.address()))
}

/// Clients of every kind at the gateway's port.
pub(crate) fn mixed_load(gateway: &Running) -> LoadPlan {
    LoadPlan::mixed(vec![SocketAddr::from(([127, 0, 0, 1], gateway.port))])
}

/// The version that answers at the host port.
pub(crate) async fn version(gateway: &Running) -> Result<String> {
    let health: Value = gateway.get("/api/health").await?.json()?;
    Ok(health["version"].as_str().unwrap_or_default().to_owned())
}

/// Waits until this version answers at the host port.
pub(crate) async fn serves(gateway: &Running, wanted: &str) -> Result<()> {
    eventually(&format!("{wanted} serves"), BOUND, async || {
        let now = version(gateway).await?;
        phoenix_tests::ensure!(now == wanted, "{now} serves");
        Ok(())
    })
    .await
}

fn numbers(version: &str) -> Vec<u32> {
    version.split(['.', '-', '+']).map_while(|part| part.parse().ok()).collect()
}
