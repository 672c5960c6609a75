//! Carrying a WebSocket so that it never ends without a close frame, if that can be helped.

use std::pin::pin;
use std::sync::OnceLock;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::frames::{FrameWalker, GOODBYE};
use super::until;
use crate::counters::SocketEnding;
use crate::routing::Farewell;

/// How long a client has to answer a close frame.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// How long an app has to end after its client has.
const END_WITHIN: Duration = Duration::from_secs(30);
const BUFFER_BYTES: usize = 16 * 1024;

/// Who said goodbye first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    App,
    Client,
}

/// How the app's direction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DownEnd {
    /// The app's connection is over.
    App,
    /// The switch has said goodbye.
    Goodbye,
    /// The client takes nothing any more.
    ClientGone,
}

/// Carries a WebSocket until both sides have ended.
pub(super) async fn carry<C, A>(
    client: C,
    app: A,
    mut farewells: watch::Receiver<Farewell>,
    stop: CancellationToken,
) -> SocketEnding
where
    C: AsyncRead + AsyncWrite + Unpin,
    A: AsyncRead + AsyncWrite + Unpin,
{
    farewells.mark_unchanged();
    let mut cut = farewells.clone();
    tokio::select! {
        ending = converse(client, app, farewells, stop) => ending,
        () = until(&mut cut, |farewell| farewell == Farewell::Cut) => SocketEnding::Cut,
    }
}

async fn converse<C, A>(
    client: C,
    app: A,
    farewells: watch::Receiver<Farewell>,
    stop: CancellationToken,
) -> SocketEnding
where
    C: AsyncRead + AsyncWrite + Unpin,
    A: AsyncRead + AsyncWrite + Unpin,
{
    let (client_reads, mut client_writes) = split(client);
    let (app_reads, app_writes) = split(app);
    let first = OnceLock::new();
    let mut up = pin!(carry_up(client_reads, app_writes, &first));
    let mut walker = FrameWalker::default();
    let (end, up_is_over) = {
        let down = carry_down(app_reads, &mut client_writes, &mut walker, &first, farewells, stop);
        let mut down = pin!(down);
        tokio::select! {
            end = &mut down => (end, false),
            () = &mut up => {
                // The client has sent its end; the app may still say something.
                (timeout(END_WITHIN, down).await.unwrap_or(DownEnd::ClientGone), true)
            }
        }
    };
    let ending = say_goodbye(end, &walker, first.get().copied(), &mut client_writes).await;
    let _ = client_writes.shutdown().await;
    if !up_is_over {
        // Closing while the client's last bytes are unread could take the close frame back.
        let _ = timeout(ANSWER_WITHIN, up).await;
    }
    ending
}

/// From client to app. Ends when the client does; an app that takes nothing any more is no reason
/// to stop listening to the client's goodbye.
async fn carry_up<C: AsyncRead, A: AsyncWrite>(
    mut client: ReadHalf<C>,
    mut app: WriteHalf<A>,
    first: &OnceLock<Side>,
) {
    let mut walker = FrameWalker::default();
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut app_takes = true;
    loop {
        let count = client.read(&mut buffer).await.unwrap_or(0);
        walker.walk(&buffer[..count]);
        if count == 0 || walker.has_closed() {
            first.get_or_init(|| Side::Client);
        }
        if count == 0 {
            let _ = app.shutdown().await;
            return;
        }
        app_takes = app_takes && app.write_all(&buffer[..count]).await.is_ok();
    }
}

/// From app to client, until the app ends or the switch has said goodbye.
async fn carry_down<C: AsyncWrite, A: AsyncRead>(
    mut app: ReadHalf<A>,
    client: &mut WriteHalf<C>,
    walker: &mut FrameWalker,
    first: &OnceLock<Side>,
    mut farewells: watch::Receiver<Farewell>,
    stop: CancellationToken,
) -> DownEnd {
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut leaving = pin!(async {
        tokio::select! {
            () = until(&mut farewells, |farewell| farewell != Farewell::Stay) => (),
            () = stop.cancelled() => (),
        }
    });
    let mut must_leave = false;
    loop {
        if must_leave && walker.is_at_boundary() && !walker.has_closed() {
            return DownEnd::Goodbye;
        }
        let count = tokio::select! {
            biased;
            () = &mut leaving, if !must_leave => {
                must_leave = true;
                continue;
            }
            read = app.read(&mut buffer) => read.unwrap_or(0),
        };
        if count == 0 {
            return DownEnd::App;
        }
        walker.walk(&buffer[..count]);
        if walker.has_closed() {
            first.get_or_init(|| Side::App);
        }
        if client.write_all(&buffer[..count]).await.is_err() {
            return DownEnd::ClientGone;
        }
    }
}

/// Makes sure that the client gets a close frame, and tells who is to be counted for the end.
async fn say_goodbye<C: AsyncWrite>(
    end: DownEnd,
    walker: &FrameWalker,
    first: Option<Side>,
    client: &mut WriteHalf<C>,
) -> SocketEnding {
    match (end, first) {
        (DownEnd::ClientGone, _) | (_, Some(Side::Client)) => SocketEnding::Client,
        (_, Some(Side::App)) => SocketEnding::App,
        (DownEnd::App | DownEnd::Goodbye, None) if !walker.is_at_boundary() => SocketEnding::Cut,
        (DownEnd::App | DownEnd::Goodbye, None) => {
            match timeout(ANSWER_WITHIN, client.write_all(GOODBYE)).await {
                Ok(Ok(())) => SocketEnding::Switch,
                Ok(Err(_)) => SocketEnding::Client,
                Err(_) => SocketEnding::Cut,
            }
        }
    }
}
