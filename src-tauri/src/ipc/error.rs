//! Errors as the window sees them: a code of a closed set, a message, the next step.

use phoenix_engine::{
    controller::RequestError,
    in_a_sentence,
    ports::{EngineError, StateError},
    wording::Wording,
};
use serde::Serialize;
use specta::Type;

use super::{made, view::Said};

/// A command that was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{message}")]
pub struct IpcError {
    /// What kind of trouble.
    pub code: ErrorCode,
    /// What happened, in an English sentence.
    pub message: String,
    /// The same as a sentence of a closed set, where it is one.
    pub said: Option<Said>,
}

impl IpcError {
    /// A trouble of which English is all that there is.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), said: None }
    }

    /// A trouble that the window says in its own language where it is of a closed set.
    pub fn worded(code: ErrorCode, wording: &Wording) -> Self {
        let said = (!wording.code.is_empty()).then(|| made::worded(wording));
        Self { code, message: wording.text.clone(), said }
    }
}

/// The closed set of troubles; TypeScript decides by these, never by text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ErrorCode {
    /// No engine answers.
    EngineAway,
    /// Something is being done to the service already.
    Busy,
    /// There is no such service, container, receipt or release.
    NotFound,
    /// The request makes no sense as it is.
    BadRequest,
    /// `config.toml` cannot be read or written.
    Config,
    /// The state folder cannot be read or written.
    State,
    /// The engine, a registry or a switch refused.
    Refused,
    /// The system does not let us: autostart, browser, files.
    System,
}

impl From<RequestError> for IpcError {
    fn from(error: RequestError) -> Self {
        let code = match &error {
            RequestError::EngineAway => ErrorCode::EngineAway,
            RequestError::Busy(_) | RequestError::Quitting => ErrorCode::Busy,
            RequestError::NotWatched(_) | RequestError::NothingToCancel(_) => ErrorCode::NotFound,
            RequestError::State(_) => ErrorCode::State,
            RequestError::Failed(_) => ErrorCode::Refused,
        };
        Self::worded(code, &Wording::from(&error))
    }
}

impl From<EngineError> for IpcError {
    fn from(error: EngineError) -> Self {
        let code = match &error {
            EngineError::Unreachable { .. }
            | EngineError::TimedOut { .. }
            | EngineError::Broken { .. }
            | EngineError::Incompatible(_) => ErrorCode::EngineAway,
            EngineError::NotFound { .. } => ErrorCode::NotFound,
            EngineError::Conflict { .. }
            | EngineError::PortTaken { .. }
            | EngineError::DiskFull { .. }
            | EngineError::Refused { .. } => ErrorCode::Refused,
        };
        Self::worded(code, &Wording::from(&error))
    }
}

impl From<StateError> for IpcError {
    fn from(error: StateError) -> Self {
        Self::new(ErrorCode::State, in_a_sentence(&error))
    }
}
