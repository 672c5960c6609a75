//! The command line.

use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use phoenix_plan::strategy::Strategy;

const EXIT_CODES: &str = "\
Exit codes:
  0   done
  1   not updated, the old release serves
  2   wrong usage or configuration
  3   the container engine cannot be reached
  4   busy: another process is working on the service
  5   needs attention: what runs is uncertain, the message says what to do
  10  an update is available (check)

SERVICE is a container name or project/service; without one, all watched services are meant
(the gateway 'phoenix-gateway', and every [services.\"NAME\"] of config.toml).";

const CHANNEL_HELP: &str = "\
Exit codes:
  0   done
  1   the message was not sent, or the keychain does not answer
  2   wrong usage or configuration";

const IMPORT: &str = "\
For example:
  phoenixctl import watchtower
  phoenixctl import watchtower -- docker run -d --name watchtower -v /var/run/docker.sock:/var/run/docker.sock \
    containrrr/watchtower phoenix-gateway --schedule \"0 0 4 * * *\" --cleanup --include-stopped

What has no counterpart is named. Watchtower is only stopped with --stop; while both run, both update.";

const WATCH: &str = "\
What is watched, when, and what is updated by itself is said in config.toml, which is read anew when
it changes, or after SIGHUP. Lines go to standard error, with priorities for the journal under
systemd; with --json one JSON object per line goes to standard output.

The first SIGTERM or Ctrl-C finishes or takes back what is under way, then ends; a second one also
takes back a new release that is still being watched. One watcher per state folder: another one
ends with 4.";

/// Keeps containers up to date without dropping one request, and takes them back in one step.
#[derive(Debug, Parser)]
#[command(name = "phoenixctl", version, about, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Print exactly one JSON document on standard output.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print nothing but results and errors.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show version, health and switch of services.
    Status(Status),
    /// Ask the registry whether there is something newer.
    Check(Which),
    /// Update to the newest release, or to a given one.
    Update(Update),
    /// Go back to the release before, or to a kept one. Needs no registry.
    Rollback(Rollback),
    /// List past updates and the releases that can be gone back to.
    History(History),
    /// Put a service behind a switch, so that updates drop nothing.
    Adopt(Adopt),
    /// Give the port back to the service's own container and remove the switch.
    Release(Change),
    /// Check everything that updates need, with a remedy for what is missing.
    Doctor(Which),
    /// Show the receipt of an update: the last one, or one by its ID.
    Receipt(Receipt),
    /// Show the switch of a service: route, counters, requests held.
    Switch(Which),
    /// Print what completes commands in a shell; packages install it already.
    Completions {
        /// For which shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page, in roff.
    #[command(hide = true)]
    Man,
    /// Take over what another updater was told.
    #[command(subcommand)]
    Import(Import),
    /// Stay and watch: check on schedule, tell what is new, update what may be updated by itself.
    #[command(after_help = WATCH)]
    Watch(Watch),
    /// Show the channels of config.toml, send a test message, or store a secret.
    #[command(after_help = CHANNEL_HELP)]
    Channels(Channels),
}

/// Channels: mail, chats, push services, webhooks.
#[derive(Debug, Args)]
pub(crate) struct Channels {
    /// Without one, they are listed.
    #[command(subcommand)]
    pub(crate) action: Option<ChannelAction>,
}

/// What to do with a channel.
#[derive(Debug, Subcommand)]
pub(crate) enum ChannelAction {
    /// List the channels, what each sent last and what is wrong with it.
    List,
    /// Send a test message and print what the server answered.
    Test {
        /// NAME of [channels.NAME].
        name: String,
    },
    /// Store the secret of a channel in the keychain of this system: typed without echo, or read
    /// from standard input.
    Secret {
        /// NAME of [channels.NAME].
        name: String,
        /// Which of its secrets, where it has several in the keychain.
        #[arg(long)]
        key: Option<String>,
        /// Take the secret out of the keychain instead.
        #[arg(long)]
        remove: bool,
    },
}

/// What to import.
#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// Turn what Watchtower was started with into settings; shows the difference, then asks.
    #[command(after_help = IMPORT)]
    Watchtower(Watchtower),
}

/// Where a Watchtower's settings are.
#[derive(Debug, Args)]
pub(crate) struct Watchtower {
    /// The container that runs it; without one, the one that is found.
    #[arg(long, value_name = "CONTAINER", conflicts_with = "line")]
    pub(crate) from: Option<String>,
    /// Show the difference and change nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Agree to the difference.
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Stop Watchtower afterwards, and do not let it start again by itself.
    #[arg(long, conflicts_with = "line")]
    pub(crate) stop: bool,
    /// Its arguments, or the whole 'docker run' line that starts it, after '--'.
    #[arg(last = true, value_name = "ARGUMENTS")]
    pub(crate) line: Vec<String>,
}

/// How to watch.
#[derive(Debug, Args)]
pub(crate) struct Watch {
    /// One round, then end: check everything, update what may be updated by itself.
    #[arg(long)]
    pub(crate) once: bool,
}

/// Which services, and how closely.
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Container name or project/service.
    pub(crate) service: Option<String>,
    /// Do not ask the switches, which takes a command in each; their state is left out.
    #[arg(long)]
    pub(crate) no_switch: bool,
}

/// Which services.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Container name or project/service.
    pub(crate) service: Option<String>,
}

/// Which part of the history.
#[derive(Debug, Args)]
pub(crate) struct History {
    /// Container name or project/service.
    pub(crate) service: Option<String>,
    /// Only the newest N updates of each service.
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
}

/// How an update is done.
#[derive(Debug, Args)]
pub(crate) struct Update {
    /// Container name or project/service.
    pub(crate) service: Option<String>,
    /// A tag, a digest (sha256:…) or a whole image reference.
    #[arg(long, value_name = "IMAGE|TAG|DIGEST")]
    pub(crate) to: Option<String>,
    /// Insist on a strategy.
    #[arg(long, value_enum)]
    pub(crate) strategy: Option<StrategyName>,
    /// Watch the new release this long, for example 60s or 5m; 0s does not watch.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub(crate) monitor: Option<Duration>,
    /// Update even though the service is unhealthy now.
    #[arg(long)]
    pub(crate) accept_unhealthy: bool,
    /// Edit the compose file so that it leaves the port to the switch and, with --to, names that
    /// release; the difference is shown before.
    #[arg(long)]
    pub(crate) edit_compose: bool,
    /// How it is agreed to.
    #[command(flatten)]
    pub(crate) agreement: Agreement,
}

/// How a rollback is done.
#[derive(Debug, Args)]
pub(crate) struct Rollback {
    /// Container name or project/service.
    pub(crate) service: Option<String>,
    /// A kept release, by version, digest, image ID or image.
    #[arg(long, value_name = "RELEASE")]
    pub(crate) to: Option<String>,
    /// How it is agreed to.
    #[command(flatten)]
    pub(crate) agreement: Agreement,
}

/// How a service is put behind a switch.
#[derive(Debug, Args)]
pub(crate) struct Adopt {
    /// The service, and how.
    #[command(flatten)]
    pub(crate) change: Change,
    /// Edit the compose file so that it leaves the port to the switch; the difference is shown before.
    #[arg(long)]
    pub(crate) edit_compose: bool,
}

/// A change without a new release.
#[derive(Debug, Args)]
pub(crate) struct Change {
    /// Container name or project/service.
    pub(crate) service: String,
    /// Insist on a strategy.
    #[arg(long, value_enum)]
    pub(crate) strategy: Option<StrategyName>,
    /// How it is agreed to.
    #[command(flatten)]
    pub(crate) agreement: Agreement,
}

/// How a plan is agreed to.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Agreement {
    /// Print the plan and change nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Agree to whatever needs consent.
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// Which receipt.
#[derive(Debug, Args)]
pub(crate) struct Receipt {
    /// Container name, project/service, or the ID of an update.
    pub(crate) service: Option<String>,
}

/// A strategy by its name.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum StrategyName {
    /// New beside old, then the route flips.
    Overlap,
    /// Requests wait while the old one stops and the new one starts.
    Hold,
    /// Stop, start, check, keep or put back, without a switch.
    Recreate,
}

impl From<StrategyName> for Strategy {
    fn from(name: StrategyName) -> Self {
        match name {
            StrategyName::Overlap => Self::Overlap,
            StrategyName::Hold => Self::Hold,
            StrategyName::Recreate => Self::Recreate,
        }
    }
}

fn parse_duration(text: &str) -> Result<Duration, String> {
    phoenix_adapters::config::parse_duration(text)
        .ok_or_else(|| "write a duration as 90s, 5m, 1m30s or 250ms".to_owned())
}
