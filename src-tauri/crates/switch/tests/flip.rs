//! Moving requests from one generation to another.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use phoenix_switch::protocol::{Command, Outcome};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::support::{App, Client, Rig, soon};

const A: (&str, &str) = ("a", "127.0.0.1");
const B: (&str, &str) = ("b", "127.0.0.2");

/// An app that counts how often each id was posted to it.
async fn counting(host: &str, port: u16, posted: &Arc<Mutex<HashMap<String, u32>>>) -> App {
    let posted = Arc::clone(posted);
    App::start(host, port, move |mut connection| {
        let posted = Arc::clone(&posted);
        async move {
            while let Some(seen) = connection.request().await {
                if !seen.body.is_empty() {
                    let id = String::from_utf8(seen.body).unwrap();
                    *posted.lock().unwrap().entry(id).or_default() += 1;
                }
                if connection.reply("ok").await.is_none() {
                    return;
                }
            }
        }
    })
    .await
}

#[tokio::test]
async fn flips_under_load_fail_nothing_and_execute_nothing_twice() {
    let posted = Arc::default();
    let a = counting(A.1, 0, &posted).await;
    let _b = counting(B.1, a.port, &posted).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let (done, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut clients = JoinSet::new();
    for number in 0..16 {
        let (done, sent, port) = (Arc::clone(&done), Arc::clone(&sent), rig.port);
        clients.spawn(async move {
            let mut client = Client::connect(port).await;
            while !done.load(Relaxed) {
                let id = sent.fetch_add(1, Relaxed);
                let answer = match number % 2 {
                    0 => client.get("/").await,
                    _ => client.post("/", &format!("id-{id}")).await,
                };
                assert_eq!(answer.status, 200);
            }
        });
    }
    for round in 0..40 {
        rig.commit(&[if round % 2 == 0 { B } else { A }]).await;
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    done.store(true, Relaxed);
    while let Some(ended) = clients.join_next().await {
        ended.unwrap();
    }
    let twice = posted.lock().unwrap().values().filter(|count| **count != 1).count();
    assert_eq!(twice, 0);
    let counted = rig.status().await.generations;
    let requests: u64 = counted.iter().map(|generation| generation.counters.requests).sum();
    assert_eq!(requests, sent.load(Relaxed));
    assert_eq!(counted.iter().map(|generation| generation.counters.failed).sum::<u64>(), 0);
}

#[tokio::test]
async fn after_the_reply_to_a_commit_nothing_new_reaches_the_old_generation() {
    let a = App::steady("a", A.1, 0).await;
    let _b = App::steady("b", B.1, a.port).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    for _ in 0..50 {
        rig.commit(&[A]).await;
        assert_eq!(client.get("/").await.text(), "a");
        rig.commit(&[B]).await;
        assert_eq!(client.get("/").await.text(), "b");
    }
}

#[tokio::test]
async fn a_drain_waits_for_what_is_in_flight() {
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
    let b = App::steady("b", B.1, a.port).await;
    let rig = Rig::start(b.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    client.send("POST /slow HTTP/1.1\r\nHost: app\r\nContent-Length: 1\r\n\r\nx").await;
    rig.until("the request in flight", |status| status.generations[0].in_flight == 1).await;
    rig.commit(&[B]).await;
    let drain = |deadline_ms| Command::Drain { generation: "a".into(), deadline_ms };
    let Outcome::Drained(short) = rig.order(drain(50)).await else { panic!("no drain") };
    assert_eq!(short.in_flight, 1);
    let finish = async {
        // Long enough for a drain that does not wait to have answered.
        tokio::time::sleep(Duration::from_millis(100)).await;
        go.notify_one();
    };
    let (drained, ()) = tokio::join!(rig.order(drain(10_000)), finish);
    let Outcome::Drained(long) = drained else { panic!("no drain") };
    assert_eq!(long.in_flight, 0);
    assert_eq!(client.answer().await.text(), "late");
}

#[tokio::test]
async fn several_backends_share_the_requests_evenly() {
    let a = App::steady("a", A.1, 0).await;
    let _b = App::steady("b", B.1, a.port).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A, B]).await;
    let mut client = Client::connect(rig.port).await;
    let mut from_a = 0;
    for _ in 0..20 {
        from_a += u32::from(client.get("/").await.text() == "a");
    }
    assert_eq!(from_a, 10);
}

#[tokio::test]
async fn an_app_that_closes_idle_connections_loses_no_request() {
    let a = App::named("a", A.1, 0, Duration::from_millis(10)).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut clients = JoinSet::new();
    for number in 0..16_u64 {
        let port = rig.port;
        clients.spawn(async move {
            let mut client = Client::connect(port).await;
            for round in 0..120 {
                let answer = match number % 2 {
                    0 => client.get("/").await,
                    _ => client.post("/", "x").await,
                };
                assert_eq!(answer.status, 200);
                let pause = 5_000 + (number * 7_919 + round * 104_729) % 10_000;
                tokio::time::sleep(Duration::from_micros(pause)).await;
            }
        });
    }
    while let Some(ended) = soon("the race", clients.join_next()).await {
        ended.unwrap();
    }
    assert_eq!(rig.generation("a").await.counters.failed, 0);
}

#[tokio::test]
async fn a_post_never_rides_a_connection_that_was_used_before() {
    // Each connection answers once and then drops the next request without a word.
    let a = App::start(A.1, 0, |mut connection| async move {
        if connection.request().await.is_some() && connection.reply("once").await.is_some() {
            connection.request().await;
        }
    })
    .await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    for _ in 0..20 {
        assert_eq!(client.get("/").await.status, 200);
        assert_eq!(client.post("/", "x").await.status, 200);
    }
}
