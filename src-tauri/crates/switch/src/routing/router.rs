//! The route in force. Choosing a generation, registering with it and changing the route exclude
//! each other: after a change no new request can reach a generation outside the route.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Claim, Generation, lock};
use crate::protocol::{GenerationStatus, Route};
use crate::upstream::{AddressBook, Endpoint};

/// The route in force and everybody who waits for it.
#[derive(Debug)]
pub(crate) struct Router {
    table: Mutex<Table>,
    pub(super) changed: Notify,
    pub(super) waiting: AtomicU64,
    pub(super) limits: WaitLimits,
    book: Arc<AddressBook>,
    tracker: TaskTracker,
    pub(super) stop: CancellationToken,
}

/// How long and how many may wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WaitLimits {
    /// The longest wait, unless a hold says otherwise.
    pub(crate) each: Duration,
    /// The longest wait once the switch is to stop.
    pub(crate) at_stop: Duration,
    /// The most requests that may wait at once.
    pub(crate) at_once: u64,
}

/// What a claim is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// An HTTP request.
    Request,
    /// A raw connection.
    Connection,
}

#[derive(Debug, Default)]
struct Table {
    routed: Vec<Arc<Generation>>,
    known: Vec<Arc<Generation>>,
    hold: Option<Duration>,
    turn: usize,
}

impl Router {
    pub(crate) fn new(limits: WaitLimits, tracker: TaskTracker, stop: CancellationToken) -> Self {
        Self {
            table: Mutex::default(),
            changed: Notify::new(),
            waiting: AtomicU64::new(0),
            limits,
            book: Arc::default(),
            tracker,
            stop,
        }
    }

    /// Puts `route` in force; `release` ends a hold in the same stroke.
    pub(crate) fn put_in_force(&self, route: &Route, release: bool) {
        let mut table = lock(&self.table);
        table.enter(route);
        if release {
            table.hold = None;
        }
        drop(table);
        self.changed.notify_waiters();
    }

    /// From now on new requests wait.
    pub(crate) fn hold(&self, limit: Duration) {
        lock(&self.table).hold = Some(limit);
        // Those who wait already get the new limit.
        self.changed.notify_waiters();
    }

    /// Lets them go.
    pub(crate) fn release(&self) {
        let mut table = lock(&self.table);
        table.hold = None;
        table.routed.iter().for_each(|generation| generation.presume_up());
        drop(table);
        self.changed.notify_waiters();
    }

    pub(crate) fn is_holding(&self) -> bool {
        lock(&self.table).hold.is_some()
    }

    /// The longest wait allowed now.
    pub(crate) fn wait_limit(&self) -> Duration {
        lock(&self.table).hold.unwrap_or(self.limits.each)
    }

    /// Requests waiting right now.
    pub(crate) fn waiting_now(&self) -> u64 {
        self.waiting.load(SeqCst)
    }

    /// Chooses the generation with the least to do and registers with it, in one act; nothing when
    /// there is none that can be asked.
    pub(crate) fn try_claim(&self, purpose: Purpose, port: u16) -> Option<(Claim, Arc<Endpoint>)> {
        let mut table = lock(&self.table);
        if table.hold.is_some() {
            return None;
        }
        table.turn = table.turn.wrapping_add(1);
        let turn = table.turn;
        let (generation, endpoint) = table
            .candidates(turn)
            .map(|generation| (generation, generation.endpoint(port, &self.book, &self.tracker)))
            .filter(|(_, endpoint)| !endpoint.is_down())
            .min_by_key(|(generation, _)| generation.in_flight() + generation.upgraded())?;
        let generation = Arc::clone(generation);
        let claim = match purpose {
            Purpose::Request => Claim::request(generation),
            Purpose::Connection => Claim::connection(generation),
        };
        Some((claim, endpoint))
    }

    /// A generation that is or was routed.
    pub(crate) fn find(&self, name: &str) -> Option<Arc<Generation>> {
        lock(&self.table).known.iter().find(|known| known.name() == name).cloned()
    }

    /// Forgets a generation; `false` when it still serves.
    pub(crate) fn forget(&self, name: &str) -> bool {
        let mut table = lock(&self.table);
        if table.routed.iter().any(|routed| routed.name() == name) {
            return false;
        }
        table.known.retain(|known| known.name() != name);
        true
    }

    /// All generations, oldest first.
    pub(crate) fn generations(&self) -> Vec<Arc<Generation>> {
        lock(&self.table).known.clone()
    }

    /// Their states, oldest first.
    pub(crate) fn statuses(&self) -> Vec<GenerationStatus> {
        self.generations().iter().map(|generation| generation.status()).collect()
    }

    /// Names to addresses.
    pub(crate) fn book(&self) -> &Arc<AddressBook> {
        &self.book
    }

    /// The owner of background tasks.
    pub(crate) fn tracker(&self) -> &TaskTracker {
        &self.tracker
    }
}

impl Table {
    fn enter(&mut self, route: &Route) {
        let routed: Vec<Arc<Generation>> = route
            .backends
            .iter()
            .map(|backend| {
                let known = self.known.iter().find(|known| known.name() == backend.generation);
                let generation =
                    known.cloned().unwrap_or_else(|| Arc::new(Generation::new(backend)));
                generation.enter_route(&backend.hosts);
                generation.presume_up();
                generation
            })
            .collect();
        let left = std::mem::replace(&mut self.routed, routed);
        for generation in &self.routed {
            if !self.known.iter().any(|known| Arc::ptr_eq(known, generation)) {
                self.known.push(Arc::clone(generation));
            }
        }
        for generation in left {
            if !self.routed.iter().any(|routed| Arc::ptr_eq(routed, &generation)) {
                generation.leave_route();
            }
        }
    }

    /// The routed generations, beginning with another one each time, so that equals take turns.
    fn candidates(&self, turn: usize) -> impl Iterator<Item = &Arc<Generation>> {
        let start = turn.checked_rem(self.routed.len()).unwrap_or(0);
        self.routed[start..].iter().chain(&self.routed[..start])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Backend;

    fn router() -> Router {
        let limits =
            WaitLimits { each: Duration::from_secs(1), at_stop: Duration::ZERO, at_once: 10 };
        Router::new(limits, TaskTracker::new(), CancellationToken::new())
    }

    fn route(names: &[&str]) -> Route {
        let backend = |name: &&str| Backend {
            generation: (*name).to_owned(),
            hosts: vec!["127.0.0.1".to_owned()],
        };
        Route { backends: names.iter().map(backend).collect() }
    }

    #[test]
    fn a_claim_counts_from_the_choice_to_its_drop() {
        let router = router();
        router.put_in_force(&route(&["a"]), false);
        let (claim, _) = router.try_claim(Purpose::Request, 1).unwrap();
        let generation = router.find("a").unwrap();
        assert_eq!(generation.in_flight(), 1);
        drop(claim);
        assert_eq!(generation.in_flight(), 0);
    }

    #[test]
    fn after_a_flip_only_the_new_generation_is_chosen() {
        let router = router();
        router.put_in_force(&route(&["a"]), false);
        router.put_in_force(&route(&["b"]), false);
        let (claim, _) = router.try_claim(Purpose::Request, 1).unwrap();
        assert_eq!(claim.generation().name(), "b");
    }

    #[test]
    fn once_the_old_generation_has_drained_nobody_is_sent_to_it_any_more() {
        for _ in 0..300 {
            let router = router();
            router.put_in_force(&route(&["a"]), false);
            let old = router.find("a").unwrap();
            let drained = std::sync::atomic::AtomicBool::new(false);
            let ask = || {
                let (claim, _) = router.try_claim(Purpose::Request, 1).unwrap();
                claim.generation().name() == "a" && drained.load(SeqCst)
            };
            let late = std::thread::scope(|scope| {
                let askers: Vec<_> =
                    (0..4).map(|_| scope.spawn(|| (0..200).filter(|_| ask()).count())).collect();
                router.put_in_force(&route(&["b"]), false);
                while old.in_flight() > 0 {
                    std::hint::spin_loop();
                }
                drained.store(true, SeqCst);
                askers.into_iter().map(|asker| asker.join().unwrap()).sum::<usize>()
            });
            assert_eq!(late, 0);
        }
    }

    #[test]
    fn the_generation_with_less_to_do_is_chosen() {
        let router = router();
        router.put_in_force(&route(&["a", "b"]), false);
        let claims: Vec<_> =
            (0..10).map(|_| router.try_claim(Purpose::Request, 1).unwrap()).collect();
        let loads: Vec<u64> = router.statuses().iter().map(|status| status.in_flight).collect();
        assert_eq!((loads, claims.len()), (vec![5, 5], 10));
    }

    #[test]
    fn equals_take_turns() {
        let router = router();
        router.put_in_force(&route(&["a", "b"]), false);
        let chosen: Vec<String> = (0..4)
            .map(|_| {
                let (claim, _) = router.try_claim(Purpose::Request, 1).unwrap();
                claim.generation().name().to_owned()
            })
            .collect();
        assert!(chosen.windows(2).all(|pair| pair[0] != pair[1]), "{chosen:?}");
    }

    #[test]
    fn nothing_is_chosen_while_requests_are_held() {
        let router = router();
        router.put_in_force(&route(&["a"]), false);
        router.hold(Duration::from_secs(1));
        assert!(router.try_claim(Purpose::Request, 1).is_none());
        router.put_in_force(&route(&["b"]), true);
        assert!(router.try_claim(Purpose::Request, 1).is_some());
    }

    #[test]
    fn a_generation_that_serves_is_not_forgotten() {
        let router = router();
        router.put_in_force(&route(&["a"]), false);
        assert!(!router.forget("a"));
        router.put_in_force(&route(&["b"]), false);
        assert!(router.forget("a"));
        assert!(router.find("a").is_none());
    }
}
