//! Accepting clients, as many as there are places for.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::OwnedSemaphorePermit;

use super::client::ClientLink;
use super::connection::{serve_http1, serve_http2};
use super::sniff::{Sniffed, Speech, sniff};
use super::{BoundListener, Switchboard, answers};
use crate::counters::{Ending, Tally};
use crate::options::PortMode;
use crate::tunnel::relay_raw;
use crate::upstream::Wire;

/// After an error such as "too many open files" trying again at once would be a busy loop.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(50);

/// Accepts clients until the switch stops; then those whom the kernel has accepted already.
pub(crate) async fn accept_clients(board: Arc<Switchboard>, listener: BoundListener) {
    let BoundListener { socket, port, mode } = listener;
    while let Some(Some(place)) = board.stop.run_until_cancelled(board.budget.place()).await {
        match board.stop.run_until_cancelled(socket.accept()).await {
            Some(Ok((stream, _))) => welcome(&board, stream, port, mode, place),
            Some(Err(_)) => tokio::time::sleep(PAUSE_AFTER_ERROR).await,
            None => break,
        }
    }
    accept_backlog(&board, &socket, port, mode).await;
}

/// Closing a listening socket resets whoever waits in its backlog, so they are taken first.
async fn accept_backlog(board: &Arc<Switchboard>, socket: &TcpListener, port: u16, mode: PortMode) {
    while let Ok(Some(place)) = tokio::time::timeout(PAUSE_AFTER_ERROR, board.budget.place()).await
        && let Ok(Ok((stream, _))) =
            tokio::time::timeout(Duration::from_millis(1), socket.accept()).await
    {
        welcome(board, stream, port, mode, place);
    }
}

fn welcome(
    board: &Arc<Switchboard>,
    stream: TcpStream,
    port: u16,
    mode: PortMode,
    place: OwnedSemaphorePermit,
) {
    let board = Arc::clone(board);
    board.tracker.clone().spawn(async move {
        let _place = place;
        let _count = board.count_client();
        let wire = Wire::new(stream);
        match mode {
            PortMode::Tcp => relay_raw(&board, wire, &[], port).await,
            PortMode::Auto => serve_by_speech(&board, wire, port).await,
        }
    });
}

async fn serve_by_speech(board: &Arc<Switchboard>, wire: Wire, port: u16) {
    let link = Arc::new(ClientLink::new(wire));
    let sniffed = tokio::select! {
        sniffed = sniff(link.wire()) => sniffed,
        () = board.stop.cancelled() => linger_for_speech(link.wire()).await,
        () = link.idle_too_long(&board.budget) => return,
    };
    let Sniffed { speech, read } = sniffed;
    match speech {
        Speech::Http1 => serve_http1(board, &link, read, port).await,
        Speech::Http2 => serve_http2(board, &link, read, port).await,
        Speech::Other => relay_raw(board, link.wire().clone(), &read, port).await,
        Speech::Unfinished => {
            board.record(None, Tally { ending: Ending::Refused, held: None, head: None });
            let _ = link.wire().try_write(answers::TOO_SLOW);
        }
        Speech::Nothing => (),
    }
}

/// Whoever was accepted at the last moment gets a moment to say something.
async fn linger_for_speech(wire: &Wire) -> Sniffed {
    let nothing = Sniffed { speech: Speech::Nothing, read: bytes::Bytes::new() };
    tokio::time::timeout(PAUSE_AFTER_ERROR, sniff(wire)).await.unwrap_or(nothing)
}
