//! `phoenixctl`: Phoenix Tray on the command line, the same engine without a window.

mod arguments;
mod commands;
mod consent;
mod failure;
mod output;
mod progress;
mod scope;
mod signals;
mod words;

use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use arguments::Arguments;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_env("PHOENIX_LOG").unwrap_or_else(|_| "warn".into()))
        .with_writer(std::io::stderr)
        .without_time()
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "the program could not start its threads");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(commands::run(arguments))
}
