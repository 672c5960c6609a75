//! Errors at the edge: a closed set of codes, an exit code for each, one sentence.

use phoenix_adapters::{assemble::AssembleError, config::ConfigError};
use phoenix_engine::{
    in_a_sentence,
    operate::OperationError,
    ports::{EngineError, LockError, StateError},
};
use serde::Serialize;

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// An update is available.
    UpdateAvailable,
    /// Not updated, the old release serves.
    NotUpdated,
    /// Wrong usage or configuration.
    Usage,
    /// The engine cannot be reached.
    EngineAway,
    /// Another process is at it.
    Busy,
    /// What runs is uncertain.
    NeedsAttention,
}

/// A failure, ready to be printed.
#[derive(Debug, Serialize)]
pub(crate) struct Failure {
    /// The closed set of reasons.
    pub(crate) code: Exit,
    /// What happened, what runs now, what to do.
    pub(crate) message: String,
}

impl Exit {
    /// The process's exit code (DESIGN: the `phoenixctl` contract).
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::NotUpdated => 1,
            Self::Usage => 2,
            Self::EngineAway => 3,
            Self::Busy => 4,
            Self::NeedsAttention => 5,
            Self::UpdateAvailable => 10,
        }
    }
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { code: Exit::Usage, message: message.into() }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::usage(in_a_sentence(&error))
    }
}

impl From<AssembleError> for Failure {
    fn from(error: AssembleError) -> Self {
        match error {
            AssembleError::Engine(error) => error.into(),
            AssembleError::Endpoint(error) => Self::usage(in_a_sentence(&error)),
            AssembleError::State(error) => error.into(),
            AssembleError::Backups(error) => {
                Self { code: Exit::NotUpdated, message: in_a_sentence(&error) }
            }
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let text = in_a_sentence(&error);
        match error {
            EngineError::Unreachable { .. } => Self {
                code: Exit::EngineAway,
                message: format!(
                    "{text}. Nothing was changed. Start Docker, or name its address with \
                     DOCKER_HOST or 'engine' in config.toml"
                ),
            },
            EngineError::Incompatible(_) => Self { code: Exit::EngineAway, message: text },
            EngineError::TimedOut { .. } | EngineError::Broken { .. } => Self {
                code: Exit::EngineAway,
                message: format!("{text}. Run the command again once the engine answers"),
            },
            EngineError::NotFound { .. }
            | EngineError::Conflict { .. }
            | EngineError::PortTaken { .. }
            | EngineError::DiskFull { .. }
            | EngineError::Refused { .. } => Self { code: Exit::NotUpdated, message: text },
        }
    }
}

impl From<StateError> for Failure {
    fn from(error: StateError) -> Self {
        let message = format!("{}. Nothing was changed", in_a_sentence(&error));
        Self { code: Exit::NotUpdated, message }
    }
}

impl From<OperationError> for Failure {
    fn from(error: OperationError) -> Self {
        let text = in_a_sentence(&error);
        let with = |code| Self { code, message: text.clone() };
        match error {
            OperationError::Lock(LockError::Busy { .. }) => Self {
                code: Exit::Busy,
                message: format!("{text}. Wait until it is done; nothing was changed"),
            },
            OperationError::Lock(LockError::State(error)) | OperationError::State(error) => {
                error.into()
            }
            OperationError::Engine(error) => error.into(),
            OperationError::Registry(_) => Self {
                code: Exit::NotUpdated,
                message: format!("{text}. The present release keeps serving"),
            },
            OperationError::Reference(_) | OperationError::NoSuchRelease { .. } => {
                with(Exit::Usage)
            }
            OperationError::Journal(_) => Self {
                code: Exit::NeedsAttention,
                message: format!(
                    "{text}. The update stopped where it was; run the command again to bring it \
                     to its end"
                ),
            },
            OperationError::Switch(_) => with(Exit::NotUpdated),
            OperationError::StillStuck(_) | OperationError::Spoilt(_) => with(Exit::NeedsAttention),
        }
    }
}
