//! Names to addresses, remembered for a moment and never longer: containers move.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::Mutex as AsyncMutex;
use tokio::time::timeout;

use crate::routing::lock;

const FRESH_FOR: Duration = Duration::from_secs(1);
const ANSWER_WITHIN: Duration = Duration::from_secs(1);
/// More addresses than this of one container are not worth a try.
const TRIED: usize = 4;

/// What the engine's DNS said within the last second.
#[derive(Debug, Default)]
pub(crate) struct AddressBook {
    entries: Mutex<HashMap<String, Arc<Entry>>>,
}

#[derive(Debug, Default)]
struct Entry {
    known: Mutex<Option<(Instant, Vec<IpAddr>)>>,
    /// The question being asked, so that many requests ask it once and a silent server ties up one
    /// thread only.
    asking: AsyncMutex<Option<Asking>>,
}

type Asking = tokio::task::JoinHandle<io::Result<Vec<IpAddr>>>;

impl AddressBook {
    /// The addresses of `host`, IPv4 first.
    ///
    /// # Errors
    /// When the name is unknown or nobody answered within a second.
    pub(crate) async fn look_up(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        if let Ok(address) = host.parse() {
            return Ok(vec![address]);
        }
        let entry = Arc::clone(lock(&self.entries).entry(host.to_owned()).or_default());
        if let Some(known) = entry.fresh() {
            return Ok(known);
        }
        timeout(ANSWER_WITHIN, entry.ask(host)).await.unwrap_or_else(|_| {
            Err(io::Error::new(io::ErrorKind::TimedOut, "the name server did not answer in 1 s"))
        })
    }

    /// Forgets `host`, because its address did not answer.
    pub(crate) fn forget(&self, host: &str) {
        if let Some(entry) = lock(&self.entries).get(host) {
            *lock(&entry.known) = None;
        }
    }
}

impl Entry {
    fn fresh(&self) -> Option<Vec<IpAddr>> {
        let known = lock(&self.known);
        known.as_ref().filter(|(since, _)| since.elapsed() < FRESH_FOR).map(|known| known.1.clone())
    }

    async fn ask(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let mut asking = self.asking.lock().await;
        if let Some(known) = self.fresh() {
            return Ok(known);
        }
        let question = asking.get_or_insert_with(|| tokio::spawn(query(host.to_owned())));
        let answer = question.await;
        *asking = None;
        let addresses = answer.map_err(io::Error::other)??;
        *lock(&self.known) = Some((Instant::now(), addresses.clone()));
        Ok(addresses)
    }
}

async fn query(host: String) -> io::Result<Vec<IpAddr>> {
    let answers = tokio::net::lookup_host((host.as_str(), 0)).await?;
    let mut addresses: Vec<IpAddr> = answers.map(|answer: SocketAddr| answer.ip()).collect();
    addresses.sort_by_key(IpAddr::is_ipv6);
    addresses.dedup();
    addresses.truncate(TRIED);
    if addresses.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address"));
    }
    Ok(addresses)
}
