//! What the answers about the machine mean.

use super::{Check, Remedy, Subject, Topic};
use crate::{
    in_a_sentence,
    ports::{EngineFacts, StateError},
};

/// Free space that the owner's prerequisites ask for.
const WANTED_FREE_BYTES: u64 = 10_000_000_000;
/// The oldest engine and compose that the owner's prerequisites name.
const WANTED_ENGINE: (u32, u32) = (24, 0);
const WANTED_COMPOSE: (u32, u32) = (2, 20);

/// The engine cannot be asked, and why: nothing else can be checked then.
pub fn engine_away(reason: &str) -> Check {
    let remedy = Remedy::by_hand("start Docker, or set DOCKER_HOST");
    Check::bad(Subject::machine(Topic::Engine), reason, remedy)
}

pub(super) fn engine(facts: &EngineFacts) -> Check {
    let subject = Subject::machine(Topic::Engine);
    let finding = format!("{} answers at {}", facts.version, facts.endpoint);
    if version_of(&facts.version) >= WANTED_ENGINE {
        return Check::good(subject, finding);
    }
    let remedy = "Docker 24 or newer is recommended; updates work all the same";
    Check::advice(subject, finding, Remedy::by_hand(remedy))
}

pub(super) fn compose(version: Option<String>) -> Check {
    let subject = Subject::machine(Topic::Compose);
    match version {
        Some(version) if version_of(&version) >= WANTED_COMPOSE => Check::good(subject, version),
        Some(version) => {
            Check::advice(subject, version, Remedy::by_hand("2.20 or newer is recommended"))
        }
        None => {
            let remedy = Remedy::by_hand("compose files are read directly meanwhile");
            Check::advice(subject, "not installed", remedy)
        }
    }
}

pub(super) fn disk(free_bytes: u64, path: &str) -> Check {
    let subject = Subject::machine(Topic::Disk);
    let finding = format!("{} GB free in {path}", free_bytes / 1_000_000_000);
    if free_bytes >= WANTED_FREE_BYTES {
        return Check::good(subject, finding);
    }
    let remedy = "10 GB are recommended: 'docker image prune' frees some";
    Check::advice(subject, finding, Remedy::by_hand(remedy))
}

pub(super) fn log(path: &str, trouble: Option<&str>) -> Check {
    let subject = Subject::machine(Topic::Log);
    match trouble {
        None => Check::good(subject, format!("{path} has a line for each update")),
        Some(trouble) => {
            let remedy = Remedy::by_hand("check the owner and mode of that file and its folder");
            Check::bad(subject, format!("{path} cannot be used: {trouble}"), remedy)
        }
    }
}

pub(super) fn no_state(error: &StateError) -> Check {
    let remedy = Remedy::by_hand("check the owner and mode of that file and its folder");
    Check::bad(Subject::machine(Topic::State), in_a_sentence(error), remedy)
}

/// The first two numbers of a version, however it is dressed.
pub(super) fn version_of(text: &str) -> (u32, u32) {
    let digits = text.find(|c: char| c.is_ascii_digit()).map_or("", |start| &text[start..]);
    let mut numbers =
        digits.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}
