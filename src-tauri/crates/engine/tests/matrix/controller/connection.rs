//! The engine comes and goes.

use std::time::Duration;

use phoenix_engine::controller::{Aim, EngineState, Health, Phase};
use phoenix_plan::{receipt::Outcome, service::ServiceId};
use tokio::time::Instant;

use super::rig::{Desk, is_connected, passes, web};
use crate::fake::{Fake, FakeContainer};

/// Seconds between the tries to connect.
fn pauses(desk: &Desk) -> Vec<u64> {
    let tries = desk.tries.lock().unwrap();
    tries.windows(2).map(|two| two[1].duration_since(two[0]).as_secs()).collect()
}

/// A second service without ports, that runs beside.
fn add_other(fake: &Fake) -> ServiceId {
    let mut things = fake.things();
    let mut other: FakeContainer = things.find("web").unwrap().clone();
    (other.id, other.name) = ("d".repeat(64), "other".to_owned());
    other.host_config["PortBindings"] = serde_json::json!({});
    things.containers.insert(other.id.clone(), other);
    ServiceId::Container("other".to_owned())
}

#[tokio::test(start_paused = true)]
async fn first_the_engine_is_looked_for_and_then_the_watched_service_is_shown() {
    let desk = Desk::overlap().await;
    let mut rig = desk.starts();
    assert_eq!(rig.handle.snapshot().engine, EngineState::Connecting);
    let shown = rig.until(|shown| shown.services.iter().any(|web| web.running.is_some())).await;
    let known =
        EngineState::Connected { endpoint: "memory".to_owned(), version: "28.0.0".to_owned() };
    assert_eq!(shown.engine, known);
    let service = shown.service(&web()).unwrap();
    assert_eq!((service.health, service.behind_switch), (Health::Running, true));
    assert!(rig.handle.world().is_some());
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_goes_away_is_shown_with_a_reason_and_comes_back_by_itself() {
    let desk = Desk::overlap().await;
    let mut rig = desk.runs().await;
    desk.fake().set_away(true);
    let shown = rig.until(|shown| matches!(shown.engine, EngineState::Away { .. })).await;
    let EngineState::Away { reason, since } = &shown.engine else { panic!("{shown:?}") };
    assert!(reason.text.contains("connection was closed"), "{reason}");
    assert!(rig.handle.world().is_none());
    passes(Duration::from_secs(5)).await;
    let EngineState::Away { since: later, .. } = &rig.handle.snapshot().engine.clone() else {
        panic!("it does not answer")
    };
    assert_eq!(since, later);
    let id = desk.fake().things().find("web").unwrap().id.clone();
    desk.fake().things().containers.get_mut(&id).unwrap().life =
        crate::fake::Life::Exited { code: 1 };
    desk.fake().set_away(false);
    // What happened meanwhile is seen, although nobody told.
    rig.until(|shown| is_connected(shown) && shown.services[0].health == Health::Stopped).await;
}

#[tokio::test(start_paused = true)]
async fn the_engine_is_tried_again_after_pauses_that_double() {
    let desk = Desk::overlap().await;
    *desk.refusal.lock().unwrap() = Some("nobody there".to_owned());
    let _rig = desk.starts();
    passes(Duration::from_secs(200)).await;
    assert_eq!(pauses(&desk), [1, 2, 4, 8, 16, 32, 60, 60]);
}

#[tokio::test(start_paused = true)]
async fn somebody_who_looks_never_waits_longer_than_two_seconds_for_the_next_try() {
    let desk = Desk::overlap().await;
    *desk.refusal.lock().unwrap() = Some("nobody there".to_owned());
    let mut rig = desk.starts();
    passes(Duration::from_secs(100)).await;
    let (opened, before) = (Instant::now(), desk.tries.lock().unwrap().len());
    rig.handle.watching(true);
    passes(Duration::from_millis(10)).await;
    assert_eq!(desk.tries.lock().unwrap().len(), before + 1);
    passes(Duration::from_secs(20)).await;
    let tries = desk.tries.lock().unwrap()[before..].to_vec();
    assert!(tries[0].duration_since(opened) < Duration::from_millis(10));
    assert_eq!(tries.len(), 11);
    *desk.refusal.lock().unwrap() = None;
    rig.until(is_connected).await;
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_tells_nothing_is_away_and_is_tried_less_and_less_often() {
    let desk = Desk::overlap().await;
    desk.fake().refuse_at(Some("events"));
    let mut rig = desk.starts();
    rig.until(|shown| matches!(shown.engine, EngineState::Away { .. })).await;
    passes(Duration::from_secs(20)).await;
    assert_eq!(pauses(&desk), [1, 2, 4, 8]);
}

#[tokio::test(start_paused = true)]
async fn a_container_that_changes_makes_only_its_own_service_be_looked_at() {
    let desk = Desk::overlap().await;
    let other = add_other(&desk.fake());
    desk.change(|wished| wished.services.push(other.clone()));
    let mut rig = desk.runs().await;
    let before = desk.fake().log().len();
    desk.fake().world().engine.stop_container("other", Duration::ZERO).await.unwrap();
    rig.until(|shown| shown.service(&other).unwrap().health == Health::Stopped).await;
    passes(Duration::from_secs(5)).await;
    let calls = desk.fake().log()[before..].to_vec();
    assert!(calls.iter().any(|call| call == "inspect other"), "{calls:?}");
    assert!(!calls.iter().any(|call| call == "inspect web"), "{calls:?}");
    // Two events, one look.
    assert_eq!(
        calls.iter().filter(|call| *call == "inspect phoenix-switch-other").count(),
        1,
        "{calls:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_container_that_nobody_watches_wakes_nobody() {
    let desk = Desk::overlap().await;
    add_other(&desk.fake());
    let _rig = desk.runs().await;
    let before = desk.fake().log().len();
    desk.fake().world().engine.stop_container("other", Duration::ZERO).await.unwrap();
    passes(Duration::from_hours(1)).await;
    assert_eq!(desk.fake().log().len(), before + 1);
}

#[tokio::test(start_paused = true)]
async fn another_address_leads_to_another_engine_and_the_old_one_is_not_listened_to() {
    let desk = Desk::overlap().await;
    let mut rig = desk.runs().await;
    let old = desk.fake();
    let mut things = old.snapshot();
    things.containers.values_mut().find(|one| one.name == "web").unwrap().life =
        crate::fake::Life::Exited { code: 0 };
    let new = Fake::new(things);
    *desk.fake.lock().unwrap() = new.clone();
    desk.change(|wished| wished.engine = Some("tcp://elsewhere:2375".to_owned()));
    rig.handle.reload();
    rig.until(|shown| is_connected(shown) && shown.services[0].health == Health::Stopped).await;
    let (before, listeners) = (new.log().len(), old.listeners());
    old.world().engine.stop_container("web", Duration::ZERO).await.unwrap();
    old.set_away(true);
    passes(Duration::from_mins(10)).await;
    assert_eq!((new.log().len(), desk.tries.lock().unwrap().len()), (before, 2));
    assert!(is_connected(&rig.handle.snapshot()));
    assert_eq!(listeners, 0);
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_goes_away_while_the_release_is_watched_does_not_leave_it_under_way() {
    let desk = Desk::overlap().await;
    let mut rig = desk.runs().await;
    rig.begin(Aim::Update(None)).await.unwrap();
    rig.until_phase(Phase::Watching).await;
    desk.fake().set_away(true);
    rig.until(|shown| matches!(shown.engine, EngineState::Away { .. })).await;
    passes(Duration::from_secs(3)).await;
    assert!(rig.web().activity.is_some());
    desk.fake().set_away(false);
    rig.until(|shown| is_connected(shown) && shown.services[0].activity.is_none()).await;
    assert_eq!(rig.receipt().await.outcome, Outcome::Updated);
}
