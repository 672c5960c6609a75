//! How long each call may take.

use std::{future::Future, time::Duration};

use phoenix_engine::ports::EngineError;

/// To open a connection.
pub(super) const CONNECT: Duration = Duration::from_secs(5);

/// For an answer that only reads.
pub(super) const READ: Duration = Duration::from_secs(30);

/// For a call that changes something; engines under load take their time.
pub(super) const CHANGE: Duration = Duration::from_mins(2);

/// On top of a container's own stop timeout.
pub(super) const STOP_MARGIN: Duration = Duration::from_secs(30);

/// Without any progress of a pull.
pub(super) const PULL_STALL: Duration = Duration::from_mins(1);

/// For a whole pull, however steadily it crawls.
pub(super) const PULL: Duration = Duration::from_hours(4);

/// For a container of ours that only looks, from its creation to its end.
pub(super) const LOOK: Duration = Duration::from_secs(20);

/// The bound, and the name under which its end is reported.
pub(super) async fn within<T>(
    call: &'static str,
    bound: Duration,
    work: impl Future<Output = Result<T, EngineError>> + Send,
) -> Result<T, EngineError> {
    tokio::time::timeout(bound, work)
        .await
        .unwrap_or(Err(EngineError::TimedOut { call, after: bound }))
}
