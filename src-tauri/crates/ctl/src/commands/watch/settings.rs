//! Says when `config.toml` changed.

use std::time::Duration;

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use phoenix_adapters::{config::FILE_NAME, state::places};
use tokio::{sync::mpsc, time::Instant};

/// An editor writes in several steps: the file is read when it has come to rest.
const REST: Duration = Duration::from_millis(300);

/// Watches the folder of the settings, because editors put a new file in the place of the old.
pub(super) struct SettingsFile {
    touched: mpsc::Receiver<()>,
    read_at: Option<Instant>,
    /// Ends watching when dropped.
    _watcher: Option<RecommendedWatcher>,
}

impl SettingsFile {
    /// Begins to watch. Where that is impossible (there is no such folder), a signal is needed.
    pub(super) fn watch() -> Self {
        let (touch, touched) = mpsc::channel(1);
        let watcher = begin(touch).inspect_err(|error| {
            tracing::debug!(%error, "changes of config.toml are only seen after SIGHUP");
        });
        Self { touched, read_at: None, _watcher: watcher.ok() }
    }

    /// The file is to be read now.
    pub(super) fn changed_now(&mut self) {
        self.read_at = Some(Instant::now());
    }

    /// Ends when the file has changed and come to rest. Can be dropped and called anew.
    pub(super) async fn changed(&mut self) {
        loop {
            let rest = self.read_at;
            tokio::select! {
                Some(()) = self.touched.recv() => self.read_at = Some(Instant::now() + REST),
                () = super::at(rest) => {
                    self.read_at = None;
                    return;
                }
            }
        }
    }
}

fn begin(touch: mpsc::Sender<()>) -> Result<RecommendedWatcher, notify::Error> {
    let folder = places::config_dir().map_err(notify::Error::io)?;
    let heard = move |event: Result<Event, notify::Error>| {
        if event.is_ok_and(|event| is_change(&event)) {
            // One that is still waiting says the same.
            let _full = touch.try_send(());
        }
    };
    let mut watcher = notify::recommended_watcher(heard)?;
    watcher.watch(&folder, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}

/// Reading the file, as we do, is no change of it.
fn is_change(event: &Event) -> bool {
    let changed =
        matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_));
    changed && event.paths.iter().any(|path| path.ends_with(FILE_NAME))
}

#[cfg(test)]
mod tests {
    use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};

    use super::*;

    fn event(kind: EventKind, path: &str) -> Event {
        Event::new(kind).add_path(path.into())
    }

    #[test]
    fn a_file_put_in_its_place_is_a_change_and_reading_it_is_none() {
        let renamed = EventKind::Modify(ModifyKind::Name(RenameMode::To));
        let read = EventKind::Access(AccessKind::Open(AccessMode::Read));
        assert!(is_change(&event(renamed, "/etc/phoenix-tray/config.toml")));
        assert!(!is_change(&event(read, "/etc/phoenix-tray/config.toml")));
        assert!(!is_change(&event(renamed, "/etc/phoenix-tray/.config.toml.swp")));
    }
}
