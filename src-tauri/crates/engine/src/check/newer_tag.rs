//! Newer tags: for references whose tag is followed, and for those that a digest pins.

use phoenix_plan::{
    image::ImageReference,
    tags::{self, Follow},
};

use super::{Finding, Newer, Question};
use crate::ports::RegistryError;

impl Question<'_> {
    /// The newest wanted tag, where tags are followed; `None` where the image behind it runs.
    pub(super) async fn newer_tag(
        &self,
        reference: &ImageReference,
    ) -> Result<Option<Finding>, RegistryError> {
        let Some((tag, digest)) = self.newest(reference).await? else { return Ok(None) };
        if self.runs(&digest) {
            return Ok(None);
        }
        if let Some(bad) = self.known_bad(&digest) {
            return Ok(Some(bad));
        }
        let remote = self.describe(reference, &digest).await;
        let download_bytes = remote.as_ref().map(|remote| remote.layers_bytes);
        let version = remote.and_then(|remote| remote.version);
        Ok(Some(Finding::NewerTag { tag, digest, version, download_bytes }))
    }

    /// A pinned reference never means anything newer, but its own tag may have moved on, and a
    /// followed one may have successors. That nobody can say so is no trouble.
    pub(super) async fn pinned(&self, reference: &ImageReference) -> Finding {
        let newest = self.newest(reference).await.ok().flatten();
        let moved = match (&newest, &reference.tag) {
            (None, Some(tag)) => {
                let tagged = self.world.registry.digest(&reference.at_tag(tag)).await.ok();
                tagged.map(|digest| (tag.clone(), digest))
            }
            (Some(_), _) | (None, None) => None,
        };
        let found = newest.or(moved);
        let is_other = |digest: &String| Some(digest) != reference.digest.as_ref();
        let found = found.filter(|(_, digest)| is_other(digest) && !self.runs(digest));
        Finding::Pinned { newer: found.map(|(tag, digest)| Newer { tag, digest }) }
    }

    async fn newest(
        &self,
        reference: &ImageReference,
    ) -> Result<Option<(String, String)>, RegistryError> {
        let Some(tag) = reference.tag.as_ref().filter(|_| self.tags.follow != Follow::None) else {
            return Ok(None);
        };
        let listed = self.world.registry.tags(reference).await?;
        let names = listed.names.iter().map(String::as_str);
        let Some(newest) = tags::newest(tag, names, self.tags) else { return Ok(None) };
        let digest = self.world.registry.digest(&reference.at_tag(newest)).await?;
        Ok(Some((newest.to_owned(), digest)))
    }
}
