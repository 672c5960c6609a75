//! `phoenixctl import watchtower`: its wishes become settings; the difference is shown before.

mod changes;
mod source;

use std::{io::IsTerminal, time::Duration};

use phoenix_adapters::config::{self, edit};
use phoenix_plan::watchtower::{Remark, Wishes};
use serde_json::{Value, json};
use similar::TextDiff;

use self::source::Source;
use crate::{
    arguments,
    consent::ask,
    failure::{Exit, Failure},
    output::Output,
    scope::Scope,
};

/// How long Watchtower may take to finish what it is doing.
const STOP_WITHIN: Duration = Duration::from_mins(1);

/// What is about to become of the settings.
struct Move {
    changes: Vec<edit::Change>,
    difference: String,
    remarks: Vec<Remark>,
}

pub(crate) async fn run(
    scope: &Scope,
    wanted: &arguments::Watchtower,
    output: Output,
) -> Result<Exit, Failure> {
    let source = Source::find(&scope.world, wanted).await?;
    let wishes = Wishes::of(&source.command).map_err(|error| Failure::usage(error.to_string()))?;
    let services = source::services(&scope.world, &wishes, &source).await?;
    let mut remarks = wishes.remarks.clone();
    let changes = changes::of(&scope.settings, &wishes, &services, &mut remarks);
    let before = config::text()?;
    let after = edit::apply(&before, &changes)?;
    let moved = Move { changes, difference: difference(&before, &after), remarks };

    let written = !moved.difference.is_empty() && agreed(&moved, wanted, output)?;
    if written {
        edit::change(&moved.changes)?;
    }
    let stopped = match &source.container {
        Some(name) if wanted.stop && !wanted.dry_run => stop(scope, name).await?,
        Some(_) | None => false,
    };
    let text = in_words(&moved, &source, written, stopped);
    output.result(&text, &document(&moved, &source, written, stopped));
    Ok(Exit::Done)
}

/// Whether the difference is to be written. On a terminal it is shown, then asked about.
fn agreed(moved: &Move, wanted: &arguments::Watchtower, output: Output) -> Result<bool, Failure> {
    if wanted.dry_run || wanted.yes {
        return Ok(wanted.yes && !wanted.dry_run);
    }
    if !std::io::stdin().is_terminal() || output.is_json() {
        return Err(Failure::usage(
            "nobody can be asked whether config.toml may be changed: add --yes to agree, or \
             --dry-run to see the difference. Nothing was changed",
        ));
    }
    if ask(&format!("{}\nWrite this to config.toml? [y/N] ", told(moved))) {
        return Ok(true);
    }
    let message = "you said no: nothing was changed".to_owned();
    Err(Failure { code: Exit::NotUpdated, message })
}

/// It is kept, so that it can be started again; it does not start by itself.
async fn stop(scope: &Scope, container: &str) -> Result<bool, Failure> {
    let engine = &scope.world.engine;
    engine.set_restart_policy(container, &json!({ "Name": "no" })).await?;
    engine.stop_container(container, STOP_WITHIN).await?;
    Ok(true)
}

fn difference(before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    diff.unified_diff().header("config.toml", "config.toml, with the import").to_string()
}

fn told(moved: &Move) -> String {
    let remarks = moved.remarks.iter().map(|it| format!("  • {}: {}\n", it.about, it.text));
    format!("{}{}", remarks.collect::<String>(), moved.difference)
}

fn in_words(moved: &Move, source: &Source, written: bool, stopped: bool) -> String {
    let outcome = match (written, moved.difference.is_empty()) {
        (_, true) => "config.toml says all this already.",
        (true, false) => "Written to config.toml; everything else in it stayed as it was.",
        (false, false) => "Nothing was changed.",
    };
    let next = match (&source.container, stopped) {
        (Some(name), true) => format!(
            "{name} is stopped and does not start by itself any more; 'docker rm {name}' removes it."
        ),
        (Some(name), false) => format!(
            "Both would update as long as Watchtower runs: 'docker update --restart=no {name} && \
             docker stop {name}' stops it, or --stop does."
        ),
        (None, _) => "Do not let Watchtower run beside: both would update.".to_owned(),
    };
    format!(
        "{}\n{outcome}\n{next}\nUpdates happen while 'phoenixctl watch' or the desktop application \
         runs.",
        told(moved)
    )
}

fn document(moved: &Move, source: &Source, written: bool, stopped: bool) -> Value {
    let remark = |it: &Remark| json!({ "about": it.about, "text": it.text });
    json!({
        "container": source.container,
        "difference": moved.difference,
        "written": written,
        "stopped": stopped,
        "remarks": moved.remarks.iter().map(remark).collect::<Vec<_>>(),
    })
}
