//! Credentials from Docker's own config and its helpers.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use docker_credential::{CredentialRetrievalError, DockerCredential};

/// A credential helper that asks a person, or hangs, is not waited for longer.
const HELPER_LIMIT: Duration = Duration::from_secs(20);

/// Where credentials come from.
#[async_trait]
pub trait CredentialSource: Send + Sync {
    /// The credential for a registry, by the name under which Docker's config keeps it; `None`
    /// means to ask anonymously. The error is fit to be shown.
    async fn credential(&self, key: &str) -> Result<Option<Credential>, String>;
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

/// `config.json` in `DOCKER_CONFIG` or `~/.docker`: `credHelpers`, `credsStore`, `auths`.
#[derive(Debug, Clone, Copy, Default)]
pub struct DockerConfig;

#[async_trait]
impl CredentialSource for DockerConfig {
    async fn credential(&self, key: &str) -> Result<Option<Credential>, String> {
        let key = key.to_owned();
        // The library runs helpers and waits for them; the thread is left alone after the limit.
        let reading = tokio::task::spawn_blocking(move || docker_credential::get_credential(&key));
        match tokio::time::timeout(HELPER_LIMIT, reading).await {
            Ok(Ok(Ok(DockerCredential::UsernamePassword(user, password)))) => {
                Ok(Some(Credential::Password { user, password }))
            }
            Ok(Ok(Ok(DockerCredential::IdentityToken(token)))) => {
                Ok(Some(Credential::IdentityToken(token)))
            }
            Ok(Ok(Err(error))) => without_credential(&error),
            Ok(Err(_panicked)) => Err("the credential helper could not be run".to_owned()),
            Err(_elapsed) => {
                Err(format!("the credential helper gave no answer within {HELPER_LIMIT:?}"))
            }
        }
    }
}

/// Having none is no error. Helpers' own words may hold secrets and are not repeated.
fn without_credential(error: &CredentialRetrievalError) -> Result<Option<Credential>, String> {
    match error {
        CredentialRetrievalError::NoCredentialConfigured
        | CredentialRetrievalError::ConfigNotFound
        | CredentialRetrievalError::ConfigReadError => Ok(None),
        CredentialRetrievalError::HelperFailure { stdout, stderr, .. }
            if format!("{stdout}{stderr}").contains("credentials not found") =>
        {
            Ok(None)
        }
        CredentialRetrievalError::HelperFailure { helper, .. } => Err(format!("{helper} failed")),
        CredentialRetrievalError::HelperCommunicationError => {
            Err("the credential helper named in Docker's config could not be run".to_owned())
        }
        CredentialRetrievalError::MalformedHelperResponse => {
            Err("the credential helper's answer could not be understood".to_owned())
        }
        CredentialRetrievalError::CredentialDecodingError
        | CredentialRetrievalError::CredentialMismatchError => {
            Err("the credential in Docker's config could not be understood".to_owned())
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

    #[test]
    fn what_a_helper_printed_is_not_repeated() {
        let error = CredentialRetrievalError::HelperFailure {
            helper: "docker-credential-x".to_owned(),
            stdout: "hunter2".to_owned(),
            stderr: String::new(),
        };
        assert_eq!(without_credential(&error), Err("docker-credential-x failed".to_owned()));
    }

    #[test]
    fn a_helper_without_an_entry_means_anonymous() {
        let error = CredentialRetrievalError::HelperFailure {
            helper: "docker-credential-x".to_owned(),
            stdout: "credentials not found in native keychain".to_owned(),
            stderr: String::new(),
        };
        assert_eq!(without_credential(&error), Ok(None));
    }
}
