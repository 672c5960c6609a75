//! The program: `run` as the first process of a container, `control` beside it.

use std::io::Write;
use std::process::ExitCode;

use phoenix_switch::control::bridge;
use phoenix_switch::options::{Options, Task, USAGE, parse};
use phoenix_switch::switch::Switch;
use rustix::process::{WaitOptions, wait};
use tokio::signal::unix::{SignalKind, signal};

/// As `sysexits.h` has it: the command line was wrong.
const WRONG_USAGE: u8 = 64;

fn main() -> ExitCode {
    let task = match parse(std::env::args().skip(1)) {
        Ok(task) => task,
        Err(error) => {
            let _ = write!(std::io::stderr(), "phoenix-switch: {error}\n\n{USAGE}");
            return ExitCode::from(WRONG_USAGE);
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = runtime.map_err(|error| error.to_string()).and_then(|runtime| match task {
        Task::Run(options) => runtime.block_on(run(&options)),
        Task::Control { control } => {
            let carried =
                runtime.block_on(bridge(&control, tokio::io::stdin(), tokio::io::stdout()));
            // A thread may be stuck reading standard input.
            runtime.shutdown_background();
            carried.map_err(|error| format!("no switch listens at {} ({error})", control.display()))
        }
        Task::FreeSpace => free_space(),
        Task::Version => say(concat!("phoenix-switch ", env!("CARGO_PKG_VERSION"), "\n")),
        Task::Help => say(USAGE),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "phoenix-switch: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What a union file system says of itself is said of the disk that the engine writes to.
fn free_space() -> Result<(), String> {
    let facts =
        rustix::fs::statvfs("/").map_err(|error| format!("the disk says nothing: {error}"))?;
    say(&format!("{}\n", facts.f_bavail.saturating_mul(facts.f_frsize)))
}

fn say(text: &str) -> Result<(), String> {
    std::io::stdout().write_all(text.as_bytes()).map_err(|error| error.to_string())
}

async fn run(options: &Options) -> Result<(), String> {
    let listen_to = |kind| signal(kind).map_err(|error| format!("no signals: {error}"));
    let mut terminated = listen_to(SignalKind::terminate())?;
    let mut interrupted = listen_to(SignalKind::interrupt())?;
    let mut child_ended = listen_to(SignalKind::child())?;
    let switch = Switch::start(options).map_err(|error| error.to_string())?;
    loop {
        tokio::select! {
            _ = terminated.recv() => break,
            _ = interrupted.recv() => break,
            // The first process of a container inherits orphans.
            _ = child_ended.recv() => while let Ok(Some(_)) = wait(WaitOptions::NOHANG) {},
        }
    }
    // Whatever the drain limit cuts was in flight for longer than anybody would wait.
    switch.stop().await;
    Ok(())
}
