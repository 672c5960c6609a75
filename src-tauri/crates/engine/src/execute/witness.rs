//! The independent witness at the host port, from the first change to the end.

use std::time::Duration;

use phoenix_plan::{
    policy::Policy,
    step::{Action, Plan, Step},
};

use crate::ports::{EngineFacts, ProbeReport, ProbeTarget, Prober, RunningProbe};

/// From one probe's begin to the next (zero-downtime.md §C, "Proof").
const EVERY: Duration = Duration::from_millis(10);
/// The same while the new release is watched: often enough to notice, and too seldom to pass for the
/// service's own traffic.
const EVERY_UNDER_WATCH: Duration = Duration::from_millis(500);
/// A held probe must be able to outlast the hold.
const BEYOND_HOLD: Duration = Duration::from_secs(5);

/// The witness: not yet called, called, or dismissed.
pub(super) struct Witnessing {
    target: Option<ProbeTarget>,
    running: Option<Box<dyn RunningProbe>>,
    last: ProbeReport,
}

impl Witnessing {
    pub(super) fn new(plan: &Plan, facts: &EngineFacts, policy: &Policy) -> Self {
        let target = plan.witness.as_ref().filter(|_| facts.local).map(|witness| ProbeTarget {
            address: address(&witness.binding.host_ip, witness.binding.host_port),
            path: witness.path.clone(),
            every: EVERY,
            timeout: policy.hold_limit + BEYOND_HOLD,
        });
        Self { target, running: None, last: ProbeReport::default() }
    }

    /// What to ask at the host, if the host is this machine.
    pub(super) const fn target(&self) -> Option<&ProbeTarget> {
        self.target.as_ref()
    }

    /// Calls the witness before the first step that touches a container.
    pub(super) fn call_before(&mut self, step: &Step, prober: &dyn Prober) {
        let touches_nothing = matches!(step.action, Action::Pull { .. } | Action::Pin { .. });
        if let Some(target) = &self.target
            && self.running.is_none()
            && !touches_nothing
        {
            self.running = Some(prober.start(target.clone()));
        }
    }

    /// Answered and failed probes since the last call of this.
    pub(super) fn since_last(&mut self) -> (u64, u64) {
        let now = self.running.as_ref().map(|probe| probe.report()).unwrap_or_default();
        let delta =
            (now.ok.saturating_sub(self.last.ok), now.failed.saturating_sub(self.last.failed));
        self.last = now;
        delta
    }

    /// Slows down for the monitor window.
    pub(super) fn watch_begins(&mut self) {
        self.pace(EVERY_UNDER_WATCH);
        self.since_last();
    }

    /// Back to every few milliseconds for what follows it.
    pub(super) fn watch_ends(&self) {
        self.pace(EVERY);
    }

    fn pace(&self, every: Duration) {
        if let Some(probe) = &self.running {
            probe.pace(every);
        }
    }

    pub(super) async fn dismiss(&mut self) -> ProbeReport {
        match self.running.take() {
            Some(probe) => probe.stop().await,
            None => ProbeReport::default(),
        }
    }
}

/// A binding to all addresses is asked at loopback.
fn address(host_ip: &str, port: u16) -> String {
    match host_ip {
        "" | "0.0.0.0" => format!("127.0.0.1:{port}"),
        "::" => format!("[::1]:{port}"),
        v6 if v6.contains(':') => format!("[{v6}]:{port}"),
        v4 => format!("{v4}:{port}"),
    }
}
