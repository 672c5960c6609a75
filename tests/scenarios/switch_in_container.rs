//! The switch as it runs for users: its container, its limits, its durable state, what it carries.

mod behaviours;
mod body;
mod carries;
mod crash;
mod few_descriptors;
mod held;
mod hostile;
mod state;

use std::time::Duration;

use phoenix_tests::{Result, Running, Scene};
use serde_json::Value;

use crate::adoption::switch_name;

const BOUND: Duration = Duration::from_mins(1);

/// What the switch says of itself.
async fn status(scene: &Scene, gateway: &Running) -> Result<Value> {
    let said = scene.ctl(["switch", &gateway.name, "--json"]).await?.expect_success()?.json()?;
    Ok(said["services"][0]["switch"].clone())
}

/// A receipt, whatever its outcome.
async fn update(scene: &Scene, gateway: &Running, code: i32) -> Result<Value> {
    let arguments = ["update", &gateway.name, "--monitor", "1s", "--yes", "--json"];
    scene.ctl(arguments).await?.expect_code(code)?.json()
}
