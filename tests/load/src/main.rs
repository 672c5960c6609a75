//! `phoenix-load`: a load on addresses of this machine, and its report. Exit 1 when anything failed.

use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use phoenix_load::{Load, LoadError, LoadPlan, Report};

/// Mixed traffic against the demo gateway whose every failure is classified.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// An address of this machine, such as `127.0.0.1:18789` or `[::1]:18789`; may be repeated.
    #[arg(long, required = true)]
    address: Vec<SocketAddr>,
    /// How long, in seconds.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    seconds: u64,
    /// How much.
    #[arg(long, value_enum, default_value_t = Preset::Mixed)]
    preset: Preset,
    /// One JSON document instead of a table.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Preset {
    Mixed,
    Gentle,
    Full,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(report) => {
            let text = if arguments.json {
                serde_json::to_string_pretty(&report).unwrap_or_else(|error| error.to_string())
            } else {
                report.to_string()
            };
            let _closed = writeln!(std::io::stdout(), "{text}");
            ExitCode::from(u8::from(report.failed() > 0))
        }
        Err(error) => {
            let _closed = writeln!(std::io::stderr(), "{error}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<Report, LoadError> {
    let addresses = arguments.address.clone();
    let plan = match arguments.preset {
        Preset::Mixed => LoadPlan::mixed(addresses),
        Preset::Gentle => LoadPlan::gentle(addresses),
        Preset::Full => LoadPlan::full(addresses),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let load = Load::start(plan.lasting(Duration::from_secs(arguments.seconds)))?;
        tokio::select! {
            () = load.limit_reached() => {}
            _interrupted = tokio::signal::ctrl_c() => {}
        }
        Ok(load.stop().await)
    })
}
