//! The edit that moves a service to another image reference: one value on one line, or the value of
//! the variable that the line's tag consists of.

use phoenix_plan::image::ImageReference;
use serde_json::Value;

use super::{
    Edit, EditRefused,
    layout::{self, Kind, Node},
    move_ports::meaning,
    variable::Variable,
};

/// Where a service's reference is to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// In this file.
    Here(Edit),
    /// In the file of variables: this one is to have another value.
    Variable {
        /// Its name.
        name: String,
        /// What it is to be.
        value: String,
        /// The edit of the default that stands in the compose file, for where the variable has no
        /// value.
        default: Option<Edit>,
    },
}

/// The reference that the text means for a service; nothing where it states none.
pub(super) fn stated(text: &str, service: &str) -> Result<Option<String>, EditRefused> {
    let means = meaning(text)?;
    Ok(means["services"][service]["image"].as_str().map(str::to_owned))
}

/// Makes a service's `image` mean `reference`. What is written of the name stays as it is written,
/// and so does every other byte.
pub(super) fn set_image(
    text: &str,
    service: &str,
    reference: &ImageReference,
) -> Result<Change, EditRefused> {
    let Some(written) = stated(text, service)? else {
        return Err(EditRefused::NoSuchService(service.to_owned()));
    };
    let Some(variable) = Variable::in_image(&written)? else {
        let wanted = retagged(&written, reference);
        if wanted == written {
            return Err(EditRefused::AlreadyEdited);
        }
        return replaced(text, service, &written, &wanted).map(Change::Here);
    };
    let value = variable.value_for(reference).ok_or(EditRefused::Interpolated(written.clone()))?;
    let default = variable
        .with_default(&value)
        .map(|wanted| replaced(text, service, &written, &wanted))
        .transpose()?;
    Ok(Change::Variable { name: variable.name, value, default })
}

/// The same name with another tag or digest; another name as a whole.
fn retagged(written: &str, reference: &ImageReference) -> String {
    let same = ImageReference::parse(written).is_ok_and(|it| it.name() == reference.name());
    if !same {
        return reference.familiar();
    }
    let name = written.split_once('@').map_or(written, |(name, _)| name);
    let slash = name.rfind('/').map_or(0, |slash| slash + 1);
    let name = name[slash..].find(':').map_or(name, |colon| &name[..slash + colon]);
    match (&reference.tag, &reference.digest) {
        (_, Some(digest)) => format!("{name}@{digest}"),
        (Some(tag), None) => format!("{name}:{tag}"),
        (None, None) => name.to_owned(),
    }
}

fn replaced(text: &str, service: &str, written: &str, wanted: &str) -> Result<Edit, EditRefused> {
    let before = meaning(text)?;
    let root = layout::read(text)?;
    let body = root.entry("services").and_then(|(_, all)| all.entry(service));
    let (_, body) = body.ok_or(EditRefused::Unsafe)?;
    let Some((_, value)) = body.entry("image") else { return Err(not_here(body)) };
    let shared = EditRefused::Shared { line: value.first_line + 1 };
    if value.anchored || !matches!(value.kind, Kind::Scalar(_)) {
        return Err(shared);
    }
    let new_text = spliced(text, value, written, wanted).ok_or(EditRefused::Unsafe)?;
    let mut intended = before;
    intended["services"][service]["image"] = Value::from(wanted);
    match meaning(&new_text) {
        Ok(after) if after == intended => Ok(Edit::of(text, new_text)),
        // Somebody else means this service's lines, too.
        Ok(_) => Err(shared),
        Err(_) => Err(EditRefused::Unsafe),
    }
}

/// It means an image that is not written at it.
fn not_here(body: &Node) -> EditRefused {
    body.entry("extends").map_or(EditRefused::Shared { line: body.first_line + 1 }, |(key, _)| {
        EditRefused::Extends { line: key.first_line + 1 }
    })
}

/// The text with another value in the same quotes; nothing where the value is not what stands there.
fn spliced(text: &str, value: &Node, written: &str, wanted: &str) -> Option<String> {
    let begin: usize = text.split_inclusive('\n').take(value.first_line).map(str::len).sum();
    let line = text.get(begin..)?.lines().next()?;
    let at = line.char_indices().nth(value.column).map(|(at, _)| at)?;
    let rest = &line[at..];
    let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''));
    let open = quote.map_or(0, char::len_utf8);
    let after = rest.get(open..)?.strip_prefix(written)?;
    if quote.is_some_and(|quote| !after.starts_with(quote)) {
        return None;
    }
    let first = begin + at + open;
    Some(format!("{}{wanted}{}", &text[..first], &text[first + written.len()..]))
}
