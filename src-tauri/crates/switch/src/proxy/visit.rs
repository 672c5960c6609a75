//! One request from its head to the end of its answer, counted exactly once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::StatusCode;

use super::Switchboard;
use super::client::ClientLink;
use crate::counters::{Ending, Tally};
use crate::routing::{Generation, Patience};

/// A request that is being served. Dropped before its end, it counts as abandoned by the client.
#[derive(Debug)]
pub(crate) struct Visit {
    board: Arc<Switchboard>,
    link: Arc<ClientLink>,
    begun: Instant,
    head: Option<Duration>,
    generation: Option<Arc<Generation>>,
    ending: Ending,
    /// How long it has waited.
    pub(crate) patience: Patience,
}

impl Visit {
    pub(crate) fn begin(board: &Arc<Switchboard>, link: &Arc<ClientLink>) -> Self {
        link.begin_request();
        Self {
            board: Arc::clone(board),
            link: Arc::clone(link),
            begun: Instant::now(),
            head: None,
            generation: None,
            ending: Ending::Abandoned,
            patience: Patience::default(),
        }
    }

    pub(crate) fn board(&self) -> &Arc<Switchboard> {
        &self.board
    }

    pub(crate) fn link(&self) -> &Arc<ClientLink> {
        &self.link
    }

    /// Whatever comes of it belongs to this generation, or to nobody.
    pub(crate) fn belongs_to(&mut self, generation: Option<&Arc<Generation>>) {
        self.generation = generation.cloned();
    }

    /// It is sent once more.
    pub(crate) fn note_retry(&self) {
        if let Some(generation) = &self.generation {
            generation.ledger().record_retry();
        }
    }

    /// The answer's head is there.
    pub(crate) fn note_head(&mut self) {
        self.head = Some(self.begun.elapsed());
    }

    /// The app's answer has gone to its end.
    pub(crate) fn answered(mut self, status: StatusCode) {
        self.ending = Ending::Answered(status);
    }

    /// The switch could not get the app's answer to the client.
    pub(crate) fn failed(mut self) {
        self.ending = Ending::Failed;
    }

    /// The client's request was malformed.
    pub(crate) fn refused(mut self) {
        self.ending = Ending::Refused;
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.link.end_request();
        let tally = Tally { ending: self.ending, held: self.patience.held(), head: self.head };
        self.board.record(self.generation.as_deref(), tally);
    }
}
