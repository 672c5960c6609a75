//! Images: references, digests and releases.

mod reference;
mod release;

pub use reference::{BadReference, ImageReference};
pub use release::{Release, image_version};
