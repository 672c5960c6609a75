//! What a listener hears of an update.

use futures_util::{FutureExt as _, StreamExt as _};
use phoenix_engine::{World, ports::ContainerChanges};
use tokio_util::sync::CancellationToken;

use crate::{
    fake::Fake,
    scenario::{Act, Scenario, scenarios},
};

fn overlap() -> Scenario {
    scenarios().into_iter().find(|scenario| scenario.name == "overlap").unwrap()
}

async fn listening(world: World) -> ContainerChanges {
    world.engine.container_changes().await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_update_is_heard_from_its_first_container_to_its_last_name() {
    let scenario = overlap();
    let fake = Fake::new(scenario.prepared().await);
    let mut changes = listening(fake.world()).await;
    scenario.perform(&fake, Act::Update, &CancellationToken::new()).await.unwrap();
    let mut heard = Vec::new();
    while let Some(Some(change)) = changes.next().now_or_never() {
        heard.push(change.unwrap());
    }
    // What was kept from before is the one that is destroyed.
    let actions: Vec<&str> = heard.iter().map(|change| change.action.as_str()).collect();
    assert_eq!(actions, ["create", "start", "destroy", "die", "stop", "rename", "rename"]);
    assert_eq!(heard.last().unwrap().name, "web");
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_goes_away_ends_what_is_heard_with_an_error() {
    let fake = Fake::new(overlap().prepared().await);
    let mut changes = listening(fake.world()).await;
    drop(fake);
    assert!(changes.next().await.unwrap().is_err());
    assert!(changes.next().await.is_none());
}
