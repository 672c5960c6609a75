//! Why a message was not sent. No text here holds an address's path or a secret.

use std::time::Duration;

use super::{SecretError, SecretText};

/// Why a message was not sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// A secret cannot be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The settings cannot work.
    #[error("{0}")]
    Setting(String),
    /// No connection.
    #[error("{host} cannot be reached: {said}")]
    Unreachable {
        /// Host and port.
        host: String,
        /// Why.
        said: String,
    },
    /// No answer.
    #[error("{host} did not answer in time")]
    TimedOut {
        /// Host and port.
        host: String,
    },
    /// It wants to be asked again later.
    #[error("{host} cannot take the message now: {said}")]
    Busy {
        /// Host and port.
        host: String,
        /// What it says.
        said: String,
        /// How long it wants to be left alone.
        wait: Option<Duration>,
    },
    /// It says no, and would say so again.
    #[error(
        "{host} refused the message: {said}; check address, login and recipients in config.toml"
    )]
    Refused {
        /// Host and port.
        host: String,
        /// What it says.
        said: String,
    },
    /// Something else answers there.
    #[error("{host} does not answer as {service} does ({said}); check the address in config.toml")]
    Strange {
        /// Host and port.
        host: String,
        /// What was expected there.
        service: &'static str,
        /// What came instead.
        said: String,
    },
}

impl SendError {
    /// The same without a secret, should a server have repeated it.
    pub(super) fn without(self, secret: &SecretText) -> Self {
        let hide = |text: String| secret.hidden_in(&text);
        match self {
            Self::Secret(_) | Self::TimedOut { .. } => self,
            Self::Setting(text) => Self::Setting(hide(text)),
            Self::Unreachable { host, said } => Self::Unreachable { host, said: hide(said) },
            Self::Busy { host, said, wait } => Self::Busy { host, said: hide(said), wait },
            Self::Refused { host, said } => Self::Refused { host, said: hide(said) },
            Self::Strange { host, service, said } => {
                Self::Strange { host, service, said: hide(said) }
            }
        }
    }
}
