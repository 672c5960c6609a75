//! Compose files: what they say about updates.

use async_trait::async_trait;
use phoenix_plan::{observed::Container, policy::ComposeDeploy};

/// Reads compose files.
#[async_trait]
pub trait ComposeFiles: Send + Sync {
    /// The `deploy` section of the service that this container belongs to; `None` when it belongs
    /// to none.
    async fn deploy(
        &self,
        container: &Container,
    ) -> Result<Option<ComposeDeploy>, ComposeFileError>;
}

/// A compose file that cannot be used. The update can go on by the defaults.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct ComposeFileError {
    /// The file.
    pub path: String,
    /// What is wrong with it, with line and column where they are known.
    pub message: String,
}
