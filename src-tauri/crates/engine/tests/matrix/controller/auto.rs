//! Updates that begin by themselves.

use std::time::Duration;

use phoenix_engine::controller::{Agreed, Aim, Notice, Phase};
use phoenix_plan::{policy::UpdateMode, receipt::Outcome};

use super::rig::{Desk, passes, web};
use crate::oddities::named;

const HOUR: Duration = Duration::from_hours(1);

fn receipts(desk: &Desk) -> usize {
    desk.told().iter().filter(|told| matches!(told, Notice::Ended(_))).count()
}

#[tokio::test(start_paused = true)]
async fn what_clients_do_not_notice_is_installed_by_itself() {
    let desk = Desk::overlap().await;
    desk.check_every(HOUR, UpdateMode::Auto);
    let mut rig = desk.runs().await;
    rig.until_phase(Phase::Watching).await;
    rig.until_idle().await;
    assert_eq!(rig.receipt().await.outcome, Outcome::Updated);
    assert_eq!(rig.web().running.unwrap().version, Some("2".to_owned()));
    passes(5 * HOUR).await;
    assert_eq!((receipts(&desk), desk.announced()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_person_is_asked_once_before_clients_notice_anything() {
    let desk = Desk::of(&named("adopting overlap")).await;
    desk.check_every(HOUR, UpdateMode::Auto);
    let rig = desk.runs().await;
    passes(5 * HOUR).await;
    assert_eq!(desk.told(), [Notice::ConsentNeeded { service: web(), aim: Aim::Update(None) }]);
    assert!(desk.fake().things().journals.is_empty());
    assert!(!rig.web().behind_switch);
}

#[tokio::test(start_paused = true)]
async fn who_agreed_beforehand_is_not_asked() {
    let desk = Desk::of(&named("adopting overlap")).await;
    desk.check_every(HOUR, UpdateMode::Auto);
    desk.change(|wished| wished.policy.may_interrupt = true);
    let mut rig = desk.runs().await;
    rig.until_phase(Phase::Watching).await;
    rig.until_idle().await;
    assert_eq!(rig.receipt().await.outcome, Outcome::Updated);
    assert!(rig.web().behind_switch);
}

#[tokio::test(start_paused = true)]
async fn a_round_is_over_when_what_it_began_is_at_its_end() {
    let desk = Desk::overlap().await;
    desk.change(|wished| wished.policy.updates = UpdateMode::Auto);
    let rig = desk.runs().await;
    rig.handle.round().await;
    assert_eq!(receipts(&desk), 1);
    assert_eq!(rig.web().running.unwrap().version, Some("2".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_round_without_an_engine_is_over_at_once() {
    let desk = Desk::overlap().await;
    *desk.refusal.lock().unwrap() = Some("nobody answers".to_owned());
    let rig = desk.starts();
    rig.handle.round().await;
    assert!(desk.told().is_empty());
}

#[tokio::test(start_paused = true)]
async fn without_consent_a_request_comes_back_as_a_question() {
    let desk = Desk::of(&named("adopting overlap")).await;
    desk.change(|wished| wished.policy.updates = UpdateMode::Manual);
    let mut rig = desk.runs().await;
    rig.handle.begin(web(), Aim::Adopt, Agreed::default()).await.unwrap();
    rig.until_idle().await;
    assert_eq!(desk.told(), [Notice::ConsentNeeded { service: web(), aim: Aim::Adopt }]);
}

#[tokio::test(start_paused = true)]
async fn nothing_begins_by_itself_while_paused() {
    let desk = Desk::overlap().await;
    desk.check_every(HOUR, UpdateMode::Auto);
    desk.saved.lock().unwrap().paused = true;
    let rig = desk.runs().await;
    passes(5 * HOUR).await;
    assert!(desk.fake().asked() > 3);
    assert_eq!((desk.told().len(), rig.web().activity), (0, None));
}

#[tokio::test(start_paused = true)]
async fn what_a_person_took_back_is_not_installed_again_by_itself() {
    let desk = Desk::overlap().await;
    desk.check_every(HOUR, UpdateMode::Auto);
    desk.fake().hold(Some("registry"));
    let mut rig = desk.runs().await;
    rig.begin(Aim::Update(None)).await.unwrap();
    desk.fake().hold(None);
    rig.until_phase(Phase::Watching).await;
    rig.until_idle().await;
    rig.begin(Aim::Rollback(None)).await.unwrap();
    rig.until_idle().await;
    passes(5 * HOUR).await;
    assert_eq!(rig.web().running.unwrap().version, Some("1".to_owned()));
    assert_eq!(receipts(&desk), 2);
}

#[tokio::test(start_paused = true)]
async fn what_a_person_cancelled_does_not_begin_anew_by_itself() {
    let desk = Desk::overlap().await;
    desk.check_every(HOUR, UpdateMode::Auto);
    desk.saved.lock().unwrap().paused = true;
    let mut rig = desk.runs().await;
    rig.until_web(|web| web.offered().is_some()).await;
    desk.fake().hold(Some("pull"));
    rig.handle.set_paused(false).await.unwrap();
    rig.until_phase(Phase::Working).await;
    rig.handle.cancel(web()).await.unwrap();
    desk.fake().hold(None);
    rig.until_idle().await;
    passes(5 * HOUR).await;
    assert_eq!(receipts(&desk), 1);
    assert_eq!(rig.web().running.unwrap().version, Some("1".to_owned()));
}
