//! File descriptors are bounded: clients get a share, backends keep theirs.

use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// Descriptors that neither clients nor their backends get: listeners, control, state, DNS.
const RESERVED: u64 = 64;
/// More clients than this at once are not planned for.
const MOST: u64 = 65_536;
/// With no place free for so long, idle connections have to go.
const STARVED_AFTER: Duration = Duration::from_secs(10);

/// How many clients there may be, and whether there are about to be too many.
#[derive(Debug)]
pub(crate) struct ClientBudget {
    places: Arc<Semaphore>,
    total: usize,
    starved: watch::Sender<bool>,
}

impl ClientBudget {
    /// Raises this process's own limit as far as it goes and divides it.
    pub(crate) fn from_limits() -> Self {
        let limit = getrlimit(Resource::Nofile);
        let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
        let _ = setrlimit(Resource::Nofile, raised);
        Self::new(share_of_clients(getrlimit(Resource::Nofile).current))
    }

    /// A budget of `total` clients.
    pub(crate) fn new(total: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(total)), total, starved: watch::Sender::new(false) }
    }

    /// Waits for a place. Who must wait stays in the kernel's backlog meanwhile.
    pub(crate) async fn place(&self) -> Option<OwnedSemaphorePermit> {
        let taken = Arc::clone(&self.places).acquire_owned();
        tokio::pin!(taken);
        let place = if let Ok(place) = tokio::time::timeout(STARVED_AFTER, &mut taken).await {
            place
        } else {
            self.starved.send_replace(true);
            taken.await
        };
        self.starved.send_if_modified(|starved| std::mem::replace(starved, false));
        place.ok()
    }

    /// Whether less than a quarter of the places is free.
    pub(crate) fn is_scarce(&self) -> bool {
        self.places.available_permits() < self.total / 4
    }

    /// Waits until newcomers have found no place for long.
    pub(crate) async fn starved(&self) {
        let mut starved = self.starved.subscribe();
        if starved.wait_for(|starved| *starved).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Each client needs one descriptor and may need one more for its backend.
fn share_of_clients(limit: Option<u64>) -> usize {
    let limit = limit.unwrap_or(u64::MAX);
    let share = (limit.saturating_sub(RESERVED) / 2).clamp(1, MOST);
    usize::try_from(share).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_client_leaves_a_descriptor_for_its_backend() {
        assert_eq!(share_of_clients(Some(1_024)), 480);
    }

    #[test]
    fn even_a_tiny_limit_serves_somebody() {
        assert_eq!(share_of_clients(Some(10)), 1);
    }

    #[test]
    fn no_limit_is_bounded_all_the_same() {
        assert_eq!(share_of_clients(None), 65_536);
    }
}
