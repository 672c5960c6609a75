//! What was counted so far; all workers write into one tally.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::failure::{Failure, FailureClass};
use crate::gap::Gap;
use crate::histogram::Histogram;
use crate::kind::Kind;
use crate::report::{
    Example, ExecutionReport, FailureReport, LatencyReport, Report, VersionReport, WebsocketReport,
};

mod part;

use part::{KindTally, Segment, gap, latency, ms};

const MOST_EXAMPLES: usize = 5;
const MOST_VERSIONS: usize = 64;
const MOST_SEGMENTS: usize = 2000;

/// The counters at one moment.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Time since the load began.
    pub elapsed: Duration,
    /// HTTP requests that ended.
    pub requests: u64,
    /// Of these, answered as they should be.
    pub successes: u64,
    /// All failures.
    pub failed: u64,
    /// All failures but the 5xx that the app itself sent.
    pub failed_beyond_app: u64,
    /// Answers per version.
    pub versions: BTreeMap<String, u64>,
    /// Successes per kind.
    pub kinds: BTreeMap<Kind, u64>,
    /// WebSocket connections.
    pub websockets: WebsocketReport,
    /// Median and worst so far.
    pub latency: LatencyReport,
}

/// What came of one request.
pub(crate) struct Ended<'request> {
    pub(crate) kind: Kind,
    pub(crate) address: SocketAddr,
    /// Beyond what the request asks for.
    pub(crate) latency: Duration,
    /// The version that answered, if it said so; or the failure.
    pub(crate) outcome: Result<Option<&'request str>, Failure>,
}

/// What happened to a WebSocket.
pub(crate) enum SocketEvent {
    Opened,
    Echoed {
        after: Duration,
    },
    Closed {
        code: u16,
    },
    /// Ended by us, at the end of the load or after a failure.
    Left,
}

#[derive(Debug)]
pub(crate) struct Tally {
    start: Instant,
    state: Mutex<State>,
    pub(crate) changed: Notify,
}

#[derive(Debug)]
struct State {
    requests: u64,
    successes: u64,
    failures: BTreeMap<FailureClass, FailureReport>,
    kinds: BTreeMap<Kind, KindTally>,
    latency: Histogram,
    gap: Gap,
    probe_gaps: BTreeMap<SocketAddr, Gap>,
    versions: BTreeMap<String, VersionReport>,
    executions: ExecutionReport,
    websockets: WebsocketReport,
    segments: Vec<Segment>,
    /// The end of the load, once it is stopped: what ends later leaves the gaps alone.
    stopped: Option<Duration>,
}

impl Tally {
    pub(crate) fn new() -> Self {
        let state = State {
            requests: 0,
            successes: 0,
            failures: BTreeMap::new(),
            kinds: BTreeMap::new(),
            latency: Histogram::default(),
            gap: Gap::from(Duration::ZERO),
            probe_gaps: BTreeMap::new(),
            versions: BTreeMap::new(),
            executions: ExecutionReport::default(),
            websockets: WebsocketReport::default(),
            segments: vec![Segment::new("start", Duration::ZERO, Duration::ZERO)],
            stopped: None,
        };
        Self { start: Instant::now(), state: Mutex::new(state), changed: Notify::new() }
    }

    /// Counts one HTTP request or WebSocket handshake; says how many there were.
    pub(crate) fn ended(&self, ended: Ended<'_>) -> u64 {
        let requests = {
            let mut state = self.state();
            let now = self.start.elapsed();
            state.ended(now, ended);
            state.requests
        };
        self.changed.notify_waiters();
        requests
    }

    /// Counts a failure that belongs to no request: an idle connection or a WebSocket.
    pub(crate) fn failed(&self, kind: Kind, address: SocketAddr, failure: Failure) {
        let now = self.start.elapsed();
        self.state().failed(now, kind, address, failure);
        self.changed.notify_waiters();
    }

    pub(crate) fn executed(&self) {
        self.state().executions.answered += 1;
    }

    /// What the app says at the end: how many it executed, and which ids of this load twice.
    /// Those that no answer has told are failures too.
    pub(crate) fn app_executed(&self, address: SocketAddr, total: u64, duplicates: &[String]) {
        let now = self.start.elapsed();
        let mut state = self.state();
        state.executions.app_total = Some(total);
        let told = usize::try_from(state.executions.duplicates).unwrap_or(usize::MAX);
        for id in duplicates.iter().skip(told) {
            let detail = format!("{id}: the app says it executed it more than once");
            let failure = Failure::new(FailureClass::DuplicateExecution, detail);
            state.failed(now, Kind::Post, address, failure);
        }
    }

    pub(crate) fn socket(&self, event: &SocketEvent) {
        {
            let mut state = self.state();
            let sockets = &mut state.websockets;
            match *event {
                SocketEvent::Opened => {
                    sockets.opened += 1;
                    sockets.open += 1;
                }
                SocketEvent::Echoed { after } => {
                    sockets.echoes += 1;
                    state.kinds.entry(Kind::Websocket).or_default().latency.add(after);
                }
                SocketEvent::Closed { code } => {
                    *sockets.closed.entry(code).or_insert(0) += 1;
                    sockets.open -= 1;
                }
                SocketEvent::Left => sockets.open -= 1,
            }
        }
        self.changed.notify_waiters();
    }

    /// Begins a new segment; beyond 2,000 marks the last segment goes on.
    pub(crate) fn mark(&self, label: &str) {
        let now = self.start.elapsed();
        let mut state = self.state();
        let last = state.gap.last();
        if state.segments.len() < MOST_SEGMENTS {
            state.segments.push(Segment::new(label, now, last));
        }
    }

    /// The load is over: gaps end here.
    pub(crate) fn stop(&self) {
        let now = self.start.elapsed();
        self.state().stopped.get_or_insert(now);
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let state = self.state();
        let failed: u64 = state.failures.values().map(|failure| failure.count).sum();
        let by_app = state.failures.get(&FailureClass::AppError).map_or(0, |failure| failure.count);
        Snapshot {
            elapsed: self.start.elapsed(),
            requests: state.requests,
            successes: state.successes,
            failed,
            failed_beyond_app: failed - by_app,
            versions: state
                .versions
                .iter()
                .map(|(name, seen)| (name.clone(), seen.answers))
                .collect(),
            kinds: state.kinds.iter().map(|(kind, seen)| (*kind, seen.successes)).collect(),
            websockets: state.websockets.clone(),
            latency: latency(&state.latency),
        }
    }

    pub(crate) fn report(&self) -> Report {
        let state = self.state();
        let end = state.stopped.unwrap_or_else(|| self.start.elapsed());
        let segment_ends = state.segments.iter().skip(1).map(|next| next.at).chain([end]);
        Report {
            elapsed_ms: ms(end),
            requests: state.requests,
            successes: state.successes,
            failures: state.failures.clone(),
            kinds: state.kinds.iter().map(|(kind, seen)| (*kind, seen.report())).collect(),
            latency: latency(&state.latency),
            longest_gap: gap(state.gap.until(end)),
            probe_gaps: state
                .probe_gaps
                .iter()
                .map(|(at, seen)| (*at, gap(seen.until(end))))
                .collect(),
            versions: state.versions.clone(),
            executions: state.executions.clone(),
            websockets: state.websockets.clone(),
            segments: state
                .segments
                .iter()
                .zip(segment_ends)
                .map(|(one, end)| one.report(end))
                .collect(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn ended(&mut self, now: Duration, ended: Ended<'_>) {
        let Ended { kind, address, latency, outcome } = ended;
        self.kinds.entry(kind).or_default().requests += 1;
        let is_http = kind != Kind::Websocket;
        if is_http {
            self.requests += 1;
            self.segment().requests += 1;
        }
        if kind == Kind::Probe {
            self.probe_gaps.entry(address).or_insert(Gap::from(Duration::ZERO));
        }
        match outcome {
            Ok(version) => {
                self.kinds.entry(kind).or_default().successes += 1;
                self.answered_by(now, version);
                if is_http {
                    self.succeeded(now, kind, address, latency);
                }
            }
            Err(failure) => self.failed(now, kind, address, failure),
        }
    }

    fn succeeded(&mut self, now: Duration, kind: Kind, address: SocketAddr, latency: Duration) {
        self.successes += 1;
        self.latency.add(latency);
        self.kinds.entry(kind).or_default().latency.add(latency);
        self.segment().latency.add(latency);
        if self.stopped.is_some() {
            return;
        }
        self.gap.success(now);
        self.segment().gap.success(now);
        if let Some(gap) = self.probe_gaps.get_mut(&address).filter(|_| kind == Kind::Probe) {
            gap.success(now);
        }
    }

    fn failed(&mut self, now: Duration, kind: Kind, address: SocketAddr, failure: Failure) {
        let Failure { class, detail } = failure;
        self.segment().failures += 1;
        *self.kinds.entry(kind).or_default().failures.entry(class).or_insert(0) += 1;
        let seen = self.failures.entry(class).or_default();
        seen.count += 1;
        if seen.examples.len() < MOST_EXAMPLES {
            seen.examples.push(Example { at_ms: ms(now), kind, address, detail });
        }
        if class == FailureClass::WebsocketCut {
            self.websockets.cut += 1;
        }
        if class == FailureClass::DuplicateExecution {
            self.executions.duplicates += 1;
        }
    }

    fn answered_by(&mut self, now: Duration, version: Option<&str>) {
        let Some(version) = version else { return };
        if let Some(seen) = self.versions.get_mut(version) {
            seen.answers += 1;
            seen.last_ms = ms(now);
        } else if self.versions.len() < MOST_VERSIONS {
            let seen = VersionReport { answers: 1, first_ms: ms(now), last_ms: ms(now) };
            self.versions.insert(version.to_owned(), seen);
        }
    }

    fn segment(&mut self) -> &mut Segment {
        self.segments.last_mut().expect("the first segment exists from the start")
    }
}
