//! `phoenixctl status`.

mod line;
pub(crate) mod runs;

use std::collections::BTreeMap;

use jiff::Timestamp;
use phoenix_adapters::state::FileStore;
use phoenix_engine::{
    controller::{WatchState, Watched},
    observe::{Sighting, Switches, survey},
    round::held,
};
use phoenix_plan::{receipt::Receipt, service::ServiceId};
use serde_json::json;

use self::{
    line::{Known, Line},
    runs::Runs,
};
use crate::{
    arguments,
    failure::{Exit, Failure},
    output::Output,
    scope::{Scope, nothing_to_watch},
};

pub(crate) async fn run(
    scope: &Scope,
    arguments: &arguments::Status,
    output: Output,
) -> Result<Exit, Failure> {
    let store = FileStore::open()?;
    let known = store.watch_state().unwrap_or_else(|error| {
        tracing::warn!(path = error.path, cause = %error.source, "what checks found is not known");
        WatchState::default()
    });
    let sightings = sightings(scope, arguments).await?;
    let now = Timestamp::now();
    let local = now.to_zoned(scope.settings.zone());
    let watched: Vec<ServiceId> =
        sightings.iter().map(|seen| seen.observed.service.clone()).collect();
    let runs = Runs::of(&scope.settings, &known, &watched, store.watcher()?, now);
    let mut newest = newest(scope.world.state.receipts(None)?);
    let mut lines = Vec::new();
    for seen in sightings {
        let service = seen.observed.service.clone();
        let record = scope.world.state.record(&service)?;
        let of = Watched::default();
        let found = known.services.get(&service).unwrap_or(&of);
        let asked = !arguments.no_switch;
        let finding = found.last_check.as_ref().map(|check| &check.finding);
        let held = finding
            .and_then(|finding| held(&scope.settings, &known, &seen, &record, finding, &local));
        let newest = newest.remove(&service);
        lines.push(Line::of(seen, record, newest, Known { watched: found, held }, asked));
    }
    let mut text: Vec<String> = lines.iter().map(|line| line.in_words(now)).collect();
    text.push(runs.in_words(now));
    if known.paused {
        text.push("paused: nothing is announced or updated by itself".to_owned());
    }
    let document = json!({ "services": lines, "automation": runs, "paused": known.paused });
    output.result(&text.join("\n"), &document);
    Ok(Exit::Done)
}

async fn sightings(scope: &Scope, arguments: &arguments::Status) -> Result<Vec<Sighting>, Failure> {
    let switches = if arguments.no_switch { Switches::Passed } else { Switches::Asked };
    let wished = match &arguments.service {
        Some(name) => vec![scope.service(name).await?],
        None => scope.settings.services(),
    };
    let seen = survey(&scope.world, &wished, switches).await?;
    if seen.is_empty() { Err(nothing_to_watch()) } else { Ok(seen) }
}

/// The newest receipt of each service.
fn newest(receipts: Vec<Receipt>) -> BTreeMap<ServiceId, Receipt> {
    let mut newest = BTreeMap::new();
    for receipt in receipts {
        newest.entry(receipt.service.clone()).or_insert(receipt);
    }
    newest
}
