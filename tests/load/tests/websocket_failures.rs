//! How a WebSocket ends is looked at closely.

#![expect(clippy::unwrap_used, reason = "what a test cannot set up, fails it")]

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use phoenix_load::{FailureClass, Load, LoadPlan, Mix, Report};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{WebSocketStream, accept_async};

const WITHIN: Duration = Duration::from_secs(20);

/// What the server does after the first echo.
#[derive(Debug, Clone, Copy)]
enum Then {
    /// Ends the connection without a word.
    Cuts,
    /// Says goodbye with this code.
    Closes(u16),
    /// Swallows one message.
    Loses,
    /// Sends the same echo again.
    Repeats,
    /// Answers no more, and stays.
    FallsSilent,
}

/// The report once `enough` was seen of a server that misbehaves like this.
async fn report_of(then: Then, enough: impl Fn(&phoenix_load::Snapshot) -> bool) -> Report {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut server = JoinSet::new();
    server.spawn(async move {
        let mut sockets = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            sockets.spawn(serve(then, stream));
        }
    });
    let mut plan = LoadPlan::only(vec![address], Mix { websocket: 2, ..Mix::default() });
    plan.limits.hold = Duration::from_millis(500);
    let load = Load::start(plan).unwrap();
    load.wait_until(&format!("{then:?}"), WITHIN, enough).await.unwrap();
    load.stop().await
}

async fn serve(then: Then, stream: TcpStream) {
    let Ok(mut socket) = accept_async(stream).await else { return };
    let first = next(&mut socket).await;
    socket.send(first.clone()).await.unwrap();
    match then {
        Then::Cuts => {}
        Then::Closes(code) => {
            let frame = CloseFrame { code: code.into(), reason: "".into() };
            socket.close(Some(frame)).await.unwrap();
            while let Some(Ok(_)) = socket.next().await {}
        }
        Then::Loses => {
            next(&mut socket).await;
            let second = next(&mut socket).await;
            socket.send(second).await.unwrap();
            while let Some(Ok(_)) = socket.next().await {}
        }
        Then::Repeats => {
            socket.send(first).await.unwrap();
            while let Some(Ok(_)) = socket.next().await {}
        }
        Then::FallsSilent => while let Some(Ok(_)) = socket.next().await {},
    }
}

async fn next(socket: &mut WebSocketStream<TcpStream>) -> Message {
    socket.next().await.unwrap().unwrap()
}

#[tokio::test]
async fn an_end_without_a_close_frame_is_a_cut() {
    let report = report_of(Then::Cuts, |seen| seen.websockets.cut >= 3).await;
    assert_eq!(report.failed(), report.websockets.cut, "{report}");
    assert!(report.failures_of(FailureClass::WebsocketCut) >= 3, "{report}");
}

#[tokio::test]
async fn a_close_frame_is_counted_by_its_code_and_is_no_failure() {
    let report = report_of(Then::Closes(1012), |seen| seen.websockets.opened >= 5).await;
    assert_eq!(report.failed(), 0, "{report}");
    assert!(report.websockets.closed[&1012] >= 3, "{report}");
}

#[tokio::test]
async fn a_lost_echo_is_found() {
    let report = report_of(Then::Loses, |seen| seen.failed >= 2).await;
    assert_eq!(report.failed(), report.failures_of(FailureClass::WebsocketLost), "{report}");
}

#[tokio::test]
async fn an_echo_that_comes_twice_is_found() {
    let report = report_of(Then::Repeats, |seen| seen.failed >= 2).await;
    assert_eq!(report.failed(), report.failures_of(FailureClass::WebsocketLost), "{report}");
}

#[tokio::test]
async fn an_echo_that_never_comes_is_a_timeout() {
    let report = report_of(Then::FallsSilent, |seen| seen.failed >= 2).await;
    assert_eq!(report.failed(), report.failures_of(FailureClass::Timeout), "{report}");
}
