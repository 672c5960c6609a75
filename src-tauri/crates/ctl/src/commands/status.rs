//! `phoenixctl status`.

use phoenix_engine::observe::look;
use phoenix_plan::{
    image::Release,
    observed::{ContainerState, Member},
    receipt::Receipt,
    service::ServiceId,
};
use serde::Serialize;

use crate::{
    failure::{Exit, Failure},
    output::Output,
    progress::Teller,
    scope::Scope,
};

/// One service as it stands.
#[derive(Debug, Serialize)]
struct Line {
    service: ServiceId,
    running: Release,
    health: String,
    containers: Vec<String>,
    ports: Vec<String>,
    behind_switch: bool,
    switch_answers: bool,
    holding: bool,
    roll_back_to: Option<Release>,
    last_update: Option<Receipt>,
}

pub(crate) async fn run(
    scope: &Scope,
    name: Option<&str>,
    output: Output,
) -> Result<Exit, Failure> {
    let mut lines = Vec::new();
    for service in scope.services(name).await? {
        lines.push(line(scope, service, output).await?);
    }
    let text: Vec<String> = lines.iter().map(in_words).collect();
    output.result(&text.join("\n"), &serde_json::json!({ "services": lines }));
    Ok(Exit::Done)
}

async fn line(scope: &Scope, service: ServiceId, output: Output) -> Result<Line, Failure> {
    let sighting = look(&scope.world, &service, &Teller::new(output)).await?;
    let record = scope.world.state.record(&service)?;
    let receipts = scope.world.state.receipts(Some(&service))?;
    let observed = &sighting.observed;
    let routed = observed.switch.as_ref().and_then(|switch| switch.routed.as_ref());
    let ports = match &observed.switch {
        Some(switch) => switch.ports.clone(),
        None => observed.members.iter().flat_map(|m| m.container.ports.clone()).collect(),
    };
    let kept = record.kept.into_iter().map(|kept| kept.release);
    Ok(Line {
        health: health(&observed.members),
        containers: observed.members.iter().map(|m| m.container.name.clone()).collect(),
        ports: ports.iter().map(ToString::to_string).collect(),
        behind_switch: observed.switch.is_some(),
        switch_answers: routed.is_some(),
        holding: routed.is_some_and(|routed| routed.holding),
        roll_back_to: kept
            .into_iter()
            .find(|release| release.image_id != sighting.running.image_id),
        last_update: receipts.into_iter().next().map(Receipt::without_plot),
        running: sighting.running,
        service,
    })
}

/// The worst of its containers, in Docker's words.
fn health(members: &[Member]) -> String {
    let words = members.iter().map(|member| match &member.container.state {
        ContainerState::Running { health: Some(health), .. } => health.clone(),
        ContainerState::Running { health: None, .. } => "running".to_owned(),
        ContainerState::Stopped { exit_code, .. } => format!("stopped (exit code {exit_code})"),
        ContainerState::Paused => "paused".to_owned(),
        ContainerState::Restarting { restarts, .. } => {
            format!("restarting again and again ({restarts} times)")
        }
    });
    let mut words: Vec<String> = words.collect();
    words.sort_by_key(|word| matches!(word.as_str(), "healthy" | "running"));
    words.into_iter().next().unwrap_or_else(|| "no container".to_owned())
}

fn in_words(line: &Line) -> String {
    let switch = match (line.behind_switch, line.switch_answers, line.holding) {
        (false, _, _) => "owns its port itself",
        (true, false, _) => "its switch does not answer",
        (true, true, true) => "behind its switch, requests are being held",
        (true, true, false) => "behind its switch",
    };
    let ports = if line.ports.is_empty() { "no ports".to_owned() } else { line.ports.join(", ") };
    let back = match &line.roll_back_to {
        Some(release) => format!("; can go back to {}", release.name()),
        None => String::new(),
    };
    format!("{} {}: {}, {switch} ({ports}){back}", line.service, line.running.name(), line.health)
}
