//! `phoenixctl doctor`: the prerequisites and the check-list, each with its remedy.

use phoenix_adapters::{assemble, config, doctor};
use phoenix_engine::{World, observe::look};
use phoenix_plan::service::ServiceId;
use serde::Serialize;

use crate::{
    failure::{Exit, Failure},
    output::Output,
    progress::Teller,
    scope::Scope,
};

/// One line of the check-list.
#[derive(Debug, Serialize)]
struct Check {
    name: String,
    state: State,
    finding: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Good,
    Advice,
    Bad,
}

/// Free space that the owner's prerequisites ask for.
const WANTED_FREE_BYTES: u64 = 10_000_000_000;
/// The oldest engine and compose that the owner's prerequisites name.
const WANTED_ENGINE: (u32, u32) = (24, 0);
const WANTED_COMPOSE: (u32, u32) = (2, 20);

pub(crate) async fn run(name: Option<&str>, output: Output) -> Result<Exit, Failure> {
    let settings = config::load()?;
    let mut checks = vec![good("configuration", "config.toml can be read")];
    let world = match assemble::world(&settings).await {
        Ok(world) => world,
        Err(error) => {
            let failure = Failure::from(error);
            checks.push(bad("engine", &failure.message, "start Docker, or set DOCKER_HOST"));
            print(&checks, output);
            return Ok(failure.code);
        }
    };
    let scope = Scope { settings, world };
    machine(&scope.world, &mut checks).await?;
    match scope.services(name).await {
        Ok(services) => {
            for service in services {
                of_service(&scope, &service, output, &mut checks).await?;
            }
        }
        Err(failure) => checks.push(bad(
            "services",
            &failure.message,
            "start the gateway, or name a container to watch in config.toml",
        )),
    }
    print(&checks, output);
    let worst = checks.iter().any(|check| check.state == State::Bad);
    Ok(if worst { Exit::NotUpdated } else { Exit::Done })
}

async fn machine(world: &World, checks: &mut Vec<Check>) -> Result<(), Failure> {
    let facts = world.engine.facts().await?;
    let finding = format!("{} answers at {}", facts.version, facts.endpoint);
    checks.push(if version_of(&facts.version) >= WANTED_ENGINE {
        good("engine", &finding)
    } else {
        advice("engine", &finding, "Docker 24 or newer is recommended; updates work all the same")
    });
    checks.push(match doctor::compose_version().await {
        Some(version) if version_of(&version) >= WANTED_COMPOSE => good("compose", &version),
        Some(version) => advice("compose", &version, "2.20 or newer is recommended"),
        None => advice("compose", "not installed", "compose files are read directly meanwhile"),
    });
    if facts.local
        && let Some(free) = doctor::free_bytes(&facts.data_root)
    {
        let finding = format!("{} GB free in {}", free / 1_000_000_000, facts.data_root);
        checks.push(if free >= WANTED_FREE_BYTES {
            good("disk", &finding)
        } else {
            advice("disk", &finding, "10 GB are recommended: 'docker image prune' frees some")
        });
    }
    for service in world.state.unfinished_services()? {
        checks.push(bad(
            "interrupted update",
            &format!("an update of {service} was interrupted"),
            &format!("run 'phoenixctl update {service}': it is brought to its end first"),
        ));
    }
    Ok(())
}

async fn of_service(
    scope: &Scope,
    service: &ServiceId,
    output: Output,
    checks: &mut Vec<Check>,
) -> Result<(), Failure> {
    let sighting = look(&scope.world, service, &Teller::new(output)).await?;
    let observed = &sighting.observed;
    let name = |what: &str| format!("{service}: {what}");
    for member in &observed.members {
        let container = &member.container;
        checks.push(if container.is_running() {
            good(&name("running"), &format!("{} runs", container.name))
        } else {
            bad(
                &name("running"),
                &format!("{} does not run", container.name),
                &format!("docker start {}", container.name),
            )
        });
        checks.push(match &container.health_check {
            Some(check) => good(&name("health check"), &check.command.join(" ")),
            None => advice(
                &name("health check"),
                "none",
                "add one to the image or the compose file: without it a release counts as ready \
                 when it stays up and listens",
            ),
        });
    }
    checks.push(match &observed.switch {
        Some(switch) if switch.routed.is_some() => good(&name("switch"), "owns the port"),
        Some(_) => bad(
            &name("switch"),
            "does not answer",
            &format!("docker start {}", phoenix_plan::planner::switch_name(service)),
        ),
        None => advice(
            &name("switch"),
            "the container publishes its port itself",
            &format!("'phoenixctl adopt {service}' once, and no update drops a request any more"),
        ),
    });
    let record = scope.world.state.record(service)?;
    checks.push(if record.kept.is_empty() {
        advice(&name("rollback"), "no earlier release is kept yet", "the next update keeps one")
    } else {
        good(&name("rollback"), &format!("{} releases are kept", record.kept.len()))
    });
    let last = scope.world.state.receipts(Some(service))?.into_iter().next();
    checks.push(match last {
        Some(receipt) if receipt.requests.failed == 0 && receipt.probe.failed == 0 => {
            good(&name("zero downtime"), &receipt.headline())
        }
        Some(receipt) => advice(
            &name("zero downtime"),
            &receipt.headline(),
            &format!("see 'phoenixctl receipt {}'", receipt.id),
        ),
        None => advice(&name("zero downtime"), "no update yet", "the first one will prove it"),
    });
    Ok(())
}

fn print(checks: &[Check], output: Output) {
    let text: Vec<String> = checks
        .iter()
        .map(|check| {
            let mark = match check.state {
                State::Good => "✓",
                State::Advice => "•",
                State::Bad => "✗",
            };
            let remedy =
                check.remedy.as_ref().map(|remedy| format!("\n    → {remedy}")).unwrap_or_default();
            format!("{mark} {}: {}{remedy}", check.name, check.finding)
        })
        .collect();
    output.result(&text.join("\n"), &serde_json::json!({ "checks": checks }));
}

fn good(name: &str, finding: &str) -> Check {
    Check { name: name.to_owned(), state: State::Good, finding: finding.to_owned(), remedy: None }
}

fn advice(name: &str, finding: &str, remedy: &str) -> Check {
    Check { state: State::Advice, remedy: Some(remedy.to_owned()), ..good(name, finding) }
}

fn bad(name: &str, finding: &str, remedy: &str) -> Check {
    Check { state: State::Bad, remedy: Some(remedy.to_owned()), ..good(name, finding) }
}

/// The first two numbers of a version, however it is dressed.
fn version_of(text: &str) -> (u32, u32) {
    let digits = text.find(|c: char| c.is_ascii_digit()).map_or("", |start| &text[start..]);
    let mut numbers =
        digits.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}
