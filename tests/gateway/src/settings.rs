//! The gateway's settings, read from environment variables.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::fault::{FaultError, Faults};

/// What `phoenix help` prints: commands, variables, routes, faults.
pub const USAGE: &str = include_str!("usage.txt");

/// How one instance of the gateway behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `PHOENIX_VERSION`, or `--version-of`.
    pub version: String,
    /// `PHOENIX_HOST`: the address to listen on; `None` is every address, IPv4 and IPv6.
    pub host: Option<IpAddr>,
    /// `PHOENIX_PORT`: one or several ports; 0 lets the kernel choose.
    pub ports: Vec<u16>,
    /// `PHOENIX_STOP_MS`: how long answers in flight may take after SIGTERM.
    pub stop_within: Duration,
    /// `PHOENIX_CONFIG`.
    pub config: PathBuf,
    /// `PHOENIX_MIGRATE=1`.
    pub migrate: bool,
    /// `PHOENIX_LOCK`.
    pub lock: Option<PathBuf>,
    /// `PHOENIX_EXEC_LOG`.
    pub execution_log: Option<PathBuf>,
    /// `PHOENIX_FAULT`.
    pub faults: Faults,
}

/// A variable that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Not a port, or no port at all.
    #[error("PHOENIX_PORT={0:?}: expected ports such as 18789 or 18789,18790; not started")]
    Port(String),
    /// Not an address.
    #[error("PHOENIX_HOST={0:?}: expected an IP address; not started")]
    Host(String),
    /// Not a number of milliseconds.
    #[error("PHOENIX_STOP_MS={0:?}: expected milliseconds; not started")]
    StopMs(String),
    /// An unknown fault.
    #[error("PHOENIX_FAULT: {0}; not started")]
    Fault(#[from] FaultError),
}

impl Settings {
    /// Reads every variable through `lookup`; absent and empty mean the default.
    ///
    /// # Errors
    /// A value that cannot be understood.
    pub fn from_lookup(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let set = |name: &str| lookup(name).filter(|value| !value.is_empty());
        let host = set("PHOENIX_HOST")
            .map(|text| text.parse().map_err(|_| SettingsError::Host(text)))
            .transpose()?;
        let stop_within = set("PHOENIX_STOP_MS").map_or(Ok(Duration::from_secs(10)), |text| {
            text.parse().map(Duration::from_millis).map_err(|_| SettingsError::StopMs(text))
        })?;
        Ok(Self {
            version: set("PHOENIX_VERSION").unwrap_or_else(|| "1.0.0".to_owned()),
            host,
            ports: ports(&set("PHOENIX_PORT").unwrap_or_else(|| "18789".to_owned()))?,
            stop_within,
            config: set("PHOENIX_CONFIG")
                .map_or_else(|| PathBuf::from("/app/config/phoenix.json"), PathBuf::from),
            migrate: set("PHOENIX_MIGRATE").is_some_and(|value| value == "1"),
            lock: set("PHOENIX_LOCK").map(PathBuf::from),
            execution_log: set("PHOENIX_EXEC_LOG").map(PathBuf::from),
            faults: set("PHOENIX_FAULT").unwrap_or_default().parse()?,
        })
    }

    /// A gateway on a free port of 127.0.0.1, for tests in this process.
    ///
    /// # Errors
    /// An unknown fault.
    pub fn local(version: &str, faults: &str) -> Result<Self, SettingsError> {
        let lookup = |name: &str| {
            Some(match name {
                "PHOENIX_VERSION" => version.to_owned(),
                "PHOENIX_HOST" => "127.0.0.1".to_owned(),
                "PHOENIX_PORT" => "0".to_owned(),
                "PHOENIX_FAULT" => faults.to_owned(),
                _ => return None,
            })
        };
        Self::from_lookup(&lookup)
    }
}

fn ports(text: &str) -> Result<Vec<u16>, SettingsError> {
    text.split(',')
        .map(|port| port.trim().parse().map_err(|_| SettingsError::Port(text.to_owned())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Settings, SettingsError};

    #[test]
    fn several_ports_are_read() {
        let lookup = |name: &str| (name == "PHOENIX_PORT").then(|| "18789, 18790".to_owned());
        assert_eq!(Settings::from_lookup(&lookup).unwrap().ports, [18789, 18790]);
    }

    #[test]
    fn an_unknown_fault_is_refused() {
        let refused = Settings::local("1.0.0", "explodes");
        assert!(matches!(refused, Err(SettingsError::Fault(_))));
    }
}
