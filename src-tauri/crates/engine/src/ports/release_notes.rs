//! What projects say of their releases.

use async_trait::async_trait;
use phoenix_plan::image::{Project, ReleaseNote};

/// Asks the places where projects publish. It is an extra: callers bound their wait.
#[async_trait]
pub trait ReleaseNotes: Send + Sync {
    /// The newest published releases of a project, at most 100, in no certain order.
    async fn releases(&self, project: &Project) -> Result<Vec<ReleaseNote>, NotesError>;
}

/// Nobody told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotesError {
    /// The project, or its releases, cannot be found there.
    #[error("{host} knows no releases of {path}")]
    NotFound {
        /// The place.
        host: String,
        /// The project.
        path: String,
    },
    /// The place wants fewer questions.
    #[error("{host} answers no more questions for now; a token in {variable} raises its limit")]
    TooManyRequests {
        /// The place.
        host: String,
        /// The variable that a token can be given in.
        variable: &'static str,
    },
    /// Nobody answers, or something else does.
    #[error("{host} does not tell: {message}")]
    Unexpected {
        /// The place.
        host: String,
        /// What happened.
        message: String,
    },
}
