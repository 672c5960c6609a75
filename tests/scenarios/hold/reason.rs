//! Why a service is held rather than overlapped: told in the plan and in the receipt.

use phoenix_tests::{
    ContainerSpec, Engine, GatewayImage, Result, Scene,
    bollard::models::{
        EndpointIpamConfig, EndpointSettings, HostConfig, Ipam, IpamConfig, NetworkCreateRequest,
        NetworkingConfig,
    },
    eventually, on_each_engine,
};

use super::BOUND;
use crate::overlap::version;

#[test]
fn a_shared_writable_volume_is_a_reason_to_hold_and_the_receipt_says_so() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "volume").await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let volume = scene.volume("data").await?;
        let spec = ContainerSpec::new("gateway").bind(&format!("{volume}:/app/data"));
        held_because(&scene, spec, "would write to /app/data").await?;
        scene.finish().await
    });
}

#[test]
fn a_read_only_volume_is_no_reason_to_hold() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "readonly").await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let volume = scene.volume("data").await?;
        let spec = ContainerSpec::new("gateway").bind(&format!("{volume}:/app/data:ro"));
        let receipt = updated(&scene, spec).await?;
        assert_eq!(receipt["strategy"], "overlap", "{receipt:#}");
        scene.finish().await
    });
}

#[test]
fn a_fixed_address_is_a_reason_to_hold_and_the_new_container_gets_it() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "address").await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let (network, address) = network_with_subnet(&engine, &scene).await?;
        let spec = at_address(ContainerSpec::new("gateway"), &network, &address);
        held_because(&scene, spec, "its address is fixed").await?;
        let networks = scene.inspect(&scene.name("gateway")).await?.network_settings;
        let endpoint = networks.and_then(|all| all.networks?.remove(&network));
        assert_eq!(endpoint.and_then(|one| one.ip_address), Some(address));
        scene.finish().await
    });
}

#[test]
fn stop_first_in_the_compose_file_is_a_reason_to_hold() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "stopfirst").await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let project = scene.compose(&format!(
            "services:\n  gateway:\n    image: {}\n    ports: [\"127.0.0.1:{}:18789\"]\n    \
             deploy:\n      update_config:\n        order: stop-first\n        monitor: 1s\n",
            scene.reference(),
            phoenix_tests::free_port()?,
        ))?;
        project.up().await?;
        let service = format!("{}/gateway", project.project);
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let update = scene.ctl(["update", &service, "--yes", "--json"]).await?;
        let receipt = update.expect_success()?.json()?;
        assert_eq!(receipt["strategy"], "hold", "{receipt:#}");
        assert_eq!(receipt["strategy_reason"], "the compose file says order: stop-first");
        scene.finish().await
    });
}

async fn held_because(scene: &Scene, spec: ContainerSpec, why: &str) -> Result<()> {
    let receipt = updated(scene, spec).await?;
    assert_eq!(receipt["strategy"], "hold", "{receipt:#}");
    let reason = receipt["strategy_reason"].as_str().unwrap_or_default();
    assert!(reason.contains(why), "{reason}");
    Ok(())
}

/// The receipt of an update to 1.1.0 that adopts in the same stroke.
async fn updated(scene: &Scene, spec: ContainerSpec) -> Result<serde_json::Value> {
    let gateway = scene.run(spec).await?;
    eventually("the gateway answers", BOUND, async || version(&gateway).await).await?;
    scene.publish(&GatewayImage::new("1.1.0")).await?;
    let update = scene.ctl(["update", &gateway.name, "--yes", "--monitor", "1s", "--json"]).await?;
    assert_eq!(version(&gateway).await?, "1.1.0");
    update.expect_success()?.json()
}

/// A network whose addresses the user may choose, and one of them.
async fn network_with_subnet(engine: &Engine, scene: &Scene) -> Result<(String, String)> {
    let name = scene.name("fixed");
    let subnet = rand::random_range(0..250);
    let request = NetworkCreateRequest {
        name: name.clone(),
        ipam: Some(Ipam {
            config: Some(vec![IpamConfig {
                subnet: Some(format!("10.231.{subnet}.0/24")),
                ..IpamConfig::default()
            }]),
            ..Ipam::default()
        }),
        ..NetworkCreateRequest::default()
    };
    engine.docker.create_network(request).await?;
    Ok((name, format!("10.231.{subnet}.77")))
}

fn at_address(spec: ContainerSpec, network: &str, address: &str) -> ContainerSpec {
    let endpoint = EndpointSettings {
        ipam_config: Some(EndpointIpamConfig {
            ipv4_address: Some(address.to_owned()),
            ..EndpointIpamConfig::default()
        }),
        ..EndpointSettings::default()
    };
    spec.edit(|body| {
        let host = body.host_config.get_or_insert_with(HostConfig::default);
        host.network_mode = Some(network.to_owned());
        body.networking_config = Some(NetworkingConfig {
            endpoints_config: Some([(network.to_owned(), endpoint)].into()),
        });
    })
}
