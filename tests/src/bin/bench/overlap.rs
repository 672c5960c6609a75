//! Overlap updates back to back under the common load, and what each cost beyond its own work.

use phoenix_load::Load;
use phoenix_tests::{ContainerSpec, Engine, GatewayImage, Result};
use serde_json::Value;

use crate::{
    Effort,
    bed::{self, BOUND, number},
    figures::{Figures, median},
};

const PART: &str = "overlap updates";

pub(crate) async fn measure(engine: &Engine, effort: &Effort, figures: &mut Figures) -> Result<()> {
    let scene = bed::scene(engine, "bench-overlap").await?;
    let spec = bed::sharing(&scene, ContainerSpec::new("gateway"))?;
    let gateway = bed::up(&scene, spec).await?;
    bed::receipt(&scene, &["adopt", &gateway.name, "--strategy", "overlap"], 0).await?;
    let load = Load::start(bed::load(gateway.port, effort.quick))?;
    load.wait_for_successes(500, BOUND).await?;
    let mut receipts = Vec::new();
    for number in 1..=effort.updates {
        let version = format!("1.{number}.0");
        scene.publish(&GatewayImage::new(&version)).await?;
        let update = ["update", &gateway.name, "--strategy", "overlap", "--monitor", "1s"];
        receipts.push(bed::receipt(&scene, &update, 0).await?);
    }
    let enough = effort.requests;
    let wait = load.wait_until("enough requests", BOUND * 5, |seen| seen.requests >= enough);
    wait.await?;
    let report = load.stop().await;

    figures.add(PART, "updates", receipts.len(), "20 in the full run");
    bed::seen(figures, PART, &report, true);
    figures.add(PART, "executed twice", bed::executed_twice(&scene)?, "0");
    let longest = receipts.iter().map(|one| number(one, "/timings_ms/switch")).max();
    figures.add(PART, "commit, longest", format!("{} ms", longest.unwrap_or_default()), "");
    let overheads: Vec<u64> = receipts.iter().map(overhead).collect();
    let most = overheads.iter().max().copied().unwrap_or_default();
    let overhead = format!("{} ms, {most} ms", median(overheads));
    figures.add(PART, "overhead of an update: median, most", overhead, "<= 500 ms");
    scene.finish().await
}

/// What is left of an update beyond pull, the app's own start, drain and monitor.
fn overhead(receipt: &Value) -> u64 {
    let own = ["pull", "ready", "drain", "monitor"];
    let own: u64 = own.iter().map(|part| number(receipt, &format!("/timings_ms/{part}"))).sum();
    number(receipt, "/timings_ms/total").saturating_sub(own)
}
