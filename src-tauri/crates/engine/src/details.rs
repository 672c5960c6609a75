//! More about one service than everybody needs to know: its health check at work, its switch, its
//! log.

mod health_log;
mod serving;

use phoenix_plan::{
    health::HealthCheck,
    planner::{switch_labels, switch_name},
    service::ServiceId,
};
use serde::{Deserialize, Serialize};

pub use health_log::HealthOutput;

use crate::{
    World, in_a_sentence,
    observe::containers_of,
    ports::{EngineError, SwitchStatus},
};

/// How much of the log is shown.
const LOG_LINES: usize = 50;

/// More about one service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// The container that health and log are of: the first one that serves, else that runs.
    pub container: String,
    /// Its effective health check; absent without one.
    pub health_check: Option<HealthCheck>,
    /// What the check said, newest first: as many as the engine keeps (5).
    pub health_outputs: Vec<HealthOutput>,
    /// Route and counters of its switch; absent without one, and where it does not answer.
    pub switch: Option<SwitchStatus>,
    /// The last 50 lines of its output, oldest first.
    pub log: Vec<String>,
    /// Why the log cannot be read: not every logging driver allows it.
    pub log_unreadable: Option<String>,
}

/// Details of one service. A switch or a log that does not answer is left out; `NotFound` when
/// the service has no container.
pub async fn details(world: &World, service: &ServiceId) -> Result<Details, EngineError> {
    let switch = switch_status(world, service).await?;
    let mut raws = Vec::new();
    for container in containers_of(world, service).await? {
        raws.extend(world.engine.inspect_container(&container.id).await?);
    }
    let routed = switch.as_ref().map(|status| &status.routed);
    let gone = || EngineError::NotFound { what: format!("a container of {service}") };
    let raw = serving::choose(&raws, &switch_name(service), routed).ok_or_else(gone)?;
    let log = world.engine.logs(raw["Id"].as_str().unwrap_or_default(), LOG_LINES).await;
    let (log, log_unreadable) = match log {
        Ok(lines) => (lines, None),
        Err(error) => (Vec::new(), Some(in_a_sentence(&error))),
    };
    Ok(Details {
        container: raw["Name"].as_str().unwrap_or_default().trim_start_matches('/').to_owned(),
        health_check: HealthCheck::from_config(&raw["Config"]["Healthcheck"]),
        health_outputs: health_log::outputs(&raw["State"]["Health"]["Log"]),
        switch,
        log,
        log_unreadable,
    })
}

async fn switch_status(
    world: &World,
    service: &ServiceId,
) -> Result<Option<SwitchStatus>, EngineError> {
    let found = world.engine.inspect_container(&switch_name(service)).await?;
    let ours = found.filter(|raw| {
        let labels = &raw["Config"]["Labels"];
        switch_labels(service).iter().all(|(key, value)| labels[key].as_str() == Some(value))
    });
    let Some(id) = ours.as_ref().and_then(|raw| raw["Id"].as_str()) else { return Ok(None) };
    let Ok(session) = world.switches.connect(id).await else { return Ok(None) };
    Ok(session.status().await.ok())
}
