//! `phoenixctl history`.

use phoenix_plan::receipt::Receipt;

use crate::{
    arguments,
    failure::{Exit, Failure},
    output::Output,
    scope::Scope,
    words,
};

pub(crate) async fn run(
    scope: &Scope,
    arguments: &arguments::History,
    output: Output,
) -> Result<Exit, Failure> {
    let mut receipts: Vec<Receipt> = Vec::new();
    let mut kept = Vec::new();
    for service in scope.services(arguments.service.as_deref()).await? {
        let known = scope.world.state.receipts(Some(&service))?;
        receipts.extend(known.into_iter().take(arguments.limit.unwrap_or(usize::MAX)));
        let record = scope.world.state.record(&service)?;
        kept.extend(record.kept.into_iter().map(|kept| (service.clone(), kept.release)));
    }
    let mut lines: Vec<String> = receipts.iter().map(words::history_line).collect();
    if lines.is_empty() {
        lines.push("no updates yet".to_owned());
    }
    for (service, release) in &kept {
        lines.push(format!("kept: {service} {} ({})", release.name(), release.image));
    }
    let kept: Vec<_> = kept
        .into_iter()
        .map(|(service, release)| serde_json::json!({ "service": service, "release": release }))
        .collect();
    let document = serde_json::json!({ "updates": receipts, "kept": kept });
    output.result(&lines.join("\n"), &document);
    Ok(Exit::Done)
}
