//! Stopping without losing anybody.

use std::sync::Arc;

use phoenix_switch::options::PortMode;
use std::time::Duration;
use tokio::sync::Notify;

use crate::support::{App, Client, Rig};

const A: (&str, &str) = ("a", "127.0.0.1");

#[tokio::test]
async fn a_stop_answers_what_is_in_flight_and_says_that_the_connection_ends() {
    let go = Arc::new(Notify::new());
    let gone = Arc::clone(&go);
    let a = App::start(A.1, 0, move |mut connection| {
        let go = Arc::clone(&gone);
        async move {
            connection.request().await;
            go.notified().await;
            connection.reply("late").await;
        }
    })
    .await;
    let mut rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    client.send("POST / HTTP/1.1\r\nHost: app\r\nContent-Length: 0\r\n\r\n").await;
    rig.until("in flight", |status| status.generations[0].in_flight == 1).await;
    let conversation = async {
        tokio::task::yield_now().await;
        go.notify_one();
        client.answer().await
    };
    let (in_order, answer) = tokio::join!(biased; rig.stop(), conversation);
    assert!(in_order);
    assert_eq!((answer.text().as_str(), answer.field("connection")), ("late", Some("close")));
}

#[tokio::test]
async fn a_stop_answers_who_waits_in_vain_before_it_ends() {
    let mut rig = Rig::start_with(1, PortMode::Auto, |options| {
        options.drain_limit = Duration::from_millis(800);
    });
    let mut client = Client::connect(rig.port).await;
    client.send("GET / HTTP/1.1\r\nHost: app\r\n\r\n").await;
    rig.until("one held", |status| status.held_now == 1).await;
    let (in_order, answer) = tokio::join!(rig.stop(), client.answer());
    assert!(in_order);
    assert_eq!((answer.status, answer.field("connection")), (503, Some("close")));
}

#[tokio::test]
async fn a_stop_lets_idle_clients_go() {
    let a = App::steady("a", A.1, 0).await;
    let mut rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    client.get("/").await;
    assert!(rig.stop().await);
    assert_eq!(client.read_to_end().await.unwrap(), b"");
}
