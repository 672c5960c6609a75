//! `phoenixctl check`.

use jiff::Timestamp;
use phoenix_adapters::state::FileStore;
use phoenix_engine::round::{Checked, Round};

use crate::{
    failure::{Exit, Failure},
    output::Output,
    progress::Teller,
    scope::Scope,
    signals::{Asked, Signals},
    words,
};

pub(crate) async fn run(
    scope: &Scope,
    name: Option<&str>,
    output: Output,
) -> Result<Exit, Failure> {
    let services = scope.services(name).await?;
    let store = FileStore::open()?;
    let memory = store.watch_state()?;
    let teller = Teller::new(output);
    scope.world.registry.person_asks();
    let asking = Round::carry_out(&scope.world, &scope.settings, &memory, &services, &teller);
    let round = tokio::select! {
        round = asking => Some(round?),
        // What is dropped with the round ends the hooks that it runs.
        () = interrupted() => None,
    };
    let Some(round) = round else {
        scope.world.hooks.settle().await;
        return Err(stopped());
    };
    let now = Timestamp::now().to_zoned(scope.settings.zone());
    let memory = store.change_watch_state(|memory| round.remember(memory, &now))?;
    let checked = round.checked(&scope.world, &scope.settings, &memory, &now);
    let text: Vec<String> = checked.iter().map(in_words).collect();
    output.result(&text.join("\n"), &serde_json::json!({ "services": checked }));
    if checked.iter().any(|line| line.finding.is_update()) {
        Ok(Exit::UpdateAvailable)
    } else if checked.iter().any(|line| line.finding.is_failure()) {
        Ok(Exit::NotUpdated)
    } else {
        Ok(Exit::Done)
    }
}

async fn interrupted() {
    let mut signals = Signals::listen();
    while signals.next().await != Asked::Stop {}
}

fn stopped() -> Failure {
    let message = "stopped before all registries had answered; nothing was changed".to_owned();
    Failure { code: Exit::NotUpdated, message }
}

/// What was found, and what hooks around it said.
fn in_words(line: &Checked) -> String {
    let held = line.held.as_ref().map(words::held).unwrap_or_default();
    let finding = words::finding(&line.finding);
    let mut text = format!("{} {}: {finding}{held}", line.service, line.running.name());
    for hook in &line.hooks {
        text.push_str("\n    ");
        text.push_str(&hook.to_string());
    }
    text
}
