//! What does not speak HTTP.

use phoenix_switch::options::PortMode;
use phoenix_switch::protocol::Command;

use crate::support::{App, Client, Rig, soon};

const A: (&str, &str) = ("a", "127.0.0.1");
const B: (&str, &str) = ("b", "127.0.0.2");

#[tokio::test]
async fn bytes_that_are_no_http_are_relayed_with_half_close() {
    let a = App::start(A.1, 0, |mut connection| async move {
        let all = connection.read_to_end().await;
        connection.send(format!("{} bytes", all.len())).await;
    })
    .await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    client.send([vec![0x16, 3, 1], vec![7; 100_000]].concat()).await;
    client.end_sending().await;
    assert_eq!(soon("the count", client.read_to_end()).await.unwrap(), b"100003 bytes");
    rig.counters("a", |counters| counters.tunnels == 1).await;
}

#[tokio::test]
async fn a_server_that_speaks_first_is_heard_in_tcp_mode() {
    let a = App::start(A.1, 0, |mut connection| async move {
        connection.send("220 hello\r\n").await;
        connection.read_to_end().await;
    })
    .await;
    let rig = Rig::start_with(a.port, PortMode::Tcp, |_| ());
    rig.commit(&[A]).await;
    let mut client = Client::connect(rig.port).await;
    assert_eq!(soon("the greeting", client.exactly(11)).await.unwrap(), b"220 hello\r\n");
}

#[tokio::test]
async fn an_old_connection_stays_and_a_new_one_goes_to_the_new_generation() {
    let serve = |name: &'static str| {
        move |mut connection: crate::support::AppConnection| async move {
            while connection.exactly(1).await.is_some() {
                connection.send(name).await;
            }
        }
    };
    let a = App::start(A.1, 0, serve("a")).await;
    let _b = App::start(B.1, a.port, serve("b")).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let mut old = Client::connect(rig.port).await;
    old.send("?").await;
    assert_eq!(old.exactly(1).await.unwrap(), b"a");
    rig.commit(&[B]).await;
    let mut new = Client::connect(rig.port).await;
    new.send("?").await;
    assert_eq!(new.exactly(1).await.unwrap(), b"b");
    old.send("?").await;
    assert_eq!(old.exactly(1).await.unwrap(), b"a");
    rig.order(Command::CloseUpgraded { generation: "a".into(), grace_ms: 100 }).await;
    assert_eq!(rig.generation("a").await.upgraded, 0);
    assert!(old.exactly(1).await.is_err());
}
