//! Credentials that were refused: nobody tries one twice, because accounts are locked for less.

use std::{
    collections::HashSet,
    fmt,
    sync::{Mutex, PoisonError},
};

use sha2::{Digest as _, Sha256};

/// Whose credential something was made with, and which one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    /// Fit to be shown.
    pub(super) name: String,
    fingerprint: Fingerprint,
}

/// Tells credentials apart without keeping them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Fingerprint([u8; 32]);

/// The refused ones of this process.
#[derive(Debug, Default)]
pub(super) struct Refused(Mutex<HashSet<Fingerprint>>);

impl Account {
    /// The account `name` at a registry, with this secret.
    pub(super) fn of(registry: &str, name: &str, secret: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(registry.as_bytes());
        hash.update([0]);
        hash.update(secret.as_bytes());
        Self { name: name.to_owned(), fingerprint: Fingerprint(hash.finalize().into()) }
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint(…)")
    }
}

impl Refused {
    pub(super) fn contains(&self, account: &Account) -> bool {
        self.with(|refused| refused.contains(&account.fingerprint))
    }

    pub(super) fn insert(&self, account: &Account) {
        self.with(|refused| {
            refused.insert(account.fingerprint);
        });
    }

    /// A person asks: all may be tried once more.
    pub(super) fn forget(&self) {
        self.with(HashSet::clear);
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashSet<Fingerprint>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
