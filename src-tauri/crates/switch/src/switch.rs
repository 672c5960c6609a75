//! The running switch: everything wired together, and taken apart again.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::control::{Clerk, ControlSocket, Pilot, serve_control};
use crate::options::{Listen, Options};
use crate::proxy::{BoundListener, ClientBudget, Switchboard, accept_clients, bind_all};
use crate::routing::{Router, WaitLimits};
use crate::state::StateStore;

pub use crate::control::ControlError;
pub use crate::proxy::BindError;

/// A running switch. It stops when told to, not when dropped.
#[derive(Debug)]
pub struct Switch {
    stop: CancellationToken,
    control_stop: CancellationToken,
    tracker: TaskTracker,
    drain_limit: Duration,
    listens: Vec<Listen>,
}

/// Why it could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The control socket.
    #[error(transparent)]
    Control(#[from] ControlError),
}

impl Switch {
    /// Starts serving with the route that was stored last. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`StartError`]. A missing or broken state is none: requests wait then.
    pub fn start(options: &Options) -> Result<Self, StartError> {
        let stop = CancellationToken::new();
        let control_stop = CancellationToken::new();
        let tracker = TaskTracker::new();
        let budget = Arc::new(ClientBudget::from_limits());
        let control = ControlSocket::bind(&options.control)?;
        let listeners = bind_all(&options.listens)?;
        // Whoever waits at a stop is answered before the drain ends.
        let at_stop = options.drain_limit * 3 / 4;
        let (each, at_once) = (options.hold_limit, options.hold_at_most);
        let limits = WaitLimits { each, at_stop, at_once };
        let router = Arc::new(Router::new(limits, tracker.clone(), stop.clone()));
        let store = StateStore::new(options.state.clone());
        let loaded = store.load();
        let proof_port = listeners.first().map_or(0, |listener| listener.port);
        let (pilot, helm) = Pilot::embark(loaded.record, store, Arc::clone(&router), proof_port);
        let board = Arc::new(Switchboard::new(Arc::clone(&router), stop.clone(), budget));
        let listens: Vec<Listen> = listeners.iter().map(BoundListener::listen).collect();
        let clerk = Arc::new(Clerk {
            board: Arc::clone(&board),
            helm,
            listens: listens.clone(),
            state_warning: loaded.warning,
        });
        tracker.spawn(pilot.steer());
        tracker.spawn(serve_control(control, clerk, control_stop.clone()));
        tracker.spawn(router.prune_idle());
        for listener in listeners {
            tracker.spawn(accept_clients(Arc::clone(&board), listener));
        }
        Ok(Self { stop, control_stop, tracker, drain_limit: options.drain_limit, listens })
    }

    /// The ports it serves, with the numbers that the kernel chose where 0 was asked for.
    pub fn listens(&self) -> &[Listen] {
        &self.listens
    }

    /// Accepts nobody any more and lets what is in flight end; `false` when the drain limit cut
    /// something.
    pub async fn stop(self) -> bool {
        self.stop.cancel();
        self.control_stop.cancel();
        self.tracker.close();
        tokio::time::timeout(self.drain_limit, self.tracker.wait()).await.is_ok()
    }
}
