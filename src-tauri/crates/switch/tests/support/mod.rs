//! What the tests share: a switch, apps behind it, clients before it.

mod app;
mod client;
mod rig;

pub(crate) use app::{App, AppConnection};
pub(crate) use client::Client;
pub(crate) use rig::{Rig, backend, order, route};

use std::time::Duration;

/// No step of a test takes longer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for `step`, and says what did not happen.
pub(crate) async fn soon<T>(what: &str, step: impl Future<Output = T>) -> T {
    let done = tokio::time::timeout(PATIENCE, step).await;
    done.unwrap_or_else(|late| panic!("{what}: not within {PATIENCE:?} ({late})"))
}
