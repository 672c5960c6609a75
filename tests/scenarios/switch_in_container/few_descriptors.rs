//! 2,000 clients and 1,024 descriptors (zero-downtime §B 19).

use std::{collections::HashMap, time::Duration};

use futures_util::TryStreamExt;
use phoenix_tests::{
    Context, Result, Running, Scene,
    bollard::{
        body_full,
        models::{
            ContainerCreateBody, EndpointSettings, HostConfig, Mount, MountType,
            NetworkConnectRequest, NetworkingConfig, PortBinding, ResourcesUlimits,
        },
        query_parameters::{
            CreateContainerOptionsBuilder, DownloadFromContainerOptionsBuilder,
            UploadToContainerOptionsBuilder,
        },
    },
    eventually, free_port, get, on_each_engine, within,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    task::JoinSet,
};

use super::{BOUND, switch_name};
use crate::overlap::adopted;

const CLIENTS: usize = 2_000;
const DESCRIPTORS: i64 = 1_024;
const REQUESTS_EACH: usize = 3;
const ALL_SERVED_WITHIN: Duration = Duration::from_mins(2);

#[test]
fn two_thousand_clients_and_1024_descriptors_lose_nothing() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "crowd").await?;
        let gateway = adopted(&scene).await?;
        let (name, port) = starved_twin(&scene, &gateway).await?;
        let health = format!("http://127.0.0.1:{port}/api/health");
        eventually("the starved switch answers", BOUND, async || get(&health).await).await?;

        within("the end of the crowd", ALL_SERVED_WITHIN, crowd(port)).await?;
        let twin = scene.inspect(&name).await?;
        assert_eq!(twin.restart_count, Some(0), "it has crashed");
        assert_eq!(twin.state.and_then(|state| state.running), Some(true));
        assert_eq!(get(&health).await?.status, 200);
        scene.finish().await
    });
}

async fn crowd(port: u16) -> Result<()> {
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(client(port));
    }
    while let Some(ended) = clients.join_next().await {
        ended??;
    }
    Ok(())
}

/// Some requests on a kept connection, another one when it is told to go.
async fn client(port: u16) -> Result<()> {
    let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", port)).await?);
    for _ in 0..REQUESTS_EACH {
        stream.write_all(b"GET /id HTTP/1.1\r\nHost: crowd\r\n\r\n").await?;
        let told_to_go = answer(&mut stream).await?;
        if told_to_go {
            stream = BufReader::new(TcpStream::connect(("127.0.0.1", port)).await?);
        }
    }
    Ok(())
}

/// Reads one answer; whether it says `Connection: close`.
async fn answer(stream: &mut BufReader<TcpStream>) -> Result<bool> {
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        let read = stream.read_line(&mut line).await?;
        phoenix_tests::ensure!(read > 0, "the connection ended before an answer: {head:?}");
        if line == "\r\n" {
            break;
        }
        head.push(line.to_ascii_lowercase());
    }
    phoenix_tests::ensure!(head[0].starts_with("http/1.1 200"), "{head:?}");
    let length = head.iter().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.context("it has a length")?.trim().parse()?;
    stream.read_exact(&mut vec![0; length]).await?;
    Ok(head.iter().any(|line| line.starts_with("connection:") && line.contains("close")))
}

/// A second switch in front of the same app, with the first one's route and few descriptors.
async fn starved_twin(scene: &Scene, gateway: &Running) -> Result<(String, u16)> {
    let original = switch_name(gateway);
    let model = scene.inspect(&original).await?;
    let config = model.config.context("it has a configuration")?;
    let (name, port) = (scene.name("starved"), free_port()?);
    let state = scene.volume("starved-state").await?;
    let host = HostConfig {
        ulimits: Some(vec![ResourcesUlimits {
            name: Some("nofile".to_owned()),
            soft: Some(DESCRIPTORS),
            hard: Some(DESCRIPTORS),
        }]),
        port_bindings: Some(published("18789/tcp", port)),
        mounts: Some(vec![Mount {
            typ: Some(MountType::VOLUME),
            source: Some(state),
            target: Some("/state".to_owned()),
            ..Mount::default()
        }]),
        network_mode: Some("bridge".to_owned()),
        ..model.host_config.unwrap_or_default()
    };
    let body = ContainerCreateBody {
        image: config.image,
        cmd: config.cmd,
        user: config.user,
        exposed_ports: Some(vec!["18789/tcp".to_owned()]),
        host_config: Some(host),
        networking_config: Some(NetworkingConfig {
            endpoints_config: Some([("bridge".to_owned(), EndpointSettings::default())].into()),
        }),
        ..ContainerCreateBody::default()
    };
    let options = CreateContainerOptionsBuilder::default().name(&name).build();
    scene.docker().create_container(Some(options), body).await?;
    let join =
        NetworkConnectRequest { container: name.clone(), ..NetworkConnectRequest::default() };
    scene.docker().connect_network(&original, join).await?;
    copy_route(scene, &original, &name).await?;
    scene.docker().start_container(&name, None).await?;
    Ok((name, port))
}

async fn copy_route(scene: &Scene, from: &str, to: &str) -> Result<()> {
    let options = DownloadFromContainerOptionsBuilder::default().path("/state/route.json").build();
    let pieces: Vec<_> =
        scene.docker().download_from_container(from, Some(options)).try_collect().await?;
    let options = UploadToContainerOptionsBuilder::default().path("/state").build();
    let archive = body_full(pieces.concat().into());
    scene.docker().upload_to_container(to, Some(options), archive).await?;
    Ok(())
}

fn published(port: &str, host_port: u16) -> HashMap<String, Option<Vec<PortBinding>>> {
    let binding = PortBinding {
        host_ip: Some("127.0.0.1".to_owned()),
        host_port: Some(host_port.to_string()),
    };
    HashMap::from([(port.to_owned(), Some(vec![binding]))])
}
