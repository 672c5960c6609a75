//! HTTP/2 with prior knowledge: eight streams at once on each connection.

use bytes::Bytes;
use futures_util::future::join_all;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::{AFTER_FAILURE, Session};
use crate::failure::{Failure, FailureClass};
use crate::script::{BodyCheck, Expected, read_path};
use crate::wire::{connect, judge_status};

const STREAMS: usize = 8;

type Sender = SendRequest<Empty<Bytes>>;

/// Opens connections and uses them until the load ends.
pub(super) async fn run(session: Session) {
    while !session.stop.is_cancelled() {
        let mut driver = JoinSet::new();
        match open(&session, &mut driver).await {
            Ok(sender) => use_up(&session, &sender).await,
            Err(failure) => {
                session.ended(std::time::Duration::ZERO, Err(failure));
                session.rest(AFTER_FAILURE).await;
            }
        }
    }
}

async fn open(session: &Session, driver: &mut JoinSet<()>) -> Result<Sender, Failure> {
    let stream = connect(session.address, session.plan.limits.connect).await?;
    let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream))
        .await
        .map_err(|error| Failure::new(FailureClass::FirstUseEnd, error.to_string()))?;
    driver.spawn(async move {
        // What breaks here breaks the requests too, and is counted there.
        let _seen_by_requests = connection.await;
    });
    Ok(sender)
}

/// Until the connection ends (then the next one is opened) or the load does.
async fn use_up(session: &Session, sender: &Sender) {
    let mut first = true;
    while !session.stop.is_cancelled() && !sender.is_closed() {
        let round = join_all((0..STREAMS).map(|_| one(session, sender.clone(), first))).await;
        if round.contains(&false) || !session.rest(session.pause()).await {
            return;
        }
        first = false;
    }
}

async fn one(session: &Session, mut sender: Sender, first: bool) -> bool {
    let started = Instant::now();
    let limit = session.patience(std::time::Duration::ZERO);
    let outcome = match timeout(limit, exchange(session, &mut sender, first)).await {
        Ok(Ok(None)) => return false,
        Ok(Ok(Some(version))) => Ok(version),
        Ok(Err(failure)) => Err(failure),
        Err(_) => Err(Failure::new(FailureClass::Timeout, format!("after {limit:?}"))),
    };
    let fine = outcome.is_ok();
    let outcome = match &outcome {
        Ok(version) => Ok(version.as_deref()),
        Err(failure) => Err(failure.clone()),
    };
    session.ended(started.elapsed(), outcome);
    fine
}

/// `None`: the connection said goodbye before the request went out; nothing happened.
async fn exchange(
    session: &Session,
    sender: &mut Sender,
    first: bool,
) -> Result<Option<Option<String>>, Failure> {
    let (path, bytes) = read_path();
    let uri = format!("http://{}{path}", session.address);
    let request = Request::get(uri)
        .body(Empty::new())
        .map_err(|error| Failure::new(FailureClass::Malformed, error.to_string()))?;
    let answer = match sender.send_request(request).await {
        Ok(answer) => answer,
        Err(error) if !first && (error.is_canceled() || error.is_closed()) => return Ok(None),
        Err(error) => {
            let class = if first { FailureClass::FirstUseEnd } else { FailureClass::ReusedEnd };
            return Err(Failure::new(class, error.to_string()));
        }
    };
    let text = |name: &str| {
        answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    };
    let version = text("x-phoenix-version");
    let retry_after = text("retry-after").is_some();
    judge_status(
        answer.status().as_u16(),
        StatusCode::OK.as_u16(),
        version.as_deref(),
        retry_after,
    )?;
    let expected = Expected::Pattern { bytes };
    let mut check = BodyCheck::new(&expected);
    let mut body = answer.into_body();
    while let Some(frame) = body.frame().await {
        let frame =
            frame.map_err(|error| Failure::new(FailureClass::Truncated, error.to_string()))?;
        frame.data_ref().into_iter().for_each(|piece| check.piece(piece));
    }
    check.finish()?;
    Ok(Some(version))
}
