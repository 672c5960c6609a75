//! Without trouble.

use phoenix_engine::operate::Ended;
use phoenix_plan::receipt::{Outcome, Receipt};
use tokio_util::sync::CancellationToken;

use crate::{
    fake::{Fake, Nature},
    invariants::violations,
    scenario::{Act, Scenario, scenarios},
};

pub(crate) async fn ended(scenario: &Scenario) -> (Receipt, Vec<String>) {
    let before = scenario.prepared().await;
    let fake = Fake::new(before.clone());
    let ended = scenario.perform(&fake, scenario.act, &CancellationToken::new()).await.unwrap();
    let Ended::Receipt(receipt) = ended else { panic!("declined") };
    (*receipt, violations(&before, &fake.snapshot(), scenario))
}

#[tokio::test(start_paused = true)]
async fn every_plan_ends_as_it_should() {
    for scenario in scenarios() {
        let (receipt, wrong) = ended(&scenario).await;
        let name = scenario.name;
        assert_eq!(wrong, Vec::<String>::new(), "{name}: {}", receipt.reason);
        let expected = match scenario.nature {
            Nature::Good => Outcome::Updated,
            Nature::TurnsSick => Outcome::RolledBack,
            Nature::NeverHealthy | Nature::Exits | Nature::CannotStart => Outcome::Failed,
        };
        assert_eq!(receipt.outcome, expected, "{name}: {}", receipt.reason);
    }
}

#[tokio::test(start_paused = true)]
async fn a_release_that_failed_is_not_tried_again() {
    for scenario in scenarios().into_iter().filter(|scenario| scenario.nature != Nature::Good) {
        let fake = Fake::new(scenario.prepared().await);
        let never = CancellationToken::new();
        scenario.perform(&fake, Act::Update, &never).await.unwrap();
        let Ended::Receipt(second) = scenario.perform(&fake, Act::Update, &never).await.unwrap()
        else {
            panic!("declined")
        };
        assert_eq!(second.outcome, Outcome::Held, "{}: {}", scenario.name, second.reason);
    }
}
