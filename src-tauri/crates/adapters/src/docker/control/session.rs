//! A session: the port's calls as commands of the protocol.

use std::time::Duration;

use async_trait::async_trait;
use phoenix_engine::ports::{
    PreviewAnswer, RouteChange, SwitchError, SwitchSession, SwitchStatus, SwitchTimeline,
};
use phoenix_plan::route::{Backend, Routed};
use phoenix_switch::protocol::{self, Command, Outcome};
use tokio::{
    sync::{mpsc, oneshot},
    task::AbortHandle,
};

use super::{
    channel::{Ask, serve},
    link::Opener,
    words,
};

/// For an answer that needs no waiting at the other end; opening the channel anew included.
const ANSWER: Duration = Duration::from_secs(25);

/// More calls than this at once wait for their turn.
const CALLS_AT_ONCE: usize = 64;

/// One open control channel; its owner ends with it.
pub(super) struct Session {
    asks: mpsc::Sender<Ask>,
    owner: AbortHandle,
}

impl Session {
    /// A session that opens its channel with the first call.
    pub(super) fn new(opener: impl Opener + Sync) -> Self {
        let (asks, inbox) = mpsc::channel(CALLS_AT_ONCE);
        let owner = tokio::spawn(serve(opener, inbox)).abort_handle();
        Self { asks, owner }
    }

    /// Opens the channel now.
    pub(super) async fn greet(&self) -> Result<(), SwitchError> {
        self.ask(None, "hello", ANSWER).await.map(drop)
    }

    async fn ask(
        &self,
        command: Option<Command>,
        name: &'static str,
        bound: Duration,
    ) -> Result<Outcome, SwitchError> {
        let (sender, answer) = oneshot::channel();
        let gone = || SwitchError::Away("its session has ended".to_owned());
        let answered = tokio::time::timeout(bound, async {
            self.asks.send(Ask::Call(command, sender)).await.map_err(|_| gone())?;
            answer.await.map_err(|_| gone())?
        });
        if let Ok(outcome) = answered.await {
            return outcome;
        }
        let _ = self.asks.try_send(Ask::Distrust);
        Err(SwitchError::Away(format!("no answer to {name} within {bound:?}")))
    }

    async fn route(&self, command: Command, name: &'static str) -> Result<Routed, SwitchError> {
        words::routed(self.ask(Some(command), name, ANSWER).await?, name)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.owner.abort();
    }
}

#[async_trait]
impl SwitchSession for Session {
    async fn status(&self) -> Result<SwitchStatus, SwitchError> {
        words::status(self.ask(Some(Command::Status), "status", ANSWER).await?)
    }

    async fn timeline(&self) -> Result<SwitchTimeline, SwitchError> {
        words::timeline(self.ask(Some(Command::Timeline), "timeline", ANSWER).await?)
    }

    async fn preview(
        &self,
        backend: &Backend,
        port: u16,
        path: Option<&str>,
        timeout: Duration,
    ) -> Result<PreviewAnswer, SwitchError> {
        let command = Command::Preview(protocol::Preview {
            backend: words::backend(backend),
            port,
            path: path.map(str::to_owned),
            timeout_ms: words::milliseconds(timeout),
        });
        let bound = timeout.saturating_add(ANSWER);
        words::previewed(self.ask(Some(command), "preview", bound).await?)
    }

    async fn hold(&self, limit: Duration) -> Result<Routed, SwitchError> {
        self.route(Command::Hold { limit_ms: words::milliseconds(limit) }, "hold").await
    }

    async fn resume(&self) -> Result<Routed, SwitchError> {
        self.route(Command::Resume, "resume").await
    }

    async fn commit(&self, change: &RouteChange) -> Result<Routed, SwitchError> {
        self.route(words::commit(change), "commit").await
    }

    async fn confirm(&self, revision: u64) -> Result<Routed, SwitchError> {
        self.route(Command::Confirm { revision }, "confirm").await
    }

    async fn revert(&self) -> Result<Routed, SwitchError> {
        self.route(Command::Revert, "revert").await
    }

    async fn drain(&self, generation: &str, deadline: Duration) -> Result<u64, SwitchError> {
        let command = Command::Drain {
            generation: generation.to_owned(),
            deadline_ms: words::milliseconds(deadline),
        };
        let bound = deadline.saturating_add(ANSWER);
        Ok(words::drained(self.ask(Some(command), "drain", bound).await?, "drain")?.in_flight)
    }

    async fn close_upgraded(&self, generation: &str, grace: Duration) -> Result<u64, SwitchError> {
        let command = Command::CloseUpgraded {
            generation: generation.to_owned(),
            grace_ms: words::milliseconds(grace),
        };
        let name = "close_upgraded";
        let bound = grace.saturating_add(ANSWER);
        Ok(words::drained(self.ask(Some(command), name, bound).await?, name)?.upgraded)
    }

    async fn forget(&self, generation: &str) -> Result<(), SwitchError> {
        let command = Command::Forget { generation: generation.to_owned() };
        words::done(&self.ask(Some(command), "forget", ANSWER).await?)
    }
}
