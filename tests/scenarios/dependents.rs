//! Containers that live in a service's namespaces: they move with it, there and back.

use std::{collections::BTreeMap, time::Duration};

use phoenix_tests::{
    ContainerSpec, GatewayImage, Result, Running, Scene,
    bollard::models::{ContainerInspectResponse, PortBinding},
    ensure, eventually, free_port, get, on_each_engine,
};
use serde_json::Value;

use crate::trouble::BOUND;

/// Where the guest in the owner's network listens.
const GUEST_PORT: &str = "9099";
const GUEST_KEY: &str = "9099/tcp";

/// An owner of namespaces, and one guest in each.
struct House<'a> {
    scene: &'a Scene,
    owner: Running,
    guests: Vec<Running>,
    guest_port: u16,
}

impl<'a> House<'a> {
    /// The guest in the network keeps release 1.0.0 by a tag of its own, the others by `latest`.
    async fn built(scene: &'a Scene) -> Result<Self> {
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let guest_port = free_port()?;
        let ports = [("18789/tcp", free_port()?), (GUEST_KEY, guest_port)];
        let owner = scene.run(publishing(ContainerSpec::new("owner"), &ports)).await?;
        let owner = Running { port: ports[0].1, ..owner };
        let lives_in = format!("container:{}", owner.name);
        let by_id = format!("container:{}", owner.id);
        let guest = |part: &str| ContainerSpec::new(part).unpublished().env("ROLE", part);
        let network =
            guest("network").image(&scene.tagged("1.0.0")).env("PHOENIX_PORT", GUEST_PORT);
        let guests = vec![
            scene.run(network.host(|host| host.network_mode = Some(lives_in.clone()))).await?,
            scene.run(guest("ipc").host(|host| host.ipc_mode = Some(by_id.clone()))).await?,
            scene.run(guest("pid").host(|host| host.pid_mode = Some(lives_in))).await?,
        ];
        let house = Self { scene, owner, guests, guest_port };
        house.answers("1.0.0").await?;
        Ok(house)
    }

    /// The owner answers at its port, and the guest in its network at the one beside it.
    async fn answers(&self, version: &str) -> Result<()> {
        eventually("owner and guest answer", BOUND, async || {
            let owner = self.owner.get("/api/health").await?.json()?;
            let url = format!("http://127.0.0.1:{}/api/health", self.guest_port);
            let guest = get(&url).await?.json()?;
            ensure!(owner["version"] == version, "{owner}");
            ensure!(guest["version"] == "1.0.0", "{guest}");
            Ok(())
        })
        .await
    }

    async fn done(&self, arguments: &[&str]) -> Result<Value> {
        let arguments = [arguments, &[&self.owner.name, "--yes", "--json"]].concat();
        let receipt = self.scene.ctl(&arguments).await?.expect_success()?.json()?;
        ensure!(receipt["outcome"] == "updated", "{receipt:#}");
        let moved = receipt["dependents"].as_array().map_or(0, Vec::len);
        ensure!(moved == self.guests.len(), "{receipt:#}");
        Ok(receipt)
    }

    async fn guests(&self) -> Result<BTreeMap<String, ContainerInspectResponse>> {
        let mut guests = BTreeMap::new();
        for guest in &self.guests {
            guests.insert(guest.name.clone(), self.scene.inspect(&guest.name).await?);
        }
        Ok(guests)
    }
}

/// Publishes these, and lends its memory segments.
fn publishing(spec: ContainerSpec, ports: &[(&str, u16)]) -> ContainerSpec {
    let bindings = ports.iter().map(|(key, port)| {
        let host_ip = Some("127.0.0.1".to_owned());
        let binding = PortBinding { host_ip, host_port: Some(port.to_string()) };
        ((*key).to_owned(), Some(vec![binding]))
    });
    spec.unpublished().edit(|body| {
        body.exposed_ports = Some(ports.iter().map(|(key, _)| (*key).to_owned()).collect());
        let host = body.host_config.get_or_insert_default();
        host.ipc_mode = Some("shareable".to_owned());
        host.port_bindings = Some(bindings.collect());
    })
}

/// Everything of a guest but whom it names and when it was made.
fn lasting(guest: &ContainerInspectResponse) -> Value {
    let value = serde_json::to_value(guest).unwrap_or_default();
    let mut host = value["HostConfig"].clone();
    for mode in ["NetworkMode", "IpcMode", "PidMode"] {
        if host[mode].as_str().is_some_and(|mode| mode.starts_with("container:")) {
            host[mode] = "container:".into();
        }
    }
    // Two words for the same network; newer engines say the second one by themselves.
    if host["NetworkMode"] == "default" {
        host["NetworkMode"] = "bridge".into();
    }
    let config = &value["Config"];
    serde_json::json!({ "name": value["Name"], "image": value["Image"], "host": host,
        "env": config["Env"], "labels": config["Labels"], "stated": config["Image"] })
}

fn lives_in(guest: &ContainerInspectResponse) -> Vec<String> {
    let host = guest.host_config.clone().unwrap_or_default();
    let modes = [host.network_mode, host.ipc_mode, host.pid_mode];
    let named = modes.into_iter().flatten();
    named.filter_map(|mode| Some(mode.strip_prefix("container:")?.to_owned())).collect()
}

fn runs(guest: &ContainerInspectResponse) -> bool {
    guest.state.as_ref().and_then(|state| state.running) == Some(true)
}

#[test]
fn who_lives_in_a_services_namespaces_moves_with_it_there_and_back() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "house").await?;
        let house = Box::pin(House::built(&scene)).await?;
        let before = house.guests().await?;
        let image = scene.docker().inspect_image(&scene.reference()).await?.id;

        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let receipt = house.done(&["update", "--monitor", "1s"]).await?;
        ensure!(receipt["strategy"] == "recreate", "{receipt:#}");
        moved(&house, &before, "1.1.0").await?;
        let newest = scene.docker().inspect_image(&scene.reference()).await?.id;
        ensure!(newest != image, "latest means what the owner runs");

        house.done(&["rollback"]).await?;
        moved(&house, &before, "1.0.0").await?;
        let containers = scene.leftovers().await?;
        let waiting = containers.iter().filter(|line| line.contains("-phoenix-"));
        ensure!(waiting.count() == 1, "only the release before waits: {containers:#?}");
        scene.finish().await
    });
}

/// The guests live in the present owner, and are what they were.
async fn moved(
    house: &House<'_>,
    before: &BTreeMap<String, ContainerInspectResponse>,
    version: &str,
) -> Result<()> {
    house.answers(version).await?;
    let owner = house.scene.inspect(&house.owner.name).await?.id.unwrap_or_default();
    for (name, now) in house.guests().await? {
        ensure!(lives_in(&now) == [owner.clone()], "{name} lives in {:?}", lives_in(&now));
        ensure!(runs(&now), "{name} does not run");
        let was = &before[&name];
        ensure!(lasting(&now) == lasting(was), "{:#}\n{:#}", lasting(was), lasting(&now));
    }
    Ok(())
}

#[test]
fn a_release_that_fails_leaves_the_very_same_guests_where_they_were() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "guests").await?;
        let house = Box::pin(House::built(&scene)).await?;
        let (before, things) = (house.guests().await?, scene.leftovers().await?);
        scene.publish(&GatewayImage::new("1.1.0").fault("exit:3")).await?;
        let update = scene.ctl(["update", &house.owner.name, "--yes", "--json"]).await?;
        let receipt = update.expect_code(1)?.json()?;
        ensure!(receipt["outcome"] == "failed", "{receipt:#}");
        house.answers("1.0.0").await?;
        for (name, now) in house.guests().await? {
            ensure!(now.id == before[&name].id && runs(&now), "{name}: {:?}", now.state);
        }
        ensure!(scene.leftovers().await? == things, "nothing of the attempt stays");
        scene.finish().await
    });
}

#[test]
fn who_only_mounts_a_services_volumes_is_left_alone() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "mounts").await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let volume = scene.volume("data").await?;
        let owner = ContainerSpec::new("owner").bind(&format!("{volume}:/app/config"));
        let owner = scene.run(owner).await?;
        let from = vec![format!("{}:ro", owner.id)];
        let guest = ContainerSpec::new("guest").unpublished();
        let guest = scene.run(guest.host(|host| host.volumes_from = Some(from))).await?;
        eventually("the owner answers", BOUND, async || owner.get("/api/health").await).await?;
        let started = |it: &ContainerInspectResponse| it.state.clone().and_then(|it| it.started_at);
        let before = scene.inspect(&guest.name).await?;

        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let arguments = ["update", &owner.name, "--monitor", "1s", "--yes", "--json"];
        let receipt = scene.ctl(arguments).await?.expect_success()?.json()?;
        ensure!(receipt["strategy"] == "hold", "no strategy is given up for it: {receipt:#}");
        let after = scene.inspect(&guest.name).await?;
        ensure!((after.id.clone(), started(&after)) == (before.id.clone(), started(&before)));
        scene.docker().restart_container(&guest.name, None).await?;
        let mounts = scene.inspect(&guest.name).await?.mounts.unwrap_or_default();
        ensure!(mounts.iter().any(|mount| mount.name.as_ref() == Some(&volume)), "{mounts:?}");
        scene.finish().await
    });
}

#[test]
fn behind_a_switch_nobody_can_live_in_a_service_and_the_reason_says_who_and_what() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "entangled").await?;
        let house = Box::pin(House::built(&scene)).await?;
        let receipt = scene.ctl(["adopt", &house.owner.name, "--yes", "--json"]).await?.json()?;
        let reason = receipt["reason"].as_str().unwrap_or_default();
        ensure!(receipt["outcome"] == "held", "{receipt:#}");
        for (guest, kind) in house.guests.iter().zip(["network_mode", "ipc", "pid"]) {
            ensure!(reason.contains(&format!("{} ({kind})", guest.name)), "{reason}");
        }
        scene.finish().await
    });
}

#[test]
fn a_compose_service_in_anothers_network_moves_with_it() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "tunnel").await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let (latest, one) = (scene.reference(), scene.tagged("1.0.0"));
        let project = scene.compose(&format!(
            "services:\n  vpn:\n    image: {latest}\n  torrent:\n    image: {one}\n    \
             network_mode: service:vpn\n    environment: [PHOENIX_PORT={GUEST_PORT}]\n"
        ))?;
        project.up().await?;
        let torrent = project.container("torrent");
        let vpn = project.container("vpn");
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let service = format!("{}/vpn", project.project);
        let arguments = ["update", &service, "--monitor", "1s", "--yes", "--json"];
        let receipt = scene.ctl(arguments).await?.expect_success()?.json()?;
        ensure!(receipt["dependents"][0] == torrent.as_str(), "{receipt:#}");
        let owner = scene.inspect(&vpn).await?.id.unwrap_or_default();
        let now = scene.inspect(&torrent).await?;
        ensure!(lives_in(&now) == [owner.clone()] && runs(&now), "{:?}", lives_in(&now));
        tokio::time::timeout(Duration::from_mins(2), project.up()).await??;
        let after = scene.inspect(&vpn).await?.id.unwrap_or_default();
        ensure!(after == owner, "compose made the service again that was updated");
        println!("compose made {torrent} again: {}", scene.inspect(&torrent).await?.id != now.id);
        scene.finish().await
    });
}
