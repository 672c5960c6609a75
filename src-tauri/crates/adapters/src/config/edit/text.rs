//! Sets and removes keys and tables in a text, line by line.

use std::{collections::BTreeSet, ops::Range};

use phoenix_engine::wording::wording;
use toml_edit::{Document, InlineTable, Item, Key, Table, Value};

use super::{
    super::{ConfigError, duration, reader::Source},
    inline::{self, Act},
    lines::Lines,
    place::{Place, before_tables, collect, find, find_any, header, lines_of, own_end, span},
};

/// A text under edit; every act answers a new text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Editing<'a> {
    pub(super) text: &'a str,
    /// What errors call it.
    pub(super) file: &'a str,
}

impl Editing<'_> {
    /// Writes a key of a table, which is made where it is missing. A value that means the same
    /// stays as it was written.
    pub(super) fn set(
        &self,
        path: &[&str],
        key: &str,
        value: &Value,
    ) -> Result<String, ConfigError> {
        let document = self.parsed()?;
        match find(document.as_table(), path) {
            Place::Lines { table, prefix } => match table.get(key) {
                Some(Item::Value(old)) if same(old, value) => Ok(self.text.to_owned()),
                Some(old) => Ok(self.with(span(old), &value.to_string())),
                None => Ok(self.with_line(table, &prefix, &format!("{} = {value}", quoted(key)))),
            },
            Place::Braces { table, rest } => {
                self.in_braces(table, path, &rest, key, Act::Set(value))
            }
            Place::Nothing => Ok(self.add_table(path, Some(&format!("{} = {value}", quoted(key))))),
        }
    }

    /// Removes a key.
    pub(super) fn remove(&self, path: &[&str], key: &str) -> Result<String, ConfigError> {
        let document = self.parsed()?;
        match find(document.as_table(), path) {
            Place::Lines { table, .. } => {
                let Some((name, item)) = table.get_key_value(key) else {
                    return Ok(self.text.to_owned());
                };
                let mut lines = Lines::of(self.text);
                lines.remove(lines_of(name, item, &lines));
                Ok(lines.text())
            }
            Place::Braces { table, rest } => self.in_braces(table, path, &rest, key, Act::Remove),
            Place::Nothing => Ok(self.text.to_owned()),
        }
    }

    /// Adds an empty table to one at the root.
    pub(super) fn add(&self, parent: &str, name: &str) -> Result<String, ConfigError> {
        let document = self.parsed()?;
        match find_any(document.as_table(), &[parent]) {
            Place::Braces { table, rest } => {
                let empty = Value::from(InlineTable::new());
                self.in_braces(table, &[parent], &rest, name, Act::Set(&empty))
            }
            Place::Lines { .. } | Place::Nothing => Ok(self.add_table(&[parent, name], None)),
        }
    }

    /// Adds a table at the end, after a blank line, with its first line.
    fn add_table(&self, path: &[&str], first: Option<&str>) -> String {
        let mut lines = Lines::of(self.text);
        if lines.count() > 0 {
            lines.insert(lines.count(), "");
        }
        let header: Vec<String> = path.iter().map(|name| quoted(name)).collect();
        lines.insert(lines.count(), &format!("[{}]", header.join(".")));
        if let Some(first) = first {
            lines.insert(lines.count(), first);
        }
        lines.text()
    }

    /// Removes a table, its subtables, and the comments between their lines.
    pub(super) fn remove_table(&self, path: &[&str]) -> Result<String, ConfigError> {
        let Some((name, parents)) = path.split_last() else { return Ok(self.text.to_owned()) };
        let document = self.parsed()?;
        let parent = match find_any(document.as_table(), parents) {
            Place::Lines { table, .. } => table,
            Place::Braces { .. } | Place::Nothing => return self.remove(parents, name),
        };
        let Some(Item::Table(table)) = parent.get(name) else { return self.remove(parents, name) };
        let mut lines = Lines::of(self.text);
        let mut doomed = BTreeSet::new();
        collect(table, &lines, &mut doomed);
        lines.remove_blocks(&doomed);
        Ok(lines.text())
    }

    /// The keys of a table at the root.
    pub(super) fn names_in(&self, table: &str) -> Result<Vec<String>, ConfigError> {
        let document = self.parsed()?;
        let table = document.as_table().get(table).and_then(Item::as_table_like);
        Ok(table.into_iter().flat_map(|it| it.iter()).map(|(name, _)| name.to_owned()).collect())
    }

    fn parsed(&self) -> Result<Document<&str>, ConfigError> {
        Document::parse(self.text).map_err(|error| ConfigError::Syntax {
            file: self.file.to_owned(),
            line: self.line(error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
        })
    }

    fn line(&self, byte: usize) -> usize {
        Source { text: self.text, file: self.file }.line(byte)
    }

    fn with(&self, span: Range<usize>, replacement: &str) -> String {
        let mut text = self.text.to_owned();
        text.replace_range(span, replacement);
        text
    }

    fn with_line(&self, table: &Table, prefix: &[String], line: &str) -> String {
        let mut lines = Lines::of(self.text);
        let last = own_end(table).or_else(|| header(table).map(|header| header.end));
        let dotted: Vec<String> = prefix.iter().map(|name| quoted(name)).collect();
        let line = if dotted.is_empty() {
            line.to_owned()
        } else {
            format!("{}.{line}", dotted.join("."))
        };
        match last.map(|end| lines.at(end.saturating_sub(1))) {
            Some(after) => {
                let above = lines.line(after).unwrap_or_default();
                let indent = &above[..above.len() - above.trim_start().len()];
                let line = format!("{indent}{line}");
                lines.insert(after + 1, &line);
            }
            None => lines.insert(before_tables(table, &lines), &line),
        }
        lines.text()
    }

    fn in_braces(
        &self,
        table: &InlineTable,
        path: &[&str],
        rest: &[String],
        key: &str,
        act: Act<'_>,
    ) -> Result<String, ConfigError> {
        let span = table.span().unwrap_or_default();
        let written = self.text.get(span.clone()).unwrap_or_default();
        let edited = inline::edit(written, rest, key, act).ok_or_else(|| {
            let table: Vec<String> = path.iter().map(|name| quoted(name)).collect();
            let table = table.join(".");
            ConfigError::NotEditable {
                file: self.file.to_owned(),
                line: self.line(span.start),
                key: format!("{table}.{key}"),
                remedy: Box::new(wording!(
                    "help.config.own_table",
                    "write [{table}] as a table of its own",
                    table
                )),
            }
        })?;
        Ok(self.with(span, &edited))
    }

    /// Removes a table of which only a bare header is left.
    pub(super) fn tidy(&self, path: &[&str]) -> Result<String, ConfigError> {
        let document = self.parsed()?;
        let Place::Lines { table, .. } = find(document.as_table(), path) else {
            return Ok(self.text.to_owned());
        };
        let Some(header) = header(table).filter(|_| table.is_empty()) else {
            return Ok(self.text.to_owned());
        };
        let mut lines = Lines::of(self.text);
        let number = lines.at(header.start);
        let is_bare = lines.line(number).map(str::trim) == self.text.get(header);
        let commented = number.checked_sub(1).is_some_and(|above| lines.is_comment(above))
            || lines.is_comment(number + 1);
        if is_bare && !commented {
            lines.remove_blocks(&BTreeSet::from([number]));
        }
        Ok(lines.text())
    }
}

/// The name as a key of TOML.
fn quoted(name: &str) -> String {
    Key::new(name).display_repr().into_owned()
}

/// Whether both mean the same, however it is written.
fn same(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Boolean(old), Value::Boolean(new)) => old.value() == new.value(),
        (Value::Integer(old), Value::Integer(new)) => old.value() == new.value(),
        (Value::String(old), Value::String(new)) => {
            let spans = (duration::read(old.value()), duration::read(new.value()));
            old.value() == new.value() || (spans.0.is_some() && spans.0 == spans.1)
        }
        (Value::Array(old), Value::Array(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| same(old, new))
        }
        (_, _) => false,
    }
}
