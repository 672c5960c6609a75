//! Credentials from Docker's own config and its helpers.

mod docker_config;
mod entries;
mod helper;

use std::{fmt, path::PathBuf, time::Duration};

use async_trait::async_trait;

pub use docker_config::DockerConfig;

/// Where credentials come from.
#[async_trait]
pub trait CredentialSource: Send + Sync {
    /// The credential for a registry, by the name under which Docker's config keeps it; `None`
    /// means to ask anonymously.
    async fn credential(&self, key: &str) -> Result<Option<Credential>, CredentialError>;
}

/// A credential. Its secret is never shown.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// User name and password (or access token used as one).
    Password {
        /// Who.
        user: String,
        /// The secret.
        password: String,
    },
    /// A refresh token, to be exchanged at the authorisation server.
    IdentityToken(String),
}

/// Credentials are configured, but cannot be had. What helpers print may hold secrets and is not
/// repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The config is there but cannot be read.
    #[error("{} cannot be read: {message}", file.display())]
    Config {
        /// The file.
        file: PathBuf,
        /// Why not, with the line where it is known.
        message: String,
    },
    /// The entry of a registry in the config is none.
    #[error("auths.\"{key}\" in {} is not understood; run docker login {key}", file.display())]
    Entry {
        /// The file.
        file: PathBuf,
        /// The entry.
        key: String,
    },
    /// The helper is not installed.
    #[error("{helper}, which {setting} names, is not installed where programs are looked for")]
    HelperMissing {
        /// The program.
        helper: String,
        /// The setting and its file.
        setting: String,
    },
    /// The helper hangs, or asks a person.
    #[error("{helper}, which {setting} names, gave no answer within {limit:?}")]
    HelperHangs {
        /// The program.
        helper: String,
        /// The setting and its file.
        setting: String,
        /// How long it was waited for.
        limit: Duration,
    },
    /// The helper failed.
    #[error("{helper}, which {setting} names, failed: {message}")]
    HelperFailed {
        /// The program.
        helper: String,
        /// The setting and its file.
        setting: String,
        /// How, without its own words.
        message: String,
    },
}

impl Credential {
    /// Whose it is, fit to be shown.
    pub(super) fn account(&self) -> &str {
        match self {
            Self::Password { user, .. } => user,
            Self::IdentityToken(_) => "the identity token",
        }
    }

    /// What is hashed to tell it from others.
    pub(super) fn whole(&self) -> String {
        match self {
            Self::Password { user, password } => format!("{user}:{password}"),
            Self::IdentityToken(token) => format!("<token>:{token}"),
        }
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Password { .. } => f.write_str("Password(…)"),
            Self::IdentityToken(_) => f.write_str("IdentityToken(…)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_never_shows_its_secret() {
        let password = Credential::Password { user: "me".into(), password: "hunter2".into() };
        let text = format!("{password:?} {:?}", Credential::IdentityToken("hunter2".into()));
        assert!(!text.contains("hunter2"), "{text}");
    }
}
