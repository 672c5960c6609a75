//! Room on this machine's disks.

/// Free bytes for users without privileges at a path; `None` where nobody can say.
#[cfg(unix)]
pub(crate) fn free_bytes(path: &str) -> Option<u64> {
    let facts = rustix::fs::statvfs(path).ok()?;
    Some(facts.f_bavail.saturating_mul(facts.f_frsize))
}

/// Free bytes for users without privileges at a path; `None` where nobody can say.
#[cfg(not(unix))]
pub(crate) fn free_bytes(_path: &str) -> Option<u64> {
    None
}
