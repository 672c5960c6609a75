//! Facts about the machine that only a check-list asks for.

use std::{path::Path, process::Stdio, time::Duration};

/// Bound on asking a program for its version.
const ASK_WITHIN: Duration = Duration::from_secs(5);

/// The version of the compose plugin, if it is installed.
pub async fn compose_version() -> Option<String> {
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

/// Free bytes for this user on the file system that holds a path; `None` where it cannot be told.
#[cfg(unix)]
pub fn free_bytes(path: impl AsRef<Path>) -> Option<u64> {
    let facts = rustix::fs::statvfs(path.as_ref()).ok()?;
    Some(facts.f_bavail.saturating_mul(facts.f_frsize))
}

/// Free bytes on the file system that holds a path; `None` where it cannot be told.
#[cfg(not(unix))]
pub fn free_bytes(_path: impl AsRef<Path>) -> Option<u64> {
    None
}
