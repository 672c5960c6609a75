//! What a person can ask of the controller.

use phoenix_plan::{receipt::Why, service::ServiceId, step::Plan};
use tokio::sync::oneshot;

/// What a person wants done with a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aim {
    /// Update it: to a tag, a digest or a reference, or to the newest of its own reference.
    Update(Option<String>),
    /// Go back: to a kept release, or to the one before.
    Rollback(Option<String>),
    /// Behind a switch.
    Adopt,
    /// The port back.
    Release,
}

/// What a person agreed to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Agreed {
    /// To what clients will notice.
    pub noticed: bool,
    /// To the edit of the compose file that goes with an adoption.
    pub edit_compose: bool,
}

/// What came of asking for a plan.
#[derive(Debug, Clone, PartialEq)]
pub enum Preview {
    /// There is nothing to do.
    UpToDate,
    /// Not now, for a reason.
    Held {
        /// In English.
        reason: String,
        /// As one of a closed set, where it is one.
        why: Option<Why>,
    },
    /// This would be done.
    Go(Box<Plan>),
}

/// What became of a request to do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// It is under way.
    UnderWay,
    /// It turned an operation around that was under way.
    TurnedAround,
}

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// No engine answers.
    #[error("no container engine answers; this is tried again by itself")]
    EngineAway,
    /// Something is being done already.
    #[error("{0} is being worked on already")]
    Busy(ServiceId),
    /// Nobody watches it.
    #[error("{0} is not watched")]
    NotWatched(ServiceId),
    /// There is nothing to cancel.
    #[error("nothing is being done to {0} that could be cancelled")]
    NothingToCancel(ServiceId),
    /// The state folder cannot be used.
    #[error("{0}")]
    State(String),
    /// It could not be planned.
    #[error("{0}")]
    Failed(String),
    /// The program is about to end.
    #[error("Phoenix Tray is quitting")]
    Quitting,
}

pub(super) type Reply<T> = oneshot::Sender<Result<T, RequestError>>;

/// A request with the place for its answer.
pub(super) enum Request {
    Check(Option<ServiceId>),
    Preview { service: ServiceId, aim: Aim, reply: Reply<Preview> },
    Begin { service: ServiceId, aim: Aim, agreed: Agreed, reply: Reply<Begun> },
    Settle { service: ServiceId, reply: Reply<()> },
    Cancel { service: ServiceId, reply: Reply<()> },
    Skip { service: ServiceId, skip: bool, reply: Reply<()> },
    Snooze { service: ServiceId, hours: u32, reply: Reply<()> },
    Pin { service: ServiceId, pin: bool, reply: Reply<()> },
    CloseBreaker { service: ServiceId, reply: Reply<()> },
    Pause { paused: bool, reply: Reply<()> },
    Seen { service: ServiceId, reply: Reply<()> },
    Reload,
    Watching { window_open: bool },
    Round { reply: oneshot::Sender<()> },
    Alive { reply: oneshot::Sender<()> },
    Quit { reply: oneshot::Sender<()> },
}
