//! Rollback: warm from the click to the route, cold beside the app's own start.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use phoenix_tests::{ContainerSpec, Context, Engine, GatewayImage, Result, Running, Scene};

use crate::{
    Effort,
    bed::{self, BOUND},
    figures::{Figures, median},
};

const PART: &str = "rollback";

pub(crate) async fn measure(engine: &Engine, effort: &Effort, figures: &mut Figures) -> Result<()> {
    let scene = bed::scene(engine, "bench-rollback").await?;
    let gateway = bed::up(&scene, ContainerSpec::new("gateway")).await?;
    bed::receipt(&scene, &["adopt", &gateway.name], 0).await?;
    scene.publish(&GatewayImage::new("1.1.0")).await?;
    let rounds = if effort.quick { 1 } else { 5 };

    let mut warm = Vec::new();
    let mut cold = Vec::new();
    for _ in 0..rounds {
        warm.push(millis(back_while_watched(&scene, &gateway).await?));
    }
    for _ in 0..rounds {
        let update = ["update", &gateway.name, "--to", "1.1.0", "--monitor", "0s"];
        bed::receipt(&scene, &update, 0).await?;
        let begun = Instant::now();
        let child = quietly(&scene, &["rollback", &gateway.name])?.spawn()?;
        cold.push(millis(bed::until_answered_by(&gateway, "1.0.0", begun).await?));
        child.wait_with_output().await?;
    }
    let mut starts = Vec::new();
    for _ in 0..rounds {
        starts.push(millis(own_start(&scene).await?));
    }
    let (own, cold) = (median(starts), median(cold));
    figures.add(
        PART,
        "warm: command to route, median",
        format!("{} ms", median(warm)),
        "<= 200 ms",
    );
    figures.add(PART, "cold: command to route, median", format!("{cold} ms"), "start + 300 ms");
    figures.add(PART, "the app's own start, median", format!("{own} ms"), "");
    figures.add(
        PART,
        "cold beyond the app's own start",
        format!("{} ms", cold.saturating_sub(own)),
        "<= 300 ms",
    );
    scene.finish().await
}

/// Updates, and takes it back while the new release is being watched.
async fn back_while_watched(scene: &Scene, gateway: &Running) -> Result<Duration> {
    let update = ["update", &gateway.name, "--to", "1.1.0", "--monitor", "60s"];
    let updating = quietly(scene, &update)?.spawn()?;
    bed::answers(gateway, "1.1.0").await?;
    let begun = Instant::now();
    let back = quietly(scene, &["rollback", &gateway.name])?.spawn()?;
    let took = bed::until_answered_by(gateway, "1.0.0", begun).await?;
    let ended = async {
        back.wait_with_output().await?;
        updating.wait_with_output().await
    };
    tokio::time::timeout(BOUND, ended).await.context("the update has no end")??;
    Ok(took)
}

/// From `docker start` to the first answer, of a container like the service's.
async fn own_start(scene: &Scene) -> Result<Duration> {
    let part = format!("alone{:04x}", rand::random::<u16>());
    let alone = scene.create(ContainerSpec::new(&part).image(&scene.tagged("1.0.0"))).await?;
    let begun = Instant::now();
    scene.docker().start_container(&alone.name, None).await?;
    bed::until_answered_by(&alone, "1.0.0", begun).await
}

fn quietly(scene: &Scene, arguments: &[&str]) -> Result<tokio::process::Command> {
    let mut command = scene.ctl_command(arguments)?;
    command.args(["--yes", "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    Ok(command)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
