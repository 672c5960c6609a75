//! Facts about this machine that only the check-list asks for.

use std::{process::Stdio, time::Duration};

use async_trait::async_trait;
use phoenix_engine::doctor::Machine;

/// Bound on asking a program for its version.
const ASK_WITHIN: Duration = Duration::from_secs(5);

/// The machine that this program runs on.
#[derive(Debug, Clone, Copy, Default)]
pub struct ThisMachine;

#[async_trait]
impl Machine for ThisMachine {
    async fn compose_version(&self) -> Option<String> {
        let asked = tokio::process::Command::new("docker")
            .args(["compose", "version", "--short"])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .output();
        let output = tokio::time::timeout(ASK_WITHIN, asked).await.ok()?.ok()?;
        let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        (output.status.success() && !version.is_empty()).then_some(version)
    }

    fn free_bytes(&self, path: &str) -> Option<u64> {
        crate::disk::free_bytes(path)
    }
}
