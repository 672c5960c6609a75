//! Images that were described before: what stands at a digest never changes, and every reading of a
//! manifest counts against the quota of a registry.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use phoenix_engine::ports::RemoteImage;
use phoenix_plan::image::ImageReference;

/// So many are kept.
const KEPT: usize = 64;
/// Longer configs are rare, and are read again.
const CONFIG_BYTES: usize = 64 * 1024;

/// Images by name, digest and platform; the latest first.
#[derive(Debug, Default)]
pub(super) struct Described(Mutex<VecDeque<(Key, RemoteImage)>>);

type Key = (ImageReference, String);

impl Described {
    /// What is known of an image; nothing of a tag, which can move.
    pub(super) fn find(&self, reference: &ImageReference, platform: &str) -> Option<RemoteImage> {
        let key = key(reference, platform)?;
        self.with(|all| all.iter().find(|(known, _)| *known == key).map(|(_, image)| image.clone()))
    }

    pub(super) fn keep(&self, reference: &ImageReference, platform: &str, image: &RemoteImage) {
        let is_usual = || image.config.to_string().len() <= CONFIG_BYTES;
        let Some(key) = key(reference, platform).filter(|_| is_usual()) else { return };
        self.with(|all| {
            all.push_front((key, image.clone()));
            all.truncate(KEPT);
        });
    }

    fn with<T>(&self, act: impl FnOnce(&mut VecDeque<(Key, RemoteImage)>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn key(reference: &ImageReference, platform: &str) -> Option<Key> {
    let digest = reference.digest.as_ref()?;
    Some((reference.at_digest(digest), platform.to_owned()))
}
