//! Steps in words: what the user reads before it happens.

use std::fmt;

use super::{Action, Dropped, Joining, Plan, Ports, Purpose, Source, Stall, Target, Who};
use crate::policy::{Hook, HookEvent};

impl Plan {
    /// What will happen, why so, and what clients will notice: two lines.
    pub fn summary(&self) -> String {
        let (from, to) = (self.from.name(), self.to.name());
        let what = match self.purpose {
            Purpose::Update => format!("Update {} from {from} to {to}", self.service),
            Purpose::Rollback => format!("Roll {} back from {from} to {to}", self.service),
            Purpose::Adopt => format!("Put {} behind a switch", self.service),
            Purpose::Release => format!("Give {} its port back", self.service),
        };
        let (strategy, reason) = (self.choice.strategy, &self.choice.reason);
        format!("{what} by {strategy}: {reason}.\nClients notice: {}.", self.stall)
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.summary())?;
        for step in &self.steps {
            if step.number == self.no_return {
                writeln!(f, "  -- from here on there is only forward --")?;
            }
            writeln!(f, "  {:>2} {} ({})", step.number, step.action, step.cause)?;
        }
        Ok(())
    }
}

impl fmt::Display for Stall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("nothing"),
            Self::Held { limit } => {
                write!(f, "requests wait while the app restarts, at most {} s", limit.as_secs())
            }
            Self::PortMoves { about } => write!(
                f,
                "once, new connections are refused for about {:.1} s while the port changes hands",
                about.as_secs_f64()
            ),
            Self::Restart => f.write_str("requests fail while the container restarts"),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hook { moment, hook, afterwards, .. } => {
                describe_hook(f, *moment, hook.as_ref(), afterwards.as_ref())
            }
            Self::Pull { reference, .. } => write!(f, "pull {reference}"),
            Self::Pin { tag, .. } => write!(f, "pin the running image as {tag}"),
            Self::BackUpConfig { files, .. } => write!(f, "back up {}", files.join(", ")),
            Self::RestoreConfig { backup } => write!(f, "restore the config of {backup}"),
            Self::CreateSwitch { name, ports, .. } => {
                write!(f, "create switch {name} for")?;
                ports.iter().try_for_each(|port| write!(f, " {port}"))
            }
            Self::Create { name, like, image, ports, network, joins, .. } => {
                write!(f, "create {name} like {like} from {image}{ports}")?;
                describe_joined(f, network.as_deref(), joins)
            }
            Self::Compare { generation } => write!(f, "compare {generation} with its model"),
            Self::Start { who } => write!(f, "start {who}"),
            Self::Gate { who, policy } if policy.successes == 1 => {
                write!(f, "wait until {who} is ready")
            }
            Self::Gate { who, policy } => {
                write!(f, "wait until {who} is ready {} times in a row", policy.successes)
            }
            Self::Hold { limit } => write!(f, "hold new requests, at most {} s", limit.as_secs()),
            Self::Drain { generation, limit } => {
                write!(f, "let the requests of {generation} finish, at most {} s", limit.as_secs())
            }
            Self::Stop { who, grace } => write!(f, "stop {who} with {} s grace", grace.as_secs()),
            Self::StartSwitch { name } => write!(f, "start switch {name}"),
            Self::StopSwitch { name } => write!(f, "stop switch {name}"),
            Self::Tag { reference, image, .. } => write!(f, "tag {image} as {reference}"),
            Self::Commit { backends, confirm_within, .. } => {
                let names: Vec<&str> = backends.iter().map(|b| b.generation.as_str()).collect();
                write!(f, "COMMIT: route requests to {}", names.join(", "))?;
                confirm_within.iter().try_for_each(|within| {
                    write!(f, ", reverting unless confirmed within {} s", within.as_secs())
                })
            }
            Self::VerifyPort { within } => {
                write!(f, "see the port answer within {} s", within.as_secs())
            }
            Self::Monitor { who, window, .. } => {
                let names: Vec<String> = who.iter().map(ToString::to_string).collect();
                write!(f, "watch {} for {} s", names.join(", "), window.as_secs())
            }
            Self::Wait { delay } => write!(f, "wait {} s", delay.as_secs()),
            Self::Confirm => f.write_str("confirm"),
            Self::Keep { containers, pin, park } => {
                let names: Vec<String> = containers.iter().map(ToString::to_string).collect();
                let what = if *park { "containers" } else { "descriptions" };
                write!(f, "keep the {what} of {} and the image {pin}", names.join(", "))
            }
            Self::Park { who, name } => write!(f, "park {who} as {name}"),
            Self::Rename { who, name } => write!(f, "name {who} {name}"),
            Self::Remove { who } => write!(f, "remove {who}"),
            Self::RemoveSwitch { name } => write!(f, "remove switch {name}"),
            Self::Discard { keep: None, .. } => f.write_str("drop no kept release"),
            Self::Discard { keep: Some(keep), drops } => describe_discard(f, *keep, drops),
        }
    }
}

fn describe_joined(
    f: &mut fmt::Formatter<'_>,
    network: Option<&str>,
    joins: &[Joining],
) -> fmt::Result {
    network.iter().try_for_each(|network| write!(f, ", joining {network}"))?;
    joins.iter().try_for_each(|join| write!(f, ", joining {}", join.owner))
}

fn describe_hook(
    f: &mut fmt::Formatter<'_>,
    moment: HookEvent,
    hook: Option<&Hook>,
    afterwards: Option<&Hook>,
) -> fmt::Result {
    write!(f, "run the {} hook", moment.key())?;
    match (hook, afterwards) {
        (Some(hook), _) => write!(f, ": {}", hook.run),
        (None, Some(hook)) => write!(f, " only if it goes back: {}", hook.run),
        (None, None) => Ok(()),
    }
}

fn describe_discard(f: &mut fmt::Formatter<'_>, keep: usize, drops: &[Dropped]) -> fmt::Result {
    write!(f, "drop kept releases beyond {keep}")?;
    let names: Vec<String> = drops.iter().map(ToString::to_string).collect();
    if names.is_empty() { Ok(()) } else { write!(f, ": {}", names.join(", ")) }
}

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        let image = self.image_id.iter().map(|id| format!("image {}", short(id)));
        let containers = self.containers.iter().map(|name| format!("parked container {name}"));
        let things: Vec<String> = image.chain(containers).collect();
        if things.is_empty() { Ok(()) } else { write!(f, " ({})", things.join(", ")) }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Existing { name, .. } => f.write_str(name),
            Self::New { generation } => f.write_str(generation),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Container { name, .. } => f.write_str(name),
            Self::Kept { id } => write!(f, "the kept description of {}", short(id)),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pulled => f.write_str("the pulled image"),
            Self::Local { image_id } => write!(f, "image {}", short(image_id)),
        }
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same => Ok(()),
            Self::BehindSwitch => f.write_str(", without published ports"),
            Self::Publish { bindings } => {
                f.write_str(", publishing")?;
                bindings.iter().try_for_each(|binding| write!(f, " {binding}"))
            }
        }
    }
}

/// The part of an ID that people can compare.
fn short(id: &str) -> &str {
    let hex = id.trim_start_matches("sha256:");
    hex.get(..12).unwrap_or(hex)
}
