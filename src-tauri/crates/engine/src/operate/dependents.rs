//! Who is exchanged together with a service.

use std::collections::BTreeSet;

use phoenix_plan::service::ServiceId;

use super::{Operation, OperationError};
use crate::{observe::Sighting, ports::ServiceLock};

impl Operation<'_> {
    /// Whoever lives in the service's namespaces is exchanged with it: nobody else may be at it, or
    /// have been interrupted.
    pub(super) fn lock_dependents(
        &self,
        sighting: &Sighting,
        activity: &str,
    ) -> Result<Vec<Box<dyn ServiceLock>>, OperationError> {
        let dependents = sighting.observed.dependents.iter();
        let services: BTreeSet<ServiceId> =
            dependents.map(|dependent| dependent.container.service()).collect();
        let mut locks = Vec::new();
        for service in services.iter().filter(|service| *service != self.service) {
            locks.push(self.world.state.lock(service, activity)?);
            if !self.world.state.unfinished(service)?.is_empty() {
                return Err(OperationError::StillStuck(format!(
                    "{service} lives in its namespaces, and has to be brought to its end first"
                )));
            }
        }
        Ok(locks)
    }
}
