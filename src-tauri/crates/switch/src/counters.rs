//! What was counted, and when.

mod ledger;
mod timeline;

pub(crate) use ledger::{Ending, Ledger, SocketEnding, Tally, whole_ms};
pub(crate) use timeline::TickRing;
