//! What the controller remembers, in `watch.json`.

use std::path::PathBuf;

use phoenix_engine::{controller::WatchState, ports::StateError};

use super::{FileStore, read_json, write_json};

impl FileStore {
    /// What was remembered; nothing where nothing was.
    pub fn watch_state(&self) -> Result<WatchState, StateError> {
        read_json(&self.watch_path()).map(Option::unwrap_or_default)
    }

    /// Remembers, durably.
    pub fn save_watch_state(&self, state: &WatchState) -> Result<(), StateError> {
        write_json(&self.watch_path(), state)
    }

    fn watch_path(&self) -> PathBuf {
        self.root().join("watch.json")
    }
}
