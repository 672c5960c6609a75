//! diun's labels (its documentation, "Docker provider").

use super::{LabelWishes, Reading};
use crate::tags::{BadPattern, Follow, Pattern};

pub(super) const PREFIX: &str = "diun.";

pub(super) fn read(labels: &Reading<'_>) -> LabelWishes {
    let whole_repository = labels.flag("watch_repo").filter(|whole| *whole);
    let wishes = LabelWishes {
        watch: labels.flag("enable"),
        follow: whole_repository.map(|_| Follow::Major),
        include: labels.pattern("include_tags", one_of),
        exclude: labels.pattern("exclude_tags", one_of),
        changelog: labels.address("hub_link"),
        ..LabelWishes::default()
    };
    for key in ["notify_on", "max_tags", "sort_tags"] {
        labels.otherwise(key, "what is newer than what runs is told once, the newest tag");
    }
    labels.otherwise("platform", "a container's own platform is looked at");
    labels.otherwise("regopt", "registries are written in [registries]");
    labels.otherwise_all("metadata", "services are shown by their own names");
    labels.finish(wishes)
}

/// Several regular expressions with semicolons between them.
fn one_of(text: &str) -> Result<Pattern, BadPattern> {
    let each = text.split(';').map(str::trim).filter(|part| !part.is_empty());
    let each: Vec<_> = each
        .map(|part| Pattern::parse(part).map(|_| format!("(?:{part})")))
        .collect::<Result<_, _>>()?;
    Pattern::parse(&each.join("|"))
}
