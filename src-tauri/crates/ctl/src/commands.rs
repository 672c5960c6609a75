//! One file per command.

mod change;
mod channels;
mod check;
mod compose_edit;
mod doctor;
mod handbook;
mod history;
mod import;
mod notes;
mod receipt;
mod rollback;
mod status;
mod switch;
mod update;
pub(crate) mod watch;

use std::process::ExitCode;

use crate::{
    arguments::{Arguments, Command, Import},
    failure::{Exit, Failure},
    output::Output,
    scope::Scope,
};

/// Runs the command and answers the exit code.
pub(crate) async fn run(arguments: Arguments) -> ExitCode {
    let output = Output::new(arguments.json, arguments.quiet);
    let exit = match dispatch(arguments.command, output).await {
        Ok(exit) => exit,
        Err(failure) => {
            output.failure(&failure);
            failure.code
        }
    };
    ExitCode::from(exit.code())
}

async fn dispatch(command: Command, output: Output) -> Result<Exit, Failure> {
    if let Command::Channels(channels) = command {
        return channels::run(channels.action, output).await;
    }
    match &command {
        Command::Doctor(which) => return doctor::run(which.service.as_deref(), output).await,
        Command::Watch(watch) => return watch::run(watch, output).await,
        Command::Completions { shell } => return Ok(handbook::completions(*shell)),
        Command::Man => return handbook::manual(),
        Command::Status(_)
        | Command::Check(_)
        | Command::Update(_)
        | Command::Rollback(_)
        | Command::History(_)
        | Command::Adopt(_)
        | Command::Release(_)
        | Command::Receipt(_)
        | Command::Import(_)
        | Command::Channels(_)
        | Command::Switch(_) => {}
    }
    let scope = Scope::open().await?;
    match command {
        Command::Status(which) => status::run(&scope, &which, output).await,
        Command::Check(which) => check::run(&scope, which.service.as_deref(), output).await,
        Command::Update(update) => update::run(&scope, &update, output).await,
        Command::Rollback(rollback) => rollback::run(&scope, &rollback, output).await,
        Command::History(history) => history::run(&scope, &history, output).await,
        Command::Adopt(adopt) => change::adopt(&scope, &adopt, output).await,
        Command::Release(change) => change::release(&scope, &change, output).await,
        Command::Doctor(which) => doctor::run(which.service.as_deref(), output).await,
        Command::Watch(watch) => watch::run(&watch, output).await,
        Command::Import(Import::Watchtower(wanted)) => import::run(&scope, &wanted, output).await,
        Command::Completions { shell } => Ok(handbook::completions(shell)),
        Command::Man => handbook::manual(),
        Command::Receipt(which) => receipt::run(&scope, which.service.as_deref(), output),
        Command::Channels(channels) => channels::run(channels.action, output).await,
        Command::Switch(which) => switch::run(&scope, which.service.as_deref(), output).await,
    }
}
