//! Who carries out which command.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Helm;
use crate::counters::whole_ms;
use crate::options::Listen;
use crate::protocol::{
    Command, Drained, ErrorCode, Failure, Hello, ListenerStatus, Outcome, PROTOCOL_VERSION, Routed,
    Status,
};
use crate::proxy::{Switchboard, preview};
use crate::routing::{Farewell, Generation};

/// After a cut, connections need a moment to end.
const CUT_WITHIN: Duration = Duration::from_secs(1);

/// Carries out commands. Those that change the route go to the pilot, one after the other.
#[derive(Debug)]
pub(crate) struct Clerk {
    /// The running switch.
    pub(crate) board: Arc<Switchboard>,
    /// The way to the pilot.
    pub(crate) helm: Helm,
    /// The ports served.
    pub(crate) listens: Vec<Listen>,
    /// What was wrong with the durable state.
    pub(crate) state_warning: Option<String>,
}

impl Clerk {
    pub(crate) async fn carry_out(&self, command: Command) -> Outcome {
        match command {
            Command::Hello => Outcome::Hello(Hello {
                protocol: PROTOCOL_VERSION,
                version: env!("CARGO_PKG_VERSION").to_owned(),
            }),
            Command::Status => Outcome::Status(Box::new(self.status())),
            Command::Timeline => Outcome::Timeline(self.board.timeline()),
            Command::Preview(asked) => Outcome::Previewed(preview(&self.board, &asked).await),
            Command::Hold { .. }
            | Command::Resume
            | Command::Commit { .. }
            | Command::Confirm { .. }
            | Command::Revert => routed(self.helm.order(command).await),
            Command::Drain { generation, deadline_ms } => {
                Outcome::Drained(self.drain(&generation, deadline_ms).await)
            }
            Command::CloseUpgraded { generation, grace_ms } => {
                Outcome::Drained(self.close_upgraded(&generation, grace_ms).await)
            }
            Command::Forget { generation } => self.forget(&generation),
        }
    }

    fn status(&self) -> Status {
        let listener = |listen: &Listen| ListenerStatus {
            port: listen.port,
            mode: listen.mode.name().to_owned(),
        };
        Status {
            routed: self.helm.routed(),
            generations: self.board.router.statuses(),
            listeners: self.listens.iter().map(listener).collect(),
            held_now: self.board.router.waiting_now(),
            client_connections: self.board.client_connections(),
            unrouted: self.board.unrouted(),
            uptime_ms: whole_ms(self.board.uptime()),
            state_warning: self.state_warning.clone(),
        }
    }

    async fn drain(&self, name: &str, deadline_ms: u64) -> Drained {
        let begun = Instant::now();
        let Some(generation) = self.board.router.find(name) else { return nothing_left(begun) };
        let _ =
            tokio::time::timeout(Duration::from_millis(deadline_ms), generation.drained()).await;
        left_of(&generation, begun)
    }

    async fn close_upgraded(&self, name: &str, grace_ms: u64) -> Drained {
        let begun = Instant::now();
        let Some(generation) = self.board.router.find(name) else { return nothing_left(begun) };
        generation.bid(Farewell::Goodbye);
        let grace = Duration::from_millis(grace_ms);
        if tokio::time::timeout(grace, generation.left()).await.is_err() {
            generation.bid(Farewell::Cut);
            let _ = tokio::time::timeout(CUT_WITHIN, generation.left()).await;
        }
        left_of(&generation, begun)
    }

    fn forget(&self, name: &str) -> Outcome {
        if self.board.router.forget(name) {
            return Outcome::Done;
        }
        Outcome::Failed(Failure {
            code: ErrorCode::BadRoute,
            message: format!("generation {name} still serves; its counters stay"),
        })
    }
}

fn routed(answer: Result<Routed, Failure>) -> Outcome {
    answer.map_or_else(Outcome::Failed, Outcome::Routed)
}

fn left_of(generation: &Generation, begun: Instant) -> Drained {
    Drained {
        in_flight: generation.in_flight(),
        upgraded: generation.upgraded(),
        took_ms: whole_ms(begun.elapsed()),
    }
}

fn nothing_left(begun: Instant) -> Drained {
    let took_ms = whole_ms(begun.elapsed());
    Drained { in_flight: 0, upgraded: 0, took_ms }
}
