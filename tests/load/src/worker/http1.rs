//! The HTTP/1.1 clients: all of L1 to L5, L7, L8 and L10.

use std::time::Duration;

use tokio::task::yield_now;
use tokio::time::{Instant, timeout};

use super::{AFTER_FAILURE, Session};
use crate::failure::{Failure, FailureClass};
use crate::kind::Kind;
use crate::script::{self, Expected, Script};
use crate::wire::Connection;

/// Sends and thinks until the load ends.
pub(super) async fn run(session: Session) {
    // Clients of one kind do not march in step.
    let mut going = session.rest(session.pause()).await;
    let mut connection = None;
    let mut nth = 0;
    while going && !session.stop.is_cancelled() {
        let batch = script::batch(&session.plan, session.kind, session.index, nth, &session.run);
        nth += 1;
        connection = exchange(&session, connection, &batch).await;
        going = match connection {
            Some(_) => think(&session, &mut connection).await,
            None if session.kind == Kind::Probe => session.rest(session.pause()).await,
            None => session.rest(AFTER_FAILURE).await,
        };
    }
}

/// Sends a batch and counts what came of it; the connection when it can be used again.
async fn exchange(
    session: &Session,
    connection: Option<Connection>,
    batch: &[Script],
) -> Option<Connection> {
    let started = Instant::now();
    let asks = batch.iter().map(|script| script.asks).max().unwrap_or_default();
    let limit = session.patience(asks);
    let mut answered = 0;
    let talk = talk(session, connection, batch, started, &mut answered);
    let result = timeout(limit, talk).await;
    let failure = match result {
        Ok(Ok(connection)) => return reusable(session, connection),
        Ok(Err(failure)) => failure,
        Err(_) => Failure::new(FailureClass::Timeout, format!("no whole answer within {limit:?}")),
    };
    // The requests of a batch that come after the failed one share its fate.
    for _ in answered..batch.len() {
        session.ended(started.elapsed(), Err(failure.clone()));
    }
    None
}

async fn talk(
    session: &Session,
    connection: Option<Connection>,
    batch: &[Script],
    started: Instant,
    answered: &mut usize,
) -> Result<Connection, Failure> {
    let mut connection = match connection {
        Some(connection) => connection,
        None => Connection::open(session.address, session.plan.limits.connect).await?,
    };
    for script in batch {
        connection.send(script).await;
    }
    for script in batch {
        let version = connection.receive(&script.expected).await?;
        *answered += 1;
        let latency = started.elapsed().saturating_sub(script.asks);
        if let Expected::Executed { .. } = script.expected {
            session.tally.executed();
        }
        session.ended(latency, in_time(session, latency).map(|()| version.as_deref()));
    }
    Ok(connection)
}

fn in_time(session: &Session, latency: Duration) -> Result<(), Failure> {
    if latency <= session.plan.limits.hold {
        return Ok(());
    }
    Err(Failure::new(FailureClass::OverHoldLimit, format!("answered after {latency:?}")))
}

fn reusable(session: &Session, connection: Connection) -> Option<Connection> {
    if session.kind == Kind::Probe {
        connection.leave_no_trace();
        return None;
    }
    connection.is_open().then_some(connection)
}

/// Keeps the connection idle for a while and watches it; false when the load ends.
async fn think(session: &Session, connection: &mut Option<Connection>) -> bool {
    let Some(kept) = connection else { return true };
    let pause = session.pause();
    if pause.is_zero() {
        yield_now().await;
        return true;
    }
    let idle = tokio::select! {
        () = session.stop.cancelled() => return false,
        idle = kept.idle(pause) => idle,
    };
    if let Err(failure) = idle {
        session.failed(failure);
        *connection = None;
    }
    true
}
