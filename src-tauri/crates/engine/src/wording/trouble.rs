//! Troubles of the outside world in words: those that a person can do something about have codes.

use std::{
    error::Error,
    io::{self, ErrorKind},
};

use jiff::Timestamp;

use super::{Wording, wording};
use crate::{
    controller::RequestError,
    in_a_sentence,
    ports::{EngineError, RegistryError},
};

impl Wording {
    /// The engine was there, and is no more.
    pub(crate) fn engine_ended() -> Self {
        wording!("trouble.engine.ended", "the engine closed the connection")
    }
}

impl From<&EngineError> for Wording {
    fn from(error: &EngineError) -> Self {
        match error {
            EngineError::Unreachable { endpoint, source } => {
                Self { text: in_a_sentence(error), ..unreachable(endpoint, &**source) }
            }
            EngineError::Incompatible(reason) => {
                wording!("trouble.engine.incompatible", "{reason}", reason)
            }
            EngineError::NotFound { what } => {
                wording!("trouble.engine.not_found", "{what} does not exist", what)
            }
            EngineError::Conflict { call, message } => {
                wording!("trouble.engine.conflict", "{call}: {message}", call, message)
            }
            EngineError::PortTaken { message } => {
                wording!("trouble.engine.port", "the port is already taken: {message}", message)
            }
            EngineError::DiskFull { message } => {
                wording!("trouble.engine.disk", "the engine's disk is full: {message}", message)
            }
            EngineError::Refused { call, status, message } => wording!(
                "trouble.engine.refused",
                "{call} was refused ({status}): {message}",
                call,
                status,
                message
            ),
            EngineError::TimedOut { call, .. } => Self {
                text: error.to_string(),
                ..wording!("trouble.engine.silent", "{call}", call)
            },
            EngineError::Broken { call, message } => {
                wording!("trouble.engine.broken", "{call}: {message}", call, message)
            }
        }
    }
}

/// What the system says about an endpoint at which nobody answers.
fn unreachable(endpoint: &str, source: &(dyn Error + 'static)) -> Wording {
    match kind(source) {
        Some(ErrorKind::NotFound) => {
            wording!("trouble.engine.absent", "nothing is at {endpoint}", endpoint)
        }
        Some(ErrorKind::PermissionDenied) => {
            wording!("trouble.engine.forbidden", "{endpoint} is not for this user", endpoint)
        }
        Some(ErrorKind::ConnectionRefused) => {
            wording!("trouble.engine.stopped", "nobody listens at {endpoint}", endpoint)
        }
        Some(_) | None => {
            let reason = in_a_sentence(source);
            wording!("trouble.engine.unreachable", "{endpoint}: {reason}", endpoint, reason)
        }
    }
}

/// The system's own word for it, wherever in the chain of causes it stands.
fn kind(error: &(dyn Error + 'static)) -> Option<ErrorKind> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(said) = error.downcast_ref::<io::Error>() {
            return Some(said.kind());
        }
        cause = error.source();
    }
    None
}

impl From<&RegistryError> for Wording {
    fn from(error: &RegistryError) -> Self {
        let worded = match error {
            RegistryError::Unreachable { host, message } => wording!(
                "trouble.registry.unreachable",
                "the registry {host} cannot be reached: {message}",
                host,
                message
            ),
            RegistryError::NotFound { reference } => wording!(
                "trouble.registry.not_found",
                "{reference} does not exist at its registry",
                reference
            ),
            RegistryError::Unauthorized { host, reference } => wording!(
                "trouble.registry.unauthorized",
                "the registry {host} does not accept the credentials for {reference}",
                host,
                reference
            ),
            RegistryError::PasswordRefused { host, account } => password_refused(host, account),
            RegistryError::Credentials { host, message } => wording!(
                "trouble.registry.credentials",
                "no credentials for {host}: {message}",
                host,
                message
            ),
            RegistryError::TooManyRequests { host, until } => wait_until(host, *until),
            RegistryError::WrongPlatform { reference, platform } => wording!(
                "trouble.registry.platform",
                "{reference} is not made for {platform}",
                reference,
                platform
            ),
            RegistryError::Unexpected { host, message } => wording!(
                "trouble.registry.odd",
                "{host} does not answer as a registry does: {message}",
                host,
                message
            ),
        };
        Self { text: in_a_sentence(error), ..worded }
    }
}

fn password_refused(host: &str, account: &str) -> Wording {
    wording!(
        "trouble.registry.password",
        "the registry {host} refused the password of {account}; it is tried again when it has \
         changed (docker login {host}) or you ask for a check",
        host,
        account
    )
}

fn wait_until(host: &str, until: Timestamp) -> Wording {
    let until = until.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    wording!("trouble.registry.wait", "the registry {host} asks to wait until {until}", host, until)
}

impl From<&RequestError> for Wording {
    fn from(error: &RequestError) -> Self {
        match error {
            RequestError::EngineAway => wording!(
                "trouble.request.engine_away",
                "no container engine answers; this is tried again by itself"
            ),
            RequestError::Busy(service) => {
                wording!("trouble.request.busy", "{service} is being worked on already", service)
            }
            RequestError::NotWatched(service) => {
                wording!("trouble.request.not_watched", "{service} is not watched", service)
            }
            RequestError::NothingToCancel(service) => wording!(
                "trouble.request.nothing_to_cancel",
                "nothing is being done to {service} that could be cancelled",
                service
            ),
            RequestError::State(text) | RequestError::Failed(text) => Self::from(text.clone()),
            RequestError::Quitting => {
                wording!("trouble.request.quitting", "Phoenix Tray is quitting")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_about_an_endpoint_decides_the_sentence() {
        for (kind, code) in [
            (ErrorKind::NotFound, "trouble.engine.absent"),
            (ErrorKind::PermissionDenied, "trouble.engine.forbidden"),
            (ErrorKind::ConnectionRefused, "trouble.engine.stopped"),
            (ErrorKind::ConnectionReset, "trouble.engine.unreachable"),
        ] {
            let endpoint = "unix:///run/docker.sock".to_owned();
            let source = Box::new(io::Error::from(kind));
            let error = EngineError::Unreachable { endpoint, source };
            let worded = Wording::from(&error);
            assert_eq!(worded.code, code);
            assert_eq!(worded.text, in_a_sentence(&error));
        }
    }
}
