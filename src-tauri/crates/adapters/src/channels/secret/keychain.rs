//! The keychain of the operating system: Secret Service, macOS Keychain, Windows Credential Manager.

use std::{fmt, sync::Arc, time::Duration};

use keyring_core::{CredentialStore, Entry, Error};

/// A keychain that is locked may ask the person first.
const ANSWER_WITHIN: Duration = Duration::from_mins(1);

/// One entry: `service/user`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    service: String,
    user: String,
}

/// The keychain does not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum KeychainError {
    /// No such entry.
    #[error("the keychain has no entry {place}; 'phoenixctl channels secret NAME' stores it")]
    NoEntry {
        /// Which.
        place: Place,
    },
    /// It is locked, absent, or broken.
    #[error("the keychain of this system does not answer for {place}: {message}; is it unlocked?")]
    Unusable {
        /// For which entry.
        place: Place,
        /// What it says.
        message: String,
    },
    /// Nobody unlocked it.
    #[error("the keychain of this system was not unlocked for {place} within 60 s")]
    TimedOut {
        /// For which entry.
        place: Place,
    },
}

impl Place {
    /// Reads `service/user`.
    pub fn parse(text: &str) -> Option<Self> {
        let (service, user) = text.split_once('/')?;
        let fits = !service.is_empty() && !user.is_empty();
        fits.then(|| Self { service: service.to_owned(), user: user.to_owned() })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.service, self.user)
    }
}

/// Reads an entry.
pub(super) async fn read(place: &Place) -> Result<String, KeychainError> {
    blocking(place, Entry::get_password).await
}

/// Stores an entry, in the place of what it held before.
pub async fn store(place: &Place, secret: String) -> Result<(), KeychainError> {
    blocking(place, move |entry| entry.set_password(&secret)).await
}

/// Takes an entry away.
pub async fn remove(place: &Place) -> Result<(), KeychainError> {
    blocking(place, Entry::delete_credential).await
}

/// The stores wait for their answers, so they do that in a thread of their own.
async fn blocking<T: Send + 'static>(
    place: &Place,
    act: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
) -> Result<T, KeychainError> {
    let (service, user) = (place.service.clone(), place.user.clone());
    let acted = tokio::task::spawn_blocking(move || {
        let entry = platform()?.build(&service, &user, None)?;
        act(&entry)
    });
    let place = place.clone();
    let Ok(joined) = tokio::time::timeout(ANSWER_WITHIN, acted).await else {
        return Err(KeychainError::TimedOut { place });
    };
    match joined {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(Error::NoEntry)) => Err(KeychainError::NoEntry { place }),
        Ok(Err(error)) => Err(KeychainError::Unusable { place, message: error.to_string() }),
        Err(error) => Err(KeychainError::Unusable { place, message: error.to_string() }),
    }
}

#[cfg(target_os = "macos")]
fn platform() -> Result<Arc<CredentialStore>, Error> {
    let store = apple_native_keyring_store::keychain::Store::new()?;
    Ok(store)
}

#[cfg(windows)]
fn platform() -> Result<Arc<CredentialStore>, Error> {
    let store = windows_native_keyring_store::Store::new()?;
    Ok(store)
}

#[cfg(not(any(target_os = "macos", windows)))]
fn platform() -> Result<Arc<CredentialStore>, Error> {
    let store = zbus_secret_service_keyring_store::Store::new()?;
    Ok(store)
}
