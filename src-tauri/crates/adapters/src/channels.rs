//! What is told beyond the desktop: mail, chats, push services and webhooks, each with a queue and
//! a task of its own, so that one that hangs holds up nobody.

mod board;
mod event;
mod http;
mod kinds;
mod message;
mod retry;
mod secret;
mod send_error;
mod settings;
mod template;
mod worker;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use phoenix_engine::controller::Notice;
use tokio::sync::mpsc::{Sender, error::TrySendError};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::{Language, Settings},
    state::places,
    words::Words,
};
use board::Board;
use message::Surround;
use worker::Worker;

pub use board::{ChannelState, Trouble};
pub use event::Event;
pub(crate) use http::{is_loopback, is_loopback_host};
pub(crate) use kinds::is_mailbox;
pub use message::Message;
pub use secret::{SecretError, SecretSource, SecretText, keychain};
pub use send_error::SendError;
pub use settings::{Address, ChannelSettings, Kind};
pub use settings::{Discord, Gotify, Ntfy, Security, Slack, Smtp, Telegram, Webhook};
pub use template::{Template, UnknownPlaceholder, placeholders};

/// The record of what was sent last, in the state folder.
const FILE_NAME: &str = "channels.json";
/// Messages that wait for one channel; more are dropped, and that is said.
const WAITING: usize = 64;

/// All channels of the settings.
///
/// [`Channels::tell`] never blocks. Channels are opened from within a Tokio runtime.
#[derive(Debug)]
pub struct Channels {
    lines: Mutex<Lines>,
    board: Arc<Board>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

#[derive(Debug, Default)]
struct Lines {
    open: BTreeMap<String, Line>,
    language: Language,
    closed: bool,
}

/// One channel's settings in force and the way to its worker.
#[derive(Debug)]
struct Line {
    settings: ChannelSettings,
    queue: Sender<Message>,
}

/// No channel has this name.
#[derive(Debug, thiserror::Error)]
#[error("there is no channel \"{name}\"; {known}")]
pub struct NoSuchChannel {
    name: String,
    known: String,
}

impl Channels {
    /// No channels yet: [`Channels::apply`] opens them. What was sent last is kept in the state
    /// folder.
    pub fn new() -> Self {
        Self::at(places::state_dir().map(|folder| folder.join(FILE_NAME)).ok())
    }

    /// The same with the record in a file of one's choice, or in memory alone.
    pub fn at(file: Option<PathBuf>) -> Self {
        Self {
            lines: Mutex::default(),
            board: Arc::new(Board::open(file)),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        }
    }

    /// The channels of the settings.
    pub fn open(settings: &Settings) -> Self {
        let channels = Self::new();
        channels.apply(settings);
        channels
    }

    /// The settings changed: channels that differ are opened anew. What waits in the queue of one
    /// that is gone is still sent, as it was when it was told.
    pub fn apply(&self, settings: &Settings) {
        let mut lines = self.lines();
        if lines.closed {
            return;
        }
        lines.language = settings.language();
        let wanted = settings.channels();
        lines.open.retain(|name, line| wanted.get(name) == Some(&line.settings));
        for (name, settings) in wanted {
            if !lines.open.contains_key(name) {
                let line = self.begin(name, settings);
                lines.open.insert(name.clone(), line);
            }
        }
        self.board.keep(wanted.keys());
    }

    /// Passes a notice to every channel that wants it. A queue that is full loses the message,
    /// which is logged and shown.
    pub fn tell(&self, notice: &Notice) {
        let lines = self.lines();
        for (name, line) in &lines.open {
            let words = words(&line.settings, lines.language);
            let message = Message::of(notice, words, &Surround::here(Timestamp::now()));
            let Some(message) = message.filter(|message| line.settings.wants(message)) else {
                continue;
            };
            self.board.waits(name);
            match line.queue.try_send(message) {
                Ok(()) => {}
                Err(TrySendError::Full(_) | TrySendError::Closed(_)) => {
                    let lost = format!("{WAITING} messages waited already; one more was dropped");
                    tracing::warn!(channel = name, "{lost}");
                    self.board.failed(name, Timestamp::now(), &lost);
                }
            }
        }
    }

    /// What was sent last, and what is wrong, channel by channel; the channels of the settings in
    /// force only.
    pub fn state(&self) -> Vec<ChannelState> {
        let lines = self.lines();
        let kinds =
            lines.open.iter().map(|(name, line)| (name.as_str(), line.settings.kind.name()));
        self.board.states(kinds)
    }

    /// Sends what waits and ends all tasks, within a bound; what could not be sent by then is
    /// logged as lost. Nothing can be told afterwards.
    pub async fn close(&self, within: Duration) {
        {
            let mut lines = self.lines();
            lines.closed = true;
            // Without senders the workers end once their queues are empty.
            lines.open.clear();
        }
        self.tasks.close();
        if tokio::time::timeout(within, self.tasks.wait()).await.is_err() {
            self.stop.cancel();
            self.tasks.wait().await;
        }
    }

    fn begin(&self, name: &str, settings: &ChannelSettings) -> Line {
        let (queue, waiting) = tokio::sync::mpsc::channel(WAITING);
        let worker = Worker {
            name: name.to_owned(),
            settings: settings.clone(),
            waiting,
            board: Arc::clone(&self.board),
            stop: self.stop.clone(),
        };
        self.tasks.spawn(worker.run());
        Line { settings: settings.clone(), queue }
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Channels {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Channels {
    /// Whoever did not close has no time left.
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Sends one test message, once, and says what the server answered.
pub async fn test(settings: &Settings, name: &str) -> Result<String, TestError> {
    let channel = find(settings, name)?;
    let words = words(channel, settings.language());
    let message = Message::test(words, &Surround::here(Timestamp::now()));
    Ok(kinds::send(channel, &message).await?)
}

/// A channel by its name.
pub fn find<'a>(settings: &'a Settings, name: &str) -> Result<&'a ChannelSettings, NoSuchChannel> {
    settings.channels().get(name).ok_or_else(|| {
        let names: Vec<_> = settings.channels().keys().map(String::as_str).collect();
        let known = if names.is_empty() {
            "config.toml has no [channels.NAME] table".to_owned()
        } else {
            format!("config.toml has: {}", names.join(", "))
        };
        NoSuchChannel { name: name.to_owned(), known }
    })
}

/// What the channels of the settings did last, whichever process sent it.
pub fn recorded(settings: &Settings) -> Vec<ChannelState> {
    let file = places::state_dir().map(|folder| folder.join(FILE_NAME));
    recorded_at(settings, file.ok().as_deref())
}

/// The same from a file of one's choice.
pub fn recorded_at(settings: &Settings, file: Option<&Path>) -> Vec<ChannelState> {
    let kinds = settings.channels().iter().map(|(name, it)| (name.as_str(), it.kind.name()));
    Board::open(file.map(Path::to_owned)).states(kinds)
}

/// Why a test message was not sent.
#[derive(Debug, thiserror::Error)]
pub enum TestError {
    /// There is no such channel.
    #[error(transparent)]
    NoSuchChannel(#[from] NoSuchChannel),
    /// It could not be sent.
    #[error(transparent)]
    Send(#[from] SendError),
}

/// The language of a channel: its own, else that of the program.
fn words(channel: &ChannelSettings, program: Language) -> Words {
    Words::here(channel.language.unwrap_or(program))
}

#[cfg(test)]
mod tests;
