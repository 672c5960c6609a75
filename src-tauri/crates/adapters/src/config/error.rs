//! What can be wrong with the configuration or an edit of it, with the place and the remedy.

use std::io;

use phoenix_engine::{
    in_a_sentence,
    wording::{Wording, wording},
};
use phoenix_plan::service::ServiceId;

/// The configuration cannot be used. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is there but cannot be read.
    #[error("{file} cannot be read; check its owner and mode")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is not TOML.
    #[error("{file}:{line}: this is not TOML: {message}")]
    Syntax {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// A key that means nothing.
    #[error("{file}:{line}: \"{key}\" is no setting here; {remedy}")]
    UnknownKey {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The key, with its table.
        key: String,
        /// The nearest known key, or all that are known.
        remedy: Box<Wording>,
    },
    /// A value that its key cannot have.
    #[error("{file}:{line}: {key} = {value} does not work; {remedy}")]
    BadValue {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The key, with its table.
        key: String,
        /// What was written.
        value: String,
        /// What can be written.
        remedy: Box<Wording>,
    },
    /// A value that its key cannot have, and that may be a secret.
    #[error("{file}:{line}: {key} does not work; {remedy}")]
    Unusable {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The key, with its table.
        key: String,
        /// What can be written.
        remedy: Box<Wording>,
    },
    /// The file cannot be written.
    #[error("{file} cannot be written; check the owner and mode of the file and its folder")]
    Unwritable {
        /// The file.
        file: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Somebody else saved the file while an edit was being made.
    #[error("{file} was changed by somebody else just now; nothing was saved, try again")]
    ChangedMeanwhile {
        /// The file.
        file: String,
    },
    /// A table in braces over several lines: an edit could lose comments inside.
    #[error("{file}:{line}: {key} cannot be changed from here; {remedy}")]
    NotEditable {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The key, with its table.
        key: String,
        /// How it can be written instead.
        remedy: Box<Wording>,
    },
    /// The gateway is known out of the box.
    #[error("{service} is always watched where it exists; updates = \"manual\" keeps it quiet")]
    AlwaysWatched {
        /// The gateway.
        service: ServiceId,
    },
}

impl From<&ConfigError> for Wording {
    fn from(error: &ConfigError) -> Self {
        let text = in_a_sentence(error);
        let worded = match error {
            ConfigError::Unreadable { file, source } => {
                let reason = source.to_string();
                wording!("trouble.config.unreadable", "{file}: {reason}", file, reason)
            }
            ConfigError::Syntax { file, line, message } => {
                let place = place(file, *line);
                wording!("trouble.config.syntax", "{place}: {message}", place, message)
            }
            ConfigError::UnknownKey { file, line, key, remedy } => {
                let place = place(file, *line);
                wording!("trouble.config.unknown", "{place}: {key}; {remedy}", place, key, remedy)
            }
            ConfigError::BadValue { file, line, key, value, remedy } => {
                let place = place(file, *line);
                wording!(
                    "trouble.config.value",
                    "{place}: {key} = {value}; {remedy}",
                    place,
                    key,
                    value,
                    remedy
                )
            }
            ConfigError::Unusable { file, line, key, remedy } => {
                let place = place(file, *line);
                wording!("trouble.config.unusable", "{place}: {key}; {remedy}", place, key, remedy)
            }
            ConfigError::Unwritable { file, source } => {
                let reason = source.to_string();
                wording!("trouble.config.unwritable", "{file}: {reason}", file, reason)
            }
            ConfigError::ChangedMeanwhile { file } => {
                wording!("trouble.config.changed", "{file}", file)
            }
            ConfigError::NotEditable { file, line, key, remedy } => {
                let place = place(file, *line);
                wording!("trouble.config.braces", "{place}: {key}; {remedy}", place, key, remedy)
            }
            ConfigError::AlwaysWatched { service } => {
                wording!("trouble.config.always", "{service}", service)
            }
        };
        Self { text, ..worded }
    }
}

/// As editors read it, `config.toml:12`.
fn place(file: &str, line: usize) -> String {
    format!("{file}:{line}")
}
