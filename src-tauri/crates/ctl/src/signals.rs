//! Ctrl-C and termination: cancel while there is a way back, otherwise finish first.

use tokio_util::sync::{CancellationToken, DropGuard};

use crate::output::write_err;

/// Listens for signals until it is dropped.
pub(crate) struct Listening {
    _ends_with_us: DropGuard,
}

/// Cancels `cancel` on the first signal; further ones only say that it is being finished.
pub(crate) fn listen(cancel: &CancellationToken) -> Listening {
    let over = CancellationToken::new();
    let (cancel, until) = (cancel.clone(), over.clone());
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = signalled() => {
                    write_err("phoenixctl: going back to a safe state first; please wait");
                    cancel.cancel();
                }
                () = until.cancelled() => return,
            }
        }
    });
    Listening { _ends_with_us: over.drop_guard() }
}

/// Signals that a program which stays gets: to stop, and to read its settings anew.
pub(crate) struct Signals {
    #[cfg(unix)]
    kinds: Option<[tokio::signal::unix::Signal; 3]>,
}

#[cfg(unix)]
impl Signals {
    /// From now on. Where that is impossible, signals end the process as ever.
    pub(crate) fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()];
        let [terminate, interrupt, hangup] = kinds.map(signal);
        let kinds = terminate.and_then(|t| Ok([t, interrupt?, hangup?]));
        Self { kinds: kinds.inspect_err(|error| tracing::warn!(%error, "no signals")).ok() }
    }

    /// The next one that asks for something.
    pub(crate) async fn next(&mut self) -> Asked {
        let Some([terminate, interrupt, hangup]) = &mut self.kinds else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => Asked::Stop,
            _ = interrupt.recv() => Asked::Stop,
            _ = hangup.recv() => Asked::Reload,
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    /// From now on.
    pub(crate) const fn listen() -> Self {
        Self {}
    }

    /// The next Ctrl-C.
    pub(crate) async fn next(&mut self) -> Asked {
        signalled().await;
        Asked::Stop
    }
}

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The end.
    Stop,
    /// The settings are to be read anew.
    #[cfg_attr(not(unix), expect(dead_code, reason = "Windows has no signal that asks for it"))]
    Reload,
}

#[cfg(unix)]
async fn signalled() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signalled() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
