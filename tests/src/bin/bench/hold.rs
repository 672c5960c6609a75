//! A hold update of a gateway that boots in 3 s.

use phoenix_load::Load;
use phoenix_tests::{ContainerSpec, Engine, GatewayImage, Result};

use crate::{
    bed::{self, BOUND, number},
    figures::Figures,
};

const PART: &str = "hold update, boot 3 s";

pub(crate) async fn measure(engine: &Engine, figures: &mut Figures) -> Result<()> {
    let scene = bed::scene(engine, "bench-hold").await?;
    let spec = ContainerSpec::new("gateway").env("PHOENIX_LOCK", "/shared/lock");
    let gateway = bed::up(&scene, bed::sharing(&scene, spec)?).await?;
    bed::receipt(&scene, &["adopt", &gateway.name], 0).await?;
    let load = Load::start(bed::load(gateway.port, true))?;
    load.wait_for_successes(500, BOUND).await?;
    scene.publish(&GatewayImage::new("1.1.0").fault("slow-listen:3000")).await?;
    let receipt = bed::receipt(&scene, &["update", &gateway.name, "--monitor", "1s"], 0).await?;
    load.wait_for_version("1.1.0", BOUND).await?;
    load.wait_for_successes(500, BOUND).await?;
    let report = load.stop().await;

    figures.add(PART, "requests", report.requests, "");
    figures.add(PART, "failed", report.failed(), "0");
    figures.add(PART, "held", number(&receipt, "/requests/held"), "");
    let stall = format!("{} ms", number(&receipt, "/requests/longest_stall_ms"));
    figures.add(PART, "longest stall", stall, "stop + boot");
    figures.add(PART, "executed twice", bed::executed_twice(&scene)?, "0");
    scene.finish().await
}
