//! What clients noticed over time.

use phoenix_engine::operate::Ended;
use phoenix_plan::receipt::{Moment, Outcome, Plot, Receipt};
use tokio_util::sync::CancellationToken;

use crate::{
    ends::ended,
    fake::{Fake, Fault, Things},
    scenario::{Scenario, scenarios},
};

fn named(name: &str) -> Scenario {
    scenarios().into_iter().find(|scenario| scenario.name == name).unwrap()
}

async fn plot_of(name: &str) -> Plot {
    let (receipt, _) = ended(&named(name)).await;
    receipt.plot.unwrap()
}

fn moments(plot: &Plot) -> Vec<Moment> {
    plot.marks.iter().map(|mark| mark.moment).collect()
}

/// Those that every plot of this kind has, in this order.
fn has(plot: &Plot, wanted: &[Moment]) {
    let found: Vec<_> =
        moments(plot).into_iter().filter(|moment| wanted.contains(moment)).collect();
    assert_eq!(found, wanted, "{:?}", plot.marks);
}

async fn perform(scenario: &Scenario, things: Things) -> Receipt {
    let fake = Fake::new(things);
    let never = CancellationToken::new();
    let Ok(Ended::Receipt(receipt)) = scenario.perform(&fake, scenario.act, &never).await else {
        panic!("declined")
    };
    *receipt
}

#[tokio::test(start_paused = true)]
async fn an_update_behind_a_switch_is_plotted_around_the_moment_at_which_traffic_moved() {
    let plot = plot_of("overlap").await;
    has(&plot, &[Moment::Ready, Moment::Switched]);
    assert!(plot.ticks.iter().map(|tick| tick.requests).sum::<u32>() > 0);
}

#[tokio::test(start_paused = true)]
async fn a_hold_is_marked_where_requests_begin_to_wait() {
    has(&plot_of("hold").await, &[Moment::Held, Moment::Stopped, Moment::Switched]);
}

#[tokio::test(start_paused = true)]
async fn a_rollback_is_marked() {
    let plot = plot_of("overlap, turns sick").await;
    has(&plot, &[Moment::Switched, Moment::Failed, Moment::RolledBack]);
}

#[tokio::test(start_paused = true)]
async fn what_a_switch_saw_that_went_again_with_its_update_is_plotted_all_the_same() {
    let plot = plot_of("adopting overlap, turns sick").await;
    has(&plot, &[Moment::Held, Moment::Switched, Moment::Failed, Moment::RolledBack]);
    assert!(plot.ticks.iter().map(|tick| tick.requests).sum::<u32>() > 0);
}

#[tokio::test(start_paused = true)]
async fn a_switch_that_has_to_go_is_asked_for_the_last_time_before() {
    let scenario = named("adopting overlap, turns sick");
    let fake = Fake::new(scenario.prepared().await);
    scenario.perform(&fake, scenario.act, &CancellationToken::new()).await.unwrap();
    let log = fake.log();
    let last = |call: &str| log.iter().rposition(|made| made.starts_with(call)).unwrap();
    assert!(last("switch timeline") > last("append Failed"), "{log:#?}");
}

#[tokio::test(start_paused = true)]
async fn without_a_switch_and_where_traffic_never_moved_there_is_no_plot() {
    for name in ["recreate", "overlap, never healthy", "release"] {
        let (receipt, _) = ended(&named(name)).await;
        assert_eq!(receipt.plot, None, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_switch_that_tells_no_timeline_fails_no_update() {
    let scenario = named("overlap");
    let mut before = scenario.prepared().await;
    before.switch.as_mut().unwrap().tells_no_timeline = true;
    let receipt = perform(&scenario, before).await;
    assert_eq!((receipt.outcome, receipt.plot), (Outcome::Updated, None));
}

#[tokio::test(start_paused = true)]
async fn an_update_that_was_interrupted_is_plotted_from_its_journal() {
    let scenario = named("overlap");
    let before = scenario.prepared().await;
    let fake = Fake::new(before.clone());
    let never = CancellationToken::new();
    scenario.perform(&fake, scenario.act, &never).await.unwrap();
    let at = fake.log().iter().position(|call| call == "switch confirm").unwrap();
    let fake = Fake::new(before);
    fake.strike(at, 1, Fault::DiesBefore);
    tokio::select! {
        _ = scenario.perform(&fake, scenario.act, &never) => {}
        () = fake.died() => {}
    }
    let receipts = scenario.recover(&Fake::new(fake.snapshot())).await;
    has(receipts[0].plot.as_ref().unwrap(), &[Moment::Switched]);
}
