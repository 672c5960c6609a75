//! `phoenixctl status` over a hundred containers, and what the program costs by itself.

use std::{fs, time::Instant};

use phoenix_tests::{ContainerSpec, Engine, Result, Scene};

use crate::{
    Effort,
    bed::scene,
    figures::{Figures, median},
};

/// What the issue promises it for.
const CONTAINERS: usize = 100;
const PROMISE: &str = "100 ms or less";

pub(crate) async fn measure(engine: &Engine, effort: &Effort, figures: &mut Figures) -> Result<()> {
    let scene = scene(engine, "status").await?;
    let mut settings = String::new();
    for number in 0..CONTAINERS {
        let spec = ContainerSpec::new(&format!("c{number:03}")).unpublished();
        // A process that does nothing: a hundred health checks would be what is measured.
        let spec = spec.edit(|body| {
            body.healthcheck = Some(phoenix_tests::bollard::models::HealthConfig {
                test: Some(vec!["NONE".to_owned()]),
                ..Default::default()
            });
        });
        let container = scene.run(spec).await?;
        settings.extend(["[services.\"", &container.name, "\"]\n"]);
    }
    fs::write(scene.config_dir().join("config.toml"), settings)?;
    let runs = if effort.quick { 5 } else { 20 };
    let part = "status";
    let all = timed(&scene, &["status", "--json"], runs).await?;
    figures.add(
        part,
        format!("{CONTAINERS} containers, median of {runs}"),
        ms(median(all)),
        PROMISE,
    );
    let help = timed(&scene, &["--version"], runs).await?;
    figures.add(part, "the program's own start", ms(median(help)), "");

    let one = crate::bed::up(&scene, ContainerSpec::new("switched")).await?;
    scene.ctl(["adopt", &one.name, "--yes", "--json"]).await?.expect_success()?;
    let asked = timed(&scene, &["status", &one.name, "--json"], runs).await?;
    figures.add(part, "1 behind its switch, which is asked", ms(median(asked)), "");
    let passed = timed(&scene, &["status", &one.name, "--json", "--no-switch"], runs).await?;
    figures.add(part, "the same with --no-switch", ms(median(passed)), "");
    scene.finish().await
}

async fn timed(scene: &Scene, arguments: &[&str], runs: usize) -> Result<Vec<u64>> {
    let mut took_ms = Vec::new();
    for _ in 0..=runs {
        let begun = Instant::now();
        scene.ctl(arguments).await?.expect_success()?;
        took_ms.push(u64::try_from(begun.elapsed().as_millis())?);
    }
    // The first one warms the engine's caches.
    took_ms.remove(0);
    Ok(took_ms)
}

fn ms(value: u64) -> String {
    format!("{value} ms")
}
