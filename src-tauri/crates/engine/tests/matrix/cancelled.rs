//! The user cancels, at any call.

use phoenix_engine::operate::Ended;
use phoenix_plan::receipt::{Cause, Outcome};

use crate::{
    fake::{Fake, Fault, Nature},
    invariants::violations,
    scenario::scenarios,
};

#[tokio::test(start_paused = true)]
async fn cancelling_goes_back_until_the_new_release_is_confirmed_and_is_ignored_then() {
    for scenario in scenarios().into_iter().filter(|scenario| scenario.nature == Nature::Good) {
        let before = scenario.prepared().await;
        let mut confirming = false;
        for at in 0.. {
            let fake = Fake::new(before.clone());
            fake.strike(at, 1, Fault::Cancels);
            let ended = scenario.perform(&fake, scenario.act, &fake.cancel()).await.unwrap();
            let Some(call) = fake.struck() else { break };
            let Ended::Receipt(receipt) = ended else { panic!("declined") };
            let id = receipt.id.as_str();
            let journal = format!("{:?}", fake.things().journals[id]);
            let case = format!("{} at {at} ({call})", scenario.name);
            confirming |= call.starts_with("append Started") && receipt.outcome == Outcome::Updated;
            if confirming {
                assert_eq!(receipt.outcome, Outcome::Updated, "{case}: {journal}");
            } else {
                assert_ne!(receipt.outcome, Outcome::Updated, "{case}");
                assert_eq!(receipt.reason, "it was cancelled", "{case}");
                assert_eq!(receipt.cause, Some(Cause::Person), "{case}");
            }
            let wrong = violations(&before, &fake.snapshot(), &scenario);
            assert_eq!(wrong, Vec::<String>::new(), "{case}");
        }
        assert!(confirming, "{} was never confirmed", scenario.name);
    }
}
