//! Edits of a table in braces, on one line.

use toml_edit::{InlineTable, Value};

/// What to do with a key.
#[derive(Debug, Clone, Copy)]
pub(super) enum Act<'a> {
    Set(&'a Value),
    Remove,
}

/// Edits a key of the table that `path` leads to inside the braces; it is made where it is missing.
/// `None` if that is not possible: the braces span several lines, or something else is in the way.
pub(super) fn edit(written: &str, path: &[String], key: &str, act: Act<'_>) -> Option<String> {
    let mut value: Value = written.parse().ok().filter(|_| !written.contains('\n'))?;
    let mut table = value.as_inline_table_mut()?;
    for name in path {
        if !table.contains_key(name) {
            match act {
                Act::Set(_) => put(table, name, &Value::from(InlineTable::new())),
                Act::Remove => return Some(written.to_owned()),
            }
        }
        table = table.get_mut(name)?.as_inline_table_mut()?;
    }
    match act {
        Act::Set(value) => put(table, key, value),
        Act::Remove => take(table, key),
    }
    Some(value.to_string())
}

/// The space before the closing brace moves to the new last value.
fn put(table: &mut InlineTable, key: &str, value: &Value) {
    if let Some(old) = table.get_mut(key) {
        let decor = old.decor().clone();
        *old = value.clone();
        *old.decor_mut() = decor;
        return;
    }
    let closing = table.iter_mut().last().and_then(|(_, last)| replace_suffix(last, ""));
    let mut value = value.clone();
    if let Some(closing) = closing {
        value.decor_mut().set_prefix(" ");
        value.decor_mut().set_suffix(closing);
    }
    table.insert(key, value);
}

fn take(table: &mut InlineTable, key: &str) {
    let was_last = table.iter().last().is_some_and(|(last, _)| last == key);
    let Some(removed) = table.remove(key) else { return };
    let closing = removed.decor().suffix().and_then(|suffix| suffix.as_str()).unwrap_or(" ");
    if was_last && let Some((_, last)) = table.iter_mut().last() {
        replace_suffix(last, closing);
    }
}

fn replace_suffix(value: &mut Value, suffix: &str) -> Option<String> {
    let old = value.decor().suffix().and_then(|old| old.as_str()).map(str::to_owned);
    value.decor_mut().set_suffix(suffix);
    old
}
