//! What the switch can be told, and what it answers.

use serde::{Deserialize, Serialize};

use super::{Backend, Confirmation, Hello, Route, Routed, Status, Timeline};

/// One line from the controller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Chosen by the sender, repeated in the reply. Replies may come out of order.
    pub id: u64,
    /// What to do.
    #[serde(flatten)]
    pub command: Command,
}

/// One line from the switch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The request's `id`; 0 when the request could not be read.
    pub id: u64,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// A command and its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Who is there? Answered by [`Outcome::Hello`].
    Hello,
    /// Everything worth knowing. Answered by [`Outcome::Status`].
    Status,
    /// Requests, failures and latency per 100 ms. Answered by [`Outcome::Timeline`].
    Timeline,
    /// Ask one backend directly, outside the route. Answered by [`Outcome::Previewed`].
    Preview(Preview),
    /// From now on new requests wait, each at most `limit_ms`. Answered by [`Outcome::Routed`].
    Hold {
        /// The longest a request may wait before it is answered 503.
        limit_ms: u64,
    },
    /// Let held requests go. Answered by [`Outcome::Routed`].
    Resume,
    /// Make `route` the route, durably; the reply means that no new request can reach a backend
    /// outside it. Answered by [`Outcome::Routed`].
    Commit {
        /// The new route.
        route: Route,
        /// Without it the commit needs no confirmation.
        confirm: Option<Confirmation>,
        /// Whether held requests stay held (`false` ends a hold).
        keep_holding: bool,
        /// Refused with [`ErrorCode::StaleRevision`] unless this is the revision in force.
        expect_revision: Option<u64>,
    },
    /// The route in force is good: forget the one before. Answered by [`Outcome::Routed`].
    Confirm {
        /// The revision being confirmed; another one is refused.
        revision: u64,
    },
    /// Back to the route before the unconfirmed commit, at once. Answered by [`Outcome::Routed`].
    Revert,
    /// Wait until a generation has no request in flight (upgraded connections do not count).
    /// Answered by [`Outcome::Drained`].
    Drain {
        /// The generation.
        generation: String,
        /// How long to wait at most.
        deadline_ms: u64,
    },
    /// End a generation's `WebSocket`s with close code 1012 at a frame boundary, other upgraded and
    /// raw connections by closing them; what is left after `grace_ms` is cut.
    /// Answered by [`Outcome::Drained`].
    CloseUpgraded {
        /// The generation.
        generation: String,
        /// How long clients have to answer the close frame.
        grace_ms: u64,
    },
    /// Drop the counters of a generation that is gone. Answered by [`Outcome::Done`].
    Forget {
        /// The generation.
        generation: String,
    },
}

/// A request to one backend that clients cannot see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preview {
    /// Whom to ask; need not be routed.
    pub backend: Backend,
    /// The container's port.
    pub port: u16,
    /// Path and query of a `GET`; without it a TCP connection is opened and closed.
    pub path: Option<String>,
    /// Bound on the whole exchange.
    pub timeout_ms: u64,
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Outcome {
    /// To [`Command::Hello`].
    Hello(Hello),
    /// To [`Command::Status`].
    Status(Box<Status>),
    /// To [`Command::Timeline`].
    Timeline(Timeline),
    /// To [`Command::Preview`].
    Previewed(Previewed),
    /// To every command that may change the route: the one in force now.
    Routed(Routed),
    /// To [`Command::Drain`] and [`Command::CloseUpgraded`].
    Drained(Drained),
    /// Done, nothing to tell.
    Done,
    /// Refused or failed; nothing was changed.
    Failed(Failure),
}

/// The answer of a previewed backend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Previewed {
    /// HTTP status; absent when only a connection was asked for or nothing answered.
    pub status: Option<u16>,
    /// The first 16 KiB of the body, as text.
    pub body: String,
    /// Whether the backend answered at all.
    pub answered: bool,
    /// Why it did not.
    pub error: Option<String>,
    /// Duration of the exchange in microseconds.
    pub took_us: u64,
}

/// How a drain ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drained {
    /// Requests still in flight (0 unless the deadline ended the wait).
    pub in_flight: u64,
    /// Upgraded and raw connections still open.
    pub upgraded: u64,
    /// How long it took.
    pub took_ms: u64,
}

/// Why a command was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// The closed set of reasons.
    pub code: ErrorCode,
    /// For people.
    pub message: String,
}

/// The closed set of reasons for a refused command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The line was not a request of this protocol.
    Malformed,
    /// The route is not the one the sender believes in.
    StaleRevision,
    /// There is nothing to confirm or to revert.
    NothingUnconfirmed,
    /// The route names a generation twice, or a backend without a host.
    BadRoute,
    /// The state could not be written; the old route stays.
    NotDurable,
}
