//! The command line. Small enough to be read by hand.

use std::path::PathBuf;
use std::time::Duration;

/// Shown for `--help` and after a mistake.
pub const USAGE: &str = "\
phoenix-switch: the reverse proxy that owns a service's port

  phoenix-switch run --listen PORT[:BACKEND_PORT][=auto|tcp] [--listen ...] --state DIR --control PATH
                     [--hold-limit-ms 30000] [--hold-at-most 10000] [--drain-limit-ms 8000]
  phoenix-switch control --control PATH
  phoenix-switch free-space
  phoenix-switch --version | --help

run      serves the ports and obeys whoever reaches the control socket
control  carries commands from standard input to the control socket, and replies back
free-space  prints how many bytes are free where the container's own files are kept
";

/// What the program was asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Serve.
    Run(Options),
    /// Carry commands.
    Control {
        /// The control socket.
        control: PathBuf,
    },
    /// Say how many bytes are free.
    FreeSpace,
    /// Say the version.
    Version,
    /// Say the usage.
    Help,
}

/// How to serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The ports.
    pub listens: Vec<Listen>,
    /// The directory of the durable route.
    pub state: PathBuf,
    /// The control socket.
    pub control: PathBuf,
    /// The longest a request waits, unless a hold says otherwise.
    pub hold_limit: Duration,
    /// The most requests that wait at once.
    pub hold_at_most: u64,
    /// The longest a stop waits for what is in flight.
    pub drain_limit: Duration,
}

/// One port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listen {
    /// The port to listen on.
    pub port: u16,
    /// The port to ask backends on; usually the same.
    pub backend_port: u16,
    /// How connections are treated.
    pub mode: PortMode,
}

/// How the connections of a port are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortMode {
    /// The first bytes tell: HTTP, or anything else.
    Auto,
    /// Relayed at once, for protocols in which the server speaks first.
    Tcp,
}

/// A command line that cannot be obeyed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UsageError {
    /// There is no such argument.
    #[error("{0:?} is not understood")]
    Unknown(String),
    /// An option without its value.
    #[error("{0} needs a value")]
    NoValue(String),
    /// A value that makes no sense.
    #[error("{option} cannot be {value:?}")]
    BadValue {
        /// The option.
        option: String,
        /// Its value.
        value: String,
    },
    /// Something that must be said was not.
    #[error("{0} is missing")]
    Missing(&'static str),
}

impl PortMode {
    /// As on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Tcp => "tcp",
        }
    }
}

impl Listen {
    /// A port that backends serve under the same number.
    pub fn same(port: u16, mode: PortMode) -> Self {
        Self { port, backend_port: port, mode }
    }
}

/// Reads the arguments after the program's name.
///
/// # Errors
/// [`UsageError`].
pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Task, UsageError> {
    let Some(first) = arguments.next() else { return Ok(Task::Help) };
    match first.as_str() {
        "run" => parse_run(arguments).map(Task::Run),
        "control" => {
            let mut control = None;
            while let Some(option) = arguments.next() {
                let value = arguments.next();
                match option.as_str() {
                    "--control" => control = Some(given(option, value)?.into()),
                    _ => return Err(UsageError::Unknown(option)),
                }
            }
            Ok(Task::Control { control: control.ok_or(UsageError::Missing("--control"))? })
        }
        "free-space" => Ok(Task::FreeSpace),
        "--version" | "-V" => Ok(Task::Version),
        "--help" | "-h" => Ok(Task::Help),
        _ => Err(UsageError::Unknown(first)),
    }
}

fn parse_run(mut arguments: impl Iterator<Item = String>) -> Result<Options, UsageError> {
    let (mut state, mut control) = (None, None);
    let mut options = Options {
        listens: Vec::new(),
        state: PathBuf::new(),
        control: PathBuf::new(),
        hold_limit: Duration::from_secs(30),
        hold_at_most: 10_000,
        drain_limit: Duration::from_secs(8),
    };
    while let Some(option) = arguments.next() {
        let value = arguments.next();
        match option.as_str() {
            "--listen" => options.listens.push(listen(given(option, value)?)?),
            "--state" => state = Some(given(option, value)?.into()),
            "--control" => control = Some(given(option, value)?.into()),
            "--hold-limit-ms" => options.hold_limit = Duration::from_millis(number(option, value)?),
            "--hold-at-most" => options.hold_at_most = number(option, value)?,
            "--drain-limit-ms" => {
                options.drain_limit = Duration::from_millis(number(option, value)?);
            }
            _ => return Err(UsageError::Unknown(option)),
        }
    }
    if options.listens.is_empty() {
        return Err(UsageError::Missing("--listen"));
    }
    options.state = state.ok_or(UsageError::Missing("--state"))?;
    options.control = control.ok_or(UsageError::Missing("--control"))?;
    Ok(options)
}

fn listen(value: String) -> Result<Listen, UsageError> {
    let (port, mode) = value.split_once('=').unwrap_or((&value, "auto"));
    let mode = match mode {
        "auto" => Some(PortMode::Auto),
        "tcp" => Some(PortMode::Tcp),
        _ => None,
    };
    let (port, backend_port) = port.split_once(':').unwrap_or((port, port));
    let number = |port: &str| port.parse().ok().filter(|port: &u16| *port != 0);
    match (number(port), number(backend_port), mode) {
        (Some(port), Some(backend_port), Some(mode)) => Ok(Listen { port, backend_port, mode }),
        _ => Err(UsageError::BadValue { option: "--listen".into(), value }),
    }
}

fn given(option: String, value: Option<String>) -> Result<String, UsageError> {
    value.ok_or(UsageError::NoValue(option))
}

fn number(option: String, value: Option<String>) -> Result<u64, UsageError> {
    let value = given(option.clone(), value)?;
    value.parse().map_err(|_| UsageError::BadValue { option, value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Task, UsageError> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn the_free_space_is_asked_for_without_options() {
        assert_eq!(parsed("free-space"), Ok(Task::FreeSpace));
    }

    #[test]
    fn every_port_has_its_mode() {
        let line = "run --listen 80 --listen 5432=tcp --listen 81:82 --state /s --control /c";
        let Ok(Task::Run(options)) = parsed(line) else { panic!("refused") };
        let expected = [
            Listen::same(80, PortMode::Auto),
            Listen::same(5432, PortMode::Tcp),
            Listen { port: 81, backend_port: 82, mode: PortMode::Auto },
        ];
        assert_eq!(options.listens, expected);
    }

    #[test]
    fn a_mistake_is_named() {
        let value =
            |value: &str| UsageError::BadValue { option: "--listen".into(), value: value.into() };
        assert_eq!(parsed("run --listen 80=udp"), Err(value("80=udp")));
        assert_eq!(parsed("run --listen 0"), Err(value("0")));
        assert_eq!(parsed("run --listen"), Err(UsageError::NoValue("--listen".into())));
        assert_eq!(parsed("run"), Err(UsageError::Missing("--listen")));
        assert_eq!(parsed("control"), Err(UsageError::Missing("--control")));
        assert_eq!(parsed("fly"), Err(UsageError::Unknown("fly".into())));
    }
}
