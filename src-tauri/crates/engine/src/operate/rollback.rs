//! Back to a kept release.

use phoenix_plan::{
    observed::{Container, Member},
    planner::{self, Decision, Destination, Hold, KeptMember},
    step::{Joining, Who},
};
use serde_json::Value;

use super::{Ended, Operation, OperationError, Purpose};
use crate::ports::{KeptRelease, ServiceRecord};

impl Operation<'_> {
    /// Goes back to a kept release, by version, digest, image ID or image; without one to the
    /// newest that is not what runs.
    pub async fn rollback(&self, to: Option<&str>) -> Result<Ended, OperationError> {
        let ready = self.get_ready("rollback").await?;
        let record = self.world.state.record(self.service)?;
        let running = ready.sighting.running.image_id.as_deref();
        let Some(kept) = choose(&record, running, to)? else {
            let to = ready.sighting.running.clone();
            let decision = Decision::Held(Hold::NothingKept);
            return self.carry_out(&ready, Purpose::Rollback, decision, to).await;
        };
        let destination = self.destination(kept, &ready.sighting.observed.members).await?;
        let tagged = self.tagged(&kept.release.image).await?;
        let decision = planner::rollback(&self.basis(&ready, tagged.as_deref()), &destination);
        self.carry_out(&ready, Purpose::Rollback, decision, kept.release.clone()).await
    }

    /// What is left of a kept release on the engine.
    async fn destination(
        &self,
        kept: &KeptRelease,
        present: &[Member],
    ) -> Result<Destination, OperationError> {
        let mut members = Vec::new();
        for (index, container) in kept.containers.iter().enumerate() {
            let raw = self.world.engine.inspect_container(&container.id).await?;
            let parked_as = raw
                .as_ref()
                .and_then(|raw| raw["Name"].as_str())
                .map(|name| name.trim_start_matches('/').to_owned());
            members.push(KeptMember {
                id: container.id.clone(),
                parked_as,
                generation: container.generation.clone(),
                joins: present
                    .get(index)
                    .map(|present| stale_joins(&container.inspect, &present.container))
                    .unwrap_or_default(),
            });
        }
        Ok(Destination {
            release: kept.release.clone(),
            pin: kept.pin.clone(),
            members,
            backup: kept.backup.clone(),
        })
    }
}

/// Namespaces of containers that were exchanged since a container was parked.
fn stale_joins(kept: &Value, present: &Container) -> Vec<Joining> {
    let modes = [
        ("NetworkMode", &present.network_mode),
        ("IpcMode", &present.ipc_mode),
        ("PidMode", &present.pid_mode),
    ];
    let stale = modes.into_iter().filter_map(|(key, now)| {
        let reference = kept["HostConfig"][key].as_str()?.strip_prefix("container:")?;
        let id = now.strip_prefix("container:").filter(|now| *now != reference)?.to_owned();
        let owner = Who::Existing { name: id.clone(), id, generation: None };
        Some(Joining { reference: reference.to_owned(), owner })
    });
    stale.collect()
}

fn choose<'r>(
    record: &'r ServiceRecord,
    running: Option<&str>,
    wanted: Option<&str>,
) -> Result<Option<&'r KeptRelease>, OperationError> {
    let mut others = record.kept.iter().filter(|kept| kept.release.image_id.as_deref() != running);
    let Some(wanted) = wanted else { return Ok(others.next()) };
    let is_wanted = |kept: &&KeptRelease| {
        let release = &kept.release;
        let texts = [
            release.version.as_deref(),
            release.digest.as_deref(),
            release.image_id.as_deref(),
            Some(release.image.as_str()),
        ];
        texts.contains(&Some(wanted)) || release.name() == wanted
    };
    let names: Vec<String> = record.kept.iter().map(|kept| kept.release.name()).collect();
    match others.find(is_wanted) {
        Some(kept) => Ok(Some(kept)),
        None => Err(OperationError::NoSuchRelease {
            wanted: wanted.to_owned(),
            kept: if names.is_empty() { "none".to_owned() } else { names.join(", ") },
        }),
    }
}
