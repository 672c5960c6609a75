//! A scripted switch at the other end of an in-memory channel.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::stream;
use phoenix_engine::ports::{RouteChange, SwitchError, SwitchSession as _, SwitchTimeline};
use phoenix_plan::{receipt::PlotTick, route::Backend};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream},
    sync::{Mutex, mpsc},
};

use super::{
    link::{Link, Opener, Piece},
    session::Session,
};

/// Each opening hands its other end to the test.
struct Scripted(mpsc::UnboundedSender<DuplexStream>);

#[async_trait]
impl Opener for Scripted {
    async fn open(&self) -> Result<Link, SwitchError> {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        self.0.send(theirs).map_err(|_| SwitchError::Away("not running".to_owned()))?;
        let (output, input) = tokio::io::split(ours);
        let pieces = stream::unfold(output, |mut output| async {
            let mut buffer = vec![0; 7];
            let read = output.read(&mut buffer).await.unwrap_or(0);
            buffer.truncate(read);
            (read > 0).then(|| (Ok(Piece::Output(buffer.into())), output))
        });
        Ok(Link { pieces: Box::pin(pieces), input: Box::pin(input) })
    }
}

type Peers = Arc<Mutex<mpsc::UnboundedReceiver<DuplexStream>>>;

fn session() -> (Session, Peers) {
    let (sender, peers) = mpsc::unbounded_channel();
    (Session::new(Scripted(sender)), Arc::new(Mutex::new(peers)))
}

struct Peer(BufReader<DuplexStream>);

impl Peer {
    async fn greeted(peers: &Peers, protocol: u32) -> Self {
        let stream = peers.lock().await.recv().await.unwrap();
        let mut peer = Self(BufReader::new(stream));
        let hello = peer.next().await;
        let answer = json!({ "result": "hello", "protocol": protocol, "version": "9" });
        peer.answer(&hello, answer).await;
        peer
    }

    async fn next(&mut self) -> Value {
        let mut line = String::new();
        self.0.read_line(&mut line).await.unwrap();
        serde_json::from_str(&line).unwrap()
    }

    async fn answer(&mut self, request: &Value, mut outcome: Value) {
        outcome["id"] = request["id"].clone();
        self.0.get_mut().write_all(format!("{outcome}\n").as_bytes()).await.unwrap();
    }
}

fn routed(revision: u64) -> Value {
    json!({ "result": "routed", "revision": revision, "route": { "backends": [
        { "generation": "g1", "hosts": ["web"] }] }, "unconfirmed": null, "holding": false })
}

#[tokio::test]
async fn a_commit_is_answered_by_the_route_in_force() {
    let (session, peers) = session();
    let peer = async {
        let mut peer = Peer::greeted(&peers, 1).await;
        let request = peer.next().await;
        assert_eq!(request["command"], "commit");
        assert_eq!(request["route"]["backends"][0]["generation"], "g2");
        peer.answer(&request, routed(7)).await;
    };
    let backend = Backend { generation: "g2".to_owned(), hosts: vec!["web".to_owned()] };
    let change = RouteChange { backends: vec![backend], confirm: None, keep_holding: false };
    let (answer, ()) = tokio::join!(session.commit(&change), peer);
    assert_eq!(answer.unwrap().revision, 7);
}

#[tokio::test]
async fn replies_find_their_callers_in_any_order() {
    let (session, peers) = session();
    let peer = async {
        let mut peer = Peer::greeted(&peers, 1).await;
        let (first, second) = (peer.next().await, peer.next().await);
        let drained = |count: u64| {
            json!({ "result": "drained", "in_flight": count, "upgraded": 0,
            "took_ms": 1 })
        };
        for request in [second, first] {
            let count = if request["generation"] == "g1" { 1 } else { 2 };
            peer.answer(&request, drained(count)).await;
        }
    };
    let deadline = Duration::from_secs(1);
    let (one, two, ()) =
        tokio::join!(session.drain("g1", deadline), session.drain("g2", deadline), peer);
    assert_eq!((one.unwrap(), two.unwrap()), (1, 2));
}

#[tokio::test]
async fn a_broken_channel_fails_its_callers_and_opens_anew_for_the_next() {
    let (session, peers) = session();
    let break_it = async {
        let mut peer = Peer::greeted(&peers, 1).await;
        peer.next().await;
    };
    let (answer, ()) = tokio::join!(session.resume(), break_it);
    assert!(matches!(answer, Err(SwitchError::Away(_))), "{answer:?}");
    let serve = async {
        let mut peer = Peer::greeted(&peers, 1).await;
        let request = peer.next().await;
        peer.answer(&request, routed(2)).await;
    };
    let (answer, ()) = tokio::join!(session.resume(), serve);
    assert_eq!(answer.unwrap().revision, 2);
}

#[tokio::test]
async fn another_protocol_is_refused_before_any_command() {
    let (session, peers) = session();
    let (answer, _peer) = tokio::join!(session.resume(), Peer::greeted(&peers, 99));
    assert_eq!(answer, Err(SwitchError::Incompatible { theirs: 99, ours: 1 }));
}

#[tokio::test]
async fn a_refusal_keeps_its_meaning() {
    let (session, peers) = session();
    let peer = async {
        let mut peer = Peer::greeted(&peers, 1).await;
        for code in ["nothing_unconfirmed", "not_durable", "bad_route"] {
            let request = peer.next().await;
            let failed = json!({ "result": "failed", "code": code, "message": "why" });
            peer.answer(&request, failed).await;
        }
    };
    let calls = async { (session.revert().await, session.revert().await, session.revert().await) };
    let ((first, second, third), ()) = tokio::join!(calls, peer);
    assert_eq!(first, Err(SwitchError::NothingUnconfirmed));
    assert_eq!(second, Err(SwitchError::NotDurable("why".to_owned())));
    assert_eq!(third, Err(SwitchError::Refused("why".to_owned())));
}

#[tokio::test]
async fn the_timeline_arrives_as_it_was_counted() {
    let (session, peers) = session();
    let peer = async {
        let mut peer = Peer::greeted(&peers, 1).await;
        let request = peer.next().await;
        assert_eq!(request["command"], "timeline");
        let ticks = json!([{ "requests": 7, "failed": 1, "slowest_us": 900 }]);
        let told = json!({ "result": "timeline", "age_ms": 60, "tick_ms": 100, "ticks": ticks });
        peer.answer(&request, told).await;
    };
    let (told, ()) = tokio::join!(session.timeline(), peer);
    let tick = PlotTick { requests: 7, failed: 1, slowest_us: 900 };
    assert_eq!(told.unwrap(), SwitchTimeline { age_ms: 60, tick_ms: 100, ticks: vec![tick] });
}

#[tokio::test]
async fn a_switch_that_knows_no_timeline_refuses_and_stays_open() {
    let (session, peers) = session();
    let peer = async {
        let mut peer = Peer::greeted(&peers, 1).await;
        let request = peer.next().await;
        let failed = json!({ "result": "failed", "code": "malformed", "message": "why" });
        peer.answer(&request, failed).await;
        let request = peer.next().await;
        peer.answer(&request, routed(3)).await;
    };
    let calls = async { (session.timeline().await, session.resume().await) };
    let ((told, resumed), ()) = tokio::join!(calls, peer);
    assert_eq!(told, Err(SwitchError::Refused("why".to_owned())));
    assert_eq!(resumed.unwrap().revision, 3);
}

#[tokio::test]
async fn a_switch_that_is_not_there_is_away() {
    let (session, peers) = session();
    drop(peers);
    assert!(matches!(session.status().await, Err(SwitchError::Away(_))));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_comes_is_not_waited_for_for_ever() {
    let (session, peers) = session();
    let silent = async {
        let mut peer = Peer::greeted(&peers, 1).await;
        peer.next().await;
        peer
    };
    let (answer, _peer) = tokio::join!(session.resume(), silent);
    assert!(matches!(answer, Err(SwitchError::Away(_))), "{answer:?}");
}

#[tokio::test]
async fn nonsense_breaks_the_channel_and_not_the_program() {
    let (session, peers) = session();
    let peer = async {
        let mut peer = Peer::greeted(&peers, 1).await;
        peer.next().await;
        peer.0.get_mut().write_all(b"{nonsense\n").await.unwrap();
        peer
    };
    let (answer, _peer) = tokio::join!(session.resume(), peer);
    assert!(matches!(answer, Err(SwitchError::Away(_))), "{answer:?}");
}
