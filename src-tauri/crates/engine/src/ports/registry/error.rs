//! Why a registry did not tell.

use jiff::Timestamp;

/// The registry did not tell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// Nobody answers there.
    #[error("the registry {host} cannot be reached: {message}")]
    Unreachable {
        /// Host and port.
        host: String,
        /// Why not.
        message: String,
    },
    /// The registry knows no such image.
    #[error("{reference} does not exist at its registry")]
    NotFound {
        /// What was asked for.
        reference: String,
    },
    /// Credentials are missing or do not reach so far. One try was made.
    #[error("the registry {host} does not accept the credentials for {reference}")]
    Unauthorized {
        /// Host and port.
        host: String,
        /// What was asked for.
        reference: String,
    },
    /// The configured password or token was refused. Nobody tries it a second time: accounts are
    /// locked for less.
    #[error(
        "the registry {host} refused the password of {account}; it is tried again when it has \
         changed (docker login {host}) or you ask for a check"
    )]
    PasswordRefused {
        /// Host and port.
        host: String,
        /// Whose.
        account: String,
    },
    /// Credentials are configured, but cannot be had.
    #[error("no credentials for {host}: {message}")]
    Credentials {
        /// Host and port.
        host: String,
        /// Why not, with the setting; without secrets.
        message: String,
    },
    /// Asked too often, or busy. Nothing is asked there before the time.
    #[error("the registry {host} asks to wait until {}", in_words(*until))]
    TooManyRequests {
        /// Host and port.
        host: String,
        /// Until when.
        until: Timestamp,
    },
    /// The image is not made for this platform.
    #[error("{reference} is not made for {platform}")]
    WrongPlatform {
        /// What was asked for.
        reference: String,
        /// What is needed.
        platform: String,
    },
    /// Something else than a registry answers.
    #[error("{host} does not answer as a registry does: {message}")]
    Unexpected {
        /// Host and port.
        host: String,
        /// What was odd.
        message: String,
    },
}

fn in_words(time: Timestamp) -> impl std::fmt::Display {
    time.strftime("%Y-%m-%d %H:%M:%S UTC")
}
