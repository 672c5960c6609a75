//! Why a step failed.

use phoenix_plan::{
    gate::GateFailure,
    hooks::HookReport,
    monitor::MonitorFailure,
    receipt::{Cause, Why},
    remedy::Remedy,
    spec::Difference,
};

use crate::ports::{BackupError, EngineError, PullError, StateError, SwitchError};

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The pull.
    #[error(transparent)]
    Pull(#[from] PullError),
    /// The switch.
    #[error(transparent)]
    Switch(#[from] SwitchError),
    /// The backup of config files.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// Our own state.
    #[error(transparent)]
    State(#[from] StateError),
    /// The engine cannot run what is in the image.
    #[error("the new release cannot be started")]
    CannotStart {
        /// What probably helps.
        remedy: Remedy,
        /// The engine's words.
        #[source]
        source: EngineError,
    },
    /// The release did not prove ready.
    #[error("the new release did not become ready: {0}")]
    NotReady(GateFailure),
    /// The release turned bad under watch.
    #[error("the new release turned bad: {0}")]
    TurnedBad(MonitorFailure),
    /// Nothing proved the release good, and the policy says what that means.
    #[error("nothing proved the new release good within the monitor window")]
    Inconclusive,
    /// Somebody moved the traffic back meanwhile.
    #[error("it was rolled back by hand")]
    RolledBackByHand,
    /// The switch moved the traffic back by itself.
    #[error("the switch went back by itself, because nobody confirmed the new release in time")]
    NotConfirmed,
    /// The new container is not like its model.
    #[error("the new container would differ from the old one: {}", list(.0))]
    Different(Vec<Difference>),
    /// Not made for this engine.
    #[error("the image is made for {image}, the engine is {engine}")]
    WrongPlatform {
        /// What the image is made for.
        image: String,
        /// What is needed.
        engine: String,
    },
    /// A thing that must be there is not.
    #[error("{0} is gone")]
    Gone(String),
    /// The port does not answer at the host.
    #[error("the port does not answer at {address}: {why}")]
    PortSilent {
        /// Where it was asked.
        address: String,
        /// What happened.
        why: String,
    },
    /// A hook asks to try again later. Nothing was done.
    #[error("deferred: {0}")]
    Deferred(HookReport),
    /// A hook said no. Nothing was done.
    #[error("vetoed: {0}")]
    Vetoed(HookReport),
    /// Ended by a user or a signal.
    #[error("it was cancelled")]
    Cancelled,
    /// The pulled image is the one that runs.
    #[error("the candidate is what runs already")]
    Identical,
}

impl StepError {
    /// The error and its causes in one sentence.
    pub fn in_a_sentence(&self) -> String {
        crate::in_a_sentence(self)
    }

    /// Sorts a failed start: only what lies in the image speaks against the release.
    pub(super) fn of_start(error: EngineError) -> Self {
        let words = match &error {
            EngineError::Refused { message, .. } => Some(message.clone()),
            EngineError::NotFound { what } => Some(what.clone()),
            EngineError::Unreachable { .. }
            | EngineError::Incompatible(_)
            | EngineError::Conflict { .. }
            | EngineError::PortTaken { .. }
            | EngineError::DiskFull { .. }
            | EngineError::TimedOut { .. }
            | EngineError::Broken { .. } => None,
        };
        match words.map(|words| Remedy::after_start(&words)) {
            Some(
                remedy @ (Remedy::CommandMissing { .. }
                | Remedy::CommandNotExecutable
                | Remedy::WrongArchitecture
                | Remedy::MissingFile),
            ) => Self::CannotStart { remedy, source: error },
            Some(_) | None => Self::Engine(error),
        }
    }

    /// Whether this speaks against the release itself, rather than against the circumstances.
    pub const fn is_a_verdict(&self) -> bool {
        matches!(
            self,
            Self::CannotStart { .. }
                | Self::NotReady(_)
                | Self::TurnedBad(_)
                | Self::WrongPlatform { .. }
                | Self::Pull(PullError::WrongPlatform { .. })
        )
    }

    /// Who or what decided that the step fails.
    pub const fn cause(&self) -> Cause {
        match self {
            Self::Cancelled | Self::RolledBackByHand => Cause::Person,
            Self::NotReady(_) | Self::CannotStart { .. } | Self::WrongPlatform { .. } => {
                Cause::Gate
            }
            Self::TurnedBad(_) | Self::Inconclusive => Cause::Monitor,
            Self::Engine(_)
            | Self::Pull(_)
            | Self::Switch(_)
            | Self::Backup(_)
            | Self::State(_)
            | Self::NotConfirmed
            | Self::Different(_)
            | Self::Gone(_)
            | Self::PortSilent { .. }
            | Self::Deferred(_)
            | Self::Vetoed(_)
            | Self::Identical => Cause::Circumstances,
        }
    }

    /// Why the step failed, as far as that is one of a closed set.
    pub fn why(&self) -> Option<Why> {
        match self {
            Self::NotReady(failure) => Some(Why::NotReady(failure.clone())),
            Self::TurnedBad(failure) => Some(Why::TurnedBad(failure.clone())),
            Self::Deferred(report) | Self::Vetoed(report) => Some(Why::RefusedByHook {
                moment: report.moment,
                ended: report.ended.clone(),
                output: report.first_line(),
            }),
            Self::Inconclusive => Some(Why::Inconclusive),
            Self::NotConfirmed => Some(Why::NotConfirmed),
            Self::Cancelled => Some(Why::Cancelled),
            Self::RolledBackByHand => Some(Why::RolledBackByHand),
            Self::CannotStart { .. }
            | Self::WrongPlatform { .. }
            | Self::Engine(_)
            | Self::Pull(_)
            | Self::Switch(_)
            | Self::Backup(_)
            | Self::State(_)
            | Self::Different(_)
            | Self::Gone(_)
            | Self::PortSilent { .. }
            | Self::Identical => None,
        }
    }

    /// Whether requests go to the old release again, or nowhere, without our doing.
    pub(super) const fn says_that_traffic_is_back(&self) -> bool {
        matches!(self, Self::NotConfirmed | Self::Gone(_))
    }

    /// Whether trying again is of no use.
    pub(super) const fn lasts(&self) -> bool {
        matches!(self, Self::Gone(_) | Self::NotReady(_))
    }

    /// Whether the same question may well be answered the next time.
    pub(super) const fn may_pass(&self) -> bool {
        matches!(self, Self::Engine(_) | Self::Switch(_))
    }
}

fn list(differences: &[Difference]) -> String {
    let texts: Vec<String> = differences.iter().map(ToString::to_string).collect();
    texts.join("; ")
}
