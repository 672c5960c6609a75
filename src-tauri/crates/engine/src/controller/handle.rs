//! The controller as everybody else sees it.

use std::sync::Arc;

use phoenix_plan::service::ServiceId;
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    Agreed, Aim, Begun, Preview, RequestError, Snapshot,
    request::{Reply, Request},
};
use crate::World;

/// Sends requests to the controller and reads its snapshot. Cheap to clone.
#[derive(Clone)]
pub struct Handle {
    requests: mpsc::UnboundedSender<Request>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    worlds: watch::Receiver<Option<World>>,
}

impl Handle {
    pub(super) const fn new(
        requests: mpsc::UnboundedSender<Request>,
        snapshots: watch::Receiver<Arc<Snapshot>>,
        worlds: watch::Receiver<Option<World>>,
    ) -> Self {
        Self { requests, snapshots, worlds }
    }

    /// What is shown now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshots.borrow().clone()
    }

    /// Every snapshot from now on.
    pub fn snapshots(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.snapshots.clone()
    }

    /// The outside world, while the engine answers.
    pub fn world(&self) -> Option<World> {
        self.worlds.borrow().clone()
    }

    /// Asks the registries about one service or all.
    pub fn check(&self, service: Option<ServiceId>) {
        self.post(Request::Check(service));
    }

    /// What would be done.
    pub async fn preview(&self, service: ServiceId, aim: Aim) -> Result<Preview, RequestError> {
        self.ask(|reply| Request::Preview { service, aim, reply }).await
    }

    /// Begins it, as far as a person agreed.
    pub async fn begin(
        &self,
        service: ServiceId,
        aim: Aim,
        agreed: Agreed,
    ) -> Result<Begun, RequestError> {
        self.ask(|reply| Request::Begin { service, aim, agreed, reply }).await
    }

    /// Brings an interrupted update of a service to its end.
    pub async fn settle(&self, service: ServiceId) -> Result<(), RequestError> {
        self.ask(|reply| Request::Settle { service, reply }).await
    }

    /// Turns what is being done around.
    pub async fn cancel(&self, service: ServiceId) -> Result<(), RequestError> {
        self.ask(|reply| Request::Cancel { service, reply }).await
    }

    /// Does not offer what was found, or offers it again.
    pub async fn skip(&self, service: ServiceId, skip: bool) -> Result<(), RequestError> {
        self.ask(|reply| Request::Skip { service, skip, reply }).await
    }

    /// Announces nothing for some hours; 0 ends that.
    pub async fn snooze(&self, service: ServiceId, hours: u32) -> Result<(), RequestError> {
        self.ask(|reply| Request::Snooze { service, hours, reply }).await
    }

    /// Keeps a service at its release, or follows newer ones again.
    pub async fn pin(&self, service: ServiceId, pin: bool) -> Result<(), RequestError> {
        self.ask(|reply| Request::Pin { service, pin, reply }).await
    }

    /// Updates that failed in a row no longer speak against another try.
    pub async fn close_breaker(&self, service: ServiceId) -> Result<(), RequestError> {
        self.ask(|reply| Request::CloseBreaker { service, reply }).await
    }

    /// Pauses or resumes everything that happens by itself.
    pub async fn set_paused(&self, paused: bool) -> Result<(), RequestError> {
        self.ask(|reply| Request::Pause { paused, reply }).await
    }

    /// Somebody looked at the newest receipt of a service.
    pub async fn seen(&self, service: ServiceId) -> Result<(), RequestError> {
        self.ask(|reply| Request::Seen { service, reply }).await
    }

    /// The settings may have changed.
    pub fn reload(&self) {
        self.post(Request::Reload);
    }

    /// Whether somebody is looking: then an engine that is away is looked for more often.
    pub fn watching(&self, window_open: bool) {
        self.post(Request::Watching { window_open });
    }

    /// Checks every service once, and answers when everything that this led to is at its end; at once
    /// while no engine answers.
    pub async fn round(&self) {
        self.wait(|reply| Request::Round { reply }).await;
    }

    /// Answers as soon as the controller's task gets to it: whoever has no answer in time knows that
    /// it hangs.
    pub async fn alive(&self) {
        self.wait(|reply| Request::Alive { reply }).await;
    }

    /// Ends the controller once nothing is under way any more.
    pub async fn quit(&self) {
        self.wait(|reply| Request::Quit { reply }).await;
    }

    /// A controller that is gone has done everything that it will do.
    async fn wait(&self, request: impl FnOnce(oneshot::Sender<()>) -> Request) {
        let (reply, done) = oneshot::channel();
        self.post(request(reply));
        let _gone = done.await;
    }

    fn post(&self, request: Request) {
        // A controller that is gone needs no requests.
        let _gone = self.requests.send(request);
    }

    async fn ask<T>(&self, request: impl FnOnce(Reply<T>) -> Request) -> Result<T, RequestError> {
        let (reply, answer) = oneshot::channel();
        self.post(request(reply));
        answer.await.unwrap_or(Err(RequestError::Quitting))
    }
}
