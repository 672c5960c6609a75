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
