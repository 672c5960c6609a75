//! Bodies of all kinds, and what belongs to them.

use std::time::Duration;

use crate::support::{App, Client, Rig, soon};

const A: (&str, &str) = ("a", "127.0.0.1");
const BIG: usize = 50 * 1024 * 1024;

fn resident_bytes() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

async fn answering(answer: &'static str) -> (App, Rig) {
    let a = App::start(A.1, 0, move |mut connection| async move {
        while connection.request().await.is_some() {
            if connection.send(answer).await.is_none() {
                return;
            }
        }
    })
    .await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    (a, rig)
}

#[tokio::test]
async fn events_arrive_one_by_one() {
    let a = App::start(A.1, 0, |mut connection| async move {
        connection.request().await;
        connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
        for event in ["7\r\ndata: 1\r\n", "7\r\ndata: 2\r\n", "0\r\n\r\n"] {
            connection.send(event).await;
            connection.exactly(0).await;
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    })
    .await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    client.send("GET /events HTTP/1.1\r\nHost: app\r\n\r\n").await;
    client.head().await.unwrap();
    for event in ["data: 1", "data: 2", ""] {
        assert_eq!(client.chunk().await.unwrap(), event.as_bytes());
    }
}

#[tokio::test]
async fn a_big_download_that_nobody_reads_does_not_fill_the_memory() {
    let a = App::start(A.1, 0, |mut connection| async move {
        connection.request().await;
        connection.send(format!("HTTP/1.1 200 OK\r\nContent-Length: {BIG}\r\n\r\n")).await;
        let block = vec![7; 64 * 1024];
        for _ in 0..BIG / block.len() {
            if connection.send(&block).await.is_none() {
                return;
            }
        }
    })
    .await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    client.send("GET / HTTP/1.1\r\nHost: app\r\n\r\n").await;
    client.head().await.unwrap();
    let before = resident_bytes();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 16 * 1024 * 1024, "{grown} bytes");
    let mut left = BIG;
    while left > 0 {
        let part = left.min(64 * 1024);
        left -= soon("the download", client.exactly(part)).await.unwrap().len();
    }
    rig.counters("a", |counters| counters.status_2xx == 1).await;
}

#[tokio::test]
async fn a_big_upload_arrives_whole() {
    let a = App::start(A.1, 0, |mut connection| async move {
        connection.head().await;
        let mut left = BIG;
        while left > 0 {
            let part = left.min(256 * 1024);
            left -= connection.exactly(part).await.unwrap().len();
        }
        connection.reply("got it").await;
    })
    .await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    client.send(format!("PUT / HTTP/1.1\r\nHost: app\r\nContent-Length: {BIG}\r\n\r\n")).await;
    let block = vec![7; 256 * 1024];
    for _ in 0..BIG / block.len() {
        client.send(&block).await;
    }
    assert_eq!(client.answer().await.text(), "got it");
}

#[tokio::test]
async fn an_upload_waits_for_the_go_ahead_of_the_app() {
    let a = App::start(A.1, 0, |mut connection| async move {
        connection.head().await;
        connection.send("HTTP/1.1 100 Continue\r\n\r\n").await;
        let body = connection.exactly(4).await.unwrap();
        connection.reply(&String::from_utf8(body).unwrap()).await;
    })
    .await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    let head = "POST / HTTP/1.1\r\nHost: app\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n";
    client.send(head).await;
    assert_eq!(client.answer().await.status, 100);
    client.send("body").await;
    assert_eq!(client.answer().await.text(), "body");
}

#[tokio::test]
async fn an_upload_that_the_app_refuses_is_never_asked_for() {
    let (_a, rig) = {
        let a = App::start(A.1, 0, |mut connection| async move {
            connection.head().await;
            connection.send("HTTP/1.1 413 Too Big\r\nContent-Length: 0\r\n\r\n").await;
            connection.read_to_end().await;
        })
        .await;
        let rig = Rig::start(a.port);
        rig.commit(&[A]).await;
        (a, rig)
    };
    let mut client = Client::connect(rig.port).await;
    let head = "POST / HTTP/1.1\r\nHost: app\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n";
    client.send(head).await;
    let answer = client.answer().await;
    assert_eq!((answer.status, answer.field("connection")), (413, Some("close")));
}

#[tokio::test]
async fn answers_without_a_body_keep_their_fields() {
    let (_a, rig) = answering("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nETag: x\r\n\r\n").await;
    let mut client = Client::connect(rig.port).await;
    for _ in 0..2 {
        client.send("HEAD / HTTP/1.1\r\nHost: app\r\n\r\n").await;
        let answer = client.answer_to_head().await;
        assert_eq!((answer.field("content-length"), answer.field("etag")), (Some("9"), Some("x")));
    }
    for head in
        ["HTTP/1.1 304 Not Modified\r\nETag: y\r\n\r\n", "HTTP/1.1 204 None\r\nETag: y\r\n\r\n"]
    {
        let (_a, rig) = answering(head).await;
        let mut client = Client::connect(rig.port).await;
        for _ in 0..2 {
            assert_eq!(client.get("/").await.field("etag"), Some("y"));
        }
    }
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let a = App::start(A.1, 0, |mut connection| async move {
        while let Some(seen) = connection.request().await {
            let path = seen.head.split(' ').nth(1).unwrap().to_owned();
            connection.reply(&path).await;
        }
    })
    .await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert_eq!(client.answer().await.text(), "/1");
    assert_eq!(client.answer().await.text(), "/2");
}

#[tokio::test]
async fn heads_pass_unchanged_in_both_directions() {
    let (a, rig) = answering("HTTP/1.1 299 Odd Reason\r\nX-CamelCase: Yes\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n").await;
    let mut client = Client::connect(rig.port).await;
    client.send("GET /p?q=%20 HTTP/1.1\r\nHost: My.Host:81\r\nX-MiXed: v\r\n\r\n").await;
    let answer = client.answer().await;
    assert_eq!(
        answer.head,
        "HTTP/1.1 299 Odd Reason\r\nX-CamelCase: Yes\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n"
    );
    assert_eq!(a.seen()[0].head, "GET /p?q=%20 HTTP/1.1\r\nHost: My.Host:81\r\nX-MiXed: v\r\n\r\n");
}

#[tokio::test]
async fn a_client_of_http_1_0_is_served_and_let_go() {
    let (_a, rig) =
        answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")
            .await;
    let mut client = Client::connect(rig.port).await;
    client.send("GET / HTTP/1.0\r\n\r\n").await;
    let answer = soon("all of it", client.read_to_end()).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.0 200") && answer.ends_with("\r\n\r\nhi"), "{answer}");
}

#[tokio::test]
async fn trailers_pass() {
    let (_a, rig) = answering(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 7\r\n\r\n",
    )
    .await;
    let mut client = Client::connect(rig.port).await;
    client.send("GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: close, TE\r\n\r\n").await;
    let all = String::from_utf8(client.read_to_end().await.unwrap()).unwrap();
    assert!(all.to_ascii_lowercase().contains("x-sum: 7"), "{all}");
}

#[tokio::test]
async fn a_client_that_ends_its_side_early_still_gets_its_answer() {
    let a = App::steady("a", A.1, 0).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    client.send("GET / HTTP/1.1\r\nHost: app\r\n\r\n").await;
    client.end_sending().await;
    assert_eq!(client.answer().await.text(), "a");
}

#[tokio::test]
async fn an_app_learns_that_the_reader_of_its_events_is_gone() {
    let a = App::start(A.1, 0, |mut connection| async move {
        connection.request().await;
        connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
        connection.read_to_end().await;
    })
    .await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    client.send("GET /events HTTP/1.1\r\nHost: app\r\n\r\n").await;
    client.head().await.unwrap();
    drop(client);
    let counters = rig.counters("a", |counters| counters.requests == 1).await;
    assert_eq!((counters.abandoned, counters.failed), (1, 0));
}
