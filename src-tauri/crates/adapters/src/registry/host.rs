//! What is remembered of one endpoint: how it wants to be asked, its grants, its waits, its quota.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use jiff::Timestamp;
use phoenix_engine::ports::{Quota, RegistryError};
use reqwest::{Response, StatusCode, header::RETRY_AFTER};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{
    back_off::{BackOff, stated_wait},
    challenge::Challenge,
    endpoint::{Endpoint, Rank},
    grants::{Grant, Grants, Want},
    quota,
    token::Issuer,
};

/// Requests to one host at a time.
const AT_ONCE: usize = 16;

/// What is remembered of one endpoint.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) endpoint: Endpoint,
    /// Whether it ever answered as the server of its scheme.
    answered: AtomicBool,
    places: Semaphore,
    /// Who meets the challenge; the others wait for what comes of it.
    turn: Semaphore,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    way: Way,
    grants: Grants,
    back_off: BackOff,
    quota: Option<Quota>,
    failure: Option<RegistryError>,
    failures: u64,
}

/// How a host wants to be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Way {
    /// It was not asked yet.
    #[default]
    Unknown,
    /// Without anything.
    Open,
    /// With user name and password.
    Basic,
    /// With a token.
    Bearer(Issuer),
}

impl Host {
    pub(super) fn new(endpoint: Endpoint) -> Self {
        Self {
            endpoint,
            answered: AtomicBool::new(false),
            places: Semaphore::new(AT_ONCE),
            turn: Semaphore::new(1),
            memory: Mutex::default(),
        }
    }

    /// Host and port as a person knows them.
    pub(super) fn name(&self) -> &str {
        &self.endpoint.host
    }

    /// Whether a failure of this endpoint is passed over for the next one's answer.
    pub(super) fn is_passed_over(&self) -> bool {
        match self.endpoint.rank {
            Rank::Mirror => true,
            Rank::Alternative => !self.has_answered(),
            Rank::Last => false,
        }
    }

    pub(super) fn has_answered(&self) -> bool {
        self.answered.load(Ordering::Relaxed)
    }

    pub(super) fn way(&self) -> Way {
        self.with(|memory| memory.way.clone())
    }

    /// Remembers how the host wants to be asked; `None` for without anything.
    pub(super) fn learn(&self, challenge: Option<&Challenge>) {
        let way = match challenge {
            None => Way::Open,
            Some(Challenge::Basic) => Way::Basic,
            Some(Challenge::Bearer { realm, service, .. }) => {
                Way::Bearer(Issuer { realm: realm.clone(), service: service.clone() })
            }
        };
        self.with(|memory| memory.way = way);
    }

    pub(super) fn find(&self, want: &Want, now: Timestamp) -> Option<Grant> {
        self.with(|memory| memory.grants.find(want, now).cloned())
    }

    /// Works on the grants; nothing may wait inside.
    pub(super) fn grants<T>(&self, act: impl FnOnce(&mut Grants) -> T) -> T {
        self.with(|memory| act(&mut memory.grants))
    }

    /// A round begins with these repositories.
    pub(super) fn expect(&self, repositories: &BTreeSet<String>) {
        let own = repositories.iter().map(|repository| self.endpoint.repository(repository));
        self.grants(|grants| grants.expect(own));
    }

    /// Waits for the turn to meet the challenge. Who waited while somebody else failed shares that
    /// failure: dozens would otherwise wait for the same time limit one after the other.
    pub(super) async fn turn(&self) -> Result<SemaphorePermit<'_>, RegistryError> {
        let before = self.with(|memory| memory.failures);
        let turn = self.turn.acquire().await.expect("BUG: the turn of a host is never closed");
        let failed =
            self.with(|memory| memory.failure.clone().filter(|_| memory.failures != before));
        failed.map_or(Ok(turn), Err)
    }

    /// What everybody who waits for the turn would run into, too.
    pub(super) fn share_failure(&self, error: &RegistryError) {
        let is_everybodys = match error {
            RegistryError::Unreachable { .. }
            | RegistryError::PasswordRefused { .. }
            | RegistryError::Credentials { .. }
            | RegistryError::TooManyRequests { .. }
            | RegistryError::Unexpected { .. } => true,
            RegistryError::NotFound { .. }
            | RegistryError::Unauthorized { .. }
            | RegistryError::WrongPlatform { .. } => false,
        };
        if is_everybodys {
            self.with(|memory| {
                memory.failures = memory.failures.wrapping_add(1);
                memory.failure = Some(error.clone());
            });
        }
    }

    /// A place among the requests that run at a time.
    pub(super) async fn place(&self) -> SemaphorePermit<'_> {
        self.places.acquire().await.expect("BUG: the places of a host are never closed")
    }

    /// Whether anything may be asked now.
    pub(super) fn is_free(&self, now: Timestamp) -> Result<(), RegistryError> {
        self.with(|memory| memory.back_off.until(now)).map_or(Ok(()), |until| Err(self.wait(until)))
    }

    /// Takes note of an answer; an answer that asks to wait is an error.
    pub(super) fn hear(&self, answer: &Response, now: Timestamp) -> Result<(), RegistryError> {
        let status = answer.status();
        // "Client sent an HTTP request to an HTTPS server"
        if status != StatusCode::BAD_REQUEST {
            self.answered.store(true, Ordering::Relaxed);
        }
        let text = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let stated = text.and_then(|text| stated_wait(text, now));
        let until = self.with(|memory| {
            if let Some(quota) = quota::stated(answer.headers(), now) {
                memory.quota = Some(quota);
            }
            if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
                return Some(memory.back_off.refused(now, stated));
            }
            // an answer to an older question does not end a wait
            if memory.back_off.until(now).is_none() && !status.is_server_error() {
                memory.back_off.answered();
            }
            None
        });
        until.map_or(Ok(()), |until| Err(self.wait(until)))
    }

    /// Takes note of a failure: who answers oddly speaks the scheme all the same.
    pub(super) fn hear_failure(&self, error: &RegistryError) {
        if matches!(error, RegistryError::Unexpected { .. }) {
            self.answered.store(true, Ordering::Relaxed);
        }
    }

    /// What the host last said of how much it answers.
    pub(super) fn quota(&self, now: Timestamp) -> Option<Quota> {
        self.with(|memory| {
            let waits_until = memory.back_off.until(now);
            let nothing_said = || Quota {
                limit: None,
                remaining: None,
                window_s: None,
                resets_at: None,
                source: None,
                seen_at: now,
                waits_until,
            };
            let said = memory.quota.clone().map(|said| Quota { waits_until, ..said });
            said.or_else(|| waits_until.map(|_| nothing_said()))
        })
    }

    fn wait(&self, until: Timestamp) -> RegistryError {
        RegistryError::TooManyRequests { host: self.name().to_owned(), until }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Memory) -> T) -> T {
        act(&mut self.memory.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
