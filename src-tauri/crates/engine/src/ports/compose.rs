//! Compose files: what they say about updates, and the edit that gives a port to the switch.

use async_trait::async_trait;
use phoenix_plan::{
    image::ImageReference,
    observed::Container,
    policy::{ComposeDeploy, HashChange},
};

use crate::wording::Wording;

/// Reads compose files, and edits them where the user agreed to it.
#[async_trait]
pub trait ComposeFiles: Send + Sync {
    /// The `deploy` section of the service that this container belongs to; `None` when it belongs
    /// to none.
    async fn deploy(
        &self,
        container: &Container,
    ) -> Result<Option<ComposeDeploy>, ComposeFileError>;

    /// The edit that moves the ports of this container's service to the switch on `network`. `None`
    /// when compose does not know it, or when the edit was made already.
    async fn offer_move(
        &self,
        container: &Container,
        network: &str,
    ) -> Result<Option<ComposeOffer>, NoOffer>;

    /// The edit that takes the other one back, to the byte. `None` when there is nothing to take
    /// back.
    async fn offer_back(&self, container: &Container) -> Result<Option<ComposeOffer>, NoOffer>;

    /// The edit that makes the files mean this image reference for the container's service. With a
    /// network, its ports move to the switch there in the same stroke. `None` when compose does not
    /// know it, or when the files say so already.
    async fn offer_image(
        &self,
        container: &Container,
        reference: &ImageReference,
        network: Option<&str>,
    ) -> Result<Option<ComposeOffer>, NoOffer>;

    /// Writes an edit, atomically and with a backup beside the file; refused when the file was
    /// changed since the offer was made.
    fn write(&self, offer: &ComposeOffer) -> Result<Written, ComposeFileError>;
}

/// An edit of a compose file that can be made.
#[derive(Clone, PartialEq, Eq)]
pub struct ComposeOffer {
    /// The file.
    pub file: String,
    /// What changes, as a unified diff.
    pub diff: String,
    /// The whole new text. It may hold secrets and is never logged.
    pub new_text: String,
    /// SHA-256 of the text that the edit was made from, in hexadecimal digits.
    pub made_from: String,
    /// Whether ports move, to the switch or back.
    pub moves_ports: bool,
    /// What compose will compare; absent when compose's own CLI is not installed or would find
    /// something to do even before the edit.
    pub hash: Option<HashChange>,
}

impl std::fmt::Debug for ComposeOffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { file, made_from, hash, .. } = self;
        f.debug_struct("ComposeOffer")
            .field("file", file)
            .field("made_from", made_from)
            .field("hash", hash)
            .finish_non_exhaustive()
    }
}

/// A written edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The file as it was before.
    pub backup: String,
}

/// Why there is no edit to offer. The service can be changed all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoOffer {
    /// The files are written in a way that is better edited by hand.
    #[error("{file}: {reason}")]
    Refused {
        /// The file, or all of them.
        file: String,
        /// Why not, in words.
        reason: Wording,
    },
    /// A file cannot be used.
    #[error(transparent)]
    File(#[from] ComposeFileError),
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
