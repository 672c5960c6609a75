//! Durable state in files that only the user can read: journals, receipts, records, locks, and
//! the readable log. A journal's step is on disk before the call that it announces is made.

pub(crate) mod durable;
mod journals;
mod layout;
mod lock;
mod log;
pub mod places;
mod receipts;
mod watch;
mod watcher;

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use phoenix_engine::ports::{LockError, ServiceLock, ServiceRecord, StateError, StateStore};
use phoenix_plan::{
    journal::{Entry, Event, JournalId},
    receipt::Receipt,
    service::ServiceId,
};
use serde::{Serialize, de::DeserializeOwned};

use journals::Journals;
use log::UpdateLog;
use receipts::Receipts;

pub use receipts::Keep;

pub use watcher::{Watcher, WatcherError};

/// The readable log, in [`places::phoenix_home`].
pub const LOG_NAME: &str = "update.log";

/// A [`StateStore`] of plain files below one folder.
///
/// `journals/<service>/<id>.jsonl`, `receipts/<id>.json`, `plots/<id>.json`,
/// `records/<service>.json` and `locks/<service>.lock`; folders are 0700, files 0600.
#[derive(Debug)]
pub struct FileStore {
    root: PathBuf,
    journals: Journals,
    receipts: Receipts,
    keep: Keep,
    log: UpdateLog,
}

impl FileStore {
    /// Opens the state of this user: see [`places::state_dir`] and [`places::phoenix_home`].
    pub fn open() -> Result<Self, StateError> {
        let place = |found: Result<PathBuf, _>| {
            found.map_err(|error| failed("find", Path::new("the home directory"))(error))
        };
        Self::at(&place(places::state_dir())?, &place(places::phoenix_home())?)
    }

    /// Opens the state below `root`, with the readable log in `log_dir`. Both are created; the
    /// log's folder only once something is to be logged.
    pub fn at(root: &Path, log_dir: &Path) -> Result<Self, StateError> {
        durable::make_private_root(root).map_err(failed("create", root))?;
        for name in ["journals", "receipts", "plots", "records", "locks"] {
            let dir = root.join(name);
            durable::make_private_dir(&dir).map_err(failed("create", &dir))?;
        }
        layout::bring_up_to_date(root)?;
        Ok(Self {
            root: root.to_owned(),
            journals: Journals::new(root.join("journals")),
            receipts: Receipts::new(root),
            keep: Keep::default(),
            log: UpdateLog::new(log_dir.join(LOG_NAME), TimeZone::system()),
        })
    }

    /// With another number of receipts kept.
    #[must_use]
    pub const fn keeping(mut self, keep: Keep) -> Self {
        self.keep = keep;
        self
    }

    /// The folder of it all.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn sweep(&self, service: &ServiceId) -> Result<(), StateError> {
        let record = self.record(service)?;
        self.receipts.sweep(service, self.keep, &record, &self.journals)
    }

    fn record_path(&self, service: &ServiceId) -> PathBuf {
        self.root.join("records").join(format!("{}.json", service.file_name()))
    }
}

impl StateStore for FileStore {
    fn lock(&self, service: &ServiceId, activity: &str) -> Result<Box<dyn ServiceLock>, LockError> {
        let path = self.root.join("locks").join(format!("{}.lock", service.file_name()));
        lock::acquire(&path, service, activity)
    }

    fn append(&self, journal: &JournalId, entry: &Entry) -> Result<(), StateError> {
        self.journals.append(journal, entry)?;
        if let Event::Planned { plan } = &entry.event {
            self.log.begun(plan, entry.at);
        }
        Ok(())
    }

    fn entries(&self, journal: &JournalId) -> Result<Vec<Entry>, StateError> {
        self.journals.entries(journal)
    }

    fn unfinished(&self, service: &ServiceId) -> Result<Vec<JournalId>, StateError> {
        self.journals.unfinished(service)
    }

    fn unfinished_services(&self) -> Result<Vec<ServiceId>, StateError> {
        self.journals.unfinished_services()
    }

    /// The receipt is durable or this fails. A log that cannot be written, and older receipts that
    /// cannot be removed, are only warned of, because the update has happened.
    fn save_receipt(&self, receipt: &Receipt) -> Result<(), StateError> {
        self.receipts.save(receipt)?;
        self.log.ended(receipt);
        if let Err(error) = self.sweep(&receipt.service) {
            tracing::warn!(path = error.path, cause = %error.source, "old receipts stay");
        }
        Ok(())
    }

    fn receipts(&self, service: Option<&ServiceId>) -> Result<Vec<Receipt>, StateError> {
        let receipts = self.receipts.all(service)?;
        Ok(receipts.into_iter().map(Receipt::without_plot).collect())
    }

    fn receipt(&self, id: &JournalId) -> Result<Option<Receipt>, StateError> {
        self.receipts.one(id)
    }

    fn record(&self, service: &ServiceId) -> Result<ServiceRecord, StateError> {
        read_json(&self.record_path(service)).map(Option::unwrap_or_default)
    }

    fn save_record(&self, service: &ServiceId, record: &ServiceRecord) -> Result<(), StateError> {
        write_json(&self.record_path(service), record)
    }
}

/// Turns an I/O error into one that says what was being done to which file.
fn failed(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> StateError {
    let path = path.display().to_string();
    move |source| StateError { action, path, source }
}

fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<(), StateError> {
    serde_json::to_vec_pretty(value)
        .map_err(std::io::Error::other)
        .and_then(|json| durable::replace(path, &json, None))
        .map_err(failed("write", path))
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, StateError> {
    match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidData, error))
            .map_err(failed("read", path)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path)(error)),
    }
}

#[cfg(test)]
mod tests;
