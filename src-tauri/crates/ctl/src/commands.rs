//! One file per command.

mod change;
mod channels;
mod check;
mod compose_edit;
mod doctor;
mod history;
mod receipt;
mod rollback;
mod status;
mod switch;
mod update;

use std::process::ExitCode;

use crate::{
    arguments::{Arguments, Command},
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
    if let Command::Doctor(which) = command {
        return doctor::run(which.service.as_deref(), output).await;
    }
    if let Command::Channels(channels) = command {
        return channels::run(channels.action, output).await;
    }
    let scope = Scope::open().await?;
    match command {
        Command::Status(which) => status::run(&scope, which.service.as_deref(), output).await,
        Command::Check(which) => check::run(&scope, which.service.as_deref(), output).await,
        Command::Update(update) => update::run(&scope, &update, output).await,
        Command::Rollback(rollback) => rollback::run(&scope, &rollback, output).await,
        Command::History(history) => history::run(&scope, &history, output).await,
        Command::Adopt(adopt) => change::adopt(&scope, &adopt, output).await,
        Command::Release(change) => change::release(&scope, &change, output).await,
        Command::Doctor(which) => doctor::run(which.service.as_deref(), output).await,
        Command::Receipt(which) => receipt::run(&scope, which.service.as_deref(), output),
        Command::Channels(channels) => channels::run(channels.action, output).await,
        Command::Switch(which) => switch::run(&scope, which.service.as_deref(), output).await,
    }
}
