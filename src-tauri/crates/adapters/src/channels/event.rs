//! The kinds of things that a channel may want to hear.

use phoenix_engine::controller::Notice;
use phoenix_plan::{
    receipt::{Outcome, Receipt},
    step::Purpose,
};
use serde::Serialize;

/// What happened, as `events = […]` calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// There is something newer.
    Available,
    /// A release was changed as wanted, forward or back.
    Updated,
    /// The new release turned bad; the old one serves again.
    RolledBack,
    /// It was not done; what ran before serves.
    Failed,
    /// Nothing was touched, for a reason.
    Held,
    /// What runs is uncertain.
    Stuck,
    /// A person has to agree first.
    Consent,
    /// Something could not even be begun.
    Trouble,
    /// A person asked whether the channel works.
    Test,
}

impl Event {
    /// Those that can be chosen.
    pub const CHOICES: [(&str, Self); 8] = [
        ("available", Self::Available),
        ("updated", Self::Updated),
        ("rolled_back", Self::RolledBack),
        ("failed", Self::Failed),
        ("held", Self::Held),
        ("stuck", Self::Stuck),
        ("consent", Self::Consent),
        ("trouble", Self::Trouble),
    ];

    /// What a notice is about; `None` for what concerns nobody but the person at the screen.
    pub const fn of(notice: &Notice) -> Option<Self> {
        match notice {
            Notice::UpdateAvailable { .. } => Some(Self::Available),
            Notice::Ended(receipt) => Self::of_receipt(receipt),
            Notice::ConsentNeeded { .. } => Some(Self::Consent),
            Notice::Trouble { .. } | Notice::OtherUpdater(_) => Some(Self::Trouble),
            Notice::QuitsAfter { .. } => None,
        }
    }

    const fn of_receipt(receipt: &Receipt) -> Option<Self> {
        match receipt.outcome {
            Outcome::Updated => Some(Self::Updated),
            Outcome::RolledBack => Some(Self::RolledBack),
            Outcome::Failed => Some(Self::Failed),
            Outcome::Held => Some(Self::Held),
            Outcome::Stuck => Some(Self::Stuck),
            Outcome::Unchanged => None,
        }
    }

    /// Its name in `events`, templates and webhooks.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Updated => "updated",
            Self::RolledBack => "rolled_back",
            Self::Failed => "failed",
            Self::Held => "held",
            Self::Stuck => "stuck",
            Self::Consent => "consent",
            Self::Trouble => "trouble",
            Self::Test => "test",
        }
    }

    /// Whether somebody should look soon.
    pub const fn is_urgent(self) -> bool {
        match self {
            Self::RolledBack | Self::Failed | Self::Stuck | Self::Trouble => true,
            Self::Available | Self::Updated | Self::Held | Self::Consent | Self::Test => false,
        }
    }
}

/// What is sent whatever `events` says: a release that turned bad, a rollback that did not work,
/// and what is uncertain.
pub(super) const fn is_always_sent(notice: &Notice) -> bool {
    match notice {
        Notice::Ended(receipt) => match receipt.outcome {
            Outcome::RolledBack | Outcome::Stuck => true,
            Outcome::Failed => matches!(receipt.purpose, Purpose::Rollback),
            Outcome::Updated | Outcome::Unchanged | Outcome::Held => false,
        },
        Notice::UpdateAvailable { .. }
        | Notice::ConsentNeeded { .. }
        | Notice::Trouble { .. }
        | Notice::OtherUpdater(_)
        | Notice::QuitsAfter { .. } => false,
    }
}
