//! Waiting for a backend, each request at most so long.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

use super::router::Purpose;
use super::{Claim, Router};
use crate::upstream::Endpoint;

/// How long one request has waited.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    since: Option<Instant>,
    held: Option<Duration>,
}

/// Why a request waited in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WaitError {
    /// Its limit was reached.
    #[error("no release of this service could be reached in time; try again in a moment")]
    Overdue,
    /// Too many wait already.
    #[error("too many requests wait for this service already; try again in a moment")]
    Crowded,
}

impl Patience {
    /// The longest wait so far, if there was one.
    pub(crate) fn held(&self) -> Option<Duration> {
        self.held
    }

    /// Something was sent: a later wait is another wait.
    pub(crate) fn renew(&mut self) {
        self.since = None;
    }
}

impl Router {
    /// Chooses a generation and registers with it, waiting for one if need be.
    ///
    /// # Errors
    /// [`WaitError`].
    pub(crate) async fn claim(
        &self,
        purpose: Purpose,
        port: u16,
        patience: &mut Patience,
    ) -> Result<(Claim, Arc<Endpoint>), WaitError> {
        if let Some(claimed) = self.try_claim(purpose, port) {
            return Ok(claimed);
        }
        let _place = Place::take(self)?;
        let since = *patience.since.get_or_insert_with(Instant::now);
        let claimed = self.wait(purpose, port, since).await;
        patience.held = patience.held.max(Some(since.elapsed()));
        claimed
    }

    async fn wait(
        &self,
        purpose: Purpose,
        port: u16,
        since: Instant,
    ) -> Result<(Claim, Arc<Endpoint>), WaitError> {
        let mut stopping = pin!(async {
            self.stop.cancelled().await;
            sleep(self.limits.at_stop).await;
        });
        loop {
            let mut changed = pin!(self.changed.notified());
            changed.as_mut().enable();
            if let Some(claimed) = self.try_claim(purpose, port) {
                return Ok(claimed);
            }
            tokio::select! {
                () = changed => (),
                () = sleep_until(since + self.wait_limit()) => return Err(WaitError::Overdue),
                () = &mut stopping => return Err(WaitError::Overdue),
            }
        }
    }
}

/// One of the places to wait at.
struct Place<'a>(&'a Router);

impl<'a> Place<'a> {
    fn take(router: &'a Router) -> Result<Self, WaitError> {
        let before = router.waiting.fetch_add(1, SeqCst);
        let place = Self(router);
        if before >= router.limits.at_once { Err(WaitError::Crowded) } else { Ok(place) }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, SeqCst);
    }
}
