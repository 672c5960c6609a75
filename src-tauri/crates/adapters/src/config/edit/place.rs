//! Where things stand in a text.

use std::{
    collections::BTreeSet,
    ops::{Range, RangeInclusive},
};

use toml_edit::{InlineTable, Item, Key, Table, Value};

use super::lines::Lines;

/// Where the path of a table leads.
pub(super) enum Place<'d> {
    /// A table with a header, or the root; `prefix` are the dotted keys below it.
    Lines { table: &'d Table, prefix: Vec<String> },
    /// A table in braces; `rest` is the path inside.
    Braces { table: &'d InlineTable, rest: Vec<String> },
    /// Nothing there, or only a table that others imply.
    Nothing,
}

/// Where a new key of a table belongs.
pub(super) fn find<'d>(root: &'d Table, path: &[&str]) -> Place<'d> {
    match find_any(root, path) {
        Place::Lines { table, .. } if table.is_implicit() && !table.is_dotted() => Place::Nothing,
        place @ (Place::Lines { .. } | Place::Braces { .. } | Place::Nothing) => place,
    }
}

pub(super) fn find_any<'d>(root: &'d Table, path: &[&str]) -> Place<'d> {
    let (mut table, mut prefix) = (root, Vec::new());
    for (depth, name) in path.iter().enumerate() {
        match table.get(name) {
            Some(Item::Table(next)) => {
                if next.is_dotted() {
                    prefix.push((*name).to_owned());
                } else {
                    prefix.clear();
                }
                table = next;
            }
            Some(Item::Value(Value::InlineTable(table))) => {
                let rest = path.iter().skip(depth + 1).map(|name| (*name).to_owned()).collect();
                return Place::Braces { table, rest };
            }
            Some(Item::Value(_) | Item::ArrayOfTables(_) | Item::None) | None => {
                return Place::Nothing;
            }
        }
    }
    Place::Lines { table, prefix }
}

/// The header's place; the root and implied tables have none.
pub(super) fn header(table: &Table) -> Option<Range<usize>> {
    let has_header = !table.is_implicit() && !table.is_dotted();
    table.span().filter(|span| has_header && !span.is_empty())
}

/// Where the last of a table's own lines ends.
pub(super) fn own_end(table: &Table) -> Option<usize> {
    let ends = table.iter().filter_map(|(_, item)| match item {
        Item::Value(_) => Some(span(item).end),
        Item::Table(dotted) if dotted.is_dotted() => own_end(dotted),
        Item::Table(_) | Item::ArrayOfTables(_) | Item::None => None,
    });
    ends.max()
}

/// The line before the first header and the comments that belong to it; the end without any.
pub(super) fn before_tables(root: &Table, lines: &Lines) -> usize {
    let Some(first) = first_header(root) else { return lines.count() };
    let mut number = lines.at(first);
    while let Some(above) = number.checked_sub(1).filter(|above| lines.is_comment(*above)) {
        number = above;
    }
    number
}

fn first_header(table: &Table) -> Option<usize> {
    let below = table.iter().filter_map(|(_, item)| first_header(item.as_table()?)).min();
    [header(table).map(|header| header.start), below].into_iter().flatten().min()
}

/// The lines of a table and of the tables below it.
pub(super) fn collect(table: &Table, lines: &Lines, doomed: &mut BTreeSet<usize>) {
    if let Some(header) = header(table) {
        let end = own_end(table).unwrap_or(header.end).saturating_sub(1);
        doomed.extend(lines.at(header.start)..=lines.at(end));
    }
    for (name, item) in table {
        if let Item::Table(below) = item {
            collect(below, lines, doomed);
        } else if let Some(key) = table.key(name) {
            doomed.extend(lines_of(key, item, lines));
        }
    }
}

/// The lines of a key and its value; a comment after it included.
pub(super) fn lines_of(key: &Key, item: &Item, lines: &Lines) -> RangeInclusive<usize> {
    let start = key.span().unwrap_or_default().start;
    lines.at(start)..=lines.at(span(item).end.saturating_sub(1))
}

pub(super) fn span(item: &Item) -> Range<usize> {
    item.span().unwrap_or_default()
}
