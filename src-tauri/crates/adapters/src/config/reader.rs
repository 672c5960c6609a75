//! Takes known keys out of a TOML table; every complaint names file, line, key and remedy.

use std::{ops::Range, time::Duration};

use phoenix_engine::wording::{Wording, wording};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{ConfigError, duration};

/// The text that spans point into.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) text: &'a str,
    pub(super) file: &'a str,
}

/// A table whose keys are taken one by one; [`Reader::finish`] complains of the rest.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    source: Source<'a>,
    path: String,
    table: &'a DeTable<'a>,
    known: Vec<&'static str>,
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Found<'a> {
    source: Source<'a>,
    key: String,
    value: &'a Spanned<DeValue<'a>>,
}

impl<'a> Source<'a> {
    /// Line of a byte, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
    }

    fn written(&self, span: Range<usize>) -> &'a str {
        self.text.get(span).unwrap_or_default().lines().next().unwrap_or_default()
    }
}

impl<'a> Reader<'a> {
    pub(super) const fn new(source: Source<'a>, path: String, table: &'a DeTable<'a>) -> Self {
        Self { source, path, table, known: Vec::new() }
    }

    /// The value of a key, which is known from now on.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Found<'a>> {
        self.known.push(key);
        let value = self.table.get(key)?;
        Some(Found { source: self.source, key: joined(&self.path, key), value })
    }

    /// The first key that nobody asked for is an error.
    pub(super) fn finish(self) -> Result<(), ConfigError> {
        let stray =
            self.table.iter().find(|(key, _)| !self.known.contains(&key.get_ref().as_ref()));
        let Some((key, _)) = stray else { return Ok(()) };
        let name: &str = key.get_ref().as_ref();
        let nearest = self
            .known
            .iter()
            .map(|known| (strsim::damerau_levenshtein(name, known), known))
            .filter(|(distance, known)| *distance <= 1 + known.len() / 4)
            .min();
        let remedy = nearest.map_or_else(
            || {
                let keys = self.known.join(", ");
                wording!("help.config.known", "known here: {keys}", keys)
            },
            |(_, key)| wording!("help.config.meant", "did you mean \"{key}\"?", key),
        );
        Err(ConfigError::UnknownKey {
            file: self.source.file.to_owned(),
            line: self.source.line(key.span().start),
            key: joined(&self.path, name),
            remedy: Box::new(remedy),
        })
    }
}

impl<'a> Found<'a> {
    /// A complaint about this value.
    pub(super) fn bad(&self, remedy: Wording) -> ConfigError {
        let span = self.value.span();
        ConfigError::BadValue {
            file: self.source.file.to_owned(),
            line: self.source.line(span.start),
            key: self.key.clone(),
            value: self.source.written(span).to_owned(),
            remedy: Box::new(remedy),
        }
    }

    /// The same about a value that may be a secret: it is not repeated.
    pub(super) fn bad_unseen(&self, remedy: Wording) -> ConfigError {
        ConfigError::Unusable {
            file: self.source.file.to_owned(),
            line: self.source.line(self.value.span().start),
            key: self.key.clone(),
            remedy: Box::new(remedy),
        }
    }

    pub(super) fn table(&self) -> Result<Reader<'a>, ConfigError> {
        let table = self.value.get_ref().as_table();
        let table =
            table.ok_or_else(|| self.bad(wording!("help.config.table", "write a table here")))?;
        Ok(Reader::new(self.source, self.key.clone(), table))
    }

    /// The entries of a table whose keys the user chooses.
    pub(super) fn entries(&self) -> Result<Vec<(&'a str, Self)>, ConfigError> {
        let table = self.value.get_ref().as_table();
        let table =
            table.ok_or_else(|| self.bad(wording!("help.config.table", "write a table here")))?;
        let entry = |(key, value): (&'a Spanned<_>, _)| {
            let name: &'a std::borrow::Cow<'a, str> = key.get_ref();
            let key = format!("{}.\"{name}\"", self.key);
            (name.as_ref(), Self { source: self.source, key, value })
        };
        Ok(table.iter().map(entry).collect())
    }

    pub(super) fn text(&self) -> Result<&'a str, ConfigError> {
        let text = self.value.get_ref().as_str().filter(|text| !text.is_empty());
        text.ok_or_else(|| self.bad(wording!("help.config.text", "write text in quotes")))
    }

    pub(super) fn flag(&self) -> Result<bool, ConfigError> {
        self.value
            .get_ref()
            .as_bool()
            .ok_or_else(|| self.bad(wording!("help.config.flag", "write true or false")))
    }

    pub(super) fn number(&self, allowed: Range<u32>) -> Result<u32, ConfigError> {
        let written = self.value.get_ref().as_integer();
        let number = written.and_then(|n| u32::from_str_radix(n.as_str(), n.radix()).ok());
        number.filter(|number| allowed.contains(number)).ok_or_else(|| {
            let (least, most) = (allowed.start, allowed.end.saturating_sub(1));
            self.bad(whole_number(least, most))
        })
    }

    /// One of the words of a list.
    pub(super) fn word<T: Copy>(&self, words: &[(&str, T)]) -> Result<T, ConfigError> {
        let written = self.value.get_ref().as_str();
        let found = words.iter().find(|(word, _)| Some(*word) == written);
        found.map(|(_, meaning)| *meaning).ok_or_else(|| {
            let all: Vec<_> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            let words = all.join(", ");
            self.bad(wording!("help.config.word", "write one of {words}", words))
        })
    }

    /// A duration as people write it: `250ms`, `90s`, `1m30s`.
    pub(super) fn duration(&self, least: &str, most: &str) -> Result<Duration, ConfigError> {
        let written = self.value.get_ref().as_str().and_then(duration::read);
        let bounds = (duration::read(least), duration::read(most));
        written
            .filter(|it| bounds.0.is_none_or(|least| least <= *it))
            .filter(|it| bounds.1.is_none_or(|most| *it <= most))
            .ok_or_else(|| {
                self.bad(wording!(
                    "help.config.duration",
                    "write a duration such as \"90s\", from {least} to {most}",
                    least,
                    most
                ))
            })
    }

    /// The items of a list.
    pub(super) fn list<T>(
        &self,
        item: impl Fn(&Self) -> Result<T, ConfigError>,
    ) -> Result<Vec<T>, ConfigError> {
        let array = self.value.get_ref().as_array();
        let array = array
            .ok_or_else(|| self.bad(wording!("help.config.list", "write a list in brackets")))?;
        let found = |value| Self { source: self.source, key: self.key.clone(), value };
        array.iter().map(|value| item(&found(value))).collect()
    }
}

/// What a number has to be.
pub(super) fn whole_number(least: u32, most: u32) -> Wording {
    wording!("help.config.number", "write a whole number from {least} to {most}", least, most)
}

fn joined(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
