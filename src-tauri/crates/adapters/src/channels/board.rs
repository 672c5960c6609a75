//! What each channel did last; kept in a file, so that other processes can show it.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::state::durable;

/// What a channel did last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChannelState {
    /// Its name in the settings.
    pub name: String,
    /// `smtp`, `ntfy`, …
    pub kind: String,
    /// When a message was sent last.
    pub last_sent: Option<Timestamp>,
    /// What went wrong since then.
    pub trouble: Option<Trouble>,
    /// Messages of this process that are on their way.
    pub waiting: usize,
}

/// A message that was not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// When it was given up.
    pub at: Timestamp,
    /// Why, in a sentence without secrets.
    pub message: String,
}

#[derive(Debug)]
pub(super) struct Board {
    file: Option<PathBuf>,
    notes: Mutex<BTreeMap<String, Note>>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Note {
    #[serde(default)]
    last_sent: Option<Timestamp>,
    #[serde(default)]
    trouble: Option<Trouble>,
    #[serde(skip)]
    waiting: usize,
}

impl Board {
    /// Takes up what the file says; one that cannot be read is begun anew.
    pub(super) fn open(file: Option<PathBuf>) -> Self {
        let read = file.as_ref().and_then(|file| std::fs::read(file).ok());
        let notes = read.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Self { file, notes: Mutex::new(notes) }
    }

    /// Forgets all other channels.
    pub(super) fn keep<'a>(&self, names: impl Iterator<Item = &'a String>) {
        let names: Vec<_> = names.collect();
        self.notes().retain(|name, _| names.contains(&name));
    }

    pub(super) fn waits(&self, name: &str) {
        let mut notes = self.notes();
        let note = notes.entry(name.to_owned()).or_default();
        note.waiting = note.waiting.saturating_add(1);
    }

    pub(super) fn sent(&self, name: &str, at: Timestamp) {
        self.note(name, |note| {
            note.last_sent = Some(at);
            note.trouble = None;
        });
    }

    pub(super) fn failed(&self, name: &str, at: Timestamp, message: &str) {
        let trouble = Trouble { at, message: message.to_owned() };
        self.note(name, |note| note.trouble = Some(trouble));
    }

    pub(super) fn states<'a>(
        &self,
        channels: impl Iterator<Item = (&'a str, &'static str)>,
    ) -> Vec<ChannelState> {
        let notes = self.notes();
        let state = |(name, kind): (&str, &str)| {
            let note = notes.get(name).cloned().unwrap_or_default();
            ChannelState {
                name: name.to_owned(),
                kind: kind.to_owned(),
                last_sent: note.last_sent,
                trouble: note.trouble,
                waiting: note.waiting,
            }
        };
        channels.map(state).collect()
    }

    fn note(&self, name: &str, change: impl FnOnce(&mut Note)) {
        let mut notes = self.notes();
        let note = notes.entry(name.to_owned()).or_default();
        change(note);
        note.waiting = note.waiting.saturating_sub(1);
        let Some(file) = &self.file else { return };
        let json = serde_json::to_vec_pretty(&*notes).map_err(std::io::Error::other);
        if let Err(error) = json.and_then(|json| durable::replace(file, &json, None)) {
            tracing::warn!(%error, file = %file.display(), "what was sent is not kept");
        }
    }

    fn notes(&self) -> MutexGuard<'_, BTreeMap<String, Note>> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
