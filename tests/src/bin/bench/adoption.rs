//! How long the port is away while it changes hands.

use phoenix_tests::{ContainerSpec, Engine, Result};

use crate::{
    Effort,
    bed::{self, number},
    figures::{Figures, median},
};

const PART: &str = "adoption";

pub(crate) async fn measure(engine: &Engine, effort: &Effort, figures: &mut Figures) -> Result<()> {
    let scene = bed::scene(engine, "bench-adoption").await?;
    let gateway = bed::up(&scene, ContainerSpec::new("gateway")).await?;
    let (mut adopted, mut released) = (Vec::new(), Vec::new());
    for _ in 0..if effort.quick { 3 } else { 5 } {
        let receipt = bed::receipt(&scene, &["adopt", &gateway.name], 0).await?;
        adopted.push(number(&receipt, "/probe/longest_gap_ms"));
        let receipt = bed::receipt(&scene, &["release", &gateway.name], 0).await?;
        released.push(number(&receipt, "/probe/longest_gap_ms"));
    }
    let most = adopted.iter().max().copied().unwrap_or_default();
    let gap = format!("{} ms, {most} ms", median(adopted));
    figures.add(PART, "gap: median, longest", gap, "<= 1500 ms");
    let most = released.iter().max().copied().unwrap_or_default();
    let gap = format!("{} ms, {most} ms", median(released));
    figures.add(PART, "gap of release: median, longest", gap, "");
    scene.finish().await
}
