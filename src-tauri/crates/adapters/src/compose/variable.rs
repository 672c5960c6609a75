//! A tag that is a variable: where it stands in a reference, and its line in a file of variables.

use phoenix_plan::image::ImageReference;

use super::{Edit, EditRefused};

/// A reference with one variable in its tag: `app:v${VERSION:-1.0}-alpine`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) name: String,
    /// What stands before it: the name, a colon, the begin of the tag.
    before: String,
    /// `:-` or `-`, and the default.
    default: Option<(String, String)>,
    /// The end of the tag.
    after: String,
}

impl Variable {
    /// The variable of a reference; nothing where it has none. More than one, or another form than
    /// `$NAME`, `${NAME}`, `${NAME-default}` and `${NAME:-default}`, is a refusal.
    pub(super) fn in_image(written: &str) -> Result<Option<Self>, EditRefused> {
        if !written.contains('$') {
            return Ok(None);
        }
        let read = || {
            let (before, rest) = written.split_once('$')?;
            let (name, default, after) = if let Some(rest) = rest.strip_prefix('{') {
                let (inside, after) = rest.split_once('}')?;
                let (name, default) = inside.split_at(name_length(inside));
                let has_default = !default.is_empty();
                (name, if has_default { Some(split_default(default)?) } else { None }, after)
            } else {
                let (name, after) = rest.split_at(name_length(rest));
                (name, None, after)
            };
            let own_default = default.as_ref().is_some_and(|(_, text)| text.contains('$'));
            let fits = !name.is_empty() && !after.contains('$') && !own_default;
            fits.then(|| Self {
                name: name.to_owned(),
                before: before.to_owned(),
                default,
                after: after.to_owned(),
            })
        };
        read().map(Some).ok_or_else(|| EditRefused::Interpolated(written.to_owned()))
    }

    /// What it must be for the whole to mean `reference`; nothing where it cannot.
    pub(super) fn value_for(&self, reference: &ImageReference) -> Option<String> {
        let slash = self.before.rfind('/').map_or(0, |slash| slash + 1);
        let colon = slash + self.before[slash..].find(':')?;
        let name = ImageReference::parse(&self.before[..colon]).ok()?;
        let tag = reference.tag.as_ref().filter(|_| reference.digest.is_none())?;
        let value = tag.strip_prefix(&self.before[colon + 1..])?.strip_suffix(&self.after)?;
        (name.name() == reference.name() && !value.is_empty()).then(|| value.to_owned())
    }

    /// The reference with another default, where it has one.
    pub(super) fn with_default(&self, value: &str) -> Option<String> {
        let (sign, _) = self.default.as_ref()?;
        Some(format!("{}${{{}{sign}{value}}}{}", self.before, self.name, self.after))
    }
}

/// How often texts mention a variable.
pub(super) fn mentions<'t>(texts: impl IntoIterator<Item = &'t str>, name: &str) -> usize {
    let mentions = |text: &str| {
        let mut pieces = text.split('$').skip(1).map(|piece| piece.trim_start_matches('{'));
        pieces.by_ref().filter(|piece| &piece[..name_length(piece)] == name).count()
    };
    texts.into_iter().map(mentions).sum()
}

/// Gives a variable another value in a file of variables, in the quotes that it has; `None` where
/// the file does not have it. One that is there twice is a refusal.
pub(super) fn set(text: &str, name: &str, value: &str) -> Result<Option<Edit>, EditRefused> {
    let mut found = Vec::new();
    let mut begin = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if let Some((from, to)) = value_in(line, name) {
            found.push((number, begin + from, begin + to));
        }
        begin += line.len();
    }
    match found.as_slice() {
        [] => Ok(None),
        [(_, from, to)] if text[*from..*to].contains('$') => {
            Err(EditRefused::Interpolated(text[*from..*to].to_owned()))
        }
        [(_, from, to)] if text[*from..*to] == *value => Err(EditRefused::AlreadyEdited),
        [(_, from, to)] => {
            let new_text = format!("{}{value}{}", &text[..*from], &text[*to..]);
            Ok(Some(Edit::of(text, new_text)))
        }
        [_, (number, ..), ..] => Err(EditRefused::Shared { line: number + 1 }),
    }
}

/// From where to where a line states the variable's value, without quotes and comment.
fn value_in(line: &str, name: &str) -> Option<(usize, usize)> {
    let stated = line.trim_start();
    let stated = stated.strip_prefix("export ").map_or(stated, str::trim_start);
    let rest = stated.strip_prefix(name)?.trim_start().strip_prefix('=')?;
    let rest = rest.trim_start_matches([' ', '\t']);
    let from = line.len() - rest.len();
    let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''));
    if let Some(quote) = quote {
        let length = rest[1..].find(quote)?;
        return Some((from + 1, from + 1 + length));
    }
    let end = rest.find(" #").unwrap_or(rest.len());
    Some((from, from + rest[..end].trim_end().len()))
}

fn split_default(text: &str) -> Option<(String, String)> {
    let sign = if text.starts_with(":-") { ":-" } else { "-" };
    Some((sign.to_owned(), text.strip_prefix(sign)?.to_owned()))
}

fn name_length(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
}
