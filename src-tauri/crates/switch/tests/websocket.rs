//! `WebSocket`s across a change of generation.

use phoenix_switch::protocol::{Command, Outcome};

use crate::support::{App, AppConnection, Client, Rig, soon};

const A: (&str, &str) = ("a", "127.0.0.1");
const B: (&str, &str) = ("b", "127.0.0.2");
const ASK: &str = "GET /ws HTTP/1.1\r\nHost: app\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
const AGREED: &str = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\
Upgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
const GOODBYE: [u8; 4] = [0x88, 2, 0x03, 0xF4];
const TEXT_HI: [u8; 4] = [0x81, 2, b'h', b'i'];
/// A masked close frame, as clients send it.
const CLIENT_CLOSE: [u8; 6] = [0x88, 0x80, 0, 0, 0, 0];

async fn accept(connection: &mut AppConnection) {
    connection.head().await;
    connection.send(AGREED).await;
}

/// An app that echoes two-byte messages until its peer ends.
async fn echoing(host: &str, port: u16) -> App {
    App::start(host, port, |mut connection| async move {
        accept(&mut connection).await;
        while let Some(frame) = connection.exactly(8).await {
            if connection.send([&[0x81, 2], &frame[6..8]].concat()).await.is_none() {
                return;
            }
        }
    })
    .await
}

async fn open(rig: &Rig) -> Client {
    let mut client = Client::connect(rig.port).await;
    client.send(ASK).await;
    assert_eq!(client.answer().await.status, 101);
    client
}

async fn say_hi(client: &mut Client) {
    client.send([0x81, 0x82, 0, 0, 0, 0, b'h', b'i']).await;
    assert_eq!(soon("the echo", client.exactly(4)).await.unwrap(), TEXT_HI);
}

#[tokio::test]
async fn a_websocket_stays_with_its_generation_after_a_flip() {
    let a = echoing(A.1, 0).await;
    let _b = echoing(B.1, a.port).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = open(&rig).await;
    say_hi(&mut client).await;
    rig.commit(&[B]).await;
    say_hi(&mut client).await;
    assert_eq!((rig.generation("a").await.upgraded, rig.generation("a").await.in_flight), (1, 0));
}

#[tokio::test]
async fn asked_to_close_the_switch_says_1012_at_a_frame_boundary() {
    let a = App::start(A.1, 0, |mut connection| async move {
        accept(&mut connection).await;
        // Half a message, and the rest only after a sign from the client.
        connection.send([0x81, 4, b'h', b'a']).await;
        connection.exactly(8).await;
        connection.send(b"lf").await;
        connection.read_to_end().await;
    })
    .await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = open(&rig).await;
    assert_eq!(client.exactly(4).await.unwrap(), [0x81, 4, b'h', b'a']);
    let close = Command::CloseUpgraded { generation: "a".into(), grace_ms: 10_000 };
    let conversation = async {
        rig.until("the order", |status| status.generations[0].upgraded == 1).await;
        client.send([0x81, 0x82, 0, 0, 0, 0, b'g', b'o']).await;
        assert_eq!(client.exactly(2).await.unwrap(), b"lf");
        assert_eq!(client.exactly(4).await.unwrap(), GOODBYE);
        client.send(CLIENT_CLOSE).await;
        assert_eq!(client.read_to_end().await.unwrap(), b"");
        drop(client);
    };
    let (closed, ()) = tokio::join!(rig.order(close), soon("the goodbye", conversation));
    let Outcome::Drained(closed) = closed else { panic!("{closed:?}") };
    assert_eq!(closed.upgraded, 0);
    let counters = rig.counters("a", |counters| counters.websockets_closed_by_switch == 1).await;
    assert_eq!((counters.websockets_carried, counters.websockets_cut), (1, 0));
}

#[tokio::test]
async fn a_client_that_does_not_answer_is_cut_after_its_grace() {
    let a = echoing(A.1, 0).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = open(&rig).await;
    say_hi(&mut client).await;
    let close = Command::CloseUpgraded { generation: "a".into(), grace_ms: 100 };
    let Outcome::Drained(closed) = rig.order(close).await else { panic!() };
    assert_eq!(closed.upgraded, 0);
    assert_eq!(client.exactly(4).await.unwrap(), GOODBYE);
}

#[tokio::test]
async fn an_app_that_dies_without_a_word_is_excused_with_1012() {
    let a = App::start(A.1, 0, |mut connection| async move {
        accept(&mut connection).await;
        connection.send(TEXT_HI).await;
        connection.exactly(8).await;
    })
    .await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = open(&rig).await;
    say_hi(&mut client).await;
    assert_eq!(client.exactly(4).await.unwrap(), GOODBYE);
    client.send(CLIENT_CLOSE).await;
    client.read_to_end().await.unwrap();
    drop(client);
    rig.counters("a", |counters| counters.websockets_closed_by_switch == 1).await;
}

#[tokio::test]
async fn a_break_inside_a_frame_counts_as_cut() {
    let a = App::start(A.1, 0, |mut connection| async move {
        accept(&mut connection).await;
        connection.send([0x81, 10, b'h']).await;
    })
    .await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = open(&rig).await;
    assert_eq!(client.read_to_end().await.unwrap(), [0x81, 10, b'h']);
    drop(client);
    rig.counters("a", |counters| counters.websockets_cut == 1).await;
}

#[tokio::test]
async fn the_apps_own_close_frame_reaches_the_client_and_is_the_only_one() {
    let a = App::start(A.1, 0, |mut connection| async move {
        accept(&mut connection).await;
        connection.send([0x88, 2, 0x03, 0xE9]).await;
    })
    .await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = open(&rig).await;
    assert_eq!(client.read_to_end().await.unwrap(), [0x88, 2, 0x03, 0xE9]);
    client.send(CLIENT_CLOSE).await;
    drop(client);
    rig.counters("a", |counters| counters.websockets_closed_by_app == 1).await;
}

#[tokio::test]
async fn a_client_that_leaves_is_counted_as_such() {
    let a = echoing(A.1, 0).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = open(&rig).await;
    say_hi(&mut client).await;
    drop(client);
    rig.counters("a", |counters| counters.websockets_closed_by_client == 1).await;
}

#[tokio::test]
async fn a_refused_upgrade_is_an_ordinary_answer() {
    let a = App::steady("no", A.1, 0).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    client.send(ASK).await;
    assert_eq!(client.answer().await.text(), "no");
    assert_eq!(client.get("/").await.status, 200);
    let head = a.seen()[0].head.to_ascii_lowercase();
    assert!(head.contains("upgrade: websocket") && head.contains("connection: upgrade"), "{head}");
}

#[tokio::test]
async fn another_upgrade_is_a_tunnel() {
    let a = App::start(A.1, 0, |mut connection| async move {
        connection.head().await;
        let agreed =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
        connection.send(agreed).await;
        let said = connection.exactly(3).await.unwrap();
        connection.send(said).await;
        connection.read_to_end().await;
    })
    .await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    client
        .send("POST /attach HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
        .await;
    assert_eq!(client.answer().await.status, 101);
    client.send("abc").await;
    assert_eq!(client.exactly(3).await.unwrap(), b"abc");
    assert_eq!(rig.generation("a").await.counters.tunnels, 1);
}

/// Longer than any time that an unfinished head is given.
const LONG: std::time::Duration = std::time::Duration::from_mins(1);

#[tokio::test(start_paused = true)]
async fn a_websocket_may_live_for_longer_than_a_head_may_take() {
    let a = echoing(A.1, 0).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = open(&rig).await;
    say_hi(&mut client).await;
    tokio::time::sleep(LONG).await;
    say_hi(&mut client).await;
}
