//! What a Watchtower was started with.

use std::collections::BTreeMap;

use super::{
    NotUnderstood, docker_run,
    flags::{self, Flag},
};

/// Arguments and environment, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Command {
    /// Its flags with their values; those without a value say `true`.
    pub(super) flags: Vec<(Flag, String)>,
    /// Its variables.
    pub(super) environment: BTreeMap<String, String>,
    /// The names of containers.
    pub(super) names: Vec<String>,
}

impl Command {
    /// Of a container: its arguments, and its environment as `NAME=value`.
    pub fn of_container<'a>(
        arguments: impl IntoIterator<Item = &'a str>,
        environment: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, NotUnderstood> {
        let split = |line: &'a str| line.split_once('=').unwrap_or((line, ""));
        let environment = environment.into_iter().map(split);
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut command = Self { environment: environment.collect(), ..Self::default() };
        command.read(arguments)?;
        Ok(command)
    }

    /// As it was typed: Watchtower's own arguments, or the whole `docker run` that starts it.
    pub fn typed<'a>(words: &[&'a str]) -> Result<Self, NotUnderstood> {
        let (words, environment): (&[&'a str], Vec<&'a str>) = match docker_run::split(words) {
            None => (words, Vec::new()),
            Some(run) => {
                let run = run?;
                (run.arguments, run.environment)
            }
        };
        Self::of_container(words.iter().copied(), environment)
    }

    /// As `pflag` reads a command line: `--name value`, `--name=value`, `-n value`, `-nvalue`, `-ab`.
    fn read<'a>(
        &mut self,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), NotUnderstood> {
        let mut words = arguments.into_iter();
        while let Some(word) = words.next() {
            if word == "--" {
                self.names.extend(words.by_ref().flat_map(super::names));
            } else if let Some(long) = word.strip_prefix("--") {
                let (name, value) = match long.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None => (long, None),
                };
                let unknown = || NotUnderstood::UnknownFlag(format!("--{name}"));
                let flag = flags::by_name(name).ok_or_else(unknown)?;
                self.flag(flag, value, &mut words)?;
            } else if let Some(letters) = word.strip_prefix('-').filter(|it| !it.is_empty()) {
                self.letters(letters, &mut words)?;
            } else {
                self.names.extend(super::names(word));
            }
        }
        Ok(())
    }

    fn letters<'a>(
        &mut self,
        letters: &'a str,
        words: &mut impl Iterator<Item = &'a str>,
    ) -> Result<(), NotUnderstood> {
        for (place, letter) in letters.char_indices() {
            let unknown = || NotUnderstood::UnknownFlag(format!("-{letter}"));
            let flag = flags::by_letter(letter).ok_or_else(unknown)?;
            let rest = &letters[place + letter.len_utf8()..];
            let value = rest.strip_prefix('=').unwrap_or(rest);
            if flag.takes_value() || rest.starts_with('=') {
                return self.flag(flag, (!rest.is_empty()).then_some(value), words);
            }
            self.flag(flag, None, words)?;
        }
        Ok(())
    }

    fn flag<'a>(
        &mut self,
        flag: Flag,
        value: Option<&'a str>,
        words: &mut impl Iterator<Item = &'a str>,
    ) -> Result<(), NotUnderstood> {
        let value = match value {
            Some(value) => value,
            None if flag.takes_value() => words
                .next()
                .ok_or_else(|| NotUnderstood::BadValue { flag: flag.name(), what: "a value" })?,
            None => "true",
        };
        self.flags.push((flag, value.to_owned()));
        Ok(())
    }
}
