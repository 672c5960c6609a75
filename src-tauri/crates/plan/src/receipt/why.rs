//! Why an operation ended as it did, where that is one of a closed set.

use serde::{Deserialize, Serialize};

use crate::{
    gate::GateFailure, hooks::HookEnded, monitor::MonitorFailure, planner::Hold, policy::HookEvent,
};

/// Why it ended so. [`Receipt::reason`](super::Receipt::reason) says the same in English; what has
/// no word here (an engine's or a registry's own message) is said only there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", content = "of", rename_all = "snake_case")]
pub enum Why {
    /// It was not begun.
    Held(Hold),
    /// A hook said no, or asks to try again later. Nothing was done.
    RefusedByHook {
        /// Whose moment it was.
        moment: HookEvent,
        /// How it ended.
        ended: HookEnded,
        /// The first line of its output; may be empty.
        output: String,
    },
    /// The release did not prove ready.
    NotReady(GateFailure),
    /// The release turned bad under watch.
    TurnedBad(MonitorFailure),
    /// Nothing proved the release good.
    Inconclusive,
    /// The switch went back by itself.
    NotConfirmed,
    /// A person cancelled it.
    Cancelled,
    /// A person moved the traffic back.
    RolledBackByHand,
}
