//! The owner of a control channel: writes requests, matches replies by their id, opens the channel
//! anew when a request comes after a break.

use std::{collections::HashMap, time::Duration};

use bytes::{Buf as _, BytesMut};
use futures_util::StreamExt as _;
use phoenix_engine::ports::SwitchError;
use phoenix_switch::protocol::{Command, Hello, Outcome, PROTOCOL_VERSION, Reply, Request};
use tokio::{
    io::AsyncWriteExt as _,
    sync::{mpsc, oneshot},
    time::timeout,
};

use super::link::{Link, Opener, Piece};

/// To open the channel and to be greeted; `docker exec` alone takes 50 to 100 ms.
const OPEN: Duration = Duration::from_secs(15);

/// To write one line into an open channel.
const WRITE: Duration = Duration::from_secs(5);

/// A switch with many generations answers far less.
const REPLY_LIMIT_BYTES: usize = 4 * 1024 * 1024;

/// What somebody wants of the channel.
pub(super) enum Ask {
    /// A command and where its outcome goes; `None` opens the channel if need be and no more.
    Call(Option<Command>, oneshot::Sender<Result<Outcome, SwitchError>>),
    /// An answer is overdue: the channel is not to be trusted any more.
    Distrust,
}

/// An open channel and who waits on it.
struct Open {
    link: Link,
    buffer: BytesMut,
    complaint: String,
    waiting: HashMap<u64, oneshot::Sender<Result<Outcome, SwitchError>>>,
    next_id: u64,
}

/// Serves until nobody can ask any more.
pub(super) async fn serve(opener: impl Opener, mut asks: mpsc::Receiver<Ask>) {
    let mut open: Option<Open> = None;
    loop {
        let ask = match &mut open {
            None => asks.recv().await,
            Some(channel) => tokio::select! {
                ask = asks.recv() => ask,
                broken = channel.receive() => {
                    channel.fail_all(&broken);
                    open = None;
                    continue;
                }
            },
        };
        match ask {
            None => return,
            Some(Ask::Distrust) => {
                if let Some(mut channel) = open.take() {
                    channel.fail_all("an earlier answer is overdue");
                }
            }
            Some(Ask::Call(command, answer)) => call(&opener, &mut open, command, answer).await,
        }
    }
}

async fn call(
    opener: &impl Opener,
    open: &mut Option<Open>,
    command: Option<Command>,
    answer: oneshot::Sender<Result<Outcome, SwitchError>>,
) {
    let mut channel = match open.take() {
        Some(channel) => channel,
        None => match Open::new(opener).await {
            Ok(channel) => channel,
            Err(error) => {
                let _ = answer.send(Err(error));
                return;
            }
        },
    };
    let Some(command) = command else {
        let _ = answer.send(Ok(Outcome::Done));
        *open = Some(channel);
        return;
    };
    match channel.write(command).await {
        Ok(id) => {
            channel.waiting.insert(id, answer);
            *open = Some(channel);
        }
        Err(broken) => {
            let _ = answer.send(Err(SwitchError::Away(broken.clone())));
            channel.fail_all(&broken);
        }
    }
}

impl Open {
    /// Opens the channel and makes sure that a switch of our protocol is at its other end.
    async fn new(opener: &impl Opener) -> Result<Self, SwitchError> {
        let greeted = timeout(OPEN, async {
            let link = opener.open().await?;
            let mut channel = Self {
                link,
                buffer: BytesMut::new(),
                complaint: String::new(),
                waiting: HashMap::new(),
                next_id: 1,
            };
            let hello = channel.greet().await?;
            check(&hello)?;
            Ok(channel)
        });
        greeted.await.unwrap_or_else(|_| {
            Err(SwitchError::Away(format!("it did not say hello within {OPEN:?}")))
        })
    }

    async fn greet(&mut self) -> Result<Hello, SwitchError> {
        let id = self.write(Command::Hello).await.map_err(SwitchError::Away)?;
        let (sender, mut answer) = oneshot::channel();
        self.waiting.insert(id, sender);
        loop {
            if let Ok(outcome) = answer.try_recv() {
                let outcome = outcome?;
                let Outcome::Hello(hello) = outcome else {
                    return Err(super::words::unexpected("hello", &outcome));
                };
                return Ok(hello);
            }
            self.receive_once().await.map_err(SwitchError::Away)?;
        }
    }

    async fn write(&mut self, command: Command) -> Result<u64, String> {
        let id = self.next_id;
        self.next_id += 1;
        let mut line =
            serde_json::to_vec(&Request { id, command }).map_err(|error| error.to_string())?;
        line.push(b'\n');
        let written = timeout(WRITE, async {
            self.link.input.write_all(&line).await?;
            self.link.input.flush().await
        });
        match written.await {
            Ok(Ok(())) => Ok(id),
            Ok(Err(error)) => Err(self.reason(&error.to_string())),
            Err(_) => Err(self.reason("it takes no more requests")),
        }
    }

    /// Hands out replies until the channel breaks; answers why it did. Loses nothing when dropped
    /// between two pieces.
    async fn receive(&mut self) -> String {
        loop {
            if let Err(broken) = self.receive_once().await {
                return broken;
            }
        }
    }

    async fn receive_once(&mut self) -> Result<(), String> {
        match self.link.pieces.next().await {
            None => Err(self.reason("the control channel was closed")),
            Some(Err(error)) => Err(self.reason(&error)),
            Some(Ok(Piece::Complaint(text))) => {
                self.complaint = String::from_utf8_lossy(&text).trim().chars().take(500).collect();
                Ok(())
            }
            Some(Ok(Piece::Output(bytes))) => {
                self.buffer.extend_from_slice(&bytes);
                self.hand_out()
            }
        }
    }

    fn hand_out(&mut self) -> Result<(), String> {
        while let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
            let line = self.buffer.split_to(end);
            self.buffer.advance(1);
            let reply: Reply = serde_json::from_slice(&line)
                .map_err(|error| self.reason(&format!("a reply cannot be read: {error}")))?;
            if let Some(waiter) = self.waiting.remove(&reply.id) {
                let _ = waiter.send(Ok(reply.outcome));
            } else {
                tracing::debug!(id = reply.id, "a reply that nobody waits for");
            }
        }
        if self.buffer.len() > REPLY_LIMIT_BYTES {
            return Err(self.reason("a reply has no end"));
        }
        Ok(())
    }

    fn fail_all(&mut self, why: &str) {
        for (_, waiter) in self.waiting.drain() {
            let _ = waiter.send(Err(SwitchError::Away(why.to_owned())));
        }
    }

    /// With the last words of the other end, if it had any.
    fn reason(&self, what: &str) -> String {
        if self.complaint.is_empty() {
            what.to_owned()
        } else {
            format!("{what}: {}", self.complaint)
        }
    }
}

fn check(hello: &Hello) -> Result<(), SwitchError> {
    if hello.protocol == PROTOCOL_VERSION {
        Ok(())
    } else {
        Err(SwitchError::Incompatible { theirs: hello.protocol, ours: PROTOCOL_VERSION })
    }
}
