//! Adding keys and items to a compose file by whole lines.

use super::{
    EditRefused,
    layout::{Kind, Node},
    splice::Splice,
};

/// Where new keys of the service go.
pub(super) struct Place<'a> {
    pub(super) after: usize,
    pub(super) body: &'a Node,
    pub(super) ports_key: &'a Node,
}

impl Place<'_> {
    /// Adds `lines` to the service's `key`: below the ports, where there is no such key; else before
    /// its first item, in brackets as `flow`.
    pub(super) fn extend(
        &self,
        key: &'static str,
        lines: &[String],
        flow: &str,
        splice: &mut Splice<'_>,
    ) -> Result<(), EditRefused> {
        if lines.is_empty() {
            return Ok(());
        }
        let Some((written, value)) = self.body.entry(key) else {
            self.add_block(key, lines, self.after, splice);
            return Ok(());
        };
        if matches!(value.kind, Kind::Alias) || value.anchored {
            return Err(EditRefused::Shared { line: value.first_line + 1 });
        }
        if value.is_empty() {
            let last = value.last_line.max(written.first_line);
            splice.set_aside(written.first_line, last);
            self.add_block(key, lines, last + 1, splice);
            return Ok(());
        }
        insert_first(value, lines, flow, splice)
    }

    /// Writes a list of names anew as a mapping, where aliases can be said.
    pub(super) fn replace_list(
        &self,
        key: &'static str,
        lines: &[String],
        splice: &mut Splice<'_>,
    ) -> Result<(), EditRefused> {
        let Some((written, value)) = self.body.entry(key) else { return Err(EditRefused::Unsafe) };
        if matches!(value.kind, Kind::Alias) || value.anchored {
            return Err(EditRefused::Shared { line: value.first_line + 1 });
        }
        splice.set_aside(written.first_line, value.last_line);
        self.add_block(key, lines, value.last_line + 1, splice);
        Ok(())
    }

    fn add_block(&self, key: &str, lines: &[String], at: usize, splice: &mut Splice<'_>) {
        let indent = " ".repeat(self.ports_key.column);
        splice.add(at, format!("{indent}{key}:"));
        for line in lines {
            splice.add(at, format!("{indent}  {line}"));
        }
    }
}

/// Adds lines before the first one of a list or mapping.
fn insert_first(
    value: &Node,
    lines: &[String],
    flow: &str,
    splice: &mut Splice<'_>,
) -> Result<(), EditRefused> {
    let first = match &value.kind {
        Kind::Sequence { flow: true, .. } | Kind::Mapping { flow: true, .. } => {
            return open_bracket(value, flow, splice);
        }
        Kind::Sequence { flow: false, items } => items.first(),
        Kind::Mapping { flow: false, entries } => entries.first().map(|(key, _)| key),
        Kind::Scalar(_) | Kind::Alias => return Err(EditRefused::Unsafe),
    };
    // The line's own indent, because a list may stand as far left as its key.
    let at = first.map_or(value.first_line, |first| first.first_line);
    let written = splice.line(at);
    let indent = written[..written.len() - written.trim_start().len()].to_owned();
    for line in lines {
        splice.add(at, format!("{indent}{line}"));
    }
    Ok(())
}

/// Writes right behind an opening bracket, on a copy of the lines that the brackets span.
fn open_bracket(value: &Node, inside: &str, splice: &mut Splice<'_>) -> Result<(), EditRefused> {
    let first = splice.line(value.first_line);
    let bracket =
        first.char_indices().nth(value.column).map(|(at, bracket)| at + bracket.len_utf8());
    let (head, tail) = bracket
        .and_then(|at| first.split_at_checked(at))
        .filter(|(head, _)| head.ends_with(['[', '{']))
        .ok_or(EditRefused::FlowStyle { line: value.first_line + 1 })?;
    let after = value.last_line + 1;
    splice.set_aside(value.first_line, value.last_line);
    splice.add(after, format!("{head}{inside}, {}", tail.trim_start()));
    for line in value.first_line + 1..=value.last_line {
        splice.add(after, splice.line(line).to_owned());
    }
    Ok(())
}

/// Declares the network as one that compose did not make.
pub(super) fn declare(
    root: &Node,
    network: &str,
    splice: &mut Splice<'_>,
) -> Result<(), EditRefused> {
    let Kind::Mapping { flow: false, entries } = &root.kind else {
        return Err(EditRefused::FlowStyle { line: root.first_line + 1 });
    };
    let indent = " ".repeat(entries.first().map_or(0, |(key, _)| key.column));
    let declared =
        |indent: &str| [format!("{indent}{network}:"), format!("{indent}  external: true")];
    match root.entry("networks") {
        None => {
            let at = splice.len();
            splice.add(at, format!("{indent}networks:"));
            for line in declared(&format!("{indent}  ")) {
                splice.add(at, line);
            }
        }
        Some((_, value)) if matches!(value.kind, Kind::Alias) || value.anchored => {
            return Err(EditRefused::Shared { line: value.first_line + 1 });
        }
        Some((key, value)) if value.is_empty() => {
            let last = value.last_line.max(key.first_line);
            splice.set_aside(key.first_line, last);
            splice.add(last + 1, format!("{indent}networks:"));
            for line in declared(&format!("{indent}  ")) {
                splice.add(last + 1, line);
            }
        }
        Some((_, value)) => match &value.kind {
            Kind::Mapping { flow: false, .. } => {
                for line in declared(&" ".repeat(value.column)) {
                    splice.add(value.first_line, line);
                }
            }
            Kind::Mapping { flow: true, .. } => {
                open_bracket(value, &format!("\"{network}\": {{external: true}}"), splice)?;
            }
            Kind::Scalar(_) | Kind::Sequence { .. } | Kind::Alias => {
                return Err(EditRefused::Unsafe);
            }
        },
    }
    Ok(())
}
