//! What a person asks for, from begin to receipt.

use std::time::Duration;

use jiff::Timestamp;
use phoenix_engine::{
    check::Finding,
    controller::{
        Activity, Aim, Begun, LastCheck, Phase, Preview, RequestError, Standing, StepState, Watched,
    },
};
use phoenix_plan::{
    receipt::Outcome,
    service::ServiceId,
    step::{Action, Purpose},
};

use super::rig::{Desk, passes, web};
use crate::{invariants::violations, oddities::named, scenario::scenarios};

#[tokio::test(start_paused = true)]
async fn an_update_is_shown_with_its_plan_and_steps_and_ends_in_a_receipt_that_nobody_has_seen() {
    let desk = Desk::overlap().await;
    let before = desk.fake().snapshot();
    let mut rig = desk.runs().await;
    assert_eq!(rig.begin(Aim::Update(None)).await, Ok(Begun::UnderWay));
    rig.until_phase(Phase::Watching).await;
    let web_now = rig.web();
    assert_eq!(web_now.standing(), Standing::Updating);
    let activity = web_now.activity.unwrap();
    assert_eq!((activity.purpose, activity.can_cancel()), (Purpose::Update, true));
    assert!(activity.plan.is_some());
    let done = |action: fn(&Action) -> bool| {
        activity
            .steps
            .iter()
            .any(|step| action(&step.step.action) && matches!(step.state, StepState::Done { .. }))
    };
    assert!(done(|action| matches!(action, Action::Pull { .. })));
    assert!(done(|action| matches!(action, Action::Commit { .. })));
    rig.until_idle().await;
    let receipt = rig.receipt().await;
    assert_eq!(receipt.outcome, Outcome::Updated);
    assert_eq!(rig.web().unseen_id(), Some(&receipt.id));
    rig.handle.seen(web()).await.unwrap();
    rig.until_web(|web| web.unseen.is_none()).await;
    assert_eq!(rig.web().roll_back_to.and_then(|kept| kept.version), Some("1".to_owned()));
    let wrong = violations(&before, &desk.fake().snapshot(), &named("overlap"));
    assert_eq!(wrong, Vec::<String>::new());
    rig.dies().await;
    // Who has seen it once need not look again after the next start.
    assert_eq!(desk.runs().await.web().unseen, None);
}

#[tokio::test(start_paused = true)]
async fn every_plan_that_watches_a_release_says_so_and_its_progress_never_goes_back() {
    for scenario in scenarios().into_iter().filter(|it| it.replicas == 1) {
        let desk = Desk::of(&scenario).await;
        let mut rig = desk.runs().await;
        let aim = match scenario.act {
            crate::scenario::Act::Update => Aim::Update(None),
            crate::scenario::Act::Rollback => Aim::Rollback(None),
            crate::scenario::Act::Adopt => Aim::Adopt,
            crate::scenario::Act::Release => Aim::Release,
        };
        let Preview::Go(plan) = rig.handle.preview(web(), aim.clone()).await.unwrap() else {
            panic!("{}: nothing to do", scenario.name)
        };
        desk.fake().hold(Some("facts"));
        rig.begin(aim).await.unwrap();
        rig.until_phase(Phase::Preparing).await;
        desk.fake().hold(None);
        let (mut percents, mut watched) = (Vec::new(), false);
        let mut snapshots = rig.handle.snapshots();
        while let Some(activity) = rig.web().activity {
            let phase = activity.phase();
            watched |= phase == Phase::Watching;
            if phase != Phase::GoingBack {
                percents.push(activity.percent());
            }
            snapshots.changed().await.unwrap();
        }
        let name = scenario.name;
        assert!(percents.is_sorted(), "{name}: {percents:?}");
        let monitors = plan.steps.iter().any(|step| matches!(step.action, Action::Monitor { .. }));
        let gets_there = rig.receipt().await.outcome != Outcome::Failed;
        assert_eq!(watched, monitors && gets_there, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_request_is_refused_while_the_first_is_under_way() {
    let desk = Desk::overlap().await;
    let mut rig = desk.runs().await;
    desk.fake().hold(Some("pull"));
    rig.begin(Aim::Update(None)).await.unwrap();
    rig.until_phase(Phase::Working).await;
    let busy = RequestError::Busy(web());
    assert_eq!(rig.begin(Aim::Update(None)).await, Err(busy.clone()));
    assert_eq!(rig.begin(Aim::Rollback(Some("1".to_owned()))).await, Err(busy.clone()));
    assert_eq!(rig.handle.preview(web(), Aim::Update(None)).await, Err(busy.clone()));
    assert_eq!(rig.handle.settle(web()).await, Err(busy));
    desk.fake().hold(None);
    rig.until_idle().await;
    assert_eq!(rig.receipt().await.outcome, Outcome::Updated);
}

#[tokio::test(start_paused = true)]
async fn cancelling_before_the_traffic_moved_undoes_everything() {
    let desk = Desk::overlap().await;
    let before = desk.fake().snapshot();
    let mut rig = desk.runs().await;
    desk.fake().hold(Some("pull"));
    rig.begin(Aim::Update(None)).await.unwrap();
    rig.until_phase(Phase::Working).await;
    assert_eq!(rig.handle.cancel(web()).await, Ok(()));
    desk.fake().hold(None);
    rig.until_idle().await;
    assert_eq!(rig.receipt().await.outcome, Outcome::Failed);
    let wrong = violations(&before, &desk.fake().snapshot(), &named("overlap"));
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(rig.handle.cancel(web()).await, Err(RequestError::NothingToCancel(web())));
}

#[tokio::test(start_paused = true)]
async fn going_back_while_the_release_is_watched_turns_the_update_around() {
    let desk = Desk::overlap().await;
    let before = desk.fake().snapshot();
    let mut rig = desk.runs().await;
    rig.begin(Aim::Update(None)).await.unwrap();
    rig.until_phase(Phase::Watching).await;
    assert_eq!(rig.begin(Aim::Rollback(None)).await, Ok(Begun::TurnedAround));
    rig.until_idle().await;
    assert_eq!(rig.receipt().await.outcome, Outcome::RolledBack);
    assert_eq!(rig.web().running.unwrap().version, Some("1".to_owned()));
    let wrong = violations(&before, &desk.fake().snapshot(), &named("overlap"));
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn cancelling_too_late_is_refused() {
    let desk = Desk::overlap().await;
    let mut rig = desk.runs().await;
    desk.fake().hold(Some("switch confirm"));
    rig.begin(Aim::Update(None)).await.unwrap();
    rig.until_web(|web| {
        let last = web.activity.as_ref().and_then(|it| it.steps.last());
        last.is_some_and(|last| matches!(last.step.action, Action::Confirm))
    })
    .await;
    assert_eq!(rig.handle.cancel(web()).await, Err(RequestError::NothingToCancel(web())));
    desk.fake().hold(None);
    rig.until_idle().await;
    assert_eq!(rig.receipt().await.outcome, Outcome::Updated);
}

#[tokio::test(start_paused = true)]
async fn a_preview_shows_the_plan_and_changes_nothing() {
    let desk = Desk::overlap().await;
    let rig = desk.runs().await;
    let before = desk.fake().log().len();
    let Preview::Go(plan) = rig.handle.preview(web(), Aim::Update(None)).await.unwrap() else {
        panic!("nothing to do")
    };
    assert_eq!(plan.purpose, Purpose::Update);
    let calls = desk.fake().log()[before..].to_vec();
    let looks = ["facts", "inspect", "list", "switch connect", "switch status"];
    assert!(calls.iter().all(|call| looks.iter().any(|it| call.starts_with(it))), "{calls:?}");
    assert_eq!(rig.web().activity, None);
    let kept = rig.handle.preview(web(), Aim::Rollback(None)).await;
    assert!(matches!(kept, Ok(Preview::Held { .. })), "{kept:?}");
}

#[tokio::test(start_paused = true)]
async fn what_was_begun_during_a_preview_comes_after_it() {
    let desk = Desk::overlap().await;
    let mut rig = desk.runs().await;
    desk.fake().hold(Some("registry"));
    let handle = rig.handle.clone();
    let preview = tokio::spawn(async move { handle.preview(web(), Aim::Update(None)).await });
    passes(Duration::from_secs(1)).await;
    rig.begin(Aim::Update(None)).await.unwrap();
    rig.until_phase(Phase::Preparing).await;
    desk.fake().hold(None);
    assert!(matches!(preview.await.unwrap(), Ok(Preview::Go(_))));
    rig.until_idle().await;
    assert_eq!(rig.receipt().await.outcome, Outcome::Updated);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_watches_or_no_engine_answers_for_is_refused() {
    let desk = Desk::overlap().await;
    let mut rig = desk.runs().await;
    let other = ServiceId::Container("other".to_owned());
    let refused = rig.handle.preview(other.clone(), Aim::Adopt).await;
    assert_eq!(refused, Err(RequestError::NotWatched(other)));
    desk.fake().set_away(true);
    rig.until(|shown| !super::rig::is_connected(shown)).await;
    assert_eq!(rig.begin(Aim::Update(None)).await, Err(RequestError::EngineAway));
    assert_eq!(rig.handle.settle(web()).await, Err(RequestError::EngineAway));
    let refused = rig.handle.preview(web(), Aim::Update(None)).await;
    assert_eq!(refused, Err(RequestError::EngineAway));
}

#[tokio::test(start_paused = true)]
async fn a_service_that_two_wishes_mean_is_one_service() {
    let desk = Desk::of(&named("three, overlap")).await;
    let shop = named("three, overlap").service();
    let by_container = ServiceId::Container("shop-web-2".to_owned());
    desk.change(|wished| wished.services = vec![by_container.clone(), shop.clone()]);
    let mut rig = desk.starts();
    rig.until(|shown| shown.services.len() == 1 && shown.services[0].id == shop).await;
    rig.handle.check(None);
    rig.until(|shown| shown.services[0].offered().is_some()).await;
    assert_eq!(desk.fake().asked(), 1);
    let agreed = phoenix_engine::controller::Agreed { noticed: true, edit_compose: false };
    rig.handle.begin(shop.clone(), Aim::Update(None), agreed).await.unwrap();
    let again = rig.handle.begin(by_container, Aim::Update(None), agreed).await;
    assert!(matches!(again, Err(RequestError::Busy(_))), "{again:?}");
    rig.until(|shown| shown.services[0].activity.as_ref().is_some_and(|it| it.percent() > 50))
        .await;
    rig.until(|shown| shown.services[0].activity.is_none()).await;
    assert_eq!(rig.receipt().await.outcome, Outcome::Updated);
    assert_eq!(rig.handle.snapshot().services.len(), 1);
    let activity = rig.handle.snapshot().services[0].activity.as_ref().map(Activity::phase);
    assert_eq!(activity, None);
}

#[tokio::test(start_paused = true)]
async fn who_asks_for_the_update_that_is_offered_means_its_tag() {
    let desk = Desk::overlap().await;
    let (tag, digest) = ("newer".to_owned(), "sha256:newer".to_owned());
    let finding = Finding::NewerTag { tag, digest, version: None, download_bytes: None };
    let last_check = Some(LastCheck { at: Timestamp::UNIX_EPOCH, finding });
    let known = Watched { last_check, ..Watched::default() };
    desk.saved.lock().unwrap().services.insert(web(), known);
    let rig = desk.runs().await;
    // There is no such tag here: the complaint names what was asked for.
    let refused = rig.handle.preview(web(), Aim::Update(None)).await.unwrap_err();
    assert!(refused.to_string().contains(":newer"), "{refused}");
}
