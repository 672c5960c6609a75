//! The control protocol over its socket, and the durable route behind it.

use std::time::Duration;

use phoenix_switch::control::bridge;
use phoenix_switch::protocol::{
    Command, Confirmation, ErrorCode, OnTimeout, Outcome, Preview, Reply, Request,
};

use crate::support::{App, Client, Rig, backend, route, soon};

const A: (&str, &str) = ("a", "127.0.0.1");
const B: (&str, &str) = ("b", "127.0.0.2");

fn terms(within_ms: u64, otherwise: OnTimeout) -> Confirmation {
    Confirmation { within_ms, otherwise }
}

fn refusal(outcome: &Outcome) -> ErrorCode {
    match outcome {
        Outcome::Failed(failure) => failure.code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_unconfirmed_route_goes_back_by_itself() {
    let a = App::steady("a", A.1, 0).await;
    let _b = App::steady("b", B.1, a.port).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    rig.commit_with(&[B], Some(terms(200, OnTimeout::Revert)), false).await;
    assert_eq!(Client::connect(rig.port).await.get("/").await.text(), "b");
    let back = rig.until("the way back", |status| status.routed.revision == 3).await;
    assert_eq!((back.routed.route, back.routed.unconfirmed), (route(&[A]), None));
    assert_eq!(Client::connect(rig.port).await.get("/").await.text(), "a");
}

#[tokio::test]
async fn an_unconfirmed_route_stays_where_the_one_before_is_dead() {
    let b = App::steady("b", B.1, 0).await;
    let rig = Rig::start(b.port);
    rig.commit(&[("dead", "127.0.0.9")]).await;
    rig.commit_with(&[B], Some(terms(100, OnTimeout::Revert)), false).await;
    let kept = rig.until("the decision", |status| status.routed.unconfirmed.is_none()).await;
    assert_eq!(kept.routed.route, route(&[B]));
}

#[tokio::test]
async fn an_unconfirmed_route_stays_when_the_terms_say_so() {
    let a = App::steady("a", A.1, 0).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    rig.commit_with(&[B], Some(terms(100, OnTimeout::Keep)), false).await;
    let kept = rig.until("the decision", |status| status.routed.unconfirmed.is_none()).await;
    assert_eq!(kept.routed.route, route(&[B]));
}

#[tokio::test]
async fn a_confirmed_route_stays() {
    let a = App::steady("a", A.1, 0).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    let routed = rig.commit_with(&[B], Some(terms(150, OnTimeout::Revert)), false).await;
    rig.order(Command::Confirm { revision: routed.revision }).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(rig.status().await.routed.route, route(&[B]));
}

#[tokio::test]
async fn a_revert_goes_back_at_once() {
    let a = App::steady("a", A.1, 0).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    rig.commit_with(&[B], Some(terms(60_000, OnTimeout::Keep)), false).await;
    rig.order(Command::Revert).await;
    assert_eq!(Client::connect(rig.port).await.get("/").await.text(), "a");
    assert_eq!(refusal(&rig.order(Command::Revert).await), ErrorCode::NothingUnconfirmed);
}

#[tokio::test]
async fn the_route_and_its_deadline_survive_a_restart() {
    let a = App::steady("a", A.1, 0).await;
    let _b = App::steady("b", B.1, a.port).await;
    let mut rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    rig.commit_with(&[B], Some(terms(600, OnTimeout::Revert)), false).await;
    rig.stop().await;
    rig.start_again();
    assert_eq!(rig.status().await.routed.route, route(&[B]));
    let back = rig.until("the way back", |status| status.routed.unconfirmed.is_none()).await;
    assert_eq!(back.routed.route, route(&[A]));
}

#[tokio::test]
async fn a_commit_that_cannot_be_stored_leaves_the_old_route() {
    let a = App::steady("a", A.1, 0).await;
    let _b = App::steady("b", B.1, a.port).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    std::fs::create_dir(rig.state_directory().join("route.tmp")).unwrap();
    let commit = Command::Commit {
        route: route(&[B]),
        confirm: None,
        keep_holding: false,
        expect_revision: None,
    };
    assert_eq!(refusal(&rig.order(commit).await), ErrorCode::NotDurable);
    assert_eq!(rig.status().await.routed.route, route(&[A]));
    assert_eq!(Client::connect(rig.port).await.get("/").await.text(), "a");
}

#[tokio::test]
async fn a_commit_on_another_revision_is_refused() {
    let rig = Rig::start(1);
    let commit = Command::Commit {
        route: route(&[A]),
        confirm: None,
        keep_holding: false,
        expect_revision: Some(4),
    };
    assert_eq!(refusal(&rig.order(commit).await), ErrorCode::StaleRevision);
}

#[tokio::test]
async fn a_commit_may_keep_requests_held() {
    let a = App::steady("a", A.1, 0).await;
    let rig = Rig::start(a.port);
    rig.order(Command::Hold { limit_ms: 10_000 }).await;
    assert!(rig.commit_with(&[A], None, true).await.holding);
    assert!(!rig.commit_with(&[A], None, false).await.holding);
}

#[tokio::test]
async fn a_backend_outside_the_route_can_be_previewed() {
    let a = App::steady("hello", A.1, 0).await;
    let rig = Rig::start(a.port);
    let ask = |host, path: Option<&str>| {
        Command::Preview(Preview {
            backend: backend("new", host),
            port: a.port,
            path: path.map(str::to_owned),
            timeout_ms: 5_000,
        })
    };
    let Outcome::Previewed(full) = rig.order(ask(A.1, Some("/health"))).await else { panic!() };
    assert_eq!((full.status, full.body.as_str(), full.answered), (Some(200), "hello", true));
    let Outcome::Previewed(bare) = rig.order(ask(A.1, None)).await else { panic!() };
    assert_eq!((bare.status, bare.answered), (None, true));
    let Outcome::Previewed(dead) = rig.order(ask("127.0.0.9", Some("/"))).await else { panic!() };
    assert!(!dead.answered && dead.error.is_some());
    assert!(rig.status().await.generations.is_empty());
}

#[tokio::test]
async fn a_generation_that_is_gone_can_be_forgotten() {
    let a = App::steady("a", A.1, 0).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    rig.commit(&[B]).await;
    let forget = |name: &str| Command::Forget { generation: name.into() };
    assert_eq!(rig.order(forget("a")).await, Outcome::Done);
    assert_eq!(refusal(&rig.order(forget("b")).await), ErrorCode::BadRoute);
    assert_eq!(rig.status().await.generations.len(), 1);
}

#[tokio::test]
async fn the_timeline_shows_requests_as_they_end() {
    let a = App::steady("a", A.1, 0).await;
    let rig = Rig::start(a.port);
    rig.commit(&[A]).await;
    Client::connect(rig.port).await.get("/").await;
    rig.counters("a", |counters| counters.requests == 1).await;
    let Outcome::Timeline(timeline) = rig.order(Command::Timeline).await else { panic!() };
    let requests: u32 = timeline.ticks.iter().map(|tick| tick.requests).sum();
    assert_eq!((requests, timeline.tick_ms), (1, 100));
}

#[tokio::test]
async fn the_bridge_carries_all_replies_before_it_ends() {
    let rig = Rig::start(1);
    rig.commit(&[A]).await;
    let line = |id, command| serde_json::to_string(&Request { id, command }).unwrap() + "\n";
    let drain = Command::Drain { generation: "a".into(), deadline_ms: 100 };
    let input = line(1, drain) + "rubbish\n\n" + &line(2, Command::Hello);
    let mut output = Vec::new();
    let control = rig.control_path();
    let carried = bridge(&control, input.as_bytes(), &mut output);
    soon("the bridge", carried).await.unwrap();
    let replies = String::from_utf8(output).unwrap();
    let parsed = replies.lines().map(|line| serde_json::from_str::<Reply>(line).unwrap());
    let mut ids: Vec<u64> = parsed.map(|reply| reply.id).collect();
    ids.sort_unstable();
    assert_eq!(ids, [0, 1, 2]);
}
