//! `phoenixctl`: Phoenix Tray on the command line, the same engine without a window.

mod arguments;
mod commands;
mod consent;
mod failure;
mod output;
mod progress;
mod results;
mod scope;
mod signals;
mod words;

use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use arguments::{Arguments, Command};
use commands::watch;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return misunderstood(&error),
    };
    show_diagnostics(matches!(arguments.command, Command::Watch(_)) && watch::is_journal());
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "the program could not start its threads");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(commands::run(arguments))
}

/// Diagnostics go to standard error, with priorities where that is the journal.
fn show_diagnostics(journal: bool) {
    let filter = EnvFilter::try_from_env("PHOENIX_LOG").unwrap_or_else(|_| "warn".into());
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .without_time();
    if journal {
        lines.event_format(watch::layout()).init();
    } else {
        lines.init();
    }
}

/// Help and version are results; whoever wants JSON gets an error as such.
fn misunderstood(error: &clap::Error) -> ExitCode {
    let wants_json = std::env::args_os().any(|argument| argument == "--json");
    if error.use_stderr() && wants_json {
        let text = error.to_string();
        let message = text.trim().strip_prefix("error: ").unwrap_or(text.trim());
        let failure = failure::Failure::usage(message);
        output::Output::new(true, false).failure(&failure);
        return ExitCode::from(failure.code.code());
    }
    error.exit()
}
