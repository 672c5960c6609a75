//! The monitor window, driven.

use std::time::Duration;

use phoenix_plan::{
    health::HealthCheck,
    journal::Evidence,
    monitor::{Monitor, MonitorObservation, MonitorTerms, MonitorVerdict, MonitoredMember},
    policy::Inconclusive,
    route::Traffic,
    step::Who,
};
use tokio::time::Instant;

use super::{
    Execution, StepError, Verdict,
    channel::{add, routes_all},
    gate::run_check,
    patience::Patience,
};

/// From one look to the next.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// One of the new containers.
struct Watched {
    id: String,
    name: String,
    check: Option<HealthCheck>,
}

impl Execution<'_> {
    pub(super) async fn watch(
        &mut self,
        who: &[Who],
        baseline: &[String],
        window: Duration,
    ) -> Result<Evidence, StepError> {
        self.witness.watch_begins();
        let verdict = self.watch_paced(who, baseline, window).await;
        self.witness.watch_ends();
        verdict
    }

    async fn watch_paced(
        &mut self,
        who: &[Who],
        baseline: &[String],
        window: Duration,
    ) -> Result<Evidence, StepError> {
        let watched = self.watched(who).await?;
        let new: Vec<String> =
            who.iter().filter_map(|who| who.generation().map(str::to_owned)).collect();
        let terms = MonitorTerms {
            window,
            restarts_before: 0,
            already_unhealthy: self.rollout.plan().was_unhealthy,
        };
        let mut monitor = Monitor::new(terms);
        let mut patience = Patience::default();
        let begun = Instant::now();
        loop {
            self.channel.keep_timeline(self.world).await;
            let looked = self.look_and_count(&watched, &new, baseline).await;
            let Some((members, new_traffic, old_traffic)) = patience.bear(looked).await? else {
                continue;
            };
            let (probes_ok, probes_failed) = self.witness.since_last();
            let seen = MonitorObservation {
                members,
                new: new_traffic,
                old: old_traffic,
                probes_ok,
                probes_failed,
                elapsed: begun.elapsed(),
            };
            match monitor.observe(&seen) {
                MonitorVerdict::Watching => {}
                MonitorVerdict::Healthy => return Ok(verdict("healthy")),
                MonitorVerdict::Inconclusive => match self.policy.inconclusive {
                    Inconclusive::Keep => return Ok(verdict("inconclusive, kept by policy")),
                    Inconclusive::RollBack => return Err(StepError::Inconclusive),
                },
                MonitorVerdict::Bad(failure) => {
                    self.found.health_output = last_output(&seen);
                    self.verdict = Some(Verdict::TurnedBad(failure.clone()));
                    return Err(StepError::TurnedBad(failure));
                }
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = self.cancel.cancelled() => return Err(StepError::Cancelled),
            }
        }
    }

    async fn look_and_count(
        &mut self,
        watched: &[Watched],
        new: &[String],
        old: &[String],
    ) -> Result<(Vec<MonitoredMember>, Traffic, Traffic), StepError> {
        let members = self.look(watched).await?;
        let (new, old) = self.traffic(new, old).await?;
        Ok((members, new, old))
    }

    async fn watched(&self, who: &[Who]) -> Result<Vec<Watched>, StepError> {
        let mut watched = Vec::new();
        for who in who {
            let id = self.id(who)?.to_owned();
            let raw = self.world.engine.inspect_container(&id).await?;
            let raw = raw.ok_or_else(|| StepError::Gone(who.to_string()))?;
            let check = HealthCheck::from_config(&raw["Config"]["Healthcheck"]);
            watched.push(Watched { id, name: who.to_string(), check });
        }
        Ok(watched)
    }

    async fn look(&self, watched: &[Watched]) -> Result<Vec<MonitoredMember>, StepError> {
        let mut members = Vec::new();
        for container in watched {
            let check = run_check(self.world, &container.id, container.check.as_ref()).await;
            let state = self.state_of(&container.id).await?;
            members.push(MonitoredMember { name: container.name.clone(), state, check });
        }
        Ok(members)
    }

    /// Counters of the new and the old generations; and whether traffic is still where it should be.
    async fn traffic(
        &mut self,
        new: &[String],
        old: &[String],
    ) -> Result<(Traffic, Traffic), StepError> {
        let Some(backends) = self.last_commit().filter(|_| self.channel.exists()) else {
            return Ok((Traffic::default(), Traffic::default()));
        };
        let status = self.channel.session(self.world).await?.status().await?;
        if !routes_all(&status.routed, &backends) {
            return Err(StepError::RolledBackByHand);
        }
        let sum = |generations: &[String]| {
            let mut sum = Traffic::default();
            let known = status.generations.iter();
            for entry in known.filter(|entry| generations.contains(&entry.generation)) {
                add(&mut sum, &entry.traffic);
            }
            sum
        };
        Ok((sum(new), sum(old)))
    }
}

fn last_output(seen: &MonitorObservation) -> Option<String> {
    seen.members.iter().find_map(|member| member.check.as_ref()).map(|check| check.output.clone())
}

fn verdict(text: &str) -> Evidence {
    Evidence::Verdict { text: text.to_owned() }
}
