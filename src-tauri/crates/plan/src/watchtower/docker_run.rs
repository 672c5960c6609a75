//! The `docker run` that starts a Watchtower, as people keep it in their notes.

use super::{NotUnderstood, is_image};

/// What of it is Watchtower's.
pub(super) struct Run<'a, 'w> {
    /// After the image.
    pub(super) arguments: &'w [&'a str],
    /// `NAME=value`.
    pub(super) environment: Vec<&'a str>,
}

/// Options of `docker run` that stand alone; every other one has a value.
const ALONE: [&str; 13] = [
    "-d",
    "--detach",
    "-i",
    "--interactive",
    "-t",
    "--tty",
    "-it",
    "-ti",
    "--rm",
    "--init",
    "--privileged",
    "--read-only",
    "-dit",
];

/// Takes it apart; `None` if it is none.
pub(super) fn split<'a, 'w>(words: &'w [&'a str]) -> Option<Result<Run<'a, 'w>, NotUnderstood>> {
    let words = match words {
        ["sudo", rest @ ..] => rest,
        all => all,
    };
    match words {
        ["docker" | "podman", "run" | "create", rest @ ..]
        | ["docker" | "podman", "container", "run" | "create", rest @ ..] => Some(after_run(rest)),
        _ => None,
    }
}

fn after_run<'a, 'w>(words: &'w [&'a str]) -> Result<Run<'a, 'w>, NotUnderstood> {
    let mut environment = Vec::new();
    let mut place = 0;
    while let Some(word) = words.get(place).filter(|word| word.starts_with('-')) {
        let (name, joined) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (*word, None),
        };
        let has_value = joined.is_none() && !ALONE.contains(&name);
        let value = if has_value { words.get(place + 1).copied() } else { joined };
        if matches!(name, "-e" | "--env") {
            environment.extend(value);
        }
        place += if has_value { 2 } else { 1 };
    }
    match words.get(place) {
        Some(image) if is_image(image) => Ok(Run { arguments: &words[place + 1..], environment }),
        Some(_) | None => Err(NotUnderstood::NoWatchtower),
    }
}
