//! What can be wrong with a compose file, and why an edit is refused.

use std::io;

use phoenix_engine::wording::{Blank, Wording, wording};

/// The compose file does not answer. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// It cannot be read, or is not there any more.
    #[error("{action} {file} failed")]
    File {
        /// What was being done.
        action: &'static str,
        /// The file.
        file: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is not YAML, or not a compose file.
    #[error("{file}:{line}:{column}: {message}")]
    Unparsable {
        /// The file.
        file: String,
        /// The line, from 1; 0 where it is not known.
        line: u64,
        /// The column, from 1.
        column: u64,
        /// What is wrong.
        message: String,
    },
    /// A value that its key cannot have.
    #[error("{file}:{line}:{column}: {key} cannot be \"{value}\"; {remedy}")]
    BadValue {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// The column, from 1.
        column: u64,
        /// The key below `deploy`.
        key: &'static str,
        /// What was written.
        value: String,
        /// What can be written.
        remedy: &'static str,
    },
    /// No such service in the files.
    #[error("{files} has no service \"{service}\"; was it renamed, or is it in an included file?")]
    NoSuchService {
        /// The files.
        files: String,
        /// The service.
        service: String,
    },
    /// The service takes its settings from elsewhere.
    #[error(
        "service \"{service}\" extends another one, which only the compose CLI can follow; install it or write deploy at the service itself"
    )]
    Extends {
        /// The service.
        service: String,
    },
    /// The file changed since it was read.
    #[error("{file} was changed meanwhile and is left as it is; look at the new difference")]
    ChangedMeanwhile {
        /// The file.
        file: String,
    },
}

/// Why a compose file is not edited. The file is untouched; the edit can be made by hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditRefused {
    /// It is not YAML.
    #[error("line {line}: {message}")]
    Unparsable {
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        message: String,
    },
    /// No such service in the file.
    #[error("the file has no service \"{0}\"")]
    NoSuchService(String),
    /// The service publishes nothing in this file.
    #[error("the service has no ports in this file that could move to the switch")]
    NoPorts,
    /// The edit was made before.
    #[error("the file was edited for this service's switch already")]
    AlreadyEdited,
    /// There is no edit to take back.
    #[error("the file holds no edit for this service's switch")]
    NotEdited,
    /// An anchor, an alias or a merge key, so that an edit would reach other places.
    #[error("line {line}: an anchor, alias or merge key shares this part of the file")]
    Shared {
        /// The line, from 1.
        line: usize,
    },
    /// `extends`: ports may come from elsewhere.
    #[error("line {line}: the service extends another one, which may publish ports too")]
    Extends {
        /// The line, from 1.
        line: usize,
    },
    /// The service has no network of its own.
    #[error("line {line}: network_mode leaves no network that a switch could share")]
    NetworkMode {
        /// The line, from 1.
        line: usize,
    },
    /// The service is written in a form that lines cannot be added to.
    #[error("line {line}: this part is written in braces; write it over several lines first")]
    FlowStyle {
        /// The line, from 1.
        line: usize,
    },
    /// A port that cannot be told before a variable is replaced.
    #[error("the container port of \"{0}\" depends on a variable")]
    Interpolated(String),
    /// A port that is not plain TCP.
    #[error("\"{0}\" is no TCP port")]
    NotTcp(String),
    /// Another network has the name.
    #[error("the file has another network \"{0}\" already")]
    NetworkTaken(String),
    /// The edited text does not mean what it should; something in the file is beyond this edit.
    #[error("the edit would change more than the ports and networks of this service")]
    Unsafe,
}

impl From<&EditRefused> for Wording {
    fn from(refused: &EditRefused) -> Self {
        let worded = match refused {
            EditRefused::Unparsable { line, message } => {
                let line = line.to_string();
                wording!("trouble.compose.syntax", "line {line}: {message}", line, message)
            }
            EditRefused::NoSuchService(name) => {
                wording!("trouble.compose.no_service", "{name}", name)
            }
            EditRefused::NoPorts => wording!("trouble.compose.no_ports", "no ports"),
            EditRefused::AlreadyEdited => wording!("trouble.compose.done", "edited already"),
            EditRefused::NotEdited => wording!("trouble.compose.not_edited", "not edited"),
            EditRefused::Shared { line } => at("trouble.compose.shared", *line),
            EditRefused::Extends { line } => at("trouble.compose.extends", *line),
            EditRefused::NetworkMode { line } => at("trouble.compose.network_mode", *line),
            EditRefused::FlowStyle { line } => at("trouble.compose.braces", *line),
            EditRefused::Interpolated(port) => {
                wording!("trouble.compose.variable", "{port}", port)
            }
            EditRefused::NotTcp(port) => wording!("trouble.compose.not_tcp", "{port}", port),
            EditRefused::NetworkTaken(name) => {
                wording!("trouble.compose.network_taken", "{name}", name)
            }
            EditRefused::Unsafe => wording!("trouble.compose.unsafe", "more would change"),
        };
        Self { text: refused.to_string(), ..worded }
    }
}

/// What is wrong at a line, which is a name: nobody groups its digits.
fn at(code: &'static str, line: usize) -> Wording {
    Wording { code, blanks: vec![("line", Blank::Text(line.to_string()))], text: String::new() }
}
