//! Getting one request answered: claim, connect, send, and again where that is safe.

use std::sync::Arc;
use std::time::Duration;

use http::header::UPGRADE;
use http::{HeaderValue, Response, StatusCode, Version};
use hyper::body::Incoming;

use super::admit::{Errand, Kind, UpgradeWish};
use super::download::{AnswerBody, Lease};
use super::visit::Visit;
use super::{answers, headers};
use crate::routing::{Claim, Purpose, WaitError};
use crate::tunnel::{Ends, carry_upgraded};
use crate::upstream::{Endpoint, Line, SendError, Wire};

/// The client is gone; nobody is there to be answered.
#[derive(Debug, thiserror::Error)]
#[error("the client went away before it was answered")]
pub(crate) struct Gone;

/// An app that takes connections and drops them before one byte is sent is asked so often.
const UNSENT_AT_MOST: u32 = 20;
/// A client may send its end together with its request; the app is told a moment later.
const END_AFTER: Duration = Duration::from_millis(100);

/// What has been tried. One repetition for a reused connection that died, one for a fresh one.
#[derive(Debug, Default)]
struct Attempts {
    reused_died: bool,
    fresh_died: bool,
    unsent: u32,
}

/// What an attempt came to.
enum Attempt {
    Answered(Response<Incoming>, Line),
    Again,
    GaveUp,
    ClientGone,
}

/// Gets the answer to `errand`.
///
/// # Errors
/// [`Gone`].
pub(crate) async fn run(
    mut visit: Visit,
    mut errand: Errand,
    port: u16,
) -> Result<Response<AnswerBody>, Gone> {
    let mut attempts = Attempts::default();
    loop {
        let claimed = match claim(&mut visit, &errand, port).await? {
            Ok(claimed) => claimed,
            Err(overdue) => {
                visit.failed();
                return Ok(answers::unavailable(&overdue.to_string()));
            }
        };
        let (claim, endpoint) = claimed;
        let Some((line, reused)) = line(&visit, &mut errand, &attempts, &endpoint).await? else {
            drop(claim);
            visit.board().router.note_down(&endpoint);
            continue;
        };
        visit.belongs_to(Some(claim.generation()));
        match attempt(&mut visit, &mut errand, &mut attempts, line, reused).await {
            Attempt::Answered(answer, line) => {
                return Ok(pass_on(visit, errand, answer, line, endpoint, claim));
            }
            Attempt::Again => visit.belongs_to(None),
            Attempt::ClientGone => return Err(Gone),
            Attempt::GaveUp => return Ok(give_up(visit, &errand)),
        }
    }
}

/// A generation to ask; a client that goes away while waiting is never sent on.
async fn claim(
    visit: &mut Visit,
    errand: &Errand,
    port: u16,
) -> Result<Result<(Claim, Arc<Endpoint>), WaitError>, Gone> {
    let board = Arc::clone(visit.board());
    let link = Arc::clone(visit.link());
    tokio::select! {
        biased;
        claimed = board.router.claim(Purpose::Request, port, &mut visit.patience) => Ok(claimed),
        () = departure(link.wire(), errand) => Err(Gone),
    }
}

/// A connection and whether it was used before; nothing when none could be opened.
async fn line(
    visit: &Visit,
    errand: &mut Errand,
    attempts: &Attempts,
    endpoint: &Endpoint,
) -> Result<Option<(Line, bool)>, Gone> {
    let may_reuse = errand.is_repeatable() && !attempts.reused_died && !attempts.fresh_died;
    if may_reuse
        && errand.head.version == Version::HTTP_11
        && let Some(line) = endpoint.reuse()
    {
        return Ok(Some((line, true)));
    }
    let open = async {
        match (errand.is_http2(), may_reuse) {
            (true, true) => endpoint.share_http2().await,
            (true, false) => endpoint.open_http2().await.map(|line| (line, false)),
            (false, _) => endpoint.open_http1().await.map(|line| (line, false)),
        }
    };
    tokio::select! {
        biased;
        opened = open => Ok(opened.ok()),
        () = departure(visit.link().wire(), errand) => Err(Gone),
    }
}

async fn attempt(
    visit: &mut Visit,
    errand: &mut Errand,
    attempts: &mut Attempts,
    mut line: Line,
    reused: bool,
) -> Attempt {
    let Some(request) = errand.request_to_send() else { return Attempt::GaveUp };
    let Some(sent) = send(visit, errand, &mut line, request).await else {
        return Attempt::ClientGone;
    };
    match sent {
        Ok(answer) => {
            visit.note_head();
            Attempt::Answered(answer, line)
        }
        Err(SendError::Unsent(request)) => {
            errand.take_back(*request);
            attempts.unsent += 1;
            if attempts.unsent > UNSENT_AT_MOST { Attempt::GaveUp } else { Attempt::Again }
        }
        Err(SendError::Died(_)) => {
            let seen = if reused { &mut attempts.reused_died } else { &mut attempts.fresh_died };
            let first = !std::mem::replace(seen, true);
            if !first || !errand.is_repeatable() {
                return Attempt::GaveUp;
            }
            visit.patience.renew();
            visit.note_retry();
            Attempt::Again
        }
    }
}

/// Sends and waits for the head, passing the client's end on to the app. Nothing when nobody could
/// read an answer any more.
async fn send(
    visit: &Visit,
    errand: &Errand,
    line: &mut Line,
    request: http::Request<super::RequestBody>,
) -> Option<Result<Response<Incoming>, SendError>> {
    let client = visit.link().wire();
    let app = line.own_wire();
    let before = app.as_ref().map_or(0, Wire::written);
    let mut sending = std::pin::pin!(line.send(request));
    let ended = async {
        departure(client, errand).await;
        // A body may still be on its way through buffers; without one the head is all there is.
        if let Some(app) = app.filter(|_| errand.is_bare) {
            end_once_written(&app, before).await;
        }
        client.broken().await;
    };
    tokio::select! {
        biased;
        sent = &mut sending => Some(sent),
        () = ended => None,
    }
}

async fn end_once_written(app: &Wire, before: u64) {
    loop {
        tokio::time::sleep(END_AFTER).await;
        if app.written() > before {
            let _ = app.end_writing();
            return;
        }
    }
}

/// Waits until the client has sent its end. Streams of HTTP/2 are cancelled by other means.
async fn departure(client: &Wire, errand: &Errand) {
    if errand.is_http2() {
        std::future::pending::<()>().await;
    }
    client.half_closed().await;
}

fn give_up(visit: Visit, errand: &Errand) -> Response<AnswerBody> {
    if errand.progress.is_broken() {
        visit.refused();
        return answers::refused(StatusCode::BAD_REQUEST, "the body is malformed or incomplete");
    }
    visit.failed();
    answers::bad_gateway()
}

fn pass_on(
    visit: Visit,
    errand: Errand,
    answer: Response<Incoming>,
    line: Line,
    endpoint: Arc<Endpoint>,
    claim: Claim,
) -> Response<AnswerBody> {
    let status = answer.status();
    let exclusive = !errand.is_http2();
    match errand.kind {
        Kind::Upgrade(wish) if status == StatusCode::SWITCHING_PROTOCOLS => {
            switch_protocols(visit, *wish, answer, claim)
        }
        _ if status.is_informational() => {
            visit.failed();
            answers::bad_gateway()
        }
        Kind::Repeatable | Kind::Once | Kind::Upgrade(_) => {
            let (mut head, body) = answer.into_parts();
            let protocol = head.headers.get(UPGRADE).cloned();
            headers::strip_hop_by_hop(&mut head.headers);
            if let Some(protocol) = protocol.filter(|_| status == StatusCode::UPGRADE_REQUIRED) {
                headers::set_upgrade(&mut head.headers, protocol);
            }
            let lease = Lease { line: Some(line), endpoint, visit, status, exclusive, claim };
            Response::from_parts(head, AnswerBody::app(body, lease))
        }
    }
}

fn switch_protocols(
    visit: Visit,
    wish: UpgradeWish,
    mut answer: Response<Incoming>,
    claim: Claim,
) -> Response<AnswerBody> {
    let unnamed = HeaderValue::from_static("websocket");
    let protocol = answer.headers().get(UPGRADE).cloned().unwrap_or(unnamed);
    let app = hyper::upgrade::on(&mut answer);
    let UpgradeWish { upgrade, client } = wish;
    let board = Arc::clone(visit.board());
    let session =
        carry_upgraded(Arc::clone(&board), claim.into_upgraded(), upgrade, Ends { client, app });
    board.tracker.spawn(session);
    visit.link().leave_http();
    visit.answered(StatusCode::SWITCHING_PROTOCOLS);
    let (mut head, _) = answer.into_parts();
    headers::strip_hop_by_hop(&mut head.headers);
    headers::set_upgrade(&mut head.headers, protocol);
    Response::from_parts(head, AnswerBody::empty())
}
