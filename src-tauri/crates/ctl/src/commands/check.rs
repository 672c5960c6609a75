//! `phoenixctl check`.

use jiff::Timestamp;
use phoenix_adapters::state::FileStore;
use phoenix_engine::round::Round;

use crate::{
    failure::{Exit, Failure},
    output::Output,
    progress::Teller,
    scope::Scope,
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
    let round =
        Round::carry_out(&scope.world, &scope.settings, &memory, &services, &teller).await?;
    let now = Timestamp::now().to_zoned(scope.settings.zone());
    let memory = store.change_watch_state(|memory| round.remember(memory, &now))?;
    let checked = round.checked(&scope.world, &scope.settings, &memory, &now);
    let text: Vec<String> = checked
        .iter()
        .map(|line| {
            let held = line.held.as_ref().map(words::held).unwrap_or_default();
            let finding = words::finding(&line.finding);
            format!("{} {}: {finding}{held}", line.service, line.running.name())
        })
        .collect();
    output.result(&text.join("\n"), &serde_json::json!({ "services": checked }));
    if checked.iter().any(|line| line.finding.is_update()) {
        Ok(Exit::UpdateAvailable)
    } else if checked.iter().any(|line| line.finding.is_failure()) {
        Ok(Exit::NotUpdated)
    } else {
        Ok(Exit::Done)
    }
}
