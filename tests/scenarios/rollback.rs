//! Going back: at once while the update is being watched, offline ever after, with the config that
//! belongs to the release.

mod cold;
mod config;
mod warm;

use std::time::{Duration, Instant};

use phoenix_load::{RunningLoad, Snapshot};
use phoenix_tests::Result;

use crate::faults::BOUND;

/// How many answers of this version were seen.
fn answers(seen: &Snapshot, version: &str) -> u64 {
    seen.versions.get(version).copied().unwrap_or_default()
}

/// Time until clients get one more answer of this version. Call it while none comes.
async fn until_answered(load: &RunningLoad, version: &str) -> Result<Duration> {
    let begun = Instant::now();
    let before = answers(&load.snapshot(), version);
    let what = format!("one more answer of {version}");
    load.wait_until(&what, BOUND, |seen| answers(seen, version) > before).await?;
    Ok(begun.elapsed())
}
