//! Apps that die.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use phoenix_switch::options::PortMode;
use std::time::Duration;

use crate::support::{App, Client, Rig};

const A: (&str, &str) = ("a", "127.0.0.1");

#[tokio::test]
async fn a_get_survives_the_crash_of_its_app() {
    let dying = App::start(A.1, 0, |mut connection| async move {
        connection.request().await;
    })
    .await;
    let port = dying.port;
    let rig = Rig::start(port);
    rig.commit(&[A]).await;
    // The connection stays open without an answer until the app is killed.
    let hanging = App::start("127.0.0.2", port, |mut connection| async move {
        connection.request().await;
        std::future::pending::<()>().await;
    })
    .await;
    rig.commit(&[("h", "127.0.0.2")]).await;
    let mut client = Client::connect(rig.port).await;
    client.send("GET / HTTP/1.1\r\nHost: app\r\n\r\n").await;
    rig.until("in flight", |status| status.generations.iter().any(|one| one.in_flight == 1)).await;
    hanging.kill().await;
    rig.until("held", |status| status.held_now == 1).await;
    let _again = App::steady("again", "127.0.0.2", port).await;
    assert_eq!(client.answer().await.text(), "again");
    assert_eq!(rig.generation("h").await.counters.retried, 1);
}

#[tokio::test]
async fn a_post_that_may_have_been_executed_is_not_sent_again() {
    let a = App::start(A.1, 0, |mut connection| async move {
        connection.request().await;
    })
    .await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    assert_eq!(client.post("/", "once").await.status, 502);
    assert_eq!(a.seen().len(), 1);
    assert_eq!(rig.generation("a").await.counters.failed, 1);
    assert_eq!(client.post("/", "twice").await.status, 502);
}

#[tokio::test]
async fn a_poisonous_get_is_not_repeated_without_end() {
    let a = App::start(A.1, 0, |mut connection| async move {
        connection.request().await;
        connection.reset();
    })
    .await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    assert_eq!(Client::connect(rig.port).await.get("/").await.status, 502);
    assert_eq!(a.seen().len(), 2);
}

#[tokio::test]
async fn an_answer_cut_by_the_app_never_looks_complete() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
    let sized = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello";
    for head in [chunked, sized] {
        let a = App::start(A.1, 0, move |mut connection| async move {
            connection.request().await;
            connection.send(head).await;
        })
        .await;
        let rig = Rig::start(a.port);
        rig.commit(&[A]).await;
        let mut client = Client::connect(rig.port).await;
        client.send("GET / HTTP/1.1\r\nHost: app\r\n\r\n").await;
        assert!(client.try_answer("GET").await.is_err());
        rig.counters("a", |counters| counters.failed == 1).await;
    }
}

#[tokio::test]
async fn a_fresh_connection_that_died_is_tried_once_more_for_a_get() {
    let count = Arc::new(AtomicU32::new(0));
    let a = App::start(A.1, 0, move |mut connection| {
        let count = Arc::clone(&count);
        async move {
            connection.request().await;
            if count.fetch_add(1, SeqCst) > 0 {
                connection.reply("second").await;
            }
        }
    })
    .await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    assert_eq!(Client::connect(rig.port).await.get("/").await.text(), "second");
}

#[tokio::test]
async fn requests_wait_for_an_app_that_is_still_booting() {
    let port = App::steady("gone", A.1, 0).await.port;
    let rig = Rig::start_with(port, PortMode::Auto, |options| {
        options.hold_limit = Duration::from_secs(15);
    });
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    client.send("POST / HTTP/1.1\r\nHost: app\r\nContent-Length: 2\r\n\r\nhi").await;
    rig.until("held", |status| status.held_now == 1).await;
    let booted = App::steady("booted", A.1, port).await;
    assert_eq!(client.answer().await.text(), "booted");
    assert_eq!(booted.seen().len(), 1);
}

#[tokio::test]
async fn a_dead_backend_beside_a_living_one_fails_nothing() {
    let a = App::steady("a", A.1, 0).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A, ("dead", "127.0.0.9")]).await;
    let mut client = Client::connect(rig.port).await;
    for _ in 0..10 {
        assert_eq!(client.post("/", "x").await.text(), "a");
    }
}
