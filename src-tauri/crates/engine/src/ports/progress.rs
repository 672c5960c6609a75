//! Progress, told while it happens.

use phoenix_plan::step::Step;

/// Receives progress; must not block.
pub trait Progress: PullProgress {
    /// Something happened.
    fn event(&self, event: ProgressEvent<'_>);
}

/// Receives the progress of a pull; must not block.
pub trait PullProgress: Send + Sync {
    /// Bytes so far and in all, over the layers known so far.
    fn layers(&self, done_bytes: u64, total_bytes: u64);
}

/// Progress that nobody hears: for looks that say all they have to say by their answer.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn event(&self, _event: ProgressEvent<'_>) {}
}

impl PullProgress for Silent {
    fn layers(&self, _done_bytes: u64, _total_bytes: u64) {}
}

/// Something happened.
#[derive(Debug, Clone, Copy)]
pub enum ProgressEvent<'a> {
    /// A step begins.
    Started(&'a Step),
    /// A step is done.
    Succeeded(&'a Step, std::time::Duration),
    /// A step failed; what was done is being undone.
    Failed(&'a Step, &'a str),
    /// A step is being undone.
    Undoing(&'a Step),
    /// Worth saying, in a sentence.
    Note(&'a str),
}
