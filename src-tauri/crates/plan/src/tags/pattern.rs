//! Regular expressions over tags; found anywhere in one, unless `^` and `$` say otherwise.

use regex_lite::Regex;
use serde::{Deserialize, Serialize};

/// A regular expression that compiles. Without look-around and back-references, so that its time
/// grows with the tag's length only.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern(Regex);

/// Text that is no regular expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is no regular expression: {why}")]
pub struct BadPattern {
    /// What was written.
    pub text: String,
    /// What is wrong with it.
    pub why: String,
}

impl Pattern {
    /// Compiles one.
    pub fn parse(text: &str) -> Result<Self, BadPattern> {
        // Of JavaScript's dialect, which WUD speaks, this is what is missing most.
        if ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|look| text.contains(look)) {
            let why = "look-around is not supported; say what may not be found with exclude";
            return Err(BadPattern { text: text.to_owned(), why: why.to_owned() });
        }
        let bad =
            |error: regex_lite::Error| BadPattern { text: text.to_owned(), why: error.to_string() };
        Regex::new(text).map(Self).map_err(bad)
    }

    /// Whether it is found in a tag.
    pub fn is_in(&self, tag: &str) -> bool {
        self.0.is_match(tag)
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Pattern {}

impl TryFrom<String> for Pattern {
    type Error = BadPattern;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.as_str().to_owned()
    }
}
