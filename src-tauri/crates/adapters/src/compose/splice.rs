//! Edits by whole lines that can be taken back exactly: an old line is kept behind a mark, a new
//! one ends with a mark.

/// Stands before a line of the original.
const KEPT: &str = "#phoenix-tray: ";
/// Stands at the end of a line that was added.
const ADDED: &str = " # added by phoenix-tray";

/// Whether a text holds marks of an edit.
pub(super) fn is_edited(text: &str) -> bool {
    text.split_inclusive('\n').any(|line| line.starts_with(KEPT) || is_added(line))
}

/// The original of an edited text, byte by byte.
pub(super) fn restore(text: &str) -> String {
    let mut restored = String::with_capacity(text.len());
    for line in text.split_inclusive('\n').filter(|line| !is_added(line)) {
        restored.push_str(line.strip_prefix(KEPT).unwrap_or(line));
    }
    if !text.ends_with('\n') && restored.ends_with('\n') {
        let bare = restored.trim_end_matches('\n').len().max(restored.len() - 1);
        restored.truncate(bare);
        if restored.ends_with('\r') {
            restored.pop();
        }
    }
    restored
}

fn is_added(line: &str) -> bool {
    line.trim_end_matches(['\r', '\n']).ends_with(ADDED)
}

/// Lines to keep aside and lines to add, on one text.
#[derive(Debug)]
pub(super) struct Splice<'a> {
    lines: Vec<&'a str>,
    aside: Vec<bool>,
    added: Vec<Vec<String>>,
}

impl<'a> Splice<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let lines: Vec<_> = text.split_inclusive('\n').collect();
        let (aside, added) = (vec![false; lines.len()], vec![Vec::new(); lines.len() + 1]);
        Self { lines, aside, added }
    }

    /// Turns lines into comments.
    pub(super) fn set_aside(&mut self, first: usize, last: usize) {
        let last = (last + 1).min(self.aside.len());
        self.aside[first.min(last)..last].fill(true);
    }

    /// Adds a line before line `at`, or at the end.
    pub(super) fn add(&mut self, at: usize, line: impl Into<String>) {
        let at = at.min(self.lines.len());
        self.added[at].push(line.into());
    }

    /// How many lines there are.
    pub(super) const fn len(&self) -> usize {
        self.lines.len()
    }

    /// A line without its end.
    pub(super) fn line(&self, at: usize) -> &'a str {
        self.lines.get(at).map_or("", |line| line.trim_end_matches(['\r', '\n']))
    }

    /// The edited text. A text without a line feed at its end stays so.
    pub(super) fn finish(self) -> String {
        let end = if self.lines.first().is_some_and(|line| line.ends_with("\r\n")) {
            "\r\n"
        } else {
            "\n"
        };
        let mut text = String::new();
        for (index, added) in self.added.iter().enumerate() {
            for line in added {
                text.push_str(line);
                text.push_str(ADDED);
                text.push_str(end);
            }
            let Some(line) = self.lines.get(index) else { continue };
            text.push_str(if self.aside[index] { KEPT } else { "" });
            text.push_str(line);
            if !line.ends_with('\n') {
                text.push_str(end);
            }
        }
        if self.lines.last().is_some_and(|line| !line.ends_with('\n')) {
            text.truncate(text.len() - end.len());
        }
        text
    }
}
