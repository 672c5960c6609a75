//! How a service stands: one word that decides icon, colour and order.

use phoenix_plan::receipt::Receipt;

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

/// Why somebody should look at a service.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Attention<'a> {
    /// Something could not even be begun, for this reason.
    NotBegun(&'a str),
    /// What was done last did not end as it was meant to, and nobody has looked at it yet.
    WentWrong(&'a Receipt),
    /// The switch that owns the port does not answer.
    SwitchSilent,
    /// Its containers do not run as they should.
    Health(Health),
}

/// Judges one service.
pub(super) fn of(service: &ServiceState) -> Standing {
    if service.activity.is_some() {
        return Standing::Updating;
    }
    if attention(service).is_some() {
        return Standing::Attention;
    }
    match service.health {
        Health::Missing => Standing::Absent,
        Health::Healthy
        | Health::Running
        | Health::Starting
        | Health::Paused
        | Health::Unhealthy
        | Health::Restarting
        | Health::Stopped => {
            if service.offered().is_some() {
                Standing::UpdateAvailable
            } else {
                Standing::Good
            }
        }
    }
}

/// The first reason why somebody should look at it, whatever is being done meanwhile.
pub(super) fn attention(service: &ServiceState) -> Option<Attention<'_>> {
    if let Some(reason) = &service.trouble {
        return Some(Attention::NotBegun(reason));
    }
    if let Some(receipt) = service.unseen.as_ref().filter(|it| it.ending().went_wrong()) {
        return Some(Attention::WentWrong(receipt));
    }
    if service.behind_switch && !service.switch_answers {
        return Some(Attention::SwitchSilent);
    }
    match service.health {
        Health::Unhealthy | Health::Restarting | Health::Stopped => {
            Some(Attention::Health(service.health))
        }
        Health::Healthy | Health::Running | Health::Starting | Health::Paused | Health::Missing => {
            None
        }
    }
}

#[cfg(test)]
mod tests;
