//! The demo: a real container is updated and rolled back under load, and the run proves it.

use std::{
    io::Write,
    net::SocketAddr,
    process::{ExitCode, Stdio},
    time::{Duration, Instant},
};

use phoenix_load::{Load, LoadPlan, Report, RunningLoad};
use phoenix_tests::{
    ContainerSpec, Context, GatewayImage, Result, Running, Scene, engines, ensure, eventually,
};

/// Bound on each wait; nothing here takes nearly as long.
const BOUND: Duration = Duration::from_mins(1);

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let engine = engines().await?.swap_remove(0);
    say(&format!("Phoenix Tray demo, on Docker Engine {} at {}", engine.version, engine.address));
    let begun = Instant::now();
    let scene = Scene::set(&engine, "demo").await?;
    let played = play(&scene).await;
    let report = match played {
        Ok(report) => report,
        Err(error) => {
            say("The demo broke off; everything it made is being removed.");
            return Err(error);
        }
    };
    say("Cleaning up: containers, networks, volumes, images, registry");
    scene.finish().await?;
    Ok(verdict(&report, begun.elapsed()))
}

/// The whole story, with load from the first update to the end.
async fn play(scene: &Scene) -> Result<Report> {
    say("A registry starts, and in it the gateway 1.0.0; it runs and publishes a host port");
    scene.publish(&gateway_image("1.0.0")).await?;
    let gateway = scene.run(ContainerSpec::new("gateway")).await?;
    eventually("the gateway answers", BOUND, async || gateway.get("/api/health").await).await?;
    note(&format!("docker run -p 127.0.0.1:{}:18789 … {}", gateway.port, scene.reference()));

    say("Once, before any update: the port moves from the container to a switch of its own");
    ctl(scene, &["adopt", &gateway.name, "--yes"], 0).await?;

    say("Live load from here on: new connections, keep-alive, POST, uploads, streams, WebSockets");
    let load = Load::start(LoadPlan::gentle(addresses(&gateway)))?;
    load.wait_for_successes(500, BOUND).await?;

    say("1.1.0 is pushed. Is there something new?");
    scene.publish(&gateway_image("1.1.0")).await?;
    ctl(scene, &["check", &gateway.name], 10).await?;

    say("Update, under load");
    ctl(scene, &["update", &gateway.name, "--monitor", "5s"], 0).await?;
    answers(&gateway, &load, "1.1.0").await?;

    say("1.2.0 is pushed. It starts well, and turns sick once it has the traffic");
    scene.publish(&gateway_image("1.2.0").fault("sick-after:2500")).await?;
    ctl(scene, &["update", &gateway.name, "--monitor", "15s"], 1).await?;
    answers(&gateway, &load, "1.1.0").await?;

    say("1.3.0 is pushed. It does not even start");
    scene.publish(&gateway_image("1.3.0").fault("exit:1")).await?;
    ctl(scene, &["update", &gateway.name], 1).await?;
    answers(&gateway, &load, "1.1.0").await?;

    say("And back to 1.0.0, by one command and without a registry");
    ctl(scene, &["rollback", &gateway.name], 0).await?;
    answers(&gateway, &load, "1.0.0").await?;
    ctl(scene, &["history", &gateway.name], 0).await?;

    load.wait_for_successes(500, BOUND).await?;
    Ok(load.stop().await)
}

fn gateway_image(version: &str) -> GatewayImage {
    GatewayImage::new(version).health_interval(Duration::from_secs(5), 3)
}

fn addresses(gateway: &Running) -> Vec<SocketAddr> {
    vec![SocketAddr::from(([127, 0, 0, 1], gateway.port))]
}

/// Runs `phoenixctl` as a user would, with its output on this terminal.
async fn ctl(scene: &Scene, arguments: &[&str], expected: i32) -> Result<()> {
    note(&format!("$ phoenixctl {}", arguments.join(" ")));
    let mut command = scene.ctl_command(arguments)?;
    command.stdout(Stdio::inherit()).stderr(Stdio::inherit());
    let status = command.status().await.context("phoenixctl could not be started")?;
    ensure!(
        status.code() == Some(expected),
        "phoenixctl ended with {status} where {expected} was expected"
    );
    note(&format!("exit code {expected}"));
    Ok(())
}

/// The host port answers with this version, and so do the clients of the load see it.
async fn answers(gateway: &Running, load: &RunningLoad, version: &str) -> Result<()> {
    let health = gateway.get("/api/health").await?.json()?;
    ensure!(health["version"] == version, "{version} should serve, but {health} answers");
    load.wait_for_version(version, BOUND).await?;
    note(&format!("at the host port: {health}"));
    Ok(())
}

fn verdict(report: &Report, took: Duration) -> ExitCode {
    say("What the clients saw");
    note(&report.to_string());
    let websockets_cut = report.websockets.cut;
    say(&format!(
        "{} requests, {} failed, {} executed twice, {websockets_cut} WebSockets cut; one update, \
         two bad releases refused, one rollback, in {:.0} s",
        report.requests,
        report.failed(),
        report.executions.duplicates,
        took.as_secs_f64()
    ));
    if report.failed() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn say(text: &str) {
    print(&format!("\n==> {text}"));
}

fn note(text: &str) {
    for line in text.lines() {
        print(&format!("    {line}"));
    }
}

/// A reader that closed the pipe wants no more, which is no error.
fn print(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}
