//! `/ws`: a WebSocket that echoes, and says goodbye with 1001 when the gateway stops.

use std::sync::Arc;

use futures_util::{SinkExt, StreamExt};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::time::{Duration, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};

use crate::app::App;
use crate::fault::Fault;
use crate::log;
use crate::routes::{Answer, empty, json};

/// How long the other side may take to answer our close frame.
const GOODBYE: Duration = Duration::from_secs(1);

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Answers 101 and echoes in a session of its own; 400 when it is no WebSocket request.
pub(crate) fn upgrade(app: &Arc<App>, mut request: Request<Incoming>) -> Answer {
    let key = request.headers().get(SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes()));
    let accept = key.and_then(|key| HeaderValue::from_str(&key).ok());
    let Some(accept) = accept.filter(|_| request.headers().contains_key(UPGRADE)) else {
        return json(StatusCode::BAD_REQUEST, &json!({ "error": "not a WebSocket request" }));
    };
    let upgrade = hyper::upgrade::on(&mut request);
    app.keep(session(Arc::clone(app), upgrade));
    let mut answer = empty(StatusCode::SWITCHING_PROTOCOLS);
    let headers = answer.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    answer
}

async fn session(app: Arc<App>, upgrade: OnUpgrade) {
    match upgrade.await {
        Ok(upgraded) => {
            let io = TokioIo::new(upgraded);
            let mut socket = WebSocketStream::from_raw_socket(io, Role::Server, None).await;
            if echo_until_stop(&app, &mut socket).await {
                say_goodbye(&mut socket).await;
            }
        }
        Err(error) => log::complain(&format!("a WebSocket upgrade failed: {error}")),
    }
}

/// Echoes; true when the gateway stops and the socket deserves a close frame.
async fn echo_until_stop(app: &App, socket: &mut Socket) -> bool {
    loop {
        let message = tokio::select! {
            () = app.until_stop() => {
                return !app.settings.faults.has(&Fault::NoWebsocketClose);
            }
            message = socket.next() => message,
        };
        match message {
            Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => {
                if socket.send(message).await.is_err() {
                    return false;
                }
            }
            Some(Ok(
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) | Message::Close(_),
            )) => {}
            Some(Err(_)) | None => return false,
        }
    }
}

async fn say_goodbye(socket: &mut Socket) {
    let frame = CloseFrame { code: CloseCode::Away, reason: "the gateway stops".into() };
    let goodbye = async {
        if socket.close(Some(frame)).await.is_ok() {
            while let Some(Ok(_)) = socket.next().await {}
        }
    };
    if timeout(GOODBYE, goodbye).await.is_err() {
        log::say("a WebSocket client did not answer the close frame within 1 s");
    }
}
