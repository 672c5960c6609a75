//! The check-list.

use serde::Serialize;
use specta::Type;

use super::Said;

/// One line of the check-list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// What was looked at, a word of a closed set: `engine`, `compose`, `disk`, `health_check`, …
    pub topic: String,
    /// Of which service.
    pub service: Option<String>,
    /// How it came out.
    pub state: CheckState,
    /// What was found.
    pub finding: Said,
    /// What would help.
    pub remedy: Option<Remedy>,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CheckState {
    /// As it should be.
    Good,
    /// Could be better.
    Advice,
    /// Needs mending.
    Bad,
}

/// What would help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Remedy {
    /// In words.
    pub text: Said,
    /// Number to give to `remedy`, when the program can do it.
    pub action: Option<u32>,
    /// What the button does: `start_container`, `adopt` or `resume`.
    pub verb: Option<String>,
}
