//! Input meant to be understood in two ways, or never to end.

use std::time::Duration;

use crate::support::{App, Client, Rig, soon};

const A: (&str, &str) = ("a", "127.0.0.1");

/// Requests that two programs might cut into messages in two ways. Each ends with a smuggled
/// request that the app must never see as one of its own.
const CORPUS: &[(&str, &str)] = &[
    (
        "CL.TE",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
    (
        "TE.CL",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
    (
        "two lengths",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 41\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
    (
        "a list of lengths",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0, 41\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
    (
        "a signed length",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
    (
        "a negative length",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
    (
        "xchunked",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
    (
        "identity last",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
    (
        "chunked twice",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
    (
        "TE in 1.0",
        "POST / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
    (
        "space before the colon",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 41\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
    (
        "folded",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
    (
        "a control byte",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
    (
        "a bare CR",
        "POST / HTTP/1.1\r\nHost: a\rTransfer-Encoding: chunked\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
    (
        "two hosts",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
    (
        "an overlong chunk size",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
    (
        "a chunk size with a sign",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
    (
        "no line end after a chunk",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhiGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
    (
        "a line feed in a chunk extension",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0;\nx\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ),
];

#[tokio::test]
async fn no_request_is_smuggled_past_the_switch() {
    for (name, bytes) in CORPUS {
        let a = App::steady("a", A.1, 0).await;
        let rig = Rig::start(a.port);
        rig.commit(&[A]).await;
        let mut client = Client::connect(rig.port).await;
        client.send(bytes).await;
        client.end_sending().await;
        let heard = soon(name, client.read_to_end()).await;
        let heard = String::from_utf8_lossy(&heard.unwrap_or_default()).into_owned();
        let seen = a.seen();
        assert!(seen.len() <= 1, "{name}: {seen:?}");
        assert!(!seen.iter().any(|one| one.head.contains("smuggled")), "{name}: {seen:?}");
        assert!(heard.is_empty() || heard.matches("HTTP/1.").count() == 1, "{name}: {heard}");
    }
}

#[tokio::test]
async fn an_upgrade_with_a_body_is_an_ordinary_request() {
    let a = App::steady("a", A.1, 0).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    client
        .send("POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 30\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: b")
        .await;
    assert_eq!(client.answer().await.status, 200);
    let seen = a.seen();
    assert_eq!((seen.len(), seen[0].body.len()), (1, 30));
    assert!(!seen[0].head.to_ascii_lowercase().contains("upgrade"));
}

#[tokio::test]
async fn an_absolute_target_cannot_contradict_the_host() {
    let a = App::steady("a", A.1, 0).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    client.send("GET http://real/x HTTP/1.1\r\nHost: fake\r\n\r\n").await;
    assert_eq!(client.answer().await.status, 200);
    let head = a.seen()[0].head.to_ascii_lowercase();
    assert!(head.starts_with("get /x http/1.1\r\n") && head.contains("host: real\r\n"), "{head}");
}

#[tokio::test]
async fn line_feeds_alone_are_brought_into_order() {
    let a = App::steady("a", A.1, 0).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    client.send("GET / HTTP/1.1\nHost: a\nX: 1\n\n").await;
    assert_eq!(client.answer().await.status, 200);
    assert_eq!(a.seen()[0].head, "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n\r\n");
}

#[tokio::test]
async fn sixty_four_kilobytes_of_headers_pass_and_more_get_431() {
    let a = App::steady("a", A.1, 0).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let request = |bytes: usize| {
        let value = "x".repeat(bytes / 16);
        let fields = format!("X: {value}\r\n").repeat(16);
        format!("GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n")
    };
    let mut client = Client::connect(rig.port).await;
    client.send(request(64 * 1024)).await;
    assert_eq!(client.answer().await.status, 200);
    let _ = client.try_send(request(512 * 1024).as_bytes()).await;
    assert_eq!(client.answer().await.status, 431);
    let mut many = Client::connect(rig.port).await;
    many.send(format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(300))).await;
    assert_eq!(many.answer().await.status, 431);
    rig.until("both refused", |status| status.unrouted.refused == 2).await;
}

#[tokio::test(start_paused = true)]
async fn a_head_that_never_ends_gets_408_and_an_idle_connection_stays() {
    let a = App::steady("a", A.1, 0).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut idle = Client::connect(rig.port).await;
    assert_eq!(idle.get("/").await.status, 200);
    let mut slow = Client::connect(rig.port).await;
    slow.send("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ").await;
    let answer = slow.try_answer("GET").await.unwrap();
    assert_eq!((answer.status, answer.field("connection")), (408, Some("close")));
    tokio::time::sleep(Duration::from_mins(10)).await;
    assert_eq!(idle.get("/").await.status, 200);
}

#[tokio::test]
async fn a_forward_proxy_is_not_offered() {
    let a = App::steady("a", A.1, 0).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    client.send("CONNECT db:5432 HTTP/1.1\r\nHost: db:5432\r\n\r\n").await;
    assert_eq!(client.answer().await.status, 405);
    assert!(a.seen().is_empty());
}
