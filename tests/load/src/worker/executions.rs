//! Asks the app at the end what it executed.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::tally::Tally;
use crate::wire::connect;

const PATIENCE: Duration = Duration::from_secs(3);
const MOST_BYTES: u64 = 1 << 20;

#[derive(Deserialize)]
struct Counts {
    total: u64,
    duplicates: BTreeMap<String, u64>,
}

/// Adds what `/api/executions` says about the ids of `run`; an app without the route adds nothing.
pub(crate) async fn ask_executions(tally: &Tally, address: SocketAddr, run: &str) {
    if let Ok(Some(counts)) = timeout(PATIENCE, ask(address)).await {
        let own = counts.duplicates.into_keys().filter(|id| id.starts_with(run));
        tally.app_executed(address, counts.total, &own.collect::<Vec<_>>());
    }
}

async fn ask(address: SocketAddr) -> Option<Counts> {
    let mut stream = connect(address, PATIENCE).await.ok()?;
    let request =
        b"GET /api/executions HTTP/1.1\r\nhost: phoenix.test\r\nconnection: close\r\n\r\n";
    stream.write_all(request).await.ok()?;
    let mut answer = Vec::new();
    stream.take(MOST_BYTES).read_to_end(&mut answer).await.ok()?;
    let body = answer.windows(4).position(|end| end == b"\r\n\r\n")? + 4;
    serde_json::from_slice(&answer[body..]).ok()
}
