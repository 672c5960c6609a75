//! The only place that writes to standard output.

use std::io::{IsTerminal, Write};

use serde::Serialize;

use crate::failure::Failure;

/// How results are shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
    quiet: bool,
}

impl Output {
    pub(crate) const fn new(json: bool, quiet: bool) -> Self {
        Self { json, quiet }
    }

    /// Whether progress is welcome: a person looks on, and nothing else is read from us.
    pub(crate) fn wants_progress(self) -> bool {
        !self.json && !self.quiet
    }

    /// Whether progress may move.
    pub(crate) fn is_terminal(self) -> bool {
        self.wants_progress() && std::io::stderr().is_terminal()
    }

    pub(crate) const fn is_json(self) -> bool {
        self.json
    }

    /// One result: its text for people, or itself as the one JSON document.
    pub(crate) fn result(self, text: &str, document: &impl Serialize) {
        if self.json {
            let document = serde_json::to_string_pretty(document);
            write_out(&document.expect("BUG: a result that is not JSON"));
        } else {
            write_out(text.trim_end());
        }
    }

    pub(crate) fn failure(self, failure: &Failure) {
        if self.json {
            let document = serde_json::json!({ "error": failure });
            write_out(&format!("{document:#}"));
        } else {
            write_err(&format!("phoenixctl: {}", failure.message));
        }
    }
}

/// A closed pipe is the reader's choice, not our error.
pub(crate) fn write_out(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// For people, beside the results.
pub(crate) fn write_err(text: &str) {
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "{text}");
}
