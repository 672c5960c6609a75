//! The gate, driven: look, ask, decide, until the verdict.

use std::time::Duration;

use phoenix_plan::{
    gate::{CheckResult, Gate, GateObservation, GateTerms, GateVerdict, ProbeResult},
    health::HealthCheck,
    journal::Evidence,
    observed::{Container, ContainerState},
    policy::GatePolicy,
    probe::{Demand, main_port},
    route::Backend,
    step::Who,
};
use serde_json::Value;
use tokio::time::Instant;

use super::{Execution, StepError, Verdict, patience::Patience};
use crate::ports::ProbeTarget;

/// Bound on one probe of a new container.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// How the new container itself can be asked.
enum Way {
    /// Through the switch.
    Preview { backend: Backend, port: u16, path: Option<String> },
    /// At its own address, which this machine can reach.
    Direct(ProbeTarget),
}

impl Execution<'_> {
    pub(super) async fn gate(
        &mut self,
        who: &Who,
        policy: GatePolicy,
    ) -> Result<Evidence, StepError> {
        let cancel = self.cancel.clone();
        tokio::select! {
            result = self.gate_uncancelled(who, policy) => result,
            () = cancel.cancelled() => Err(StepError::Cancelled),
        }
    }

    /// The same where nothing may interrupt it: on the way back.
    pub(super) async fn gate_uncancelled(
        &mut self,
        who: &Who,
        policy: GatePolicy,
    ) -> Result<Evidence, StepError> {
        let id = self.id(who)?.to_owned();
        let begun = Instant::now();
        let raw = self.world.engine.inspect_container(&id).await?;
        let raw = raw.ok_or_else(|| StepError::Gone(who.to_string()))?;
        let check = HealthCheck::from_config(&raw["Config"]["Healthcheck"]);
        let way = self.way_to(who, &raw);
        let terms = GateTerms {
            check: check.clone(),
            probe: way.as_ref().map(|_| self.demand()),
            policy,
            // A start by command sets the count back, also for a container that was parked.
            restarts_before: 0,
            already_unhealthy: self.rollout.plan().was_unhealthy,
            limit: None,
        };
        let mut gate = Gate::new(terms, Duration::ZERO);
        let mut patience = Patience::default();
        loop {
            let (check_result, probe_result) =
                tokio::join!(run_check(self.world, &id, check.as_ref()), async {
                    match &way {
                        Some(way) => Some(ask(self.world, &mut self.channel, way).await),
                        None => None,
                    }
                });
            let looked = self.state_of(&id).await;
            let Some(container) = patience.bear(looked).await? else { continue };
            let at = begun.elapsed();
            let seen = GateObservation { container, check: check_result, probe: probe_result, at };
            match gate.observe(seen) {
                GateVerdict::Wait { next } => tokio::time::sleep(next).await,
                GateVerdict::Ready { confidence, after } => {
                    let text = format!("{confidence:?} after {} ms", after.as_millis());
                    return Ok(Evidence::Verdict { text: text.to_lowercase() });
                }
                GateVerdict::Failed(failure) => {
                    // On the way back it is the old release that is asked.
                    if self.rollout.because().is_none() {
                        let last = gate.last_check();
                        self.found.health_output = last.map(|last| last.output.clone());
                        self.verdict = Some(Verdict::NotReady(failure.clone()));
                    }
                    return Err(StepError::NotReady(failure));
                }
            }
        }
    }

    /// A container's state now; `None` when it is gone.
    pub(super) async fn state_of(&self, id: &str) -> Result<Option<ContainerState>, StepError> {
        let raw = self.world.engine.inspect_container(id).await?;
        Ok(raw.and_then(|raw| Container::from_inspect(&raw).ok()).map(|container| container.state))
    }

    fn demand(&self) -> Demand {
        self.rollout.plan().probe.as_ref().map_or(Demand::Connection, |probe| probe.demand)
    }

    /// How the new container can be asked, if it can: through the switch once that runs, else at
    /// its own address where the engine shares this machine's network.
    fn way_to(&self, who: &Who, raw: &Value) -> Option<Way> {
        // The service's port says nothing about others in its namespaces.
        if self.is_dependent(who) {
            return None;
        }
        let plan = self.rollout.plan();
        let bindings: Vec<_> = plan.witness.iter().map(|witness| witness.binding.clone()).collect();
        let port = plan.probe.as_ref().map(|probe| probe.port).or_else(|| main_port(&bindings))?;
        let path = plan.probe.as_ref().map(|probe| probe.path.clone());
        match who.generation() {
            Some(generation) if self.channel.exists() => {
                let hosts = vec![generation.to_owned()];
                let backend = Backend { generation: generation.to_owned(), hosts };
                Some(Way::Preview { backend, port, path })
            }
            Some(_) | None => {
                let address = self.address_of(raw)?;
                let address = format!("{address}:{port}");
                let every = PROBE_TIMEOUT;
                Some(Way::Direct(ProbeTarget { address, path, every, timeout: PROBE_TIMEOUT }))
            }
        }
    }

    /// Engines in a virtual machine have container addresses that lead nowhere from here.
    fn address_of(&self, raw: &Value) -> Option<String> {
        let desktop = self.facts.info["OperatingSystem"].as_str() == Some("Docker Desktop");
        if !self.facts.local || desktop || !cfg!(target_os = "linux") {
            return None;
        }
        if raw["HostConfig"]["NetworkMode"].as_str() == Some("host") {
            return Some("127.0.0.1".to_owned());
        }
        let networks = raw["NetworkSettings"]["Networks"].as_object()?;
        let mut addresses = networks.values().filter_map(|network| network["IPAddress"].as_str());
        addresses.find(|address| !address.is_empty()).map(str::to_owned)
    }
}

/// Runs the container's own health test now, instead of waiting for the engine's interval.
pub(super) async fn run_check(
    world: &crate::World,
    id: &str,
    check: Option<&HealthCheck>,
) -> Option<CheckResult> {
    let check = check?;
    let ran = world.engine.exec(id, &check.command, check.timeout).await;
    Some(match ran {
        Ok(outcome) => CheckResult { exit_code: Some(outcome.exit_code), output: outcome.output },
        Err(error) => CheckResult { exit_code: None, output: error.to_string() },
    })
}

async fn ask(
    world: &crate::World,
    channel: &mut super::channel::Channel,
    way: &Way,
) -> ProbeResult {
    let answer = match way {
        Way::Preview { backend, port, path } => match channel.session(world).await {
            Ok(session) => session
                .preview(backend, *port, path.as_deref(), PROBE_TIMEOUT)
                .await
                .map(|answer| ProbeResult {
                    answered: answer.answered,
                    status: answer.status,
                    text: answer.text,
                })
                .map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        },
        Way::Direct(target) => world.prober.once(target).await.map(|status| ProbeResult {
            answered: true,
            status,
            text: String::new(),
        }),
    };
    answer.unwrap_or_else(|why| ProbeResult { answered: false, status: None, text: why })
}
