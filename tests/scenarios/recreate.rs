//! Recreate: for what a switch cannot serve. Stop, start, gate, and keep it or put the old one back.

use std::time::Duration;

use phoenix_tests::bollard::models::{
    ContainerInspectResponse, PortBinding, RestartPolicy, RestartPolicyNameEnum,
};
use phoenix_tests::{
    ContainerSpec, GatewayImage, Published, Result, Running, Scene, bail, ensure, eventually,
    free_port, get, on_each_engine,
};
use serde_json::Value;

const BOUND: Duration = Duration::from_mins(1);

#[test]
fn a_service_without_ports_is_recreated_kept_and_brought_back() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "unpublished").await?;
        let spec = ContainerSpec::new("worker").unpublished().label("team", "blue");
        Box::pin(there_and_back(&scene, spec, "it publishes no TCP port")).await?;
        scene.finish().await
    });
}

#[test]
fn a_service_in_the_hosts_network_is_recreated_and_answers_at_its_own_port() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "hostnetwork").await?;
        let port = free_port()?;
        let spec = ContainerSpec::new("worker")
            .unpublished()
            .env("PHOENIX_PORT", &port.to_string())
            .host(|host| host.network_mode = Some("host".to_owned()));
        Box::pin(there_and_back(&scene, spec, "network_mode host")).await?;
        let health = get(&format!("http://127.0.0.1:{port}/api/health")).await?.json()?;
        assert_eq!(health["version"], "1.0.0");
        scene.finish().await
    });
}

#[test]
fn a_service_with_a_udp_port_is_recreated_and_publishes_it_again() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "udp").await?;
        let spec = publishing_udp(ContainerSpec::new("worker"), free_port()?);
        Box::pin(there_and_back(&scene, spec, "it publishes a udp port")).await?;
        scene.finish().await
    });
}

#[test]
fn a_release_that_does_not_start_leaves_the_very_same_container_running() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "putback").await?;
        let old = scene.publish(&GatewayImage::new("1.0.0")).await?;
        let worker = started(&scene, ContainerSpec::new("worker").unpublished()).await?;
        let before = scene.inspect(&worker.name).await?;
        let things = scene.leftovers().await?;

        scene.publish(&GatewayImage::new("1.1.0").fault("exit:3")).await?;
        let update = scene.ctl(["update", &worker.name, "--yes", "--json"]).await?;
        let receipt = update.expect_code(1)?.json()?;

        let after = scene.inspect(&worker.name).await?;
        println!("Engine {}: {}", engine.version, receipt["reason"]);
        assert_eq!(receipt["outcome"], "failed", "{receipt:#}");
        assert_eq!(after.id, before.id);
        assert_eq!(after.image, Some(old.image_id));
        assert_eq!(after.state.and_then(|state| state.running), Some(true));
        assert_eq!(facts(&before), facts(&scene.inspect(&worker.name).await?));
        assert_eq!(scene.leftovers().await?, things, "nothing of the attempt stays");
        scene.finish().await
    });
}

/// Update to 1.1.0, look at what changed and what was kept, and roll back to 1.0.0.
async fn there_and_back(scene: &Scene, spec: ContainerSpec, why: &str) -> Result<()> {
    let old = scene.publish(&GatewayImage::new("1.0.0")).await?;
    let worker = started(scene, spec.host(restart_always)).await?;
    let before = scene.inspect(&worker.name).await?;
    let new = scene.publish(&GatewayImage::new("1.1.0")).await?;

    let receipt = done(scene, &["update", &worker.name, "--monitor", "1s"]).await?;
    assert_eq!(receipt["strategy"], "recreate", "{receipt:#}");
    let reason = receipt["strategy_reason"].as_str().unwrap_or_default();
    assert!(reason.contains(why), "{reason}");
    runs(scene, &worker, &new, &before).await?;
    let kept = scene.inspect(&worker.id).await?;
    assert_eq!(kept.state.and_then(|state| state.running), Some(false), "kept, and stopped");

    let receipt = done(scene, &["rollback", &worker.name]).await?;
    assert_eq!(receipt["to"]["version"], "1.0.0", "{receipt:#}");
    runs(scene, &worker, &old, &before).await?;
    assert_eq!(scene.inspect(&worker.name).await?.id, before.id, "the kept container itself");
    Ok(())
}

/// The service runs this image, and is in every other respect what it was.
async fn runs(
    scene: &Scene,
    worker: &Running,
    image: &Published,
    before: &ContainerInspectResponse,
) -> Result<()> {
    let now = scene.inspect(&worker.name).await?;
    assert_eq!(now.image.as_deref(), Some(image.image_id.as_str()));
    assert_eq!(now.state.as_ref().and_then(|state| state.running), Some(true));
    assert_eq!(facts(&now), facts(before));
    Ok(())
}

/// Name, labels, environment, host settings and mounts: what an update must carry over. What the
/// image itself says (its version) is not the container's.
fn facts(container: &ContainerInspectResponse) -> Value {
    let mut value = serde_json::to_value(container).unwrap_or_default();
    let labels = &mut value["Config"]["Labels"];
    if let Some(labels) = labels.as_object_mut() {
        labels.remove("org.opencontainers.image.version");
    }
    if let Some(environment) = value["Config"]["Env"].as_array_mut() {
        environment.retain(|one| {
            let one = one.as_str().unwrap_or_default();
            !one.starts_with("PHOENIX_VERSION=")
        });
        environment.sort_by_key(ToString::to_string);
    }
    if let Some(config) = value["Config"].as_object_mut() {
        config.remove("Hostname");
    }
    // Two words for the same network; newer engines say the second one by themselves.
    if value["HostConfig"]["NetworkMode"] == "default" {
        value["HostConfig"]["NetworkMode"] = "bridge".into();
    }
    serde_json::json!({
        "name": value["Name"],
        "config": value["Config"],
        "host": value["HostConfig"],
        "mounts": value["Mounts"],
    })
}

async fn started(scene: &Scene, spec: ContainerSpec) -> Result<Running> {
    let worker = scene.run(spec).await?;
    eventually("the worker is up", BOUND, async || {
        let logs = scene.logs(&worker.name, 20).await?;
        ensure!(!logs.is_empty(), "it has said nothing yet");
        Ok(())
    })
    .await?;
    Ok(worker)
}

async fn done(scene: &Scene, arguments: &[&str]) -> Result<Value> {
    let arguments = [arguments, &["--yes", "--json"]].concat();
    let receipt = scene.ctl(&arguments).await?.expect_success()?.json()?;
    if receipt["outcome"] != "updated" {
        bail!("{receipt:#}");
    }
    Ok(receipt)
}

fn restart_always(host: &mut phoenix_tests::bollard::models::HostConfig) {
    host.restart_policy = Some(RestartPolicy {
        name: Some(RestartPolicyNameEnum::ALWAYS),
        maximum_retry_count: None,
    });
}

fn publishing_udp(spec: ContainerSpec, port: u16) -> ContainerSpec {
    let binding =
        PortBinding { host_ip: Some("127.0.0.1".to_owned()), host_port: Some(port.to_string()) };
    spec.unpublished().edit(|body| {
        body.exposed_ports.get_or_insert_default().push("5353/udp".to_owned());
        let host = body.host_config.get_or_insert_default();
        host.port_bindings = Some([("5353/udp".to_owned(), Some(vec![binding]))].into());
    })
}
