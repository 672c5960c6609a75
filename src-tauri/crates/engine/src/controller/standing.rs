//! How a service stands: one word that decides icon, colour and order.

use phoenix_plan::receipt::Outcome;

use super::{Health, ServiceState};

/// How a service stands, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Somebody should look.
    Attention,
    /// Something is being done.
    Updating,
    /// There is something newer.
    UpdateAvailable,
    /// All is well.
    Good,
    /// There is no such container at present.
    Absent,
}

/// Judges one service.
pub(super) fn of(service: &ServiceState) -> Standing {
    if service.activity.is_some() {
        return Standing::Updating;
    }
    if went_wrong(service) {
        return Standing::Attention;
    }
    match service.health {
        Health::Missing => Standing::Absent,
        Health::Unhealthy | Health::Restarting | Health::Stopped => Standing::Attention,
        Health::Healthy | Health::Running | Health::Starting | Health::Paused => {
            if service.offered().is_some() { Standing::UpdateAvailable } else { Standing::Good }
        }
    }
}

fn went_wrong(service: &ServiceState) -> bool {
    let switch_away = service.behind_switch && !service.switch_answers;
    let unseen = service.unseen.as_ref().map(|receipt| receipt.outcome);
    let failed = match unseen {
        Some(Outcome::RolledBack | Outcome::Failed | Outcome::Stuck) => true,
        Some(Outcome::Updated | Outcome::Unchanged | Outcome::Held) | None => false,
    };
    service.trouble.is_some() || switch_away || failed
}

#[cfg(test)]
mod tests;
