//! Services that are stopped, and updated like that.

use std::time::Duration;

use phoenix_engine::controller::{Agreed, Aim};
use phoenix_plan::{policy::UpdateMode, receipt::Outcome, service::ServiceId};

use super::rig::{Desk, passes};
use crate::fake::Life;

const HOUR: Duration = Duration::from_hours(1);

/// Only a stopped service, that is updated by itself.
async fn idle() -> (std::sync::Arc<Desk>, ServiceId) {
    let desk = Desk::overlap().await;
    desk.change(|wished| wished.services.clear());
    desk.check_every(HOUR, UpdateMode::Auto);
    let idle = desk.add_stopped("idle", &[]);
    (desk, idle)
}

fn life(desk: &Desk) -> (Life, String) {
    let fake = desk.fake();
    let things = fake.things();
    let container = things.find("idle").unwrap();
    (container.life, container.image_id.clone())
}

#[tokio::test(start_paused = true)]
async fn a_stopped_service_is_updated_and_stays_stopped() {
    let (desk, _) = idle().await;
    let rig = desk.runs().await;
    assert_eq!(rig.receipt().await.outcome, Outcome::Updated);
    assert_eq!(life(&desk), (Life::Created, "sha256:three-good".to_owned()));
    assert!(!desk.fake().log().iter().any(|call| call.starts_with("start")));
}

#[tokio::test(start_paused = true)]
async fn going_back_leaves_it_stopped_too() {
    let (desk, idle) = idle().await;
    let rig = desk.runs().await;
    rig.receipt().await;
    passes(HOUR).await;
    rig.handle.begin(idle.clone(), Aim::Rollback(None), Agreed::default()).await.unwrap();
    passes(HOUR).await;
    assert_eq!(desk.ended().len(), 2);
    let (life, image) = life(&desk);
    assert!(!matches!(life, Life::Running { .. }));
    assert_eq!(image, "sha256:one-good");
}

#[tokio::test(start_paused = true)]
async fn without_the_wish_a_stopped_service_is_left_alone() {
    let (desk, idle) = idle().await;
    desk.change(|wished| {
        wished.policies.get_mut(&idle).unwrap().include_stopped = false;
    });
    let rig = desk.runs().await;
    assert_eq!(rig.receipt().await.outcome, Outcome::Held);
    assert_eq!(life(&desk).1, "sha256:one-good");
}
