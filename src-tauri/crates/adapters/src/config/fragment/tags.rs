//! A `tags` table.

use phoenix_plan::tags::{Follow, Pattern};

use super::super::{
    ConfigError,
    reader::{Found, Reader},
    refused,
};

/// A `tags` table.
#[derive(Debug, Clone, Default)]
pub(in crate::config) struct TagsFragment {
    pub(in crate::config) follow: Option<Follow>,
    pub(in crate::config) include: Option<Pattern>,
    pub(in crate::config) exclude: Option<Pattern>,
    pub(in crate::config) prereleases: Option<bool>,
}

pub(in crate::config) const FOLLOWS: [(&str, Follow); 4] = [
    ("none", Follow::None),
    ("patch", Follow::Patch),
    ("minor", Follow::Minor),
    ("major", Follow::Major),
];

pub(super) fn read(mut keys: Reader<'_>) -> Result<TagsFragment, ConfigError> {
    let fragment = TagsFragment {
        follow: keys.take("follow").map(|it| it.word(&FOLLOWS)).transpose()?,
        include: keys.take("include").map(|it| pattern(&it)).transpose()?,
        exclude: keys.take("exclude").map(|it| pattern(&it)).transpose()?,
        prereleases: keys.take("prereleases").map(|it| it.flag()).transpose()?,
    };
    keys.finish().map(|()| fragment)
}

fn pattern(found: &Found<'_>) -> Result<Pattern, ConfigError> {
    Pattern::parse(found.text()?).map_err(|error| found.bad(refused::pattern(&error)))
}
