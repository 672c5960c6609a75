//! Progress that nobody hears: for looks that say all they have to say by their answer.

use phoenix_engine::ports::{Progress, ProgressEvent, PullProgress};

/// Says nothing.
pub struct Silent;

impl Progress for Silent {
    fn event(&self, _event: ProgressEvent<'_>) {}
}

impl PullProgress for Silent {
    fn layers(&self, _done_bytes: u64, _total_bytes: u64) {}
}
