//! What others do meanwhile.

use phoenix_engine::operate::{Ended, OperationError};
use phoenix_plan::receipt::{Outcome, Receipt};
use tokio_util::sync::CancellationToken;

use crate::{
    fake::{Fake, FakeContainer, Fault, Life, Things},
    invariants::violations,
    scenario::{Act, Scenario, scenarios},
};

pub(crate) fn named(name: &str) -> Scenario {
    scenarios().into_iter().find(|scenario| scenario.name == name).unwrap()
}

async fn perform(scenario: &Scenario, fake: &Fake, act: Act) -> Result<Ended, OperationError> {
    scenario.perform(fake, act, &CancellationToken::new()).await
}

/// What is left when the program dies before a call of this kind takes effect.
pub(crate) async fn dies_at(scenario: &Scenario, call: &str) -> Things {
    let before = scenario.prepared().await;
    let fake = Fake::new(before.clone());
    perform(scenario, &fake, scenario.act).await.unwrap();
    let at = fake.log().iter().position(|made| made.starts_with(call)).unwrap();
    let fake = Fake::new(before);
    fake.strike(at, 1, Fault::DiesBefore);
    tokio::select! {
        _ = perform(scenario, &fake, scenario.act) => {}
        () = fake.died() => {}
    }
    fake.snapshot()
}

async fn only_receipt(scenario: &Scenario, fake: &Fake) -> Receipt {
    let receipts = scenario.recover(fake).await;
    assert_eq!(receipts.len(), 1);
    receipts.into_iter().next().unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_old_container_that_somebody_removed_does_not_keep_the_update_from_its_end() {
    let scenario = named("overlap");
    let mut things = dies_at(&scenario, "restart policy").await;
    things.containers.retain(|_, container| container.name != "web");
    let fake = Fake::new(things);
    assert_eq!(only_receipt(&scenario, &fake).await.outcome, Outcome::Updated);
    assert!(fake.things().find("web").is_some_and(FakeContainer::runs));
}

#[tokio::test(start_paused = true)]
async fn a_taken_name_blocks_until_it_is_free_and_then_the_rest_is_done() {
    let scenario = named("overlap");
    let before = scenario.prepared().await;
    let things = dies_at(&scenario, "append Started { step: 12 }").await;
    let mut taken = things;
    let thief = "f".repeat(64);
    let mut other = taken.containers.values().next().unwrap().clone();
    (other.id, other.name, other.life) = (thief.clone(), "web".to_owned(), Life::Created);
    let old = taken.containers.values_mut().find(|container| container.name == "web").unwrap();
    old.name = "web-old".to_owned();
    taken.containers.insert(thief.clone(), other);
    let fake = Fake::new(taken);
    assert_eq!(only_receipt(&scenario, &fake).await.outcome, Outcome::Stuck);
    let refused = perform(&scenario, &fake, Act::Update).await;
    assert!(matches!(refused, Err(OperationError::StillStuck(_))), "{refused:?}");
    fake.things().containers.remove(&thief);
    assert_eq!(only_receipt(&scenario, &fake).await.outcome, Outcome::Updated);
    assert_eq!(violations(&before, &fake.snapshot(), &scenario), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_switch_that_went_back_by_itself_ends_in_a_rollback() {
    let scenario = named("overlap");
    let before = scenario.prepared().await;
    let mut things = dies_at(&scenario, "switch confirm").await;
    let switch = things.switch.as_mut().unwrap();
    switch.route = switch.previous.take().unwrap();
    let fake = Fake::new(things);
    assert_eq!(only_receipt(&scenario, &fake).await.outcome, Outcome::RolledBack);
    assert_eq!(violations(&before, &fake.snapshot(), &scenario), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_switch_that_does_not_answer_is_waited_for_before_anything_is_decided() {
    let scenario = named("overlap");
    let before = scenario.prepared().await;
    let mut things = dies_at(&scenario, "append Succeeded { step: 8").await;
    let life_of_switch = |things: &mut Things, life: Life| {
        let mut containers = things.containers.values_mut();
        let switch = containers.find(|container| container.is_switch()).unwrap();
        std::mem::replace(&mut switch.life, life)
    };
    let running = life_of_switch(&mut things, Life::Exited { code: 1 });
    let fake = Fake::new(things);
    assert_eq!(only_receipt(&scenario, &fake).await.outcome, Outcome::Stuck);
    life_of_switch(&mut fake.things(), running);
    assert_eq!(only_receipt(&scenario, &fake).await.outcome, Outcome::Updated);
    assert_eq!(violations(&before, &fake.snapshot(), &scenario), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_switch_that_somebody_removed_does_not_lock_the_user_out() {
    let scenario = named("overlap");
    let mut things = dies_at(&scenario, "switch confirm").await;
    things.containers.retain(|_, container| !container.is_switch());
    things.switch = None;
    let fake = Fake::new(things);
    assert_eq!(only_receipt(&scenario, &fake).await.outcome, Outcome::Stuck);
    assert_eq!(scenario.recover(&fake).await, Vec::new());
    assert!(fake.things().find("web").is_some_and(FakeContainer::runs));
}

#[tokio::test(start_paused = true)]
async fn an_old_container_that_is_gone_on_the_way_back_is_said_once_and_locks_nobody_out() {
    let scenario = named("recreate");
    let mut things = dies_at(&scenario, "exec").await;
    things.containers.retain(|_, container| container.name != "web");
    let fake = Fake::new(things);
    assert_eq!(only_receipt(&scenario, &fake).await.outcome, Outcome::Stuck);
    assert_eq!(scenario.recover(&fake).await, Vec::new());
}

#[tokio::test(start_paused = true)]
async fn a_taken_port_does_not_speak_against_the_release() {
    let scenario = named("recreate");
    let mut before = scenario.prepared().await;
    // The new release asks for a port that another one has: only its own start can show it.
    let mut thief = before.find("web").unwrap().clone();
    (thief.id, thief.name) = ("e".repeat(64), "thief".to_owned());
    thief.host_config["PortBindings"]["80/tcp"][0]["HostPort"] = "9090".into();
    before.containers.insert(thief.id.clone(), thief);
    let web = before.find("web").unwrap().id.clone();
    let bindings = &mut before.containers.get_mut(&web).unwrap().host_config["PortBindings"];
    bindings["81/tcp"] = serde_json::json!([{ "HostIp": "", "HostPort": "9090" }]);
    let fake = Fake::new(before);
    let Ok(Ended::Receipt(receipt)) = perform(&scenario, &fake, Act::Update).await else {
        panic!("not tried")
    };
    assert!(receipt.reason.contains("already taken"), "{}", receipt.reason);
    assert!(fake.things().records.values().all(|record| record.bad_digests.is_empty()));
}

#[tokio::test(start_paused = true)]
async fn a_release_that_cannot_be_started_is_remembered_with_a_remedy() {
    let scenario = named("adopting overlap, cannot start");
    let fake = Fake::new(scenario.prepared().await);
    let Ok(Ended::Receipt(receipt)) = perform(&scenario, &fake, Act::Update).await else {
        panic!("not tried")
    };
    assert!(receipt.failure.and_then(|failure| failure.remedy).is_some());
    assert_eq!(fake.things().records["web"].bad_digests.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_old_releases_requests_are_in_the_receipt_after_its_counters_were_dropped() {
    let scenario = named("overlap");
    let fake = Fake::new(scenario.prepared().await);
    let Ok(Ended::Receipt(receipt)) = perform(&scenario, &fake, Act::Update).await else {
        panic!("not tried")
    };
    let counted = fake.things().switch.as_ref().unwrap().counted.len();
    assert_eq!(counted, 1, "the old generation's counters are still there");
    let new: u64 =
        fake.things().switch.as_ref().unwrap().counted.values().map(|t| t.requests).sum();
    assert!(receipt.requests.total > new, "{:?}", receipt.requests);
}
