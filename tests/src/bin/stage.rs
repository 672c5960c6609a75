//! A stage for trying the desktop application by hand and for its pictures: a registry, a gateway
//! that runs 1.0.0, and commands on standard input until it ends.
//!
//! `publish VERSION [FAULTS]`, `load`, `calm`, `quit`; what it made is removed at the end.

use std::{io::Write as _, net::SocketAddr, time::Duration};

use phoenix_load::{Load, LoadPlan, RunningLoad};
use phoenix_tests::{
    ContainerSpec, Context as _, GatewayImage, Result, Running, Scene, engines, eventually,
};
use tokio::io::{AsyncBufReadExt as _, BufReader};

/// The name that the program knows out of the box.
const GATEWAY: &str = "phoenix-gateway";
const BOUND: Duration = Duration::from_mins(1);

#[tokio::main]
async fn main() -> Result<()> {
    let engine = engines().await?.swap_remove(0);
    let scene = Scene::set(&engine, "stage").await?;
    scene.publish(&release("1.0.0")).await?;
    let mut gateway = scene.run(ContainerSpec::new("gateway")).await?;
    let renamed = bollard::query_parameters::RenameContainerOptionsBuilder::default().name(GATEWAY);
    scene.docker().rename_container(&gateway.id, renamed.build()).await?;
    GATEWAY.clone_into(&mut gateway.name);
    eventually("the gateway answers", BOUND, async || gateway.get("/api/health").await).await?;
    say(&format!("export DOCKER_HOST='{}'", engine.address))?;
    say(&format!("export PHOENIX_TRAY_CONFIG_DIR='{}'", scene.config_dir().display()))?;
    say(&format!("export PHOENIX_TRAY_STATE_DIR='{}'", scene.state_dir().display()))?;
    say(&format!("export PHOENIX_HOME='{}'", scene.home_dir().display()))?;
    say("ready")?;
    let mut load = None;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["publish", version] => publish(&scene, release(version)).await?,
            ["publish", version, faults] => {
                publish(&scene, release(version).fault(faults)).await?;
            }
            ["load"] => load = Some(start_load(&gateway)?),
            ["calm"] => calm(load.take()).await?,
            ["quit"] => break,
            _ => say("publish VERSION [FAULTS] | load | calm | quit")?,
        }
    }
    calm(load).await?;
    scene.finish().await
}

async fn publish(scene: &Scene, image: GatewayImage) -> Result<()> {
    scene.publish(&image).await?;
    say(&format!("published {}", image.version()))
}

fn start_load(gateway: &Running) -> Result<RunningLoad> {
    let load =
        Load::start(LoadPlan::gentle(vec![SocketAddr::from(([127, 0, 0, 1], gateway.port))]))?;
    say("load")?;
    Ok(load)
}

async fn calm(load: Option<RunningLoad>) -> Result<()> {
    if let Some(load) = load {
        let report = load.stop().await;
        say(&format!("calm: {} failed", report.failed()))?;
    }
    Ok(())
}

/// A release whose image says a little about itself, as real ones do.
fn release(version: &str) -> GatewayImage {
    GatewayImage::new(version)
        .health_interval(Duration::from_secs(5), 3)
        .label("org.opencontainers.image.source", "https://github.com/phoenix-tray/phoenix-tray")
        .env("GATEWAY_RELEASE", version)
}

fn say(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").context("standard output is closed")?;
    out.flush().context("standard output is closed")
}
