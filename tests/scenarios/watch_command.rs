//! `phoenixctl watch`: the scheduler without a window, on real engines.

mod by_the_clock;
mod once;
mod running;
mod staying;
mod units;

use std::fs;

use phoenix_tests::{ContainerSpec, Result, Running, Scene, eventually};

use crate::{faults::BOUND, overlap::version};
pub(crate) use running::Watching;

/// Watches one service, with these lines in its table.
fn watched(scene: &Scene, gateway: &Running, lines: &str) -> Result<()> {
    let text = format!("[services.\"{}\"]\nmonitor = \"1s\"\n{lines}\n", gateway.name);
    fs::write(scene.config_dir().join("config.toml"), text)?;
    Ok(())
}

/// A gateway that owns its port itself, and answers.
async fn unadopted(scene: &Scene) -> Result<Running> {
    let gateway = scene.run(ContainerSpec::new("gateway")).await?;
    eventually("the gateway answers", BOUND, async || version(&gateway).await).await?;
    Ok(gateway)
}
