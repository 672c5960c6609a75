//! One probe: one connection, at most one request.

use std::{io, time::Duration};

use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use phoenix_engine::ports::ProbeTarget;
use tokio::{
    io::AsyncReadExt,
    net::TcpStream,
    time::{error::Elapsed, timeout},
};

/// An answer is read to its end, but no further than this.
const BODY_BYTES: usize = 1024 * 1024;
/// A port that was opened by a forwarder on behalf of nobody is closed again at once; a connection
/// that is open after this time belongs to somebody.
const CLOSED_AT_ONCE: Duration = Duration::from_millis(20);

/// Asks once: the HTTP status, or `None` for a bare connection; otherwise why there was no answer.
pub(super) async fn ask(target: &ProbeTarget) -> Result<Option<u16>, String> {
    let exchange = async {
        let stream = TcpStream::connect(target.address.as_str()).await.map_err(words)?;
        stream.set_nodelay(true).map_err(words)?;
        match &target.path {
            Some(path) => get(stream, &target.address, path).await.map(Some),
            None => stays_open(stream).await.map(|()| None),
        }
    };
    timeout(target.timeout, exchange)
        .await
        .unwrap_or_else(|Elapsed { .. }| Err(format!("no answer within {:?}", target.timeout)))
}

/// `GET path`, read to the end: an answer that is cut off is none.
async fn get(stream: TcpStream, address: &str, path: &str) -> Result<u16, String> {
    let request = Request::get(path)
        .header(header::HOST, address)
        .header(header::USER_AGENT, concat!("phoenix-tray/", env!("CARGO_PKG_VERSION")))
        .header(header::ACCEPT, "*/*")
        .header(header::CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(|error| format!("{path} cannot be asked for: {error}"))?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(http_words)?;
    let exchange = async move {
        let answer = sender.send_request(request).await.map_err(http_words)?;
        let status = answer.status().as_u16();
        let mut body = answer.into_body();
        let mut read = 0;
        while let Some(frame) = body.frame().await {
            read += frame.map_err(http_words)?.data_ref().map_or(0, Bytes::len);
            if read > BODY_BYTES {
                break;
            }
        }
        Ok(status)
    };
    tokio::pin!(exchange, connection);
    tokio::select! {
        biased;
        outcome = &mut exchange => outcome,
        _ = &mut connection => exchange.await,
    }
}

/// Nothing is sent. A server that speaks first, or waits, is there.
async fn stays_open(mut stream: TcpStream) -> Result<(), String> {
    match timeout(CLOSED_AT_ONCE, stream.read(&mut [0; 1])).await {
        Ok(Ok(0)) => Err("the connection was closed at once".to_owned()),
        Ok(Ok(_)) | Err(Elapsed { .. }) => Ok(()),
        Ok(Err(error)) => Err(words(error)),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a conversion for map_err")]
fn words(error: io::Error) -> String {
    if error.kind() == io::ErrorKind::ConnectionRefused {
        "connection refused".to_owned()
    } else {
        error.to_string()
    }
}

/// The cause says more than "error sending request".
#[expect(clippy::needless_pass_by_value, reason = "a conversion for map_err")]
fn http_words(error: hyper::Error) -> String {
    use std::error::Error as _;
    error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}
