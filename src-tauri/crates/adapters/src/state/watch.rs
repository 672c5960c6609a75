//! What the controller remembers, in `watch.json`, shared by every program of this user.

use std::path::PathBuf;

use phoenix_engine::{controller::WatchState, ports::StateError};

use super::{FileStore, durable, failed, read_json, write_json};

impl FileStore {
    /// What was remembered; nothing where nothing was.
    pub fn watch_state(&self) -> Result<WatchState, StateError> {
        read_json(&self.watch_path()).map(Option::unwrap_or_default)
    }

    /// Remembers, durably.
    pub fn save_watch_state(&self, state: &WatchState) -> Result<(), StateError> {
        write_json(&self.watch_path(), state)
    }

    /// Reads, changes and remembers in one act among all processes; answers what is remembered then.
    pub fn change_watch_state(
        &self,
        change: impl FnOnce(&mut WatchState),
    ) -> Result<WatchState, StateError> {
        let path = self.root().join("locks").join("watch.json.lock");
        let lock = durable::open_in_place(&path).map_err(failed("open", &path))?;
        // Held for the time of one write; closing the file frees it.
        lock.lock().map_err(failed("lock", &path))?;
        let mut state = self.watch_state()?;
        change(&mut state);
        self.save_watch_state(&state)?;
        Ok(state)
    }

    fn watch_path(&self) -> PathBuf {
        self.root().join("watch.json")
    }
}
