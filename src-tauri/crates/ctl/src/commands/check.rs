//! `phoenixctl check`.

use phoenix_engine::{
    check::{Finding, check},
    observe::look,
};
use phoenix_plan::{image::Release, service::ServiceId};
use serde::Serialize;

use crate::{
    failure::{Exit, Failure},
    output::Output,
    progress::Teller,
    scope::Scope,
    words,
};

/// One service's line.
#[derive(Debug, Serialize)]
struct Line {
    service: ServiceId,
    running: Release,
    #[serde(flatten)]
    finding: Finding,
}

pub(crate) async fn run(
    scope: &Scope,
    name: Option<&str>,
    output: Output,
) -> Result<Exit, Failure> {
    let platform = scope.world.engine.facts().await?.platform;
    let mut lines = Vec::new();
    for service in scope.services(name).await? {
        let sighting = look(&scope.world, &service, &Teller::new(output)).await?;
        let finding = check(&scope.world, &sighting, &platform).await;
        lines.push(Line { service, running: sighting.running, finding });
    }
    let text: Vec<String> = lines
        .iter()
        .map(|line| {
            format!("{} {}: {}", line.service, line.running.name(), words::finding(&line.finding))
        })
        .collect();
    output.result(&text.join("\n"), &serde_json::json!({ "services": lines }));
    let failed = lines.iter().any(|line| matches!(line.finding, Finding::CheckFailed { .. }));
    if lines.iter().any(|line| line.finding.is_update()) {
        Ok(Exit::UpdateAvailable)
    } else if failed {
        Ok(Exit::NotUpdated)
    } else {
        Ok(Exit::Done)
    }
}
