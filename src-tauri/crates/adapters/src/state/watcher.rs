//! Who updates by itself here: one program per state folder, by an OS lock that dies with it.

use std::path::PathBuf;

use phoenix_engine::ports::StateError;

use super::{
    FileStore,
    lock::{self, HeldLock, Holder, NotTaken},
};

/// The right to update by itself, until it is dropped.
pub struct Watcher {
    _lock: HeldLock,
}

/// Why a program may not update by itself.
#[derive(Debug, thiserror::Error)]
pub enum WatcherError {
    /// Another one does.
    #[error(
        "{program} (process {pid}) watches with this state folder already, and two would update \
         against each other"
    )]
    Busy {
        /// Its process; 0 if it has only just begun.
        pid: u32,
        /// What it calls itself.
        program: String,
    },
    /// The lock cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
}

impl FileStore {
    /// Takes the right to update by itself, or says which program has it.
    pub fn become_watcher(&self, program: &str) -> Result<Watcher, WatcherError> {
        match lock::take(&self.watcher_path(), program) {
            Ok(lock) => Ok(Watcher { _lock: lock }),
            Err(NotTaken::Held(Holder { pid, activity })) => {
                Err(WatcherError::Busy { pid, program: activity })
            }
            Err(NotTaken::State(error)) => Err(error.into()),
        }
    }

    /// The program that updates by itself here, if there is one.
    pub fn watcher(&self) -> Result<Option<String>, StateError> {
        if lock::is_vacant(&self.watcher_path()) {
            return Ok(None);
        }
        // Whoever wrote its name there may have been killed.
        match self.become_watcher("") {
            Ok(_freed_at_once) => Ok(None),
            Err(WatcherError::Busy { program, .. }) => Ok(Some(program)),
            Err(WatcherError::State(error)) => Err(error),
        }
    }

    fn watcher_path(&self) -> PathBuf {
        self.root().join("locks").join("watcher")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(folder: &tempfile::TempDir) -> FileStore {
        FileStore::at(&folder.path().join("state"), folder.path()).unwrap()
    }

    #[test]
    fn the_second_watcher_is_told_who_the_first_is() {
        let folder = tempfile::tempdir().unwrap();
        let first = store(&folder).become_watcher("phoenixctl watch").unwrap();
        let Err(WatcherError::Busy { pid, program }) = store(&folder).become_watcher("another")
        else {
            panic!("two watch")
        };
        assert_eq!((pid, program.as_str()), (std::process::id(), "phoenixctl watch"));
        drop(first);
        store(&folder).become_watcher("another").unwrap();
    }

    #[test]
    fn who_watches_can_be_asked_without_becoming_one() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(store(&folder).watcher().unwrap(), None);
        let _first = store(&folder).become_watcher("phoenixctl watch").unwrap();
        assert_eq!(store(&folder).watcher().unwrap().as_deref(), Some("phoenixctl watch"));
    }
}
