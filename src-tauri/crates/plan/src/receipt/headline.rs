//! A receipt in one sentence: what happened, what runs now, what clients noticed.

use super::{Ending, Receipt};
use crate::{gate::count, step::Purpose};

impl Receipt {
    /// What happened, in words.
    pub fn headline(&self) -> String {
        let (from, to) = (self.from.name(), self.to.name());
        let reason = &self.reason;
        let what = match (self.ending(), self.purpose) {
            (Ending::Updated, Purpose::Update) => format!("Updated {from} → {to}."),
            (Ending::Updated, Purpose::Rollback) => format!("Rolled back {from} → {to}."),
            (Ending::Updated, Purpose::Adopt) => {
                format!("Adopted: a switch owns the port of {to} now.")
            }
            (Ending::Updated, Purpose::Release) => {
                format!("Released: {to} owns its port itself again.")
            }
            (Ending::Unchanged, _) => format!("Unchanged: {from} runs; {reason}."),
            (Ending::RolledBack, _) => {
                format!("ROLLED BACK: {from} serves; {to} did not last: {reason}.")
            }
            (Ending::Cancelled, _) => format!("Cancelled: {from} serves."),
            (Ending::TakenBack, _) => format!("Rolled back as asked: {from} serves again."),
            (Ending::Failed, _) => format!("NOT UPDATED: {from} keeps serving: {reason}."),
            (Ending::Held, _) => format!("Not begun: {reason}."),
            (Ending::Stuck, _) => format!("NEEDS ATTENTION: {reason}."),
        };
        format!("{what}{}", self.numbers())
    }

    /// What clients noticed, by the switch where one stood in front, else by the witness.
    fn numbers(&self) -> String {
        let (requests, probe) = (self.requests, self.probe);
        if requests.total > 0 {
            let failed = match requests.failed {
                0 => "none failed".to_owned(),
                some => format!("{} FAILED", count(some)),
            };
            let pause = requests.longest_stall_ms.max(probe.longest_gap_ms);
            let total = count(requests.total);
            format!(" {total} requests, {failed}. Longest pause {} ms.", count(pause))
        } else if probe.ok + probe.failed > 0 {
            format!(
                " {} probes answered, {} not. Longest pause {} ms.",
                count(probe.ok),
                count(probe.failed),
                count(probe.longest_gap_ms)
            )
        } else {
            String::new()
        }
    }
}
