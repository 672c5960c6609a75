//! One channel's task: takes messages from its queue and sees each to its end.

use std::sync::Arc;

use jiff::Timestamp;
use phoenix_engine::in_a_sentence;
use tokio::sync::mpsc::Receiver;
use tokio_util::sync::CancellationToken;

use super::{
    ChannelSettings, Message,
    board::Board,
    kinds,
    retry::{self, Next},
};

/// A channel at work.
pub(super) struct Worker {
    pub(super) name: String,
    pub(super) settings: ChannelSettings,
    pub(super) waiting: Receiver<Message>,
    pub(super) board: Arc<Board>,
    pub(super) stop: CancellationToken,
}

impl Worker {
    /// Works until nobody can tell anything any more, or until it is stopped.
    pub(super) async fn run(mut self) {
        while let Some(message) = self.waiting.recv().await {
            let stop = self.stop.clone();
            let sent = stop.run_until_cancelled(self.deliver(&message)).await;
            if sent.is_none() {
                let left = self.waiting.len().saturating_add(1);
                let lost = format!("the program ended before {left} messages could be sent");
                tracing::warn!(channel = self.name, "{lost}");
                self.board.failed(&self.name, Timestamp::now(), &lost);
                return;
            }
        }
    }

    async fn deliver(&self, message: &Message) {
        let name = self.name.as_str();
        for tries in 1.. {
            match kinds::send(&self.settings, message).await {
                Ok(answer) => {
                    tracing::info!(channel = name, event = message.event.name(), answer, "sent");
                    self.board.sent(name, Timestamp::now());
                    return;
                }
                Err(error) => {
                    let said = in_a_sentence(&error);
                    match retry::next(tries, &error) {
                        Next::After(wait) => {
                            tracing::info!(channel = name, tries, ?wait, "not sent yet: {said}");
                            tokio::time::sleep(wait).await;
                        }
                        Next::GiveUp => {
                            tracing::warn!(channel = name, tries, "a message was not sent: {said}");
                            self.board.failed(name, Timestamp::now(), &said);
                            return;
                        }
                    }
                }
            }
        }
    }
}
