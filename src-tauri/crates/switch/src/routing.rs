//! Which generation gets a request, and who has to wait.

mod claim;
mod generation;
mod router;
mod wait;
mod watch_down;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) use claim::Claim;
pub(crate) use generation::{Farewell, Generation};
pub(crate) use router::{Purpose, Router, WaitLimits};
pub(crate) use wait::{Patience, WaitError};

/// Locks a mutex whose content stays valid even if a holder panicked.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
