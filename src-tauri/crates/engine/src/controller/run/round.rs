//! One round: every service is checked once, and what that leads to comes to its end.

use tokio::sync::oneshot;

use super::{super::connection::Link, Controller};

/// Somebody waits for the end of a round.
pub(super) struct Round {
    /// Whether its checks have begun.
    begun: bool,
    reply: oneshot::Sender<()>,
}

impl Controller {
    pub(super) fn ask_for_round(&mut self, reply: oneshot::Sender<()>) {
        self.rounds.push(Round { begun: false, reply });
    }

    /// Brings rounds on as far as that is possible now. Without an engine they are over.
    pub(super) fn go_round(&mut self) {
        if self.rounds.is_empty() {
            return;
        }
        match &self.link {
            Link::Connecting => return,
            Link::Away { .. } => {
                self.rounds.drain(..).for_each(Round::end);
                return;
            }
            Link::Up { .. } => {}
        }
        let waits_to_install = !self.queue.is_empty() && self.quitting.is_none();
        let is_at_work = waits_to_install
            || self.slots.iter().any(|slot| slot.checking || slot.running.is_some());
        if !self.looking.is_empty() || is_at_work {
            return;
        }
        let (over, fresh) = std::mem::take(&mut self.rounds).into_iter().partition(|it| it.begun);
        let over: Vec<Round> = over;
        over.into_iter().for_each(Round::end);
        self.rounds = fresh;
        if !self.rounds.is_empty() {
            self.rounds.iter_mut().for_each(|round| round.begun = true);
            self.check(None);
            // Where nothing can be checked, that was it.
            self.go_round();
        }
    }
}

impl Round {
    fn end(self) {
        // Whoever asked may have gone.
        let _gone = self.reply.send(());
    }
}
