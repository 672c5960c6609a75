//! An image that does not fit on the engine's disk.

use phoenix_engine::operate::Ended;
use phoenix_plan::receipt::{Outcome, Receipt};
use tokio_util::sync::CancellationToken;

use crate::{fake::Fake, oddities::named};

async fn with_room(free_bytes: Option<u64>, offered_bytes: u64) -> (Receipt, Fake) {
    let scenario = named("overlap");
    let mut things = scenario.prepared().await;
    (things.free_bytes, things.offered_bytes) = (free_bytes, Some(offered_bytes));
    let fake = Fake::new(things);
    let ended = scenario.perform(&fake, scenario.act, &CancellationToken::new()).await.unwrap();
    let Ended::Receipt(receipt) = ended else { panic!("declined") };
    (*receipt, fake)
}

#[tokio::test(start_paused = true)]
async fn what_cannot_fit_is_refused_before_the_pull_with_both_numbers() {
    let (receipt, fake) = with_room(Some(2_500_000_000), 1_000_000_000).await;
    assert_eq!(receipt.outcome, Outcome::Held);
    assert!(receipt.reason.contains("3.0 GB") && receipt.reason.contains("2.5 GB"), "{receipt:?}");
    assert!(!fake.log().iter().any(|call| call.starts_with("pull")), "{:?}", fake.log());
}

#[tokio::test(start_paused = true)]
async fn what_fits_or_cannot_be_told_is_pulled() {
    for free_bytes in [Some(3_000_000_000), None] {
        let (receipt, _) = with_room(free_bytes, 1_000_000_000).await;
        assert_eq!(receipt.outcome, Outcome::Updated, "{free_bytes:?}: {}", receipt.reason);
    }
}
