//! `phoenixctl doctor`: the check-list in words, or as JSON.

use phoenix_adapters::{assemble, config, doctor::ThisMachine, state::FileStore};
use phoenix_engine::doctor::{
    Check, CheckState, Examination, Remedy, Subject, Topic, engine_away, examine,
};
use serde::Serialize;

use crate::{
    failure::{Exit, Failure},
    output::Output,
    progress::Teller,
    scope::Scope,
};

/// One line of the check-list, as it is printed.
#[derive(Debug, Serialize)]
struct Line<'a> {
    name: String,
    state: CheckState,
    finding: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<&'a str>,
}

pub(crate) async fn run(name: Option<&str>, output: Output) -> Result<Exit, Failure> {
    let settings = config::load()?;
    let readable = Subject::machine(Topic::Configuration);
    let mut checks = vec![Check::good(readable, "config.toml can be read".to_owned().into())];
    let world = match assemble::world(&settings).await {
        Ok(world) => world,
        Err(error) => {
            let failure = Failure::from(error);
            checks.push(engine_away(failure.message.clone().into()));
            print(&checks, output);
            return Ok(failure.code);
        }
    };
    let scope = Scope { settings, world };
    let (services, nothing) = match scope.services(name).await {
        Ok(services) => (services, None),
        Err(failure) => (Vec::new(), Some(nothing_to_watch(&failure))),
    };
    let teller = Teller::new(output);
    let known = FileStore::open()?.watch_state().unwrap_or_default();
    let examination = Examination {
        world: &scope.world,
        machine: &ThisMachine,
        wishes: &scope.settings,
        known: &known,
        services: &services,
    };
    checks.extend(examine(&examination, &teller).await);
    checks.extend(nothing);
    print(&checks, output);
    Ok(exit(&checks))
}

fn nothing_to_watch(failure: &Failure) -> Check {
    let remedy = "start the gateway, or name a container to watch in config.toml";
    let (finding, remedy) = (failure.message.clone().into(), remedy.to_owned().into());
    Check::bad(Subject::machine(Topic::Services), finding, Remedy::by_hand(remedy))
}

fn exit(checks: &[Check]) -> Exit {
    let mut bad = checks.iter().filter(|check| check.state == CheckState::Bad).peekable();
    if bad.peek().is_none() {
        return Exit::Done;
    }
    let away = bad.any(|check| check.subject.topic == Topic::Engine);
    if away { Exit::EngineAway } else { Exit::NotUpdated }
}

fn print(checks: &[Check], output: Output) {
    let lines: Vec<Line<'_>> = checks.iter().map(line).collect();
    let text: Vec<String> = lines.iter().map(in_words).collect();
    output.result(&text.join("\n"), &serde_json::json!({ "checks": lines }));
}

fn line(check: &Check) -> Line<'_> {
    Line {
        name: check.subject.to_string(),
        state: check.state,
        finding: &check.finding.text,
        remedy: check.remedy.as_ref().map(|remedy| remedy.text.text.as_str()),
    }
}

fn in_words(line: &Line<'_>) -> String {
    let mark = match line.state {
        CheckState::Good => "✓",
        CheckState::Advice => "•",
        CheckState::Bad => "✗",
    };
    let remedy = line.remedy.map(|remedy| format!("\n    → {remedy}")).unwrap_or_default();
    format!("{mark} {}: {}{remedy}", line.name, line.finding)
}
