//! The figures: what an update, a rollback and the switch itself cost, each engine in a column.
//! Prints, and asserts nothing: what a figure is worth depends on how quiet the machine is.

mod adoption;
mod bed;
mod figures;
mod hold;
mod overlap;
mod rollback;
mod status;
mod switch;
mod today;
mod verdict;

use std::{env, io::Write, process::ExitCode, time::Instant};

use phoenix_tests::{Context, Engine, Result, bail, engines};

use figures::{Figures, table};

const USAGE: &str = "\
bench: the figures, on every engine of PHOENIX_TEST_ENGINES (else DOCKER_HOST, else the default)

  --quick          few updates, short measurements: under 3 minutes an engine
  --updates N      overlap updates back to back            default 20, quick 3
  --requests N     at least so many requests over them     default 100000, quick 5000
  --only PARTS     with commas: overlap,today,hold,rollback,adoption,verdict,switch,
                   status
  --json           one JSON document on standard output, the table on standard error
";

const PARTS: [&str; 8] =
    ["overlap", "today", "hold", "rollback", "adoption", "verdict", "switch", "status"];

/// How much is measured.
#[derive(Debug, Clone)]
struct Effort {
    quick: bool,
    updates: u32,
    requests: u64,
    parts: Vec<String>,
    json: bool,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let Some(effort) = effort(env::args().skip(1))? else {
        say(USAGE);
        return Ok(ExitCode::SUCCESS);
    };
    let mut columns = Vec::new();
    for engine in engines().await? {
        let mut figures = Figures::new(&engine.version);
        for part in &effort.parts {
            let begun = Instant::now();
            note(&format!("Engine {}: {part}", engine.version));
            // One part that cannot be measured must not cost the others.
            if let Err(error) = measure(part, &engine, &effort, &mut figures).await {
                figures.missing(part, &format!("{error:#}"));
            }
            note(&format!("Engine {}: {part} took {:.0?}", engine.version, begun.elapsed()));
        }
        columns.push(figures);
    }
    if effort.json {
        note(&table(&columns));
        say(&serde_json::to_string_pretty(&columns)?);
    } else {
        say(&table(&columns));
    }
    Ok(ExitCode::SUCCESS)
}

async fn measure(
    part: &str,
    engine: &Engine,
    effort: &Effort,
    figures: &mut Figures,
) -> Result<()> {
    match part {
        "overlap" => overlap::measure(engine, effort, figures).await,
        "today" => today::measure(engine, effort, figures).await,
        "hold" => hold::measure(engine, figures).await,
        "rollback" => rollback::measure(engine, effort, figures).await,
        "adoption" => adoption::measure(engine, effort, figures).await,
        "verdict" => verdict::measure(engine, figures).await,
        "switch" => switch::measure(engine, effort, figures).await,
        "status" => status::measure(engine, effort, figures).await,
        other => bail!("{other} is no part; parts are {}", PARTS.join(", ")),
    }
}

/// What the command line asks for; nothing when it asks for the usage.
fn effort(arguments: impl Iterator<Item = String>) -> Result<Option<Effort>> {
    let arguments: Vec<String> = arguments.collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let parts = PARTS.map(str::to_owned).to_vec();
    let (updates, requests) = if quick { (3, 5_000) } else { (20, 100_000) };
    let mut effort = Effort { quick, updates, requests, parts, json: false };
    let mut rest = arguments.into_iter();
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().with_context(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--quick" => {}
            "--json" => effort.json = true,
            "--updates" => effort.updates = value()?.parse()?,
            "--requests" => effort.requests = value()?.parse()?,
            "--only" => effort.parts = value()?.split(',').map(str::to_owned).collect(),
            "--help" | "-h" => return Ok(None),
            other => bail!("{other} is not understood\n{USAGE}"),
        }
    }
    if let Some(stray) = effort.parts.iter().find(|part| !PARTS.contains(&part.as_str())) {
        bail!("{stray} is no part; parts are {}", PARTS.join(", "));
    }
    Ok(Some(effort))
}

/// A reader that closed the pipe wants no more, which is no error.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

fn note(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
