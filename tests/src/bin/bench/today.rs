//! Today's way, for comparison: `docker compose up -d` of the same service under the same load.

use phoenix_load::Load;
use phoenix_tests::{ComposeProject, Engine, GatewayImage, Result, Running, Scene, free_port};

use crate::{
    Effort,
    bed::{self, BOUND},
    figures::Figures,
};

const PART: &str = "docker compose up -d";

pub(crate) async fn measure(engine: &Engine, effort: &Effort, figures: &mut Figures) -> Result<()> {
    let scene = bed::scene(engine, "bench-today").await?;
    let port = free_port()?;
    let project = project(&scene, port, "1.0.0")?;
    project.up().await?;
    let gateway = Running { id: String::new(), name: project.container("gateway"), port };
    bed::answers(&gateway, "1.0.0").await?;
    let load = Load::start(bed::load(port, effort.quick))?;
    load.wait_for_successes(500, BOUND).await?;
    // It fails at every update: a few show it as well as twenty.
    let updates = effort.updates.min(3);
    for number in 1..=updates {
        let version = format!("1.{number}.0");
        scene.publish(&GatewayImage::new(&version)).await?;
        self::project(&scene, port, &version)?.up().await?;
        bed::answers(&gateway, &version).await?;
        load.wait_for_successes(500, BOUND).await?;
    }
    let report = load.stop().await;
    figures.add(PART, "updates", updates, "");
    bed::seen(figures, PART, &report, false);
    scene.finish().await
}

fn project<'a>(scene: &'a Scene, port: u16, version: &str) -> Result<ComposeProject<'a>> {
    scene.compose(&format!(
        "services:\n  gateway:\n    image: {}\n    ports: [\"127.0.0.1:{port}:18789\"]\n",
        scene.tagged(version)
    ))
}
