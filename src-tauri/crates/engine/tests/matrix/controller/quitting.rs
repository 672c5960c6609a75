//! The program quits, without leaving anything half done.

use std::time::Duration;

use phoenix_engine::controller::{Aim, Notice, Phase, RequestError};
use phoenix_plan::receipt::Outcome;
use tokio::time::Instant;

use super::rig::{Desk, Rig, passes, web};
use crate::{invariants::violations, oddities::named};

fn quits(rig: &Rig) -> tokio::task::JoinHandle<()> {
    let handle = rig.handle.clone();
    tokio::spawn(async move { handle.quit().await })
}

async fn ends(rig: Rig) {
    let program = tokio::time::timeout(Duration::from_hours(1), rig.program);
    program.await.expect("the program ends").unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_idle_program_ends_at_once_and_stops_listening() {
    let desk = Desk::overlap().await;
    let rig = desk.runs().await;
    let asked = Instant::now();
    rig.handle.quit().await;
    ends(rig).await;
    assert_eq!(asked.elapsed(), Duration::ZERO);
    assert_eq!(desk.fake().listeners(), 0);
}

#[tokio::test(start_paused = true)]
async fn it_ends_while_no_engine_answers() {
    let desk = Desk::overlap().await;
    *desk.refusal.lock().unwrap() = Some("nobody there".to_owned());
    let rig = desk.starts();
    rig.handle.quit().await;
    ends(rig).await;
}

#[tokio::test(start_paused = true)]
async fn after_the_end_every_request_is_answered() {
    let desk = Desk::overlap().await;
    let rig = desk.runs().await;
    rig.handle.quit().await;
    assert_eq!(rig.begin(Aim::Update(None)).await, Err(RequestError::Quitting));
    rig.handle.quit().await;
}

#[tokio::test(start_paused = true)]
async fn an_update_that_is_being_prepared_is_turned_around_first() {
    let desk = Desk::overlap().await;
    let before = desk.fake().snapshot();
    let mut rig = desk.runs().await;
    desk.fake().hold(Some("registry"));
    rig.begin(Aim::Update(None)).await.unwrap();
    rig.until_phase(Phase::Preparing).await;
    let quitting = quits(&rig);
    let shown = rig.until(|shown| shown.quitting).await;
    assert!(shown.services[0].activity.as_ref().unwrap().cancelling);
    passes(Duration::from_secs(5)).await;
    assert!(!quitting.is_finished());
    desk.fake().hold(None);
    ends(rig).await;
    quitting.await.unwrap();
    assert_eq!(desk.told()[0], Notice::QuitsAfter { service: web() });
    let wrong = violations(&before, &desk.fake().snapshot(), &named("overlap"));
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn an_update_that_works_is_turned_around_first_and_nothing_new_begins() {
    let desk = Desk::overlap().await;
    let before = desk.fake().snapshot();
    let mut rig = desk.runs().await;
    desk.fake().hold(Some("pull"));
    rig.begin(Aim::Update(None)).await.unwrap();
    rig.until_phase(Phase::Working).await;
    let quitting = quits(&rig);
    rig.until(|shown| shown.quitting).await;
    assert_eq!(rig.begin(Aim::Rollback(None)).await, Err(RequestError::Quitting));
    assert_eq!(rig.handle.settle(web()).await, Err(RequestError::Quitting));
    desk.fake().hold(None);
    assert_eq!(rig.receipt().await.outcome, Outcome::Failed);
    ends(rig).await;
    quitting.await.unwrap();
    let wrong = violations(&before, &desk.fake().snapshot(), &named("overlap"));
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn an_update_that_is_being_watched_comes_to_its_end_first() {
    let desk = Desk::overlap().await;
    let mut rig = desk.runs().await;
    rig.begin(Aim::Update(None)).await.unwrap();
    rig.until_phase(Phase::Watching).await;
    let quitting = quits(&rig);
    assert_eq!(rig.receipt().await.outcome, Outcome::Updated);
    ends(rig).await;
    quitting.await.unwrap();
    assert!(desk.told().contains(&Notice::QuitsAfter { service: web() }));
}

#[tokio::test(start_paused = true)]
async fn who_insists_has_a_watched_update_turned_around_and_both_are_answered() {
    let desk = Desk::overlap().await;
    let before = desk.fake().snapshot();
    let mut rig = desk.runs().await;
    rig.begin(Aim::Update(None)).await.unwrap();
    rig.until_phase(Phase::Watching).await;
    let first = quits(&rig);
    rig.until(|shown| shown.quitting).await;
    let second = quits(&rig);
    assert_eq!(rig.receipt().await.outcome, Outcome::RolledBack);
    ends(rig).await;
    first.await.unwrap();
    second.await.unwrap();
    let wrong = violations(&before, &desk.fake().snapshot(), &named("overlap"));
    assert_eq!(wrong, Vec::<String>::new());
}
