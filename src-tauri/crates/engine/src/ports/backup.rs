//! Backups of the config files that belong to a release.

use async_trait::async_trait;

/// Copies config files aside and back. Copies are atomic and keep mode and owner.
#[async_trait]
pub trait ConfigBackup: Send + Sync {
    /// Backs up the files that exist, under the name of the release that uses them (and, beside
    /// each, as `<file>.pre-update`); answers an ID to restore them by, or `None` without files.
    async fn save(
        &self,
        service: &str,
        release: &str,
        files: &[String],
    ) -> Result<Option<String>, BackupError>;

    /// Puts back the files that differ from the backup; answers which.
    async fn restore(&self, backup: &str) -> Result<Vec<String>, BackupError>;
}

/// A backup could not be written or read. The original files are untouched.
#[derive(Debug, thiserror::Error)]
#[error("{action} {path} failed")]
pub struct BackupError {
    /// What was being done.
    pub action: &'static str,
    /// To which file.
    pub path: String,
    /// Why it failed.
    #[source]
    pub source: std::io::Error,
}
