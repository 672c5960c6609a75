//! Steps in few words: what a person follows while it happens.

use super::{Action, Who};

impl Action {
    /// The step in a few words, without names that only the plan needs.
    pub fn brief(&self) -> String {
        let fixed = match self {
            Self::Hook { moment, .. } => return format!("run the {} hook", moment.key()),
            Self::Pull { .. } => "pull the image",
            Self::Pin { .. } => "pin the running image",
            Self::BackUpConfig { .. } => "back up the config",
            Self::RestoreConfig { .. } => "restore the config of that release",
            Self::CreateSwitch { .. } => "create the switch",
            Self::Create { .. } => "create the new container",
            Self::Compare { .. } => "compare it with its model",
            Self::Start { who } => return format!("start {}", name(who)),
            Self::Gate { who, .. } => return format!("wait until {} is ready", name(who)),
            Self::Hold { .. } => "hold new requests",
            Self::Drain { .. } => "let running requests finish",
            Self::Stop { who, .. } => return format!("stop {}", name(who)),
            Self::StartSwitch { .. } => "hand the port to the switch",
            Self::StopSwitch { .. } => "take the port from the switch",
            Self::Tag { reference, .. } => return format!("tag the image as {reference}"),
            Self::Commit { .. } => "MOVE THE TRAFFIC",
            Self::VerifyPort { .. } => "ask at the host port",
            Self::Monitor { window, .. } => return format!("watch it for {} s", window.as_secs()),
            Self::Wait { delay } => return format!("wait {} s", delay.as_secs()),
            Self::Confirm => "confirm",
            Self::Keep { .. } => "remember the release before",
            Self::Park { .. } => "park its container",
            Self::Rename { name, .. } => return format!("name the container {name}"),
            Self::Remove { .. } => "remove the container before",
            Self::RemoveSwitch { .. } => "remove the switch",
            Self::Discard { .. } => "drop releases beyond the limit",
        };
        fixed.to_owned()
    }
}

fn name(who: &Who) -> &str {
    match who {
        Who::Existing { name, .. } => name,
        Who::New { .. } => "the new container",
    }
}
