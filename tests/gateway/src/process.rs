//! The program: commands, signals, exits.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::process::ExitCode;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Duration, sleep};

use crate::fault::{Doom, Fault};
use crate::server::{self, RunningGateway};
use crate::settings::{Settings, USAGE};
use crate::{config_file, health, log};

/// From one look at the clock of an ordered end to the next.
const DOOM_LOOK: Duration = Duration::from_millis(10);

/// Runs one command line (without the program's name) in the environment that `lookup` tells.
pub fn run(arguments: &[String], lookup: &dyn Fn(&str) -> Option<String>) -> ExitCode {
    let (command, version) = match parse(arguments) {
        Ok(parsed) => parsed,
        Err(word) => {
            log::complain(&format!("unknown argument {word:?}; `phoenix help` lists the commands"));
            return ExitCode::from(2);
        }
    };
    let settings = match Settings::from_lookup(lookup) {
        Ok(settings) => {
            Settings { version: version.unwrap_or(settings.version.clone()), ..settings }
        }
        Err(error) => return refuse(&error.to_string()),
    };
    match command {
        Command::Version => log::print(&format!("phoenix {}", settings.version)),
        Command::Help => log::print(USAGE),
        Command::Health => match health::ask(&settings) {
            Ok(seen) => log::print(&seen),
            Err(seen) => {
                log::print(&format!("not healthy: {seen}"));
                return ExitCode::from(1);
            }
        },
        Command::Serve => return serve(settings),
    }
    ExitCode::SUCCESS
}

enum Command {
    Serve,
    Health,
    Version,
    Help,
}

fn parse(arguments: &[String]) -> Result<(Command, Option<String>), String> {
    let (mut command, mut version) = (Command::Serve, None);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        command = match word.as_str() {
            "serve" => Command::Serve,
            "health" => Command::Health,
            "version" | "--version" | "-V" => Command::Version,
            "help" | "--help" | "-h" => Command::Help,
            "--version-of" => {
                version = Some(words.next().ok_or("--version-of without a version")?.clone());
                continue;
            }
            other => return Err(other.to_owned()),
        };
    }
    Ok((command, version))
}

fn serve(settings: Settings) -> ExitCode {
    log::say(&format!("phoenix {} starts", settings.version));
    if let Some(code) = settings.faults.exit_at_start() {
        log::complain(&format!("cannot start: ordered to exit with {code} at start"));
        return ExitCode::from(code);
    }
    let _lock = match settings.lock.as_deref().map(lock).transpose() {
        Ok(lock) => lock,
        Err(why) => return refuse(&why),
    };
    let migrate_to = settings.migrate.then_some(settings.version.as_str());
    match config_file::open(&settings.config, migrate_to) {
        Ok(Some(_)) => log::say(&format!("configuration {} read", settings.config.display())),
        Ok(None) => log::say("no configuration file, defaults apply"),
        Err(error) => {
            return refuse(&format!("configuration {}: {error}", settings.config.display()));
        }
    }
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(serve_until_end(settings)),
        Err(error) => refuse(&format!("no runtime: {error}")),
    }
}

async fn serve_until_end(settings: Settings) -> ExitCode {
    let faults = settings.faults.clone();
    let signals = signal(SignalKind::terminate()).and_then(|terminate| {
        signal(SignalKind::interrupt()).map(|interrupt| (terminate, interrupt))
    });
    let mut signals = match signals {
        Ok(signals) => signals,
        Err(error) => return refuse(&format!("signals: {error}")),
    };
    tokio::select! {
        () = sleep(faults.listen_after()) => {}
        () = terminated(&mut signals, false) => {
            log::say("told to stop before it listened");
            return ExitCode::SUCCESS;
        }
    }
    let gateway = match server::start(settings).await {
        Ok(gateway) => gateway,
        Err(error) => return refuse(&error.to_string()),
    };
    for address in gateway.addresses() {
        log::say(&format!("listens on {address} as instance {}", gateway.instance()));
    }
    let ignores = faults.has(&Fault::IgnoreSigterm);
    tokio::select! {
        () = terminated(&mut signals, ignores) => stop(gateway).await,
        code = doom(&gateway, faults.doom()) => ExitCode::from(code),
    }
}

async fn stop(gateway: RunningGateway) -> ExitCode {
    log::say("told to stop: accepts no more, finishes what is in flight");
    if gateway.stop().await.finished {
        log::say("stopped, nothing was cut");
    } else {
        log::complain("stopped at the limit of PHOENIX_STOP_MS, answers in flight were cut");
    }
    ExitCode::SUCCESS
}

async fn terminated((terminate, interrupt): &mut (Signal, Signal), ignores: bool) {
    loop {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        if !ignores {
            return;
        }
        log::say("told to stop, ordered to ignore it");
    }
}

/// Waits for the ordered end of the process, its exit code.
async fn doom(gateway: &RunningGateway, doom: Option<Doom>) -> u8 {
    let due = async |after| {
        while gateway.ready_for().is_none_or(|since| since < after) {
            sleep(DOOM_LOOK).await;
        }
    };
    match doom {
        None => std::future::pending().await,
        Some(Doom::Exit { after, code }) => {
            due(after).await;
            log::complain(&format!("fatal: ordered to exit with {code} after {after:?}"));
            code
        }
        Some(Doom::OutOfMemory { after, mebibytes }) => {
            due(after).await;
            log::complain(&format!("takes memory, up to {mebibytes} MiB"));
            let mut taken = Vec::new();
            for _ in 0..mebibytes {
                // Written, not only reserved: the kernel counts touched pages.
                taken.push(vec![1_u8; 1 << 20]);
                tokio::task::yield_now().await;
            }
            log::complain(&format!("{} MiB taken and still alive, exits", taken.len()));
            137
        }
    }
}

fn lock(path: &Path) -> Result<File, String> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(|error| format!("cannot open the lock {}: {error}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(format!(
            "another instance holds {}; only one may run on this volume; not started",
            path.display()
        )),
        Err(TryLockError::Error(error)) => Err(format!("lock {}: {error}", path.display())),
    }
}

fn refuse(why: &str) -> ExitCode {
    log::complain(why);
    ExitCode::from(1)
}
