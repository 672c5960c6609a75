//! What can be wrong with the configuration, with the place and the remedy.

use std::io;

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
        remedy: String,
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
        remedy: String,
    },
}
