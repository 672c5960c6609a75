//! Where an engine listens.

use std::{fmt, path::PathBuf, str::FromStr};

/// Where an engine listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// A Unix socket.
    Unix(PathBuf),
    /// Plain HTTP at `host:port`.
    Tcp(String),
    /// A Windows named pipe, `//./pipe/docker_engine`.
    Pipe(String),
}

/// An address that this program cannot use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text} cannot be used as an engine's address: {why}")]
pub struct BadEndpoint {
    /// What was given.
    pub text: String,
    /// What is wrong, and what would do.
    pub why: &'static str,
}

impl Endpoint {
    /// Whether ports published by this engine are reachable at this machine's own addresses.
    pub fn is_local(&self) -> bool {
        match self {
            Self::Unix(_) | Self::Pipe(_) => true,
            Self::Tcp(address) => {
                let host = address.rsplit_once(':').map_or(address.as_str(), |(host, _)| host);
                matches!(host, "localhost" | "127.0.0.1" | "[::1]")
            }
        }
    }
}

impl FromStr for Endpoint {
    type Err = BadEndpoint;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = |why| BadEndpoint { text: text.to_owned(), why };
        let (scheme, rest) =
            text.split_once("://").ok_or_else(|| bad("it has no scheme such as unix://"))?;
        match scheme {
            _ if rest.is_empty() => Err(bad("nothing follows the scheme")),
            "unix" => Ok(Self::Unix(PathBuf::from(rest))),
            "npipe" => Ok(Self::Pipe(rest.to_owned())),
            "tcp" | "http" => {
                let address = rest.trim_end_matches('/');
                let has_port =
                    address.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
                Ok(Self::Tcp(if has_port { address.to_owned() } else { format!("{address}:2375") }))
            }
            "https" => Err(bad("TLS is not supported; forward its socket through ssh instead")),
            "ssh" => Err(bad(
                "ssh is not supported; forward the socket (ssh -L) and use unix:// instead",
            )),
            _ => Err(bad("only unix://, tcp:// and npipe:// are known")),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
            Self::Tcp(address) => write!(f, "tcp://{address}"),
            Self::Pipe(name) => write!(f, "npipe://{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back_as_it_was_written() {
        for text in ["unix:///var/run/docker.sock", "tcp://10.0.0.1:2375", "npipe:////./pipe/x"] {
            assert_eq!(text.parse::<Endpoint>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn an_unusable_address_says_what_would_do() {
        let error = "ssh://me@host".parse::<Endpoint>().unwrap_err().to_string();
        assert!(error.contains("forward the socket"), "{error}");
    }

    #[test]
    fn only_another_machines_engine_is_remote() {
        assert!("tcp://localhost:2375".parse::<Endpoint>().unwrap().is_local());
        assert!(!"tcp://10.0.0.1:2375".parse::<Endpoint>().unwrap().is_local());
    }
}
