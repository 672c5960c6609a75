//! The switch is killed, or the app comes back at another address.

use std::time::{Duration, Instant};

use phoenix_load::{Load, LoadPlan, Mix};
use phoenix_tests::{
    ContainerSpec, Context, Result, Scene, bail, ensure, eventually, on_each_engine, within,
};
use rustix::process::{Pid, Signal, kill_process};

use super::{BOUND, status, switch_name};
use crate::overlap::{addresses, adopted, version};

/// A promise of 2 s on a quiet machine; a busy one is given more.
const LONGEST_RESTART: Duration = Duration::from_secs(15);

/// After this a client asks anew. What a connection sends while the engine takes the dead
/// container's network away reaches nobody, and nobody resets it.
const PATIENCE: Duration = Duration::from_secs(2);

#[test]
fn a_killed_switch_is_restarted_with_the_route_it_had() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "killed").await?;
        let gateway = adopted(&scene).await?;
        let before = status(&scene, &gateway).await?["routed"].take();
        // The engine waits longer before a restart when a container did not live for 10 s: the
        // first restart is the shortest, and that is the one that is measured.
        kill(&scene, &switch_name(&gateway)).await?;
        let killed = Instant::now();
        eventually("the port answers again", LONGEST_RESTART, async || {
            within("an answer", PATIENCE, version(&gateway)).await
        })
        .await?;
        println!(
            "Engine {}: answers {} ms after SIGKILL of the switch",
            engine.version,
            killed.elapsed().as_millis()
        );
        assert_eq!(status(&scene, &gateway).await?["routed"], before);

        let mix = Mix { keep_alive: 4, post: 2, probe: 1, websocket: 2, ..Mix::default() };
        let load = Load::start(LoadPlan::only(addresses(&gateway), mix))?;
        load.wait_for_successes(500, BOUND).await?;
        let report = load.stop().await;
        assert_eq!(report.failed(), 0, "{report}");
        scene.finish().await
    });
}

#[test]
fn an_app_that_comes_back_at_another_address_is_found_by_its_name() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "moved").await?;
        let gateway = adopted(&scene).await?;
        let network = switch_name(&gateway);
        let before = address(&scene, &gateway.name, &network).await?;

        scene.docker().stop_container(&gateway.name, None).await?;
        let waiting = tokio::spawn({
            let gateway = gateway.clone();
            async move { version(&gateway).await }
        });
        occupy(&scene, &network, &before).await?;
        scene.docker().start_container(&gateway.name, None).await?;

        assert_eq!(waiting.await??, "1.0.0", "asked while the app was away");
        assert_ne!(address(&scene, &gateway.name, &network).await?, before);
        let mix = Mix { keep_alive: 4, probe: 1, post: 2, ..Mix::default() };
        let load = Load::start(LoadPlan::only(addresses(&gateway), mix))?;
        load.wait_for_successes(200, BOUND).await?;
        let report = load.stop().await;
        assert_eq!(report.failed(), 0, "{report}");
        scene.finish().await
    });
}

/// Kills the container's first process behind the engine's back, as a crash would: `docker kill`
/// tells the engine that the user wants it dead.
async fn kill(scene: &Scene, container: &str) -> Result<()> {
    let state = scene.inspect(container).await?.state.context("it has a state")?;
    let id = state.pid.and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    kill_process(id.context("it has a process")?, Signal::KILL)
        .context("the engine of the tests runs on this machine, as this user")?;
    Ok(())
}

/// Containers in the network until one has this address.
async fn occupy(scene: &Scene, network: &str, wanted: &str) -> Result<()> {
    for number in 0..5 {
        let part = format!("filler{number}");
        let filler = scene.run(ContainerSpec::new(&part).unpublished().network(network)).await?;
        if address(scene, &filler.name, network).await? == wanted {
            return Ok(());
        }
    }
    bail!("nobody was given {wanted}");
}

async fn address(scene: &Scene, container: &str, network: &str) -> Result<String> {
    let settings = scene.inspect(container).await?.network_settings.unwrap_or_default();
    let endpoint = settings.networks.and_then(|mut all| all.remove(network));
    let address = endpoint.and_then(|one| one.ip_address).unwrap_or_default();
    ensure!(!address.is_empty(), "{container} has no address in {network}");
    Ok(address)
}
