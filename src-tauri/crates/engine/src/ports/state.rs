//! What must survive: journals, receipts, what is known of each service.

use jiff::Timestamp;
use phoenix_plan::{
    journal::{Entry, JournalId},
    receipt::Receipt,
    service::ServiceId,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Durable storage. Every write is on disk when the call returns; files are private to the user.
pub trait StateStore: Send + Sync {
    /// Takes the service's lock, which dies with this process. `activity` is shown to others.
    fn lock(&self, service: &ServiceId, activity: &str) -> Result<Box<dyn ServiceLock>, LockError>;

    /// Appends to a journal, creating it with its first entry.
    fn append(&self, journal: &JournalId, entry: &Entry) -> Result<(), StateError>;

    /// Reads a journal back; a torn last line is dropped.
    fn entries(&self, journal: &JournalId) -> Result<Vec<Entry>, StateError>;

    /// Journals of a service without a final entry, oldest first. One that cannot be read and may be
    /// unfinished is an error of the kind [`InvalidData`](std::io::ErrorKind::InvalidData).
    fn unfinished(&self, service: &ServiceId) -> Result<Vec<JournalId>, StateError>;

    /// Services that have an unfinished journal.
    fn unfinished_services(&self) -> Result<Vec<ServiceId>, StateError>;

    /// Stores a receipt and appends a readable line to the service's log; what is beyond the number
    /// that is kept goes.
    fn save_receipt(&self, receipt: &Receipt) -> Result<(), StateError>;

    /// Receipts of a service (or of all), newest first, without their plots. Only so many are kept.
    fn receipts(&self, service: Option<&ServiceId>) -> Result<Vec<Receipt>, StateError>;

    /// One receipt with its plot, if there is one.
    fn receipt(&self, id: &JournalId) -> Result<Option<Receipt>, StateError>;

    /// What is known of a service; the default if nothing is.
    fn record(&self, service: &ServiceId) -> Result<ServiceRecord, StateError>;

    /// Replaces what is known of a service.
    fn save_record(&self, service: &ServiceId, record: &ServiceRecord) -> Result<(), StateError>;
}

/// A lock held. Dropping it frees the service.
pub trait ServiceLock: Send + Sync {
    /// Tells other processes what is being done now.
    fn announce(&self, activity: &str);
}

/// What is known of a service beyond what the engine tells.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceRecord {
    /// Releases that can be gone back to, newest first.
    pub kept: Vec<KeptRelease>,
    /// Digests that failed here; not tried again until the reference means another one.
    pub bad_digests: Vec<BadDigest>,
    /// Updates that failed because of their release, since the last one that worked or that a person
    /// asked for.
    pub failures_in_a_row: u32,
    /// The inspect document of the container from before the adoption.
    pub original: Option<Value>,
}

/// A release that can be gone back to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptRelease {
    /// The release.
    pub release: phoenix_plan::image::Release,
    /// When it was superseded.
    pub superseded_at: Timestamp,
    /// Our tag that keeps its image.
    pub pin: String,
    /// The parked containers, where they still exist, with their generations.
    pub containers: Vec<KeptContainer>,
    /// Backup of the config files as this release left them.
    pub backup: Option<String>,
}

/// A container that served a kept release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptContainer {
    /// Its ID.
    pub id: String,
    /// The name it served under.
    pub name: String,
    /// Its generation at the switch.
    pub generation: Option<String>,
    /// Its inspect document, to make it again should it be gone.
    pub inspect: Value,
}

/// A digest that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadDigest {
    /// The digest.
    pub digest: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// Why the lock was not to be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody is at it.
    #[error("{service} is being worked on by process {pid}: {activity}")]
    Busy {
        /// The service.
        service: ServiceId,
        /// Who.
        pid: u32,
        /// With what.
        activity: String,
    },
    /// The lock file cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
}

/// The state could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{action} {path} failed")]
pub struct StateError {
    /// What was being done.
    pub action: &'static str,
    /// To which file.
    pub path: String,
    /// Why it failed.
    #[source]
    pub source: std::io::Error,
}
