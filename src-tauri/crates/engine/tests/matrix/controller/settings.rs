//! The settings change.

use std::time::Duration;

use phoenix_engine::controller::{Aim, Health, Phase, Standing};
use phoenix_plan::{receipt::Outcome, service::ServiceId};

use super::rig::{Desk, is_connected, passes, web};

#[tokio::test(start_paused = true)]
async fn broken_settings_are_shown_and_those_before_stay_in_force() {
    let desk = Desk::overlap().await;
    let mut rig = desk.runs().await;
    let good = desk.wished.lock().unwrap().clone();
    *desk.wished.lock().unwrap() = Err("config.toml:3: no such key".to_owned());
    rig.handle.reload();
    let shown = rig.until(|shown| shown.config_error.is_some()).await;
    assert_eq!(shown.services.len(), 1);
    rig.begin(Aim::Update(None)).await.unwrap();
    rig.until_idle().await;
    *desk.wished.lock().unwrap() = good;
    rig.handle.reload();
    rig.until(|shown| shown.config_error.is_none()).await;
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_no_longer_wished_disappears() {
    let desk = Desk::overlap().await;
    let mut rig = desk.runs().await;
    desk.change(|wished| wished.services.clear());
    rig.handle.reload();
    rig.until(|shown| shown.services.is_empty()).await;
    desk.change(|wished| wished.services.push(web()));
    rig.handle.reload();
    rig.until_web(|web| web.running.is_some()).await;
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_no_longer_wished_stays_until_its_update_is_at_its_end() {
    let desk = Desk::overlap().await;
    let mut rig = desk.runs().await;
    rig.begin(Aim::Update(None)).await.unwrap();
    rig.until_phase(Phase::Watching).await;
    desk.change(|wished| wished.services.clear());
    rig.handle.reload();
    passes(Duration::from_millis(200)).await;
    assert!(rig.web().activity.is_some());
    rig.until(|shown| shown.services.is_empty()).await;
    assert_eq!(rig.receipt().await.outcome, Outcome::Updated);
}

#[tokio::test(start_paused = true)]
async fn what_is_watched_out_of_the_box_is_shown_only_where_it_exists() {
    let desk = Desk::overlap().await;
    let gateway = ServiceId::Container("phoenix-gateway".to_owned());
    desk.change(|wished| (wished.services, wished.written) = (vec![gateway.clone()], false));
    let mut rig = desk.starts();
    rig.until(is_connected).await;
    passes(Duration::from_secs(1)).await;
    assert!(rig.handle.snapshot().services.is_empty());
    desk.change(|wished| wished.written = true);
    rig.handle.reload();
    let shown = rig.until(|shown| !shown.services.is_empty()).await;
    assert_eq!(shown.services[0].health, Health::Missing);
    assert_eq!(shown.services[0].standing(), Standing::Absent);
}

#[tokio::test(start_paused = true)]
async fn services_that_need_attention_come_first() {
    let desk = Desk::overlap().await;
    let absent = ServiceId::Container("absent".to_owned());
    desk.change(|wished| wished.services.insert(0, absent.clone()));
    let mut rig = desk.starts();
    let shown = rig.until(|shown| shown.services.iter().any(|one| one.running.is_some())).await;
    let order: Vec<&ServiceId> = shown.services.iter().map(|service| &service.id).collect();
    assert_eq!(order, [&web(), &absent]);
}
