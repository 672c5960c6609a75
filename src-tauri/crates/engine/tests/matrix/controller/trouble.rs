//! Operations that do not come to their end by themselves.

use std::time::Duration;

use phoenix_engine::controller::{Aim, Notice, Phase, RequestError, Standing};
use phoenix_plan::{policy::UpdateMode, receipt::Outcome, service::ServiceId, step::Action};

use super::rig::{Desk, passes, web};
use crate::{
    fake::Fake,
    invariants::violations,
    oddities::{dies_at, named},
};

async fn interrupted(call: &str) -> std::sync::Arc<Desk> {
    let desk = Desk::overlap().await;
    let things = dies_at(&named("overlap"), call).await;
    *desk.fake.lock().unwrap() = Fake::new(things);
    desk
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_update_is_brought_to_its_end_when_the_engine_answers() {
    let desk = interrupted("switch confirm").await;
    let mut rig = desk.starts();
    let receipt = rig.receipt().await;
    assert_eq!(receipt.outcome, Outcome::Updated);
    rig.until_web(|web| web.unseen_id() == Some(&receipt.id)).await;
    assert!(desk.fake().things().unfinished_journals().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_update_of_what_nobody_watches_is_brought_to_its_end_and_forgotten() {
    let desk = interrupted("switch confirm").await;
    desk.change(|wished| wished.services.clear());
    desk.fake().hold(Some("switch confirm"));
    let mut rig = desk.starts();
    rig.until_web(|web| web.activity.is_some() && web.running.is_some()).await;
    desk.fake().hold(None);
    assert_eq!(rig.receipt().await.outcome, Outcome::Updated);
    rig.until(|shown| shown.services.is_empty()).await;
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_update_is_that_of_the_service_however_it_is_wished() {
    let scenario = named("three, overlap");
    let desk = Desk::of(&scenario).await;
    let things = dies_at(&scenario, "switch confirm").await;
    *desk.fake.lock().unwrap() = Fake::new(things);
    let by_container = ServiceId::Container("shop-web-1".to_owned());
    desk.change(|wished| wished.services = vec![by_container]);
    desk.fake().hold(Some("switch confirm"));
    let mut rig = desk.starts();
    let shop = scenario.service();
    // The look may come before or after: the service is shown once, and as being worked on.
    rig.until(|shown| shown.service(&shop).is_some_and(|it| it.running.is_some())).await;
    passes(Duration::from_secs(1)).await;
    let shown = rig.handle.snapshot();
    assert_eq!(shown.services.len(), 1);
    assert!(shown.services[0].activity.is_some());
    desk.fake().hold(None);
    rig.until(|shown| shown.service(&shop).is_some_and(|it| it.activity.is_none())).await;
    assert_eq!(rig.receipt().await.outcome, Outcome::Updated);
    rig.handle.quit().await;
}

#[tokio::test(start_paused = true)]
async fn what_was_interrupted_cannot_be_cancelled_and_quitting_waits_for_it() {
    let desk = interrupted("switch confirm").await;
    desk.fake().hold(Some("switch confirm"));
    let mut rig = desk.starts();
    rig.until_web(|web| web.activity.as_ref().is_some_and(|it| !it.steps.is_empty())).await;
    assert!(!rig.web().activity.unwrap().can_cancel());
    assert_eq!(rig.handle.cancel(web()).await, Err(RequestError::NothingToCancel(web())));
    let handle = rig.handle.clone();
    let quitting = tokio::spawn(async move { handle.quit().await });
    rig.until(|shown| shown.quitting).await;
    assert_eq!(rig.web().activity.unwrap().phase(), Phase::Working);
    desk.fake().hold(None);
    quitting.await.unwrap();
    assert_eq!(rig.receipt().await.outcome, Outcome::Updated);
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_panics_is_over_and_the_next_one_settles_it() {
    let desk = Desk::overlap().await;
    let before = desk.fake().snapshot();
    desk.change(|wished| wished.policy.updates = UpdateMode::Manual);
    let mut rig = desk.runs().await;
    desk.fake().panic_at(Some("switch commit"));
    rig.begin(Aim::Update(None)).await.unwrap();
    rig.until_web(|web| web.trouble.is_some()).await;
    assert_eq!((rig.web().activity, desk.told().len()), (None, 1));
    assert!(matches!(&desk.told()[0], Notice::Trouble { .. }));
    assert_eq!(rig.web().standing(), Standing::Attention);
    desk.fake().panic_at(None);
    rig.handle.settle(web()).await.unwrap();
    rig.until_idle().await;
    assert_eq!(rig.web().trouble, None);
    let wrong = violations(&before, &desk.fake().snapshot(), &named("overlap"));
    assert_eq!(wrong, Vec::<String>::new());
    rig.handle.quit().await;
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_panics_is_tried_again() {
    let desk = Desk::overlap().await;
    desk.fake().panic_at(Some("facts"));
    let mut rig = desk.starts();
    passes(Duration::from_secs(2)).await;
    desk.fake().panic_at(None);
    rig.until(super::rig::is_connected).await;
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_tried_is_told_and_shown_until_somebody_has_seen_it() {
    let desk = Desk::overlap().await;
    let mut rig = desk.runs().await;
    desk.fake().set_registry_away(true);
    rig.begin(Aim::Update(None)).await.unwrap();
    rig.until_web(|web| web.trouble.is_some()).await;
    let trouble = rig.web().trouble.unwrap();
    assert!(trouble.contains("cannot be reached"), "{trouble}");
    assert_eq!(desk.told(), [Notice::Trouble { service: web(), message: trouble }]);
    rig.handle.seen(web()).await.unwrap();
    rig.until_web(|web| web.standing() == Standing::Good).await;
}

#[tokio::test(start_paused = true)]
async fn a_bad_release_ends_in_a_rollback_that_asks_for_attention() {
    let desk = Desk::of(&named("overlap, turns sick")).await;
    let mut rig = desk.runs().await;
    rig.begin(Aim::Update(None)).await.unwrap();
    rig.until_phase(Phase::Watching).await;
    rig.until_idle().await;
    assert_eq!(rig.receipt().await.outcome, Outcome::RolledBack);
    rig.until_web(|web| web.standing() == Standing::Attention && !web.checking).await;
    assert_eq!(rig.web().offered(), None);
}

#[tokio::test(start_paused = true)]
async fn a_container_whose_name_is_gone_for_a_moment_does_not_hide_its_operation() {
    let scenario = named("three, overlap");
    let desk = Desk::of(&scenario).await;
    let by_container = ServiceId::Container("shop-web-1".to_owned());
    desk.change(|wished| wished.services = vec![by_container]);
    let mut rig = desk.runs().await;
    desk.fake().hold(Some("rename"));
    let agreed = phoenix_engine::controller::Agreed { noticed: true, edit_compose: false };
    let shop = scenario.service();
    rig.handle.begin(shop.clone(), Aim::Update(None), agreed).await.unwrap();
    rig.until(|shown| {
        let last = shown.service(&shop).and_then(|it| it.activity.as_ref()?.steps.last());
        last.is_some_and(|last| matches!(last.step.action, Action::Rename { .. }))
    })
    .await;
    assert!(desk.fake().things().find("shop-web-1").is_none());
    passes(Duration::from_secs(1)).await;
    assert!(rig.handle.snapshot().service(&shop).unwrap().activity.is_some());
    desk.fake().hold(None);
    rig.until(|shown| shown.services[0].activity.is_none()).await;
    assert_eq!(rig.receipt().await.outcome, Outcome::Updated);
    tokio::time::timeout(Duration::from_mins(1), rig.handle.quit()).await.expect("it ends");
}
