//! The lock of a service: the operating system's, so that it dies with its process. The file says
//! who holds it, for others to read.

use std::{
    fs::{File, TryLockError},
    io::{self, Seek, SeekFrom, Write},
    path::Path,
};

use phoenix_engine::ports::{LockError, ServiceLock, StateError};
use phoenix_plan::service::ServiceId;
use serde::{Deserialize, Serialize};

use super::{durable, failed};

/// Who holds a lock, and what for.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Holder {
    pub(super) pid: u32,
    pub(super) activity: String,
}

/// A lock, until it is dropped.
pub(super) struct HeldLock {
    file: File,
}

/// Why a lock was not taken.
pub(super) enum NotTaken {
    /// Somebody has it.
    Held(Holder),
    /// Its file cannot be used.
    State(StateError),
}

/// Takes the lock, or says who has it. The file stays when the lock is freed: removing it would
/// let two processes hold locks on two files of the same name.
pub(super) fn acquire(
    path: &Path,
    service: &ServiceId,
    activity: &str,
) -> Result<Box<dyn ServiceLock>, LockError> {
    match take(path, activity) {
        Ok(lock) => Ok(Box::new(lock)),
        Err(NotTaken::Held(Holder { pid, activity })) => {
            Err(LockError::Busy { service: service.clone(), pid, activity })
        }
        Err(NotTaken::State(error)) => Err(error.into()),
    }
}

/// Takes the lock of a file, for whatever it stands.
pub(super) fn take(path: &Path, activity: &str) -> Result<HeldLock, NotTaken> {
    let file = durable::open_in_place(path).map_err(failed("open", path))?;
    match file.try_lock() {
        Ok(()) => {
            write_holder(&file, activity).map_err(failed("write", path))?;
            Ok(HeldLock { file })
        }
        Err(TryLockError::WouldBlock) => Err(NotTaken::Held(read_holder(path))),
        Err(TryLockError::Error(error)) => Err(failed("lock", path)(error).into()),
    }
}

/// Whether nobody has written a name into a lock's file, so that nobody holds it for longer than a
/// moment.
pub(super) fn is_vacant(path: &Path) -> bool {
    std::fs::metadata(path).map_or(true, |found| found.len() == 0)
}

impl From<StateError> for NotTaken {
    fn from(error: StateError) -> Self {
        Self::State(error)
    }
}

impl ServiceLock for HeldLock {
    fn announce(&self, activity: &str) {
        if let Err(error) = write_holder(&self.file, activity) {
            tracing::warn!(%error, "other processes cannot be told what is being done");
        }
    }
}

impl Drop for HeldLock {
    /// Empties the file, so that nobody reads a holder that is gone; closing frees the lock.
    fn drop(&mut self) {
        if let Err(error) = self.file.set_len(0) {
            tracing::debug!(%error, "the lock file keeps the name of its last holder");
        }
    }
}

/// One write over the old content, then the rest is cut off: a reader finds a whole document at
/// the start at any moment.
fn write_holder(mut file: &File, activity: &str) -> io::Result<()> {
    let holder = Holder { pid: std::process::id(), activity: activity.to_owned() };
    let mut line = serde_json::to_vec(&holder).map_err(io::Error::other)?;
    line.push(b'\n');
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&line)?;
    file.set_len(u64::try_from(line.len()).map_err(io::Error::other)?)
}

/// The holder may be between taking the lock and saying so; then its process is given as 0.
fn read_holder(path: &Path) -> Holder {
    let written = std::fs::read(path).unwrap_or_default();
    let first = serde_json::Deserializer::from_slice(&written).into_iter::<Holder>().next();
    let unknown = || Holder { pid: 0, activity: "it has just begun".to_owned() };
    first.and_then(Result::ok).unwrap_or_else(unknown)
}
