//! How soon a release that turned bad is taken back, from the verdict to the old route.

use std::fs;

use phoenix_tests::{ContainerSpec, Context, Engine, GatewayImage, Result, Scene};
use serde_json::Value;

use crate::{bed, figures::Figures};

const PART: &str = "auto-rollback";

/// What the new release does once it has the traffic.
const FAULTS: [(&str, &str); 3] = [
    ("it exits", "exit-after:4000:1"),
    ("it turns sick", "sick-after:4000"),
    ("it answers 500", "errors-after:4000:1"),
];

pub(crate) async fn measure(engine: &Engine, figures: &mut Figures) -> Result<()> {
    let scene = bed::scene(engine, "bench-verdict").await?;
    let gateway = bed::up(&scene, ContainerSpec::new("gateway")).await?;
    bed::receipt(&scene, &["adopt", &gateway.name], 0).await?;
    let load = phoenix_load::Load::start(bed::load(gateway.port, true))?;
    for (number, (name, fault)) in FAULTS.iter().enumerate() {
        let version = format!("1.1.{number}");
        scene.publish(&GatewayImage::new(&version).fault(fault)).await?;
        let update = ["update", &gateway.name, "--monitor", "40s"];
        let receipt = bed::receipt(&scene, &update, 1).await?;
        let id = receipt["id"].as_str().context("a receipt has an ID")?;
        let delay = from_verdict_to_route(&scene, id)?;
        figures.add(PART, format!("{name}: verdict to route"), format!("{delay} ms"), "<= 2000 ms");
    }
    let report = load.stop().await;
    figures.add(
        PART,
        "failed beyond the app's own 5xx",
        report.failed_beyond_app(),
        "0 but for it exits",
    );
    scene.finish().await
}

/// From the journal: when the monitor step failed, and when the commit was undone.
fn from_verdict_to_route(scene: &Scene, id: &str) -> Result<i64> {
    let entries = journal(scene, id)?;
    let steps = entries.first().map(|first| first["event"]["plan"]["steps"].clone());
    let step = |action: &str| {
        let steps = steps.as_ref()?.as_array()?;
        let found = steps.iter().find(|step| step["action"]["do"] == action)?;
        Some(found["number"].clone())
    };
    let when = |event: &str, action: &str| {
        let step = step(action)?;
        let found = entries
            .iter()
            .find(|entry| entry["event"]["event"] == event && entry["event"]["step"] == step)?;
        found["at"].as_str()?.parse::<jiff::Timestamp>().ok()
    };
    let verdict = when("failed", "monitor").context("the journal has no verdict")?;
    let route = when("undone", "commit").context("the journal does not undo the commit")?;
    Ok(route.as_millisecond() - verdict.as_millisecond())
}

fn journal(scene: &Scene, id: &str) -> Result<Vec<Value>> {
    let folders = fs::read_dir(scene.state_dir().join("journals"))?;
    let paths = folders.flatten().map(|folder| folder.path().join(format!("{id}.jsonl")));
    let path = paths.into_iter().find(|path| path.is_file()).context("no journal of that ID")?;
    let text = fs::read_to_string(path)?;
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}
