//! WUD's labels (its documentation, "Watchers").

use super::{LabelWishes, Reading};
use crate::tags::{Follow, Pattern};

pub(super) const PREFIX: &str = "wud.";

pub(super) fn read(labels: &Reading<'_>) -> LabelWishes {
    let include = labels.pattern("tag.include", Pattern::parse);
    let wishes = LabelWishes {
        watch: labels.flag("watch"),
        // WUD offers every greater version that passes.
        follow: include.is_some().then_some(Follow::Major),
        include,
        exclude: labels.pattern("tag.exclude", Pattern::parse),
        changelog: labels.address("link.template"),
        ..LabelWishes::default()
    };
    labels.otherwise("tag.transform", "tags are compared as they are; pick them with tags.include");
    labels.otherwise("watch.digest", "what a tag points to is always looked at");
    labels
        .otherwise_all("trigger", "who is told is written in [channels], what is done in updates");
    labels.otherwise_all("display", "services are shown by their own names");
    labels.finish(wishes)
}
