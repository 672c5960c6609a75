//! The switch beside `HAProxy` and beside nothing, in front of the same container, by `wrk`.

use std::{
    fs,
    process::{Child, Command, Stdio},
    time::Duration,
};

use phoenix_tests::{
    ContainerSpec, Context, Engine, Result, Running, Scene, bail, eventually, free_port, get,
};

use crate::{
    Effort,
    bed::{self, BOUND},
    figures::Figures,
};

const PART: &str = "switch: rps, p50, p99";

pub(crate) async fn measure(engine: &Engine, effort: &Effort, figures: &mut Figures) -> Result<()> {
    let scene = bed::scene(engine, "bench-switch").await?;
    let direct = bed::up(&scene, ContainerSpec::new("direct")).await?;
    let behind = bed::up(&scene, ContainerSpec::new("behind")).await?;
    bed::receipt(&scene, &["adopt", &behind.name], 0).await?;
    let haproxy = Haproxy::start(&scene, &direct).await;
    let seconds = if effort.quick { 3 } else { 10 };
    for connections in [1, 64] {
        let mut row = |name: &str, port: u16| -> Result<()> {
            let value = wrk(port, connections, seconds)?;
            figures.add(PART, format!("{name}, {connections} connections"), value, "");
            Ok(())
        };
        row("direct", direct.port)?;
        row("switch", behind.port)?;
        match &haproxy {
            Ok(haproxy) => row("haproxy", haproxy.port)?,
            Err(error) => figures.missing(PART, &format!("haproxy: {error:#}")),
        }
    }
    drop(haproxy);
    scene.finish().await
}

/// `HAProxy` on the host, in front of a container's published port; ends when dropped.
struct Haproxy {
    process: Child,
    port: u16,
}

impl Haproxy {
    async fn start(scene: &Scene, app: &Running) -> Result<Self> {
        let port = free_port()?;
        let file = scene.folder().join("haproxy.cfg");
        fs::write(&file, configuration(port, app.port))?;
        let process = Command::new("haproxy")
            .arg("-db")
            .arg("-f")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("haproxy is not installed")?;
        let haproxy = Self { process, port };
        let url = format!("http://127.0.0.1:{port}/id");
        eventually("haproxy answers", BOUND, async || get(&url).await).await?;
        Ok(haproxy)
    }
}

impl Drop for Haproxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn configuration(port: u16, app: u16) -> String {
    format!(
        "global\n  maxconn 4096\ndefaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n  \
         timeout server 60s\nfrontend port\n  bind 127.0.0.1:{port}\n  default_backend app\n\
         backend app\n  http-reuse safe\n  server app 127.0.0.1:{app}\n"
    )
}

/// `RPS, P50, P99`, after a short warm-up.
fn wrk(port: u16, connections: u32, seconds: u64) -> Result<String> {
    run_wrk(port, connections, Duration::from_secs(1))?;
    let said = run_wrk(port, connections, Duration::from_secs(seconds))?;
    let word = |name: &str| {
        let line = said.lines().find(|line| line.trim_start().starts_with(name))?;
        line.split_whitespace().last().map(str::to_owned)
    };
    let (rps, p50, p99) = (word("Requests/sec:"), word("50%"), word("99%"));
    match (rps, p50, p99) {
        (Some(rps), Some(p50), Some(p99)) => {
            let failed = said.lines().find(|line| line.contains("Socket errors"));
            let failed = failed.map(|line| format!(" !{}", line.trim())).unwrap_or_default();
            Ok(format!("{rps} {p50} {p99}{failed}"))
        }
        _ => bail!("wrk said: {said}"),
    }
}

fn run_wrk(port: u16, connections: u32, duration: Duration) -> Result<String> {
    let output = Command::new("wrk")
        .args(["--latency", "-t", "1", "-c", &connections.to_string()])
        .arg(format!("-d{}s", duration.as_secs()))
        .arg(format!("http://127.0.0.1:{port}/id"))
        .output()
        .context("wrk is not installed")?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
