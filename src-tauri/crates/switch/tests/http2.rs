//! HTTP/2 by prior knowledge.

use bytes::Bytes;
use http::{Request, Response, Version};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use phoenix_switch::protocol::Command;
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Rig, soon};

const A: (&str, &str) = ("a", "127.0.0.1");
const B: (&str, &str) = ("b", "127.0.0.2");

type Sender = http2::SendRequest<Full<Bytes>>;

/// An app that answers every stream with its name and what it was sent.
async fn app(name: &'static str, host: &str, port: u16) -> u16 {
    let listener = TcpListener::bind((host, port)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service_fn(move |request: Request<hyper::body::Incoming>| async move {
                assert_eq!(request.version(), Version::HTTP_2);
                let body = request.into_body().collect().await?.to_bytes();
                let text = [name.as_bytes(), b" ", &body].concat();
                Ok::<_, hyper::Error>(Response::new(Full::new(Bytes::from(text))))
            });
            let serving = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(stream), service);
            tokio::spawn(serving);
        }
    });
    port
}

async fn connect(rig: &Rig) -> Sender {
    let stream = TcpStream::connect(("127.0.0.1", rig.port)).await.unwrap();
    let (sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

async fn ask(mut sender: Sender, method: &str, body: &'static str) -> String {
    let request = Request::builder()
        .method(method)
        .uri("http://app/x")
        .body(Full::new(Bytes::from_static(body.as_bytes())))
        .unwrap();
    let answer = soon("an answer", sender.send_request(request)).await.unwrap();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

#[tokio::test]
async fn streams_follow_the_route_on_one_connection() {
    let port = app("a", A.1, 0).await;
    app("b", B.1, port).await;
    let rig = Rig::start(port);
    rig.commit(&[A]).await;
    let sender = connect(&rig).await;
    assert_eq!(ask(sender.clone(), "GET", "").await, "a ");
    assert_eq!(ask(sender.clone(), "POST", "data").await, "a data");
    rig.commit(&[B]).await;
    assert_eq!(ask(sender.clone(), "GET", "").await, "b ");
    assert_eq!(ask(sender, "POST", "more").await, "b more");
    let counters = rig.counters("a", |counters| counters.requests == 2).await;
    assert_eq!(counters.failed, 0);
}

#[tokio::test]
async fn streams_are_held_too() {
    let port = app("a", A.1, 0).await;
    let rig = Rig::start(port);
    rig.commit(&[A]).await;
    rig.order(Command::Hold { limit_ms: 10_000 }).await;
    let sender = connect(&rig).await;
    let asked = tokio::spawn(ask(sender, "POST", "data"));
    rig.until("one held", |status| status.held_now == 1).await;
    rig.order(Command::Resume).await;
    assert_eq!(asked.await.unwrap(), "a data");
}
