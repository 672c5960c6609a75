//! What is found, and is not installed by itself at once: windows, age, power, order, the breaker.

use std::time::Duration;

use phoenix_engine::controller::{Aim, Notice, Power, Surroundings as _};
use phoenix_plan::{
    policy::{
        UpdateMode,
        install::{PowerRules, WhyWait},
    },
    receipt::Outcome,
    schedule::Window,
    service::ServiceId,
};

use super::rig::{Desk, passes, web};
use crate::{
    fake::Nature,
    oddities::named,
    scenario::{Scenario, digest},
};

const HOUR: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_mins(1);

fn version(rig: &super::rig::Rig) -> Option<String> {
    rig.web().running.unwrap().version
}

fn why(rig: &super::rig::Rig) -> Option<WhyWait> {
    rig.web().held.map(|held| held.why)
}

/// Another release is offered.
fn offer(desk: &Desk, begin: &str) {
    let newer = (format!("app@{}", digest(begin)), format!("sha256:{begin}-good"));
    desk.fake().things().registry.insert("app:latest".to_owned(), newer);
}

#[tokio::test(start_paused = true)]
async fn outside_its_window_an_update_is_found_and_installed_when_the_window_opens() {
    let desk = Desk::overlap().await;
    desk.check_at("0 12 * * *", "Europe/Paris", "2026-05-01T09:00:00Z", UpdateMode::Auto);
    desk.change(|wished| wished.policy.windows = vec![Window::parse("02:00-04:00").unwrap()]);
    let mut rig = desk.runs().await;
    rig.until_web(|web| web.held.is_some()).await;
    assert_eq!(why(&rig), Some(WhyWait::OutsideWindows));
    let until = rig.web().held.unwrap().until.unwrap();
    assert_eq!(until.to_string(), "2026-05-02T00:00:00Z");
    passes(13 * HOUR + 50 * MINUTE).await;
    assert_eq!((version(&rig), desk.fake().asked()), (Some("1".to_owned()), 1));
    passes(20 * MINUTE).await;
    assert_eq!(version(&rig), Some("2".to_owned()), "at {}", desk.now());
    assert_eq!(why(&rig), None);
}

#[tokio::test(start_paused = true)]
async fn when_the_window_opens_the_newest_is_installed_and_not_what_was_found_first() {
    let desk = Desk::overlap().await;
    desk.check_at("0 12 * * *", "UTC", "2026-05-01T11:00:00Z", UpdateMode::Auto);
    desk.change(|wished| wished.policy.windows = vec![Window::parse("02:00-04:00").unwrap()]);
    let mut rig = desk.runs().await;
    rig.until_web(|web| web.held.is_some()).await;
    offer(&desk, "d4");
    let receipt = rig.receipt().await;
    assert_eq!(receipt.to.digest, Some(digest("d4")));
}

#[tokio::test(start_paused = true)]
async fn a_release_is_installed_once_it_is_known_for_long_enough() {
    let desk = Desk::overlap().await;
    desk.check_every(HOUR, UpdateMode::Auto);
    desk.change(|wished| wished.policy.min_age = 72 * HOUR);
    let mut rig = desk.runs().await;
    rig.until_web(|web| web.held.is_some()).await;
    assert!(matches!(why(&rig), Some(WhyWait::TooYoung { .. })));
    passes(71 * HOUR).await;
    assert_eq!(version(&rig), Some("1".to_owned()));
    passes(2 * HOUR).await;
    assert_eq!(version(&rig), Some("2".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn the_age_of_a_release_survives_a_restart_and_a_newer_one_begins_anew() {
    let desk = Desk::overlap().await;
    desk.check_every(HOUR, UpdateMode::Auto);
    desk.change(|wished| wished.policy.min_age = 72 * HOUR);
    let mut rig = desk.runs().await;
    rig.until_web(|web| web.held.is_some()).await;
    let first = rig.web().held.unwrap().until;
    passes(HOUR).await;
    rig.dies().await;
    let mut rig = desk.runs().await;
    rig.until_web(|web| web.held.is_some()).await;
    assert_eq!(rig.web().held.unwrap().until, first);
    offer(&desk, "d4");
    rig.until_web(|web| web.held.as_ref().is_some_and(|held| held.until > first)).await;
    assert_eq!(version(&rig), Some("1".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn on_a_low_battery_nothing_is_installed_until_the_charger_is_back() {
    let desk = Desk::overlap().await;
    desk.check_every(24 * HOUR, UpdateMode::Auto);
    let low = Power { on_battery: true, percent: Some(12), metered: None };
    *desk.power.lock().unwrap() = low;
    let mut rig = desk.runs().await;
    rig.until_web(|web| web.held.is_some()).await;
    assert_eq!(why(&rig), Some(WhyWait::Battery { percent: 12, above: 30 }));
    passes(HOUR).await;
    assert_eq!(version(&rig), Some("1".to_owned()));
    *desk.power.lock().unwrap() = Power { on_battery: false, ..low };
    passes(HOUR).await;
    assert_eq!(version(&rig), Some("2".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_metered_connection_is_used_only_where_that_is_allowed() {
    let desk = Desk::overlap().await;
    desk.check_every(HOUR, UpdateMode::Auto);
    desk.power.lock().unwrap().metered = Some(true);
    let mut rig = desk.runs().await;
    rig.until_web(|web| web.held.is_some()).await;
    assert_eq!(why(&rig), Some(WhyWait::Metered));
    desk.change(|wished| wished.power_rules = PowerRules { battery_above: 30, metered: true });
    rig.handle.reload();
    assert_eq!(rig.receipt().await.outcome, Outcome::Updated);
}

#[tokio::test(start_paused = true)]
async fn the_machine_is_asked_about_its_power_only_when_something_would_be_installed() {
    let desk = Desk::overlap().await;
    desk.check_every(HOUR, UpdateMode::Notify);
    let _rig = desk.runs().await;
    passes(24 * HOUR).await;
    assert_eq!(*desk.power_asked.lock().unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_pinned_service_is_neither_announced_nor_updated_until_it_is_let_go() {
    let desk = Desk::overlap().await;
    desk.check_every(HOUR, UpdateMode::Auto);
    desk.saved.lock().unwrap().services.entry(web()).or_default().pinned = true;
    let mut rig = desk.runs().await;
    rig.until_web(|web| web.held.is_some()).await;
    passes(5 * HOUR).await;
    assert_eq!((why(&rig), desk.told().len()), (Some(WhyWait::Pinned), 0));
    rig.handle.pin(web(), false).await.unwrap();
    assert_eq!(rig.receipt().await.outcome, Outcome::Updated);
}

#[tokio::test(start_paused = true)]
async fn another_program_that_pauses_everything_pauses_this_one_too() {
    let desk = Desk::overlap().await;
    desk.check_every(HOUR, UpdateMode::Auto);
    desk.change(|wished| wished.policy.min_age = 3 * HOUR);
    let mut rig = desk.runs().await;
    rig.until_web(|web| web.held.is_some()).await;
    desk.saved.lock().unwrap().paused = true;
    passes(10 * HOUR).await;
    assert_eq!((version(&rig), why(&rig)), (Some("1".to_owned()), Some(WhyWait::Paused)));
    assert!(rig.handle.snapshot().paused && desk.fake().asked() > 8);
    rig.handle.set_paused(false).await.unwrap();
    assert_eq!(rig.receipt().await.outcome, Outcome::Updated);
}

/// A service for which only bad releases are offered.
async fn bad() -> std::sync::Arc<Desk> {
    let scenario: Scenario = named("overlap, never healthy");
    assert_eq!(scenario.nature, Nature::NeverHealthy);
    let desk = Desk::of(&scenario).await;
    desk.check_every(HOUR, UpdateMode::Auto);
    desk
}

fn offer_bad(desk: &Desk, begin: &str) {
    let newer = (format!("app@{}", digest(begin)), format!("sha256:{begin}-hang"));
    desk.fake().things().registry.insert("app:latest".to_owned(), newer);
}

#[tokio::test(start_paused = true)]
async fn after_three_bad_releases_in_a_row_no_further_one_is_tried_until_a_person_says_so() {
    let desk = bad().await;
    let mut rig = desk.runs().await;
    for (count, next) in [(1, "d4"), (2, "d5"), (3, "d6")] {
        while desk.ended().len() < count {
            passes(MINUTE).await;
        }
        offer_bad(&desk, next);
    }
    rig.until_web(
        |web| matches!(&web.held, Some(held) if held.why == WhyWait::Breaker { failures: 3 }),
    )
    .await;
    passes(24 * HOUR).await;
    assert_eq!(desk.ended().len(), 3);
    offer(&desk, "d7");
    rig.until_web(|web| web.offered() == Some("d70000000000".to_owned())).await;
    rig.handle.close_breaker(web()).await.unwrap();
    rig.until_idle().await;
    while desk.ended().len() < 4 {
        passes(MINUTE).await;
    }
    assert_eq!(version(&rig), Some("2".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn updates_that_a_person_cancels_do_not_open_the_breaker() {
    let desk = Desk::overlap().await;
    let mut rig = desk.runs().await;
    for _ in 0..3 {
        desk.fake().hold(Some("pull"));
        rig.begin(Aim::Update(None)).await.unwrap();
        rig.until_phase(phoenix_engine::controller::Phase::Working).await;
        rig.handle.cancel(web()).await.unwrap();
        desk.fake().hold(None);
        rig.until_idle().await;
    }
    assert_eq!(desk.fake().world().state.record(&web()).unwrap().failures_in_a_row, 0);
}

/// Three stopped services that need each other in a row.
async fn three(at_once: usize) -> (std::sync::Arc<Desk>, [ServiceId; 3]) {
    let desk = Desk::overlap().await;
    desk.change(|wished| {
        wished.services.clear();
        wished.at_once = at_once;
    });
    desk.check_every(HOUR, UpdateMode::Auto);
    let app = desk.add_stopped("app", &["cache"]);
    let cache = desk.add_stopped("cache", &["zdb"]);
    let database = desk.add_stopped("zdb", &[]);
    (desk, [database, cache, app])
}

#[tokio::test(start_paused = true)]
async fn what_others_stand_on_is_updated_first() {
    let (desk, order) = three(1).await;
    let _rig = desk.runs().await;
    passes(10 * MINUTE).await;
    assert_eq!(desk.ended(), order);
}

#[tokio::test(start_paused = true)]
async fn what_needs_another_waits_for_it_also_where_several_are_allowed_at_once() {
    let (desk, order) = three(3).await;
    let _rig = desk.runs().await;
    passes(10 * MINUTE).await;
    assert_eq!(desk.ended(), order);
}

#[tokio::test(start_paused = true)]
async fn one_at_a_time_unless_more_are_allowed() {
    for at_once in [1, 2] {
        let desk = Desk::overlap().await;
        desk.change(|wished| {
            wished.services.clear();
            wished.at_once = at_once;
        });
        desk.check_every(HOUR, UpdateMode::Auto);
        for name in ["one", "two", "three"] {
            desk.add_stopped(name, &[]);
        }
        desk.fake().hold(Some("pull"));
        let mut rig = desk.runs().await;
        rig.until(|shown| shown.services.iter().any(|one| one.activity.is_some())).await;
        passes(MINUTE).await;
        let shown = rig.handle.snapshot();
        let running = shown.services.iter().filter(|one| one.activity.is_some()).count();
        assert_eq!(running, at_once);
        desk.fake().hold(None);
        passes(10 * MINUTE).await;
        assert_eq!(desk.ended().len(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn services_that_need_each_other_are_updated_all_the_same() {
    let desk = Desk::overlap().await;
    desk.change(|wished| wished.services.clear());
    desk.check_every(HOUR, UpdateMode::Auto);
    desk.add_stopped("hen", &["egg"]);
    desk.add_stopped("egg", &["hen"]);
    let _rig = desk.runs().await;
    passes(10 * MINUTE).await;
    assert_eq!(desk.ended().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn five_hundred_services_are_checked_in_one_round() {
    let desk = Desk::overlap().await;
    desk.check_every(HOUR, UpdateMode::Notify);
    for number in 0..500 {
        desk.add_stopped(&format!("c{number}"), &[]);
    }
    let mut rig = desk.runs().await;
    rig.until(|shown| shown.services.iter().all(|one| one.checked_at.is_some())).await;
    passes(MINUTE).await;
    assert_eq!(desk.fake().asked(), 501);
    assert_eq!(desk.saved.lock().unwrap().services.len(), 501);
}

#[tokio::test(start_paused = true)]
async fn another_updater_on_the_engine_is_warned_of_once() {
    let desk = Desk::overlap().await;
    desk.check_every(HOUR, UpdateMode::Notify);
    let body = serde_json::json!({
        "Image": "app:latest", "Labels": { "com.centurylinklabs.watchtower": "true" },
        "HostConfig": {}, "NetworkingConfig": { "EndpointsConfig": {} }
    });
    let fake = desk.fake();
    let id = fake.things().create("tower", &body).unwrap();
    fake.things().start(&id).unwrap();
    let mut rig = desk.runs().await;
    rig.until(|shown| !shown.other_updaters.is_empty()).await;
    passes(5 * HOUR).await;
    rig.dies().await;
    let mut rig = desk.runs().await;
    rig.until(|shown| !shown.other_updaters.is_empty()).await;
    passes(HOUR).await;
    let warned = |told: &&Notice| matches!(told, Notice::OtherUpdater(_));
    assert_eq!(desk.told().iter().filter(warned).count(), 1);
}
