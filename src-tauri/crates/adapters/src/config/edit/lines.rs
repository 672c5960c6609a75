//! Text as lines with their endings: what is not touched stays, whatever its endings are.

use std::{collections::BTreeSet, ops::RangeInclusive};

/// The lines of a text. Whether the last one ends with a line break survives every edit.
#[derive(Debug)]
pub(super) struct Lines {
    lines: Vec<String>,
    ending: &'static str,
}

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        let lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        let windows = lines.first().is_some_and(|first| first.ends_with("\r\n"));
        Self { lines, ending: if windows { "\r\n" } else { "\n" } }
    }

    pub(super) fn text(&self) -> String {
        self.lines.concat()
    }

    pub(super) const fn count(&self) -> usize {
        self.lines.len()
    }

    /// The number, from 0, of the line that a byte is on.
    pub(super) fn at(&self, byte: usize) -> usize {
        let mut end = 0;
        let past = self.lines.iter().take_while(|line| {
            end += line.len();
            end <= byte
        });
        past.count().min(self.count().saturating_sub(1))
    }

    /// A line without its break; `None` beyond the end.
    pub(super) fn line(&self, number: usize) -> Option<&str> {
        self.lines.get(number).map(|line| content(line))
    }

    pub(super) fn is_blank(&self, number: usize) -> bool {
        self.line(number).is_some_and(|line| line.trim().is_empty())
    }

    pub(super) fn is_comment(&self, number: usize) -> bool {
        self.line(number).is_some_and(|line| line.trim_start().starts_with('#'))
    }

    /// Puts a line before the one with this number; after the last one if there is none.
    pub(super) fn insert(&mut self, number: usize, line: &str) {
        let number = number.min(self.count());
        let before = number.checked_sub(1).and_then(|before| self.lines.get_mut(before));
        let unfinished = before.filter(|before| content(before).len() == before.len());
        let ending = match unfinished {
            Some(before) => {
                before.push_str(self.ending);
                ""
            }
            None => self.ending,
        };
        self.lines.insert(number, format!("{line}{ending}"));
    }

    /// Takes lines out.
    pub(super) fn remove(&mut self, numbers: RangeInclusive<usize>) {
        let removed: Vec<String> = self.lines.drain(numbers.clone()).collect();
        let was_unfinished = removed.last().is_some_and(|last| content(last).len() == last.len());
        if was_unfinished && let Some(last) = self.lines.last_mut() {
            last.truncate(content(last).len());
        }
    }

    /// Removes lines, from the last to the first, and of two blank lines that meet the upper one.
    pub(super) fn remove_blocks(&mut self, doomed: &BTreeSet<usize>) {
        let mut rest: Vec<usize> = doomed.iter().copied().collect();
        while let Some(last) = rest.pop() {
            let mut first = last;
            while rest.last().is_some_and(|above| above + 1 == first) {
                first -= 1;
                rest.pop();
            }
            let ends_here = last + 1 >= self.count() || self.is_blank(last + 1);
            match first.checked_sub(1) {
                Some(above) if ends_here && self.is_blank(above) => self.remove(above..=last),
                None if self.is_blank(last + 1) => self.remove(first..=last + 1),
                Some(_) | None => self.remove(first..=last),
            }
        }
    }
}

fn content(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}
