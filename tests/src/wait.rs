//! Waiting with a name and a bound.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::time::{Instant, sleep, timeout};

const POLL_PAUSE: Duration = Duration::from_millis(50);

/// Asks `check` every 50 ms until it answers a value. Fails after `bound`, naming `what` was awaited
/// and the last error seen.
pub async fn eventually<T>(
    what: &str,
    bound: Duration,
    mut check: impl AsyncFnMut() -> Result<T>,
) -> Result<T> {
    let end = Instant::now() + bound;
    loop {
        let attempt = timeout(end.saturating_duration_since(Instant::now()), check()).await;
        let error = match attempt {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => error,
            Err(elapsed) => elapsed.into(),
        };
        if Instant::now() + POLL_PAUSE >= end {
            return Err(error).with_context(|| format!("not within {bound:?}: {what}"));
        }
        sleep(POLL_PAUSE).await;
    }
}

/// Awaits `future` for `bound` at most. Fails naming `what` did not come.
pub async fn within<T>(
    what: &str,
    bound: Duration,
    future: impl Future<Output = Result<T>>,
) -> Result<T> {
    timeout(bound, future).await.with_context(|| format!("not within {bound:?}: {what}"))?
}
