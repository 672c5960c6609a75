//! A `hooks` table: one command for each moment.

use phoenix_engine::wording::wording;
use phoenix_plan::policy::{Hook, HookCommand, HookEvent, Hooks};

use super::super::{
    ConfigError,
    reader::{Found, Reader},
};

/// Reads `hooks = { pre_update = { host = ["…"], timeout = "1m" }, … }`.
pub(super) fn read(mut keys: Reader<'_>) -> Result<Hooks, ConfigError> {
    let mut hooks = Hooks::default();
    for event in HookEvent::ALL {
        *hooks.at_mut(event) = keys.take(event.key()).map(|found| hook(&found)).transpose()?;
    }
    keys.finish().map(|()| hooks)
}

fn hook(found: &Found<'_>) -> Result<Hook, ConfigError> {
    let mut keys = found.table()?;
    let exec = keys.take("exec").map(|it| command(&it)).transpose()?;
    let host = keys.take("host").map(|it| command(&it)).transpose()?;
    let timeout = keys.take("timeout").map(|it| it.duration("1s", "1h")).transpose()?;
    keys.finish()?;
    let command = match (exec, host) {
        (Some(command), None) => HookCommand::Exec(command),
        (None, Some(command)) => HookCommand::Host(command),
        (Some(_), Some(_)) | (None, None) => {
            return Err(found.bad(wording!(
                "help.config.hook",
                "write either exec = [\"sh\", \"-c\", \"…\"] for a command in the container, or \
                 host = [\"…\"] for one on this machine",
            )));
        }
    };
    Ok(Hook { run: command, timeout: timeout.unwrap_or(Hook::TIMEOUT) })
}

fn command(found: &Found<'_>) -> Result<Vec<String>, ConfigError> {
    let words = found.list(|word| word.text().map(str::to_owned))?;
    if words.is_empty() {
        return Err(found.bad(wording!(
            "help.config.command",
            "write a program and its arguments, such as [\"sh\", \"-c\", \"…\"]"
        )));
    }
    Ok(words)
}
