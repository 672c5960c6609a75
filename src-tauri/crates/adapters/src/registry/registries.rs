//! All registries that this process has asked: who is asked where, and how many at a time.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use phoenix_engine::ports::{Clock, ContainerEngine, Quota, RegistryError};
use phoenix_plan::image::ImageReference;
use reqwest::{Response, Url};
use tokio::sync::{OnceCell, Semaphore};

use super::{
    credentials::{Credential, CredentialSource},
    described::Described,
    endpoint::{Endpoint, Trust},
    grants::Grants,
    host::Host,
    refused::{Account, Refused},
    rules::{EngineRules, ReadRules, RegistryRule, Rules, certificate_folders},
    transport::{Question, Transport},
};

/// Requests at a time, to all hosts together.
const AT_ONCE: usize = 32;
/// The engine and name servers are asked about a registry for no longer.
const LOOK_UP_LIMIT: Duration = Duration::from_secs(5);

/// Everything that one client knows.
pub(super) struct Registries {
    transport: Transport,
    credentials: Arc<dyn CredentialSource>,
    clock: Arc<dyn Clock>,
    engine: Option<Arc<dyn ContainerEngine>>,
    read_written: ReadRules,
    /// What the user wrote, as far as it could be read the last time.
    written: Mutex<BTreeMap<String, RegistryRule>>,
    refused: Refused,
    places: Semaphore,
    pub(super) described: Described,
    /// What the round that runs was said to ask, by registry.
    expected: Mutex<BTreeMap<String, BTreeSet<String>>>,
    hosts: Mutex<HashMap<Endpoint, Arc<Host>>>,
    /// Read anew in each round.
    rules: Mutex<Arc<OnceCell<Rules>>>,
    routes: Mutex<HashMap<String, Arc<[Arc<Host>]>>>,
}

impl Registries {
    pub(super) fn new(
        credentials: Arc<dyn CredentialSource>,
        clock: Arc<dyn Clock>,
        engine: Option<Arc<dyn ContainerEngine>>,
        read_written: ReadRules,
    ) -> Self {
        Self {
            transport: Transport::new(),
            credentials,
            clock,
            engine,
            read_written,
            written: Mutex::default(),
            refused: Refused::default(),
            places: Semaphore::new(AT_ONCE),
            described: Described::default(),
            expected: Mutex::default(),
            hosts: Mutex::default(),
            rules: Mutex::default(),
            routes: Mutex::default(),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A round begins.
    pub(super) fn expect(&self, references: &[ImageReference]) {
        let mut expected: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for reference in references {
            let of_registry = expected.entry(reference.registry.clone()).or_default();
            of_registry.insert(reference.repository.clone());
        }
        *locked(&self.rules) = Arc::default();
        // hosts get the new round's repositories when they are routed to
        locked(&self.routes).clear();
        *locked(&self.expected) = expected;
    }

    /// A person asks: what was refused may be tried once more.
    pub(super) fn person_asks(&self) {
        self.refused.forget();
        for host in locked(&self.hosts).values() {
            host.grants(Grants::discard_all);
        }
    }

    /// The hosts of a registry in the order in which they are asked; empty when it is no host.
    pub(super) async fn hosts(&self, registry: &str) -> Arc<[Arc<Host>]> {
        if let Some(known) = locked(&self.routes).get(registry) {
            return Arc::clone(known);
        }
        let cell = Arc::clone(&locked(&self.rules));
        let rules = cell.get_or_init(|| self.read_rules()).await;
        let addresses =
            if rules.engine.needs_addresses() { addresses_of(registry).await } else { Vec::new() };
        let endpoints = rules.endpoints(registry, &addresses);
        // others may have come here meanwhile: the first one's route is everybody's
        let mut routes = locked(&self.routes);
        if let Some(known) = routes.get(registry) {
            return Arc::clone(known);
        }
        let mut all = locked(&self.hosts);
        let hosts = endpoints.into_iter().map(|endpoint| {
            let host = all.entry(endpoint).or_insert_with_key(|it| Arc::new(Host::new(it.clone())));
            Arc::clone(host)
        });
        let hosts: Arc<[Arc<Host>]> = hosts.collect();
        if let Some(repositories) = locked(&self.expected).get(registry) {
            hosts.iter().for_each(|host| host.expect(repositories));
        }
        routes.insert(registry.to_owned(), Arc::clone(&hosts));
        hosts
    }

    /// What a registry last said of how much it answers.
    pub(super) fn quota(&self, registry: &str) -> Option<Quota> {
        let now = self.now();
        let hosts = locked(&self.hosts);
        let own = hosts.values().filter(|host| host.name() == registry);
        own.filter_map(|host| host.quota(now)).max_by_key(|quota| quota.seen_at)
    }

    /// How the certificate of any other server is checked.
    pub(super) async fn trust_of(&self, url: &Url) -> Trust {
        let cell = Arc::clone(&locked(&self.rules));
        cell.get_or_init(|| self.read_rules()).await.trust_of(url)
    }

    /// Sends a request, or a form, when there is a place and the host is not to be left alone.
    pub(super) async fn exchange(
        &self,
        host: &Host,
        question: Question<'_>,
        form: Option<String>,
    ) -> Result<Response, RegistryError> {
        host.is_free(self.now())?;
        let _place = host.place().await;
        let _anywhere =
            self.places.acquire().await.expect("BUG: the places of a client are never closed");
        host.is_free(self.now())?;
        let answer = match form {
            Some(form) => self.transport.send_form(question, form).await,
            None => self.transport.send(question).await,
        };
        let answer = answer.inspect_err(|error| host.hear_failure(error))?;
        host.hear(&answer, self.now())?;
        Ok(answer)
    }

    /// The credential for a host and whose it is; one that was refused is not given out again.
    pub(super) async fn credential(
        &self,
        host: &Host,
    ) -> Result<Option<(Credential, Account)>, RegistryError> {
        let key = &host.endpoint.credential_key;
        let found = self.credentials.credential(key).await.map_err(|error| {
            RegistryError::Credentials { host: host.name().to_owned(), message: error.to_string() }
        })?;
        let Some(credential) = found else { return Ok(None) };
        let account = Account::of(key, credential.account(), &credential.whole());
        if self.refused.contains(&account) {
            return Err(password_refused(host, &account));
        }
        Ok(Some((credential, account)))
    }

    /// Remembers that a credential was refused.
    pub(super) fn refuse(&self, host: &Host, account: &Account) -> RegistryError {
        self.refused.insert(account);
        password_refused(host, account)
    }

    async fn read_rules(&self) -> Rules {
        let facts = async { self.engine.as_ref()?.facts().await.ok() };
        let facts = tokio::time::timeout(LOOK_UP_LIMIT, facts).await.ok().flatten();
        let written = {
            let read = (self.read_written)();
            let mut last = locked(&self.written);
            if let Some(read) = read {
                *last = read;
            }
            last.clone()
        };
        Rules {
            written,
            engine: facts.map(|facts| EngineRules::read(&facts.info)).unwrap_or_default(),
            certificates: certificate_folders(),
        }
    }
}

async fn addresses_of(registry: &str) -> Vec<IpAddr> {
    let named = if registry.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) {
        registry.to_owned()
    } else {
        format!("{registry}:443")
    };
    let found = tokio::time::timeout(LOOK_UP_LIMIT, tokio::net::lookup_host(named)).await;
    let found = found.ok().and_then(Result::ok).into_iter().flatten();
    found.map(|address| address.ip()).collect()
}

fn password_refused(host: &Host, account: &Account) -> RegistryError {
    RegistryError::PasswordRefused { host: host.name().to_owned(), account: account.name.clone() }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
