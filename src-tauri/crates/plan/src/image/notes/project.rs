//! The project behind an image, and the notes of its releases between two of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::tags::TagVersion;

/// More releases are not for people.
const MOST: usize = 30;
/// Characters of one release's text, and of all together.
const LONGEST: usize = 4_000;
const LONGEST_OF_ALL: usize = 32_000;

/// A project at a place whose releases can be asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Project {
    /// Which programming interface it has.
    pub forge: Forge,
    /// `https://github.com`.
    pub origin: String,
    /// `owner/repository`; at GitLab groups nest.
    pub path: String,
}

/// Whose programming interface a place has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Forge {
    /// GitHub's REST API, version 2022-11-28.
    GitHub,
    /// GitLab's REST API, version 4.
    GitLab,
}

/// One published release of a project. Its text is Markdown and is shown as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseNote {
    /// Its tag.
    pub tag: String,
    /// Its title; the tag where it has none.
    pub title: String,
    /// Its page.
    pub url: String,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// Whether it is one before a release, or not published yet.
    pub prerelease: bool,
    /// What it says.
    pub text: String,
}

/// The notes after `from` up to `to`, newest first, at most 30 and 32,000 characters; without
/// pre-releases, unless `to` is one. Tags are compared as versions, whatever stands before their
/// numbers. Nothing where `to` is no version; only its own where `from` is none.
pub fn between(notes: &[ReleaseNote], from: Option<&str>, to: Option<&str>) -> Vec<ReleaseNote> {
    let Some(last) = to.and_then(version) else { return Vec::new() };
    let first = from.and_then(version);
    let is_after = |version: &TagVersion| match &first {
        Some(first) => first.step_to(version).is_some(),
        None => *version == last,
    };
    let mut found: Vec<(TagVersion, &ReleaseNote)> = notes
        .iter()
        .filter_map(|note| Some((version(&note.tag)?, note)))
        .filter(|(version, _)| *version == last || version.step_to(&last).is_some())
        .filter(|(version, note)| {
            let skipped = note.prerelease || version.is_prerelease();
            is_after(version) && (!skipped || *version == last)
        })
        .collect();
    found.sort_by(|(a, _), (b, _)| b.cmp(a));
    let mut room = LONGEST_OF_ALL;
    let bounded = found.into_iter().take(MOST).map(|(_, note)| {
        let text = cut(&note.text, LONGEST.min(room));
        room = room.saturating_sub(text.chars().count());
        ReleaseNote { text, title: cut(&note.title, 200), ..note.clone() }
    });
    bounded.collect()
}

/// A tag from its first number on: `v1.2.3`, `app-1.2.3` and `release/1.2.3` are 1.2.3.
fn version(tag: &str) -> Option<TagVersion> {
    let numbers = &tag[tag.find(|c: char| c.is_ascii_digit())?..];
    TagVersion::parse(numbers)
}

/// The begin of a text, without control characters other than line ends.
fn cut(text: &str, longest: usize) -> String {
    let mut plain = text.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control());
    let begin: String = plain.by_ref().take(longest).collect();
    if plain.next().is_some() { format!("{begin}…") } else { begin }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(tag: &str, prerelease: bool) -> ReleaseNote {
        ReleaseNote {
            tag: tag.to_owned(),
            title: tag.to_owned(),
            url: format!("https://example.org/{tag}"),
            published_at: None,
            prerelease,
            text: "text".to_owned(),
        }
    }

    fn tags(notes: &[ReleaseNote], from: Option<&str>, to: Option<&str>) -> Vec<String> {
        between(notes, from, to).into_iter().map(|note| note.tag).collect()
    }

    #[test]
    fn all_versions_between_the_two_are_told_newest_first() {
        let notes = ["v1.3.0", "v1.2.0", "v1.10.0", "v1.1.0", "v2.0.0"].map(|tag| note(tag, false));
        let found = tags(&notes, Some("1.1.0"), Some("1.10.0"));
        assert_eq!(found, ["v1.10.0", "v1.3.0", "v1.2.0"]);
    }

    #[test]
    fn prereleases_are_skipped_unless_one_is_what_it_leads_to() {
        let notes = [note("1.2.0-rc.1", false), note("1.2.0", true), note("1.3.0-rc.1", true)];
        assert_eq!(tags(&notes, Some("1.1.0"), Some("1.2.0")), ["1.2.0"]);
        assert_eq!(tags(&notes, Some("1.2.0"), Some("1.3.0-rc.1")), ["1.3.0-rc.1"]);
    }

    #[test]
    fn without_a_version_to_lead_to_nothing_is_told_and_without_one_before_only_its_own() {
        let notes = ["1.1.0", "1.2.0"].map(|tag| note(tag, false));
        assert!(tags(&notes, Some("1.0.0"), Some("latest")).is_empty());
        assert!(tags(&notes, Some("1.0.0"), None).is_empty());
        assert_eq!(tags(&notes, None, Some("1.2.0")), ["1.2.0"]);
    }

    #[test]
    fn a_way_back_has_no_notes() {
        let notes = ["1.1.0", "1.2.0"].map(|tag| note(tag, false));
        assert!(tags(&notes, Some("1.2.0"), Some("1.1.0")).is_empty());
    }

    #[test]
    fn texts_are_bounded_one_by_one_and_together() {
        let long = |number: u32| ReleaseNote {
            text: "ä".repeat(10_000),
            ..note(&format!("1.{number}.0"), false)
        };
        let notes: Vec<_> = (1..40).map(long).collect();
        let found = between(&notes, Some("1.0.0"), Some("1.39.0"));
        let lengths: Vec<usize> = found.iter().map(|note| note.text.chars().count()).collect();
        assert_eq!((found.len(), lengths[0]), (30, 4_001));
        assert!(lengths.iter().sum::<usize>() <= 32_000 + 30);
    }
}
