//! Backends that cannot be reached are asked again and again by one task each, so that all who
//! wait need not.

use std::sync::Arc;
use std::time::Duration;

use super::Router;
use crate::upstream::Endpoint;

const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);
const PRUNE_EVERY: Duration = Duration::from_secs(1);

impl Router {
    /// Notes that `endpoint` cannot be reached, and watches for its return.
    pub(crate) fn note_down(self: &Arc<Self>, endpoint: &Arc<Endpoint>) {
        if endpoint.note_down() {
            let watch = watch(Arc::clone(self), Arc::clone(endpoint));
            self.tracker().spawn(watch);
        }
    }

    /// Drops idle connections that are of no use any more, until the switch stops.
    pub(crate) async fn prune_idle(self: Arc<Self>) {
        while self.stop.run_until_cancelled(tokio::time::sleep(PRUNE_EVERY)).await.is_some() {
            self.generations().iter().for_each(|generation| generation.prune());
        }
    }
}

async fn watch(router: Arc<Router>, endpoint: Arc<Endpoint>) {
    let mut pause = FIRST_PAUSE;
    while !endpoint.is_retired() && !router.tracker().is_closed() {
        if endpoint.dial().await.is_ok() {
            break;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    endpoint.note_up();
    router.changed.notify_waiters();
}
