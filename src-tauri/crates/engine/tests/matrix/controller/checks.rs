//! When a registry is asked, and what is told of its answers.

use std::time::Duration;

use phoenix_engine::{
    check::Finding,
    controller::{LastCheck, Notice, Snapshot, Standing, WatchState},
};
use phoenix_plan::{policy::UpdateMode, service::ServiceId};

use super::rig::{Desk, is_connected, passes, web};
use crate::{
    oddities::named,
    scenario::{Act, digest},
};

const HOUR: Duration = Duration::from_hours(1);
const SIX_HOURS: Duration = Duration::from_hours(6);

fn last_check(desk: &Desk, service: &ServiceId, ago: Duration) {
    use phoenix_engine::controller::Surroundings as _;
    let check = LastCheck { at: desk.now() - ago, finding: Finding::UpToDate };
    desk.saved.lock().unwrap().services.entry(service.clone()).or_default().last_check =
        Some(check);
}

fn finding(shown: &Snapshot) -> Option<Finding> {
    shown.service(&web()).and_then(|web| web.finding.clone())
}

#[tokio::test(start_paused = true)]
async fn what_is_overdue_is_checked_at_the_start_and_then_once_per_interval() {
    let desk = Desk::overlap().await;
    desk.check_every(SIX_HOURS, UpdateMode::Manual);
    let mut rig = desk.runs().await;
    let shown = rig.until(|shown| finding(shown).is_some()).await;
    assert_eq!(shown.services[0].standing(), Standing::UpdateAvailable);
    assert_eq!(shown.services[0].offered(), Some("d30000000000".to_owned()));
    assert_eq!(desk.fake().asked(), 1);
    passes(Duration::from_secs(6 * 3_600 - 1)).await;
    assert_eq!(desk.fake().asked(), 1);
    passes(Duration::from_secs(2)).await;
    assert_eq!(desk.fake().asked(), 2);
    passes(24 * HOUR).await;
    assert_eq!(desk.fake().asked(), 6);
}

#[tokio::test(start_paused = true)]
async fn between_two_checks_the_engine_is_not_asked_anything() {
    let desk = Desk::overlap().await;
    desk.check_every(SIX_HOURS, UpdateMode::Notify);
    let mut rig = desk.runs().await;
    rig.until(|shown| finding(shown).is_some()).await;
    let before = desk.fake().log().len();
    passes(Duration::from_mins(6 * 60 - 1)).await;
    assert_eq!(desk.fake().log().len(), before);
}

#[tokio::test(start_paused = true)]
async fn never_means_never() {
    let desk = Desk::overlap().await;
    let rig = desk.runs().await;
    passes(40 * HOUR).await;
    assert_eq!((desk.fake().asked(), finding(&rig.handle.snapshot())), (0, None));
}

#[tokio::test(start_paused = true)]
async fn a_person_may_ask_at_any_time() {
    let desk = Desk::overlap().await;
    let mut rig = desk.runs().await;
    rig.handle.check(Some(web()));
    rig.until(|shown| finding(shown).is_some()).await;
    assert!(rig.web().checked_at.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_start_soon_after_a_check_does_not_repeat_it() {
    let desk = Desk::overlap().await;
    desk.check_every(SIX_HOURS, UpdateMode::Manual);
    last_check(&desk, &web(), HOUR);
    let _rig = desk.runs().await;
    passes(Duration::from_secs(5 * 3_600 - 5)).await;
    assert_eq!(desk.fake().asked(), 0);
    passes(Duration::from_secs(10)).await;
    assert_eq!(desk.fake().asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_was_never_checked_does_not_wait_for_those_that_were() {
    let desk = Desk::of(&named("three, overlap")).await;
    let shop = named("three, overlap").service();
    desk.check_every(SIX_HOURS, UpdateMode::Manual);
    last_check(&desk, &shop, HOUR);
    let mut rig = desk.runs().await;
    let alone = desk.fake();
    let mut one = alone.things().find("shop-web-1").unwrap().clone();
    (one.id, one.name) = ("d".repeat(64), "alone".to_owned());
    one.config["Labels"] = serde_json::json!({});
    alone.things().containers.insert(one.id.clone(), one);
    let alone = ServiceId::Container("alone".to_owned());
    desk.change(|wished| wished.services.push(alone.clone()));
    rig.handle.reload();
    rig.until(|shown| shown.service(&alone).is_some_and(|one| one.checked_at.is_some())).await;
    passes(Duration::from_mins(1)).await;
    assert_eq!(desk.fake().asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_registry_that_cannot_be_reached_is_not_asked_again_and_again() {
    let desk = Desk::overlap().await;
    desk.check_every(SIX_HOURS, UpdateMode::Notify);
    desk.fake().set_registry_away(true);
    let mut rig = desk.runs().await;
    rig.until(|shown| matches!(finding(shown), Some(Finding::CheckFailed { .. }))).await;
    // After 2 s, and then 30 s, 1, 2, 4, 8, 15, 15 and 15 min later.
    passes(HOUR + Duration::from_secs(1)).await;
    assert_eq!(desk.fake().asked(), 8);
    desk.fake().set_registry_away(false);
    rig.until(|shown| matches!(finding(shown), Some(Finding::UpdateAvailable { .. }))).await;
    passes(5 * HOUR).await;
    assert_eq!((desk.fake().asked(), desk.announced()), (9, 1));
}

#[tokio::test(start_paused = true)]
async fn containers_that_keep_changing_neither_hasten_a_check_nor_put_it_off() {
    let desk = Desk::overlap().await;
    desk.check_every(SIX_HOURS, UpdateMode::Manual);
    let _rig = desk.starts();
    let world = desk.fake().world();
    for _ in 0..10 {
        passes(Duration::from_millis(500)).await;
        let id = desk.fake().things().find("web").unwrap().id.clone();
        world.engine.stop_container(&id, Duration::ZERO).await.unwrap();
        world.engine.start_container(&id).await.unwrap();
    }
    assert_eq!(desk.fake().asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn another_interval_holds_from_now_on() {
    let desk = Desk::overlap().await;
    desk.check_every(SIX_HOURS, UpdateMode::Manual);
    let mut rig = desk.runs().await;
    rig.until(|shown| finding(shown).is_some()).await;
    desk.check_every(HOUR, UpdateMode::Manual);
    rig.handle.reload();
    passes(HOUR + Duration::from_secs(1)).await;
    assert_eq!(desk.fake().asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_update_that_was_found_is_announced_once_also_over_a_restart() {
    let desk = Desk::overlap().await;
    desk.check_every(SIX_HOURS, UpdateMode::Notify);
    let mut rig = desk.runs().await;
    rig.until(|shown| finding(shown).is_some()).await;
    passes(24 * HOUR).await;
    let found = Notice::UpdateAvailable {
        service: web(),
        from: "1".to_owned(),
        to: "d30000000000".to_owned(),
        tag: None,
    };
    assert_eq!(desk.told(), [found]);
    rig.dies().await;
    let stored = serde_json::to_string(&*desk.saved.lock().unwrap()).unwrap();
    let read: WatchState = serde_json::from_str(&stored).unwrap();
    *desk.saved.lock().unwrap() = read;
    let rig = desk.runs().await;
    assert!(finding(&rig.handle.snapshot()).is_some(), "it is known before the next check");
    passes(24 * HOUR).await;
    assert!(desk.fake().asked() > 5);
    assert_eq!(desk.announced(), 1);
}

#[tokio::test(start_paused = true)]
async fn two_programs_with_one_state_folder_announce_a_release_once() {
    let desk = Desk::overlap().await;
    desk.check_every(HOUR, UpdateMode::Notify);
    let (mut one, mut other) = (desk.runs().await, desk.runs().await);
    one.until(|shown| finding(shown).is_some()).await;
    other.until(|shown| finding(shown).is_some()).await;
    passes(3 * HOUR).await;
    assert_eq!(desk.announced(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_snoozed_update_is_announced_once_more_when_the_time_is_over() {
    let desk = Desk::overlap().await;
    desk.check_every(HOUR, UpdateMode::Notify);
    let mut rig = desk.runs().await;
    rig.until(|shown| finding(shown).is_some()).await;
    rig.handle.snooze(web(), 24).await.unwrap();
    passes(23 * HOUR).await;
    assert_eq!(desk.announced(), 1);
    passes(24 * HOUR).await;
    assert_eq!(desk.announced(), 2);
    assert_eq!(rig.web().snoozed_until, None);
}

#[tokio::test(start_paused = true)]
async fn a_person_who_said_later_is_reminded_then_whenever_the_next_check_is() {
    let desk = Desk::overlap().await;
    desk.check_every(30 * 24 * HOUR, UpdateMode::Notify);
    desk.change(|wished| wished.policy.min_age = 30 * 24 * HOUR);
    let mut rig = desk.runs().await;
    rig.until(|shown| finding(shown).is_some()).await;
    rig.handle.snooze(web(), 24).await.unwrap();
    passes(12 * HOUR).await;
    rig.dies().await;
    let rig = desk.runs().await;
    passes(11 * HOUR).await;
    assert_eq!(desk.announced(), 1);
    passes(2 * HOUR).await;
    assert_eq!(desk.announced(), 2);
    assert_eq!(rig.web().snoozed_until, None);
}

#[tokio::test(start_paused = true)]
async fn a_skipped_update_is_not_offered_until_there_is_another() {
    let desk = Desk::overlap().await;
    desk.check_every(HOUR, UpdateMode::Notify);
    let mut rig = desk.runs().await;
    rig.until(|shown| finding(shown).is_some()).await;
    rig.handle.skip(web(), true).await.unwrap();
    rig.until_web(|web| web.skipped && web.standing() == Standing::Good).await;
    passes(3 * HOUR).await;
    assert_eq!(desk.announced(), 1);
    let newer = (format!("app@{}", digest("d4")), "sha256:four-good".to_owned());
    desk.fake().things().registry.insert("app:latest".to_owned(), newer);
    rig.until_web(|web| web.offered() == Some("d40000000000".to_owned())).await;
    assert_eq!(desk.announced(), 2);
}

#[tokio::test(start_paused = true)]
async fn while_paused_nothing_is_announced_and_afterwards_it_is() {
    let desk = Desk::overlap().await;
    desk.check_every(HOUR, UpdateMode::Notify);
    let mut rig = desk.runs().await;
    rig.handle.set_paused(true).await.unwrap();
    rig.until(|shown| shown.paused && finding(shown).is_some()).await;
    passes(3 * HOUR).await;
    assert_eq!(desk.announced(), 0);
    rig.handle.set_paused(false).await.unwrap();
    passes(2 * HOUR).await;
    assert_eq!(desk.announced(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_another_program_installed_is_not_offered_any_more() {
    let desk = Desk::overlap().await;
    let mut rig = desk.runs().await;
    rig.handle.check(None);
    rig.until_web(|web| web.offered().is_some()).await;
    rig.elsewhere(&named("overlap"), Act::Update).await;
    rig.until_web(|web| web.running.as_ref().is_some_and(|it| it.version == Some("2".to_owned())))
        .await;
    rig.until_web(|web| web.finding == Some(Finding::UpToDate)).await;
    assert_eq!(rig.web().offered(), None);
    // And what it took back is newer again, without waiting for the next check.
    rig.elsewhere(&named("overlap"), Act::Rollback).await;
    rig.until_web(|web| web.offered().is_some()).await;
}

#[tokio::test(start_paused = true)]
async fn a_check_that_panics_is_over_and_can_be_repeated() {
    let desk = Desk::overlap().await;
    desk.fake().panic_at(Some("registry"));
    let mut rig = desk.runs().await;
    rig.handle.check(None);
    rig.until_web(|web| matches!(web.finding, Some(Finding::CheckFailed { .. }))).await;
    desk.fake().panic_at(None);
    rig.handle.check(None);
    rig.until_web(|web| web.offered().is_some()).await;
}

#[tokio::test(start_paused = true)]
async fn a_check_under_way_survives_that_its_container_is_gone_for_a_moment() {
    let desk = Desk::of(&named("three, overlap")).await;
    let shop = named("three, overlap").service();
    // Wished for by the name of one of its containers.
    let wished = ServiceId::Container("shop-web-1".to_owned());
    desk.change(|wishes| wishes.services = vec![wished]);
    let mut rig = desk.runs().await;
    desk.fake().hold(Some("registry"));
    rig.handle.check(None);
    rig.until(|shown| shown.services[0].checking).await;
    let id = desk.fake().things().find("shop-web-1").unwrap().id.clone();
    let world = desk.fake().world();
    world.engine.rename_container(&id, "shop-web-x").await.unwrap();
    world.engine.stop_container(&id, Duration::ZERO).await.unwrap();
    rig.until(|shown| shown.service(&shop).is_none()).await;
    desk.fake().hold(None);
    world.engine.rename_container(&id, "shop-web-1").await.unwrap();
    rig.until(|shown| shown.service(&shop).is_some_and(|shop| !shop.checking)).await;
    assert!(is_connected(&rig.handle.snapshot()));
}
