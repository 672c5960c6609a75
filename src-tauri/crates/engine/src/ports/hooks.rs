//! Running the user's own commands.

use std::time::Duration;

use async_trait::async_trait;
use phoenix_plan::hooks::HookEnded;

/// Runs hooks. Whatever goes wrong is an end of the hook, not an error of the call.
#[async_trait]
pub trait HookRunner: Send + Sync {
    /// Runs a command in a container, with these variables added. When its time is up, or when the
    /// call is dropped, it and all that it started are ended, as far as the container has the means.
    async fn exec(
        &self,
        container_id: &str,
        command: &[String],
        variables: &[(String, String)],
        limit: Duration,
    ) -> HookRun;

    /// Runs a program on this machine, with these variables added, in a process group of its own.
    /// When its time is up, or when the call is dropped, the whole tree of processes is ended.
    async fn host(
        &self,
        command: &[String],
        variables: &[(String, String)],
        limit: Duration,
    ) -> HookRun;

    /// Waits, within a bound, until what was ended because its call was dropped is gone.
    async fn settle(&self);
}

/// What became of a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookRun {
    /// How it ended.
    pub ended: HookEnded,
    /// Both output streams, at most 16 KiB, as text.
    pub output: String,
}

impl HookRun {
    /// It could not be run.
    pub const fn not_run(why: String) -> Self {
        Self { ended: HookEnded::NotRun { why }, output: String::new() }
    }
}
