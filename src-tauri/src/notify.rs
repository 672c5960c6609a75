//! Notifications: what they say is a value made from the notice; one file shows them.

mod show;
mod text;

pub use show::show;
pub use text::{Announcement, Button, Urgency, announcement};

use phoenix_engine::controller::{Aim, Notice};
use phoenix_plan::{receipt::Ending, service::ServiceId};

use crate::ipc::view::Page;

/// What pressing a notification or one of its buttons asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// Go to a page.
    Open(Page),
    /// Begin something.
    Begin(ServiceId, Aim),
    /// Announce it again tomorrow.
    Later(ServiceId),
    /// Do not offer this release again.
    Skip(ServiceId),
}

/// What goes wrong is told even where notifications are not wanted.
pub const fn is_always_shown(notice: &Notice) -> bool {
    match notice {
        Notice::Ended(receipt) => match receipt.ending() {
            Ending::RolledBack | Ending::Stuck => true,
            Ending::Updated
            | Ending::Unchanged
            | Ending::Held
            | Ending::Cancelled
            | Ending::TakenBack
            | Ending::Failed => false,
        },
        Notice::UpdateAvailable { .. }
        | Notice::ConsentNeeded { .. }
        | Notice::Trouble { .. }
        | Notice::OtherUpdater(_)
        | Notice::QuitsAfter { .. } => false,
    }
}
