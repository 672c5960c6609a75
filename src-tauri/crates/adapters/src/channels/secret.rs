//! Secrets: the settings say where they are, they are read when they are needed, and never shown.

pub mod keychain;

use std::{
    env, fmt,
    path::{Path, PathBuf},
};

/// systemd puts the credentials of a unit there.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";
/// A file of secrets is small.
const LONGEST_BYTES: u64 = 64 * 1024;

/// Where a secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// In an environment variable.
    Env(String),
    /// In a file: its whole text without the line break at its end. A name without a folder is a
    /// credential of systemd.
    File(PathBuf),
    /// In the keychain of the operating system, under a service and a user.
    Keychain(keychain::Place),
}

/// A secret. Its `Debug` shows nothing.
pub struct SecretText(secrecy::SecretString);

/// A secret cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// No such variable.
    #[error("the environment variable {name} is not set; set it where the program is started")]
    NoVariable {
        /// Which.
        name: String,
    },
    /// The file cannot be read.
    #[error("the secret in {} cannot be read; check the file's owner and mode", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A credential is named, but systemd gave none.
    #[error(
        "the credential \"{name}\" is named, but {CREDENTIALS} is not set: write \
         LoadCredential={name}:/path in the systemd unit, or a whole path in config.toml"
    )]
    NoCredentials {
        /// Which.
        name: String,
    },
    /// It holds nothing.
    #[error("the secret from {place} is empty")]
    Empty {
        /// From where.
        place: String,
    },
    /// The keychain does not give it.
    #[error(transparent)]
    Keychain(#[from] keychain::KeychainError),
}

impl SecretSource {
    /// Reads the secret.
    pub async fn read(&self) -> Result<SecretText, SecretError> {
        let text = match self {
            Self::Env(name) => {
                env::var(name).map_err(|_| SecretError::NoVariable { name: name.clone() })?
            }
            Self::File(path) => read_file(path).await?,
            Self::Keychain(place) => keychain::read(place).await?,
        };
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            return Err(SecretError::Empty { place: self.to_string() });
        }
        Ok(SecretText::new(text))
    }
}

impl fmt::Display for SecretSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(formatter, "the environment variable {name}"),
            Self::File(path) => write!(formatter, "{}", path.display()),
            Self::Keychain(place) => write!(formatter, "the keychain entry {place}"),
        }
    }
}

impl SecretText {
    pub(super) fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the one place that sends it.
    pub(super) fn reveal(&self) -> &str {
        secrecy::ExposeSecret::expose_secret(&self.0)
    }

    /// A text without this secret in it.
    pub(super) fn hidden_in(&self, text: &str) -> String {
        text.replace(self.reveal(), "•••")
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("•••")
    }
}

async fn read_file(path: &Path) -> Result<String, SecretError> {
    let path = place_of(path, env::var_os(CREDENTIALS).map(PathBuf::from))?;
    let read = async {
        let length = tokio::fs::metadata(&path).await?.len();
        if length > LONGEST_BYTES {
            let message = format!("{length} bytes are no secret");
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, message));
        }
        tokio::fs::read_to_string(&path).await
    };
    read.await.map_err(|source| SecretError::File { path: path.clone(), source })
}

/// A whole path as it is, anything else below the folder of credentials.
fn place_of(path: &Path, credentials: Option<PathBuf>) -> Result<PathBuf, SecretError> {
    if path.is_absolute() {
        return Ok(path.to_owned());
    }
    credentials
        .map(|folder| folder.join(path))
        .ok_or_else(|| SecretError::NoCredentials { name: path.display().to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_looked_for_where_systemd_puts_it() {
        let place = |path: &str, folder: Option<&str>| {
            place_of(Path::new(path), folder.map(PathBuf::from)).ok()
        };
        let folder = Some("/run/credentials/phoenix.service");
        let found = place("smtp", folder).unwrap();
        assert_eq!(found, Path::new("/run/credentials/phoenix.service/smtp"));
        assert_eq!(place("/etc/secret", folder).unwrap(), Path::new("/etc/secret"));
        assert_eq!(place("smtp", None), None);
    }

    #[tokio::test]
    async fn the_line_break_at_the_end_of_a_file_is_no_part_of_the_secret() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, "hush \n").unwrap();
        let secret = SecretSource::File(path).read().await.unwrap();
        assert_eq!(secret.reveal(), "hush ");
        assert_eq!(format!("{secret:?}"), "•••");
    }

    #[tokio::test]
    async fn an_empty_secret_is_an_error_that_names_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, "\n").unwrap();
        let error = SecretSource::File(path.clone()).read().await.unwrap_err().to_string();
        assert!(error.contains(path.to_str().unwrap()), "{error}");
    }

    #[tokio::test]
    async fn a_variable_that_is_not_set_is_named() {
        let source = SecretSource::Env("PHOENIX_TEST_NEVER_SET".to_owned());
        let error = source.read().await.unwrap_err().to_string();
        assert!(error.contains("PHOENIX_TEST_NEVER_SET"), "{error}");
    }
}
