//! What an end means to a person: derived from the outcome and from who asked for it.

use serde::{Deserialize, Serialize};

use super::{Outcome, Receipt};

/// Who or what decided that an update does not stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A person cancelled it or took it back, also by quitting the program.
    Person,
    /// The release did not prove ready.
    Gate,
    /// The release turned bad while it was watched, or nothing proved it good.
    Monitor,
    /// The process that carried it out died before the new release served.
    Interruption,
    /// The engine, the registry, the switch, the disk: what surrounds the release.
    Circumstances,
}

/// How it ended, as a person understands it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// What was asked for runs.
    Updated,
    /// There was nothing to do.
    Unchanged,
    /// Not begun, for a reason.
    Held,
    /// A person cancelled it before traffic had moved: what served before serves.
    Cancelled,
    /// A person took it back after traffic had moved: what served before serves again.
    TakenBack,
    /// It went back by itself after traffic had moved: what served before serves again.
    RolledBack,
    /// It failed before traffic had moved: what served before serves.
    Failed,
    /// It is not certain what serves.
    Stuck,
}

impl Receipt {
    /// What its end means to a person.
    pub const fn ending(&self) -> Ending {
        match (self.outcome, self.cause) {
            (Outcome::Updated, _) => Ending::Updated,
            (Outcome::Unchanged, _) => Ending::Unchanged,
            (Outcome::Held, _) => Ending::Held,
            (Outcome::Stuck, _) => Ending::Stuck,
            (Outcome::Failed, Some(Cause::Person)) => Ending::Cancelled,
            (Outcome::RolledBack, Some(Cause::Person)) => Ending::TakenBack,
            (
                Outcome::Failed,
                Some(Cause::Gate | Cause::Monitor | Cause::Interruption | Cause::Circumstances)
                | None,
            ) => Ending::Failed,
            (
                Outcome::RolledBack,
                Some(Cause::Gate | Cause::Monitor | Cause::Interruption | Cause::Circumstances)
                | None,
            ) => Ending::RolledBack,
        }
    }
}

impl Ending {
    /// Whether somebody should look at it: it is not what anybody asked for.
    pub const fn went_wrong(self) -> bool {
        match self {
            Self::RolledBack | Self::Failed | Self::Stuck => true,
            Self::Updated | Self::Unchanged | Self::Held | Self::Cancelled | Self::TakenBack => {
                false
            }
        }
    }
}
