//! Sentences of closed sets, which the catalogues word.

use std::collections::BTreeMap;

use serde::Serialize;
use specta::Type;

/// A sentence of a closed set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Said {
    /// Its key in the catalogues.
    pub code: String,
    /// What is filled in. A name that ends with `_ms` is a duration in milliseconds, one that ends
    /// with `_bytes` is a size; the catalogues name both without that ending.
    pub parameters: BTreeMap<String, Parameter>,
    /// The sentence in English, for a catalogue that does not know the key.
    pub text: String,
}

/// What is filled into a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(untagged)]
pub enum Parameter {
    /// A number that the language groups.
    Number(i64),
    /// Anything else, as it is.
    Text(String),
    /// A sentence within the sentence.
    Said(Said),
}
