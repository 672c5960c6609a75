//! `phoenixctl switch`.

use phoenix_plan::planner::switch_name;

use crate::{
    failure::{Exit, Failure},
    output::Output,
    scope::Scope,
};

pub(crate) async fn run(
    scope: &Scope,
    name: Option<&str>,
    output: Output,
) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    let mut documents = Vec::new();
    for service in scope.services(name).await? {
        let container = switch_name(&service);
        let Some(raw) = scope.world.engine.inspect_container(&container).await? else {
            text.push(format!("{service}: not behind a switch ('phoenixctl adopt {service}')"));
            documents.push(serde_json::json!({ "service": service, "switch": null }));
            continue;
        };
        let session = scope.world.switches.connect(raw["Id"].as_str().unwrap_or(&container)).await;
        let status = match session {
            Ok(session) => session.status().await,
            Err(error) => Err(error),
        };
        let status = status.map_err(|error| Failure {
            code: Exit::NeedsAttention,
            message: format!("{error}. Try 'docker start {container}', then 'docker logs' of it"),
        })?;
        let routed: Vec<&str> =
            status.routed.backends.iter().map(|backend| backend.generation.as_str()).collect();
        text.push(format!(
            "{service}: routes to {}, {} held now{}",
            if routed.is_empty() { "nothing".to_owned() } else { routed.join(", ") },
            status.held_now,
            if status.routed.holding { ", holding" } else { "" },
        ));
        for entry in &status.generations {
            let t = &entry.traffic;
            text.push(format!(
                "  {}: {} requests, {} failed, {} in flight, {} long connections, p95 {} µs",
                entry.generation, t.requests, t.failed, entry.in_flight, entry.upgraded, t.p95_us
            ));
        }
        if let Some(warning) = &status.state_warning {
            text.push(format!("  {warning}"));
        }
        documents.push(serde_json::json!({ "service": service, "switch": status }));
    }
    output.result(&text.join("\n"), &serde_json::json!({ "services": documents }));
    Ok(Exit::Done)
}
