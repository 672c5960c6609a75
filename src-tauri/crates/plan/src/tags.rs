//! Newer tags: which tags of a repository are later versions of the one that runs.
//!
//! Tags are compared only within their family: the same prefix (`v`), the same count of numbers,
//! the same suffix (`-alpine`), and never a calendar's date with a version. Nothing here proposes
//! a downgrade.

mod pattern;
mod version;

use serde::{Deserialize, Serialize};

pub use pattern::{BadPattern, Pattern};
pub use version::TagVersion;

/// Which newer tags are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TagRules {
    /// How far the numbers may move.
    pub follow: Follow,
    /// Only tags in which this is found.
    pub include: Option<Pattern>,
    /// No tags in which this is found.
    pub exclude: Option<Pattern>,
    /// Whether pre-releases are wanted, too.
    pub prereleases: bool,
}

/// How far the numbers of a tag may move. The first number is the major one, the second the minor
/// one, whatever their sizes; of a full date (`2026-11-24`), which has no levels, all may move.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Follow {
    /// The tag stays; what it points to is followed.
    #[default]
    None,
    /// The numbers after the first two: 1.2.3 to 1.2.9.
    Patch,
    /// All but the first: 1.2.3 to 1.9.0.
    Minor,
    /// All: 1.2.3 to 2.0.0.
    Major,
}

/// The newest wanted tag of a repository, if it is newer than the current one.
pub fn newest<'a>(
    current: &str,
    tags: impl IntoIterator<Item = &'a str>,
    rules: &TagRules,
) -> Option<&'a str> {
    newer(current, tags, rules).pop()
}

/// All wanted tags that are newer than the current one, from the oldest to the newest.
pub fn newer<'a>(
    current: &str,
    tags: impl IntoIterator<Item = &'a str>,
    rules: &TagRules,
) -> Vec<&'a str> {
    let Some(current) = TagVersion::parse(current) else { return Vec::new() };
    let mut found: Vec<(TagVersion, &str)> = tags
        .into_iter()
        .filter(|tag| rules.wants(tag))
        .filter_map(|tag| Some((TagVersion::parse(tag)?, tag)))
        .filter(|(version, _)| rules.prereleases || !version.is_prerelease())
        .filter(|(version, _)| current.step_to(version).is_some_and(|step| step <= rules.follow))
        .collect();
    found.sort();
    found.dedup_by(|later, earlier| later.0 == earlier.0);
    found.into_iter().map(|(_, tag)| tag).collect()
}

impl TagRules {
    /// Whether the patterns let a tag through.
    pub fn wants(&self, tag: &str) -> bool {
        self.include.as_ref().is_none_or(|pattern| pattern.is_in(tag))
            && !self.exclude.as_ref().is_some_and(|pattern| pattern.is_in(tag))
    }
}

#[cfg(test)]
mod tests;
