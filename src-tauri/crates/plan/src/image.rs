//! Images: references, digests, releases, and what changes from one to the next.

mod changes;
mod notes;
mod reference;
mod release;

pub use changes::{ChangeKind, ImageChange, changes};
pub(crate) use changes::{looks_secret, without as without_secrets};
pub use notes::{Forge, Project, ReleaseNote, notes_between, project, release_notes};
pub use reference::{BadReference, ImageReference};
pub use release::{Release, image_version, repo_digests};
