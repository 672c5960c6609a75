//! Requests that wait for a backend.

use std::time::{Duration, Instant};

use phoenix_switch::options::PortMode;
use phoenix_switch::protocol::{Command, Outcome};
use tokio::task::JoinSet;

use crate::support::{App, Client, Rig, soon};

const A: (&str, &str) = ("a", "127.0.0.1");
const B: (&str, &str) = ("b", "127.0.0.2");

async fn hold(rig: &Rig, limit_ms: u64) {
    assert!(matches!(rig.order(Command::Hold { limit_ms }).await, Outcome::Routed(_)));
}

#[tokio::test]
async fn held_requests_are_answered_by_the_new_generation() {
    let a = App::steady("a", A.1, 0).await;
    let _b = App::steady("b", B.1, a.port).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    hold(&rig, 20_000).await;
    let mut clients = JoinSet::new();
    for number in 0..500 {
        let port = rig.port;
        clients.spawn(async move {
            let mut client = Client::connect(port).await;
            if number % 2 == 0 { client.get("/").await } else { client.post("/", "body").await }
        });
    }
    rig.until("500 held", |status| status.held_now == 500).await;
    let released = Instant::now();
    rig.commit(&[B]).await;
    while let Some(answer) = soon("the release", clients.join_next()).await {
        assert_eq!(answer.unwrap().text(), "b");
    }
    assert!(released.elapsed() < Duration::from_secs(20), "{:?}", released.elapsed());
    let counters = rig.counters("b", |counters| counters.requests == 500).await;
    assert_eq!((counters.held, counters.failed), (500, 0));
    assert!(a.seen().is_empty());
}

#[tokio::test]
async fn exactly_the_overdue_requests_get_503_and_a_time_to_retry() {
    let a = App::steady("a", A.1, 0).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    hold(&rig, 300).await;
    let mut early = Client::connect(rig.port).await;
    early.send("GET / HTTP/1.1\r\nHost: app\r\n\r\n").await;
    rig.until("one held", |status| status.held_now == 1).await;
    let overdue = early.answer().await;
    assert_eq!((overdue.status, overdue.field("retry-after")), (503, Some("1")));
    let mut late = Client::connect(rig.port).await;
    late.send("GET / HTTP/1.1\r\nHost: app\r\n\r\n").await;
    rig.until("one held", |status| status.held_now == 1).await;
    rig.order(Command::Resume).await;
    assert_eq!(late.answer().await.status, 200);
    let status = rig.status().await;
    assert_eq!((status.unrouted.failed, status.unrouted.held), (1, 1));
    assert_eq!(early.get("/").await.status, 200);
}

#[tokio::test]
async fn a_hold_leaves_what_is_in_flight_alone() {
    let a = App::start(A.1, 0, |mut connection| async move {
        connection.request().await;
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nfir").await;
        connection.exactly(1).await;
    })
    .await;
    let b = App::steady("b", B.1, a.port).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    client.send("GET / HTTP/1.1\r\nHost: app\r\n\r\n").await;
    client.head().await.unwrap();
    hold(&rig, 10_000).await;
    assert_eq!(client.exactly(3).await.unwrap(), b"fir");
    assert_eq!(rig.generation("a").await.in_flight, 1);
    drop(b);
}

#[tokio::test]
async fn an_empty_route_makes_requests_wait_instead_of_failing() {
    let a = App::steady("a", A.1, 0).await;
    let rig = Rig::start(a.port);
    let mut client = Client::connect(rig.port).await;
    client.send("GET / HTTP/1.1\r\nHost: app\r\n\r\n").await;
    rig.until("one held", |status| status.held_now == 1).await;
    rig.commit(&[A]).await;
    assert_eq!(client.answer().await.text(), "a");
}

#[tokio::test]
async fn a_client_that_leaves_while_held_is_never_sent_on() {
    let a = App::steady("a", A.1, 0).await;
    let rig = Rig::start(a.port);
    let mut with_body = Client::connect(rig.port).await;
    with_body.send("POST / HTTP/1.1\r\nHost: app\r\nContent-Length: 9\r\n\r\nsome").await;
    let mut bare = Client::connect(rig.port).await;
    bare.send("GET / HTTP/1.1\r\nHost: app\r\n\r\n").await;
    rig.until("two held", |status| status.held_now == 2).await;
    drop((with_body, bare));
    let status = rig.until("nobody held", |status| status.held_now == 0).await;
    assert_eq!(status.unrouted.abandoned, 2);
    rig.commit(&[A]).await;
    assert_eq!(Client::connect(rig.port).await.get("/").await.status, 200);
    assert_eq!(a.seen().len(), 1);
}

#[tokio::test]
async fn more_than_may_wait_are_turned_away_at_once() {
    let rig = Rig::start_with(1, PortMode::Auto, |options| options.hold_at_most = 1);
    let mut first = Client::connect(rig.port).await;
    first.send("GET / HTTP/1.1\r\nHost: app\r\n\r\n").await;
    rig.until("one held", |status| status.held_now == 1).await;
    assert_eq!(Client::connect(rig.port).await.get("/").await.status, 503);
}

#[tokio::test]
async fn raw_connections_wait_too() {
    let rig = Rig::start(0);
    drop(rig);
    let a = App::start(A.1, 0, |mut connection| async move {
        let said = connection.exactly(4).await.unwrap();
        connection.send(said).await;
    })
    .await;
    let rig = Rig::start(a.port);
    let mut client = Client::connect(rig.port).await;
    client.send(b"\x16\x03\x01\x02").await;
    rig.until("one held", |status| status.held_now == 1).await;
    rig.commit(&[A]).await;
    assert_eq!(soon("the echo", client.exactly(4)).await.unwrap(), b"\x16\x03\x01\x02");
}
