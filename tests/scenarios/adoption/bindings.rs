//! The switch publishes exactly what the container published.

use std::net::IpAddr;

use phoenix_tests::{
    ContainerSpec, Result, Running, Scene, bollard::models::PortBinding, eventually, free_port,
    get, on_each_engine,
};

use super::{BOUND, adopted, switch_name};
use phoenix_tests::GatewayImage;

#[test]
fn every_kind_of_binding_stays_exactly_as_it_was() {
    on_each_engine(async |engine| {
        for (name, address) in [("loopback", "127.0.0.1"), ("any", "0.0.0.0"), ("any6", "::")] {
            let scene = Scene::set(&engine, name).await?;
            let spec = ContainerSpec::new("gateway").publish_on(address.parse::<IpAddr>()?);
            let gateway = stays_bound(&scene, spec).await?;
            let host = if address == "::" { "[::1]" } else { "127.0.0.1" };
            answers(&format!("http://{host}:{}/api/health", gateway.port)).await?;
            scene.finish().await?;
        }
        Ok(())
    });
}

#[test]
fn several_ports_on_several_addresses_are_all_taken_over() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "several").await?;
        let ports = [free_port()?, free_port()?, free_port()?];
        let [first, second, third] = ports.map(|port| port.to_string());
        let bind = |ip: &str, port: &str| PortBinding {
            host_ip: Some(ip.to_owned()),
            host_port: Some(port.to_owned()),
        };
        let one = vec![bind("127.0.0.1", &first), bind("127.0.0.1", &second)];
        let other = vec![bind("0.0.0.0", &third)];
        let spec = ContainerSpec::new("gateway")
            .unpublished()
            .env("PHOENIX_PORT", "18789,18790")
            .edit(|body| {
                body.exposed_ports.get_or_insert_default().push("18790/tcp".to_owned());
                body.host_config.get_or_insert_default().port_bindings = Some(
                    [("18789/tcp".to_owned(), Some(one)), ("18790/tcp".to_owned(), Some(other))]
                        .into(),
                );
            });
        stays_bound(&scene, spec).await?;
        for port in ports {
            answers(&format!("http://127.0.0.1:{port}/api/health")).await?;
        }
        scene.finish().await
    });
}

/// Adopts it, and compares the bindings before with the switch's after.
async fn stays_bound(scene: &Scene, spec: ContainerSpec) -> Result<Running> {
    scene.publish(&GatewayImage::new("1.0.0")).await?;
    let gateway = scene.run(spec).await?;
    eventually("the gateway has started", BOUND, async || {
        let logs = scene.logs(&gateway.name, 5).await?;
        phoenix_tests::ensure!(!logs.is_empty(), "it has said nothing yet");
        Ok(())
    })
    .await?;
    let before = bindings(scene, &gateway.name).await?;
    adopted(scene, &gateway).await?;
    assert_eq!(bindings(scene, &switch_name(&gateway)).await?, before);
    let own = bindings(scene, &gateway.name).await?;
    assert!(own.is_empty(), "the app publishes {own:?}");
    Ok(gateway)
}

/// `PORT/tcp ADDRESS:HOST_PORT`, sorted.
async fn bindings(scene: &Scene, container: &str) -> Result<Vec<String>> {
    let host = scene.inspect(container).await?.host_config.unwrap_or_default();
    let mut lines: Vec<String> = host
        .port_bindings
        .unwrap_or_default()
        .into_iter()
        .flat_map(|(port, bindings)| {
            bindings.unwrap_or_default().into_iter().map(move |binding| {
                let (ip, host_port) = (binding.host_ip, binding.host_port);
                format!("{port} {}:{}", ip.unwrap_or_default(), host_port.unwrap_or_default())
            })
        })
        .collect();
    lines.sort();
    Ok(lines)
}

async fn answers(url: &str) -> Result<()> {
    let answer = get(url).await?;
    assert_eq!(answer.status, 200, "{url}");
    Ok(())
}
