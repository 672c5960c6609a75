//! Plans as a person reads them.

use std::time::Duration;

use insta::assert_snapshot;

use super::{
    super::{adopt, release, rollback},
    fixture::{Fixture, plan},
};
use crate::{
    policy::{ComposeDeploy, Order, UpdateConfig},
    strategy::Strategy,
};

#[test]
fn overlap_behind_a_switch() {
    assert_snapshot!(plan(Fixture::new(1, true, false).updated()), @"");
}

#[test]
fn the_first_update_adopts_by_overlap() {
    assert_snapshot!(plan(Fixture::new(1, false, false).updated()), @"");
}

#[test]
fn the_first_update_adopts_by_hold() {
    assert_snapshot!(plan(Fixture::new(1, false, true).updated()), @"");
}

#[test]
fn hold_behind_a_switch() {
    assert_snapshot!(plan(Fixture::new(1, true, true).updated()), @"");
}

#[test]
fn recreate() {
    let fixture = Fixture::new(1, false, false).strategy(Strategy::Recreate);
    assert_snapshot!(plan(fixture.updated()), @"");
}

#[test]
fn three_replicas_go_two_at_a_time() {
    let update = UpdateConfig {
        parallelism: Some(2),
        delay: Some(Duration::from_secs(10)),
        ..UpdateConfig::default()
    };
    let deploy = ComposeDeploy { update, ..ComposeDeploy::default() };
    assert_snapshot!(plan(Fixture::new(3, true, false).compose(deploy).updated()), @"");
}

#[test]
fn start_first_overlaps_in_spite_of_a_volume() {
    let update = UpdateConfig { order: Some(Order::StartFirst), ..UpdateConfig::default() };
    let deploy = ComposeDeploy { update, ..ComposeDeploy::default() };
    let plan = plan(Fixture::new(1, true, true).compose(deploy).updated());
    assert_eq!(
        plan.to_string().lines().next().unwrap(),
        "Update web from 1.0.0 to 1.1.0 by overlap: the compose file says order: start-first."
    );
}

#[test]
fn back_to_a_parked_container() {
    let fixture = Fixture::new(1, true, false);
    assert_snapshot!(plan(rollback(&fixture.basis(), &fixture.kept(true, true))), @"");
}

#[test]
fn back_to_a_container_that_is_gone() {
    let fixture = Fixture::new(1, true, false);
    assert_snapshot!(plan(rollback(&fixture.basis(), &fixture.kept(false, true))), @"");
}

#[test]
fn back_to_a_container_that_published_the_port_itself() {
    let fixture = Fixture::new(1, true, false);
    assert_snapshot!(plan(rollback(&fixture.basis(), &fixture.kept(true, false))), @"");
}

#[test]
fn back_without_a_switch_to_a_container_that_was_behind_one_publishes_the_port() {
    let fixture = Fixture::new(1, false, false);
    assert_snapshot!(plan(rollback(&fixture.basis(), &fixture.kept(true, true))), @"");
}

#[test]
fn adopting() {
    assert_snapshot!(plan(adopt(&Fixture::new(1, false, false).basis())), @"");
}

#[test]
fn releasing() {
    assert_snapshot!(plan(release(&Fixture::new(1, true, false).basis())), @"");
}
