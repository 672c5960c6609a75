//! What a round came to, as an exit code.

use phoenix_engine::{
    check::Finding,
    controller::{EngineState, Notice, Snapshot},
};

use crate::{failure::Exit, results::exit_of};

/// The worst of what was told so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    worst: Option<Exit>,
}

impl Tally {
    /// Counts a notice.
    pub(super) fn count(&mut self, notice: &Notice) {
        let exit = match notice {
            Notice::Ended(receipt) => exit_of(receipt),
            Notice::ConsentNeeded { .. } | Notice::Trouble { .. } => Exit::NotUpdated,
            Notice::UpdateAvailable { .. }
            | Notice::OtherUpdater(_)
            | Notice::QuitsAfter { .. } => Exit::Done,
        };
        self.worst = self.worst.max(Some(exit));
    }

    /// That of `update` where something was done, else that of `check`.
    pub(super) fn exit(&self, snapshot: &Snapshot) -> Exit {
        let found = match &snapshot.engine {
            EngineState::Connecting | EngineState::Away { .. } => Exit::EngineAway,
            EngineState::Connected { .. } => found(snapshot),
        };
        found.max(self.worst.unwrap_or(Exit::Done))
    }
}

fn found(snapshot: &Snapshot) -> Exit {
    let unanswered = |finding: &Finding| matches!(finding, Finding::CheckFailed { .. });
    let findings = || snapshot.services.iter().filter_map(|service| service.finding.as_ref());
    if snapshot.services.iter().any(|service| service.offered().is_some()) {
        Exit::UpdateAvailable
    } else if findings().any(unanswered) {
        Exit::NotUpdated
    } else {
        Exit::Done
    }
}

#[cfg(test)]
mod tests {
    use phoenix_plan::service::ServiceId;

    use super::*;

    fn connected() -> Snapshot {
        let engine = EngineState::Connected { endpoint: String::new(), version: "28.0".to_owned() };
        Snapshot { engine, ..Snapshot::empty() }
    }

    #[test]
    fn an_engine_that_was_not_reached_says_so() {
        assert_eq!(Tally::default().exit(&Snapshot::empty()), Exit::EngineAway);
    }

    #[test]
    fn trouble_is_not_silenced_by_what_went_well() {
        let service = ServiceId::Container("web".to_owned());
        let mut tally = Tally::default();
        tally.count(&Notice::Trouble { service: service.clone(), message: String::new() });
        tally.count(&Notice::QuitsAfter { service });
        assert_eq!(tally.exit(&connected()), Exit::NotUpdated);
    }

    #[test]
    fn nothing_to_tell_is_well() {
        assert_eq!(Tally::default().exit(&connected()), Exit::Done);
    }
}
