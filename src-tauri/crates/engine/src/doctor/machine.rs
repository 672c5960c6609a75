//! What the answers about the machine mean.

use super::{Check, Remedy, Subject, Topic};
use crate::{
    in_a_sentence,
    ports::{EngineFacts, StateError},
    wording::{Filling as _, Wording, wording},
};

/// Free space that the owner's prerequisites ask for.
const WANTED_FREE_BYTES: u64 = 10_000_000_000;
/// The oldest engine and compose that the owner's prerequisites name.
const WANTED_ENGINE: (u32, u32) = (24, 0);
const WANTED_COMPOSE: (u32, u32) = (2, 20);

/// The engine cannot be asked, and why: nothing else can be checked then.
pub fn engine_away(reason: Wording) -> Check {
    let remedy = Remedy::by_hand(wording!("help.engine", "start Docker, or set DOCKER_HOST"));
    Check::bad(Subject::machine(Topic::Engine), reason, remedy)
}

pub(super) fn engine(facts: &EngineFacts) -> Check {
    let subject = Subject::machine(Topic::Engine);
    let (version, endpoint) = (&facts.version, &facts.endpoint);
    let finding =
        wording!("found.engine.answers", "{version} answers at {endpoint}", version, endpoint);
    if version_of(&facts.version) >= WANTED_ENGINE {
        return Check::good(subject, finding);
    }
    let remedy =
        wording!("help.engine_old", "Docker 24 or newer is recommended; updates work all the same");
    Check::advice(subject, finding, Remedy::by_hand(remedy))
}

pub(super) fn compose(version: Option<String>) -> Check {
    let subject = Subject::machine(Topic::Compose);
    let Some(version) = version else {
        let remedy = wording!("help.compose", "compose files are read directly meanwhile");
        let finding = wording!("found.compose.absent", "not installed");
        return Check::advice(subject, finding, Remedy::by_hand(remedy));
    };
    let finding = wording!("found.compose.version", "{version}", version);
    if version_of(&version) >= WANTED_COMPOSE {
        return Check::good(subject, finding);
    }
    let remedy = wording!("help.compose_old", "2.20 or newer is recommended");
    Check::advice(subject, finding, Remedy::by_hand(remedy))
}

pub(super) fn disk(free_bytes: u64, path: &str) -> Check {
    let subject = Subject::machine(Topic::Disk);
    let finding = Wording {
        code: "found.disk.free",
        blanks: vec![("free_bytes", free_bytes.blank()), ("path", path.blank())],
        text: format!("{} GB free in {path}", free_bytes / 1_000_000_000),
    };
    if free_bytes >= WANTED_FREE_BYTES {
        return Check::good(subject, finding);
    }
    let remedy = wording!("help.disk", "10 GB are recommended: 'docker image prune' frees some");
    Check::advice(subject, finding, Remedy::by_hand(remedy))
}

pub(super) fn log(path: &str, trouble: Option<&str>) -> Check {
    let subject = Subject::machine(Topic::Log);
    match trouble {
        None => {
            let finding = wording!("found.log.good", "{path} has a line for each update", path);
            Check::good(subject, finding)
        }
        Some(reason) => {
            let finding =
                wording!("found.log.bad", "{path} cannot be used: {reason}", path, reason);
            Check::bad(subject, finding, owner_and_mode())
        }
    }
}

pub(super) fn no_state(error: &StateError) -> Check {
    let reason = in_a_sentence(error);
    let finding = wording!("found.state.bad", "{reason}", reason);
    Check::bad(Subject::machine(Topic::State), finding, owner_and_mode())
}

fn owner_and_mode() -> Remedy {
    Remedy::by_hand(wording!(
        "help.owner_and_mode",
        "check the owner and mode of that file and its folder"
    ))
}

/// The first two numbers of a version, however it is dressed.
pub(super) fn version_of(text: &str) -> (u32, u32) {
    let digits = text.find(|c: char| c.is_ascii_digit()).map_or("", |start| &text[start..]);
    let mut numbers =
        digits.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}
