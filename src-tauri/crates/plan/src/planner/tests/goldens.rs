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
    assert_snapshot!(plan(Fixture::new(1, true, false).updated()), @r#"
    Update web from 1.0.0 to 1.1.0 by overlap: nothing is shared that two containers could break.
    Clients notice: nothing.
       0 pull app@sha256:2222222222222222222222222222222222222222222222222222222222222222 (the registry offers 1.1.0)
       1 pin the running image as phoenix-tray/keep/web:1111111111111111 (going back must not need a registry)
       2 tag the pulled image as app:latest (compose and docker run must mean the same image)
       3 create web-phoenix-g0000bbbb-0 like web from the pulled image, without published ports, joining phoenix-switch-web (the successor of web)
       4 compare g0000bbbb-0 with its model (nothing may differ that was not announced)
       5 start g0000bbbb-0 (it must prove itself first)
       6 wait until g0000bbbb-0 is ready 3 times in a row (no request before it is ready)
       7 COMMIT: route requests to g0000bbbb-0, reverting unless confirmed within 120 s (the one moment at which traffic moves)
       8 let the requests of g0000aaaa-0 finish, at most 30 s (what it began it may finish)
       9 watch g0000bbbb-0 for 60 s (a bad release never stays)
      -- from here on there is only forward --
      10 confirm (the new release has proven itself)
      11 keep the containers of web and the image phoenix-tray/keep/web:1111111111111111 (so that one click takes it back)
      12 stop web with 10 s grace (nothing asks it any more)
      13 park web as web-phoenix-g0000aaaa-0 (it keeps for a rollback)
      14 name g0000bbbb-0 web (it is the service now)
      15 drop kept releases beyond 3 (disks are finite)
    "#);
}

#[test]
fn the_first_update_adopts_by_overlap() {
    assert_snapshot!(plan(Fixture::new(1, false, false).updated()), @r#"
    Update web from 1.0.0 to 1.1.0 by overlap: nothing is shared that two containers could break.
    Clients notice: once, new connections are refused for about 1.2 s while the port changes hands.
       0 pull app@sha256:2222222222222222222222222222222222222222222222222222222222222222 (the registry offers 1.1.0)
       1 pin the running image as phoenix-tray/keep/web:1111111111111111 (going back must not need a registry)
       2 tag the pulled image as app:latest (compose and docker run must mean the same image)
       3 create switch phoenix-switch-web for 8080->80/tcp (it will own the port)
       4 create web-phoenix-g0000bbbb-0 like web from the pulled image, without published ports, joining phoenix-switch-web (the successor of web)
       5 compare g0000bbbb-0 with its model (nothing may differ that was not announced)
       6 start g0000bbbb-0 (it must prove itself first)
       7 wait until g0000bbbb-0 is ready 3 times in a row (no request before it is ready)
       8 stop web with 10 s grace (it frees the port)
       9 start switch phoenix-switch-web (the port is free: requests wait from here on)
      10 COMMIT: route requests to g0000bbbb-0 (the one moment at which traffic moves)
      11 see the port answer within 5 s (the port has a new owner)
      12 watch g0000bbbb-0 for 60 s (a bad release never stays)
      -- from here on there is only forward --
      13 confirm (the new release has proven itself)
      14 keep the containers of web and the image phoenix-tray/keep/web:1111111111111111 (so that one click takes it back)
      15 park web as web-phoenix-g0000bbbb-0-before (it keeps for a rollback)
      16 name g0000bbbb-0 web (it is the service now)
      17 drop kept releases beyond 3 (disks are finite)
    "#);
}

#[test]
fn the_first_update_adopts_by_hold() {
    assert_snapshot!(plan(Fixture::new(1, false, true).updated()), @r#"
    Update web from 1.0.0 to 1.1.0 by hold: two containers would write to /data at once.
    Clients notice: once, new connections are refused for about 1.2 s while the port changes hands.
       0 pull app@sha256:2222222222222222222222222222222222222222222222222222222222222222 (the registry offers 1.1.0)
       1 pin the running image as phoenix-tray/keep/web:1111111111111111 (going back must not need a registry)
       2 tag the pulled image as app:latest (compose and docker run must mean the same image)
       3 create switch phoenix-switch-web for 8080->80/tcp (it will own the port)
       4 create web-phoenix-g0000bbbb-0 like web from the pulled image, without published ports, joining phoenix-switch-web (the successor of web)
       5 compare g0000bbbb-0 with its model (nothing may differ that was not announced)
       6 stop web with 10 s grace (it frees the port, and two copies must not run at once)
       7 start switch phoenix-switch-web (the port is free: requests wait from here on)
       8 start g0000bbbb-0 (it must prove itself first)
       9 wait until g0000bbbb-0 is ready 3 times in a row (no request before it is ready)
      10 COMMIT: route requests to g0000bbbb-0 (the one moment at which traffic moves)
      11 see the port answer within 5 s (the port has a new owner)
      12 watch g0000bbbb-0 for 60 s (a bad release never stays)
      -- from here on there is only forward --
      13 confirm (the new release has proven itself)
      14 keep the containers of web and the image phoenix-tray/keep/web:1111111111111111 (so that one click takes it back)
      15 park web as web-phoenix-g0000bbbb-0-before (it keeps for a rollback)
      16 name g0000bbbb-0 web (it is the service now)
      17 drop kept releases beyond 3 (disks are finite)
    "#);
}

#[test]
fn hold_behind_a_switch() {
    assert_snapshot!(plan(Fixture::new(1, true, true).updated()), @r#"
    Update web from 1.0.0 to 1.1.0 by hold: two containers would write to /data at once.
    Clients notice: requests wait while the app restarts, at most 30 s.
       0 pull app@sha256:2222222222222222222222222222222222222222222222222222222222222222 (the registry offers 1.1.0)
       1 pin the running image as phoenix-tray/keep/web:1111111111111111 (going back must not need a registry)
       2 tag the pulled image as app:latest (compose and docker run must mean the same image)
       3 create web-phoenix-g0000bbbb-0 like web from the pulled image, without published ports, joining phoenix-switch-web (the successor of web)
       4 compare g0000bbbb-0 with its model (nothing may differ that was not announced)
       5 hold new requests, at most 30 s (two copies must not run at once)
       6 let the requests of g0000aaaa-0 finish, at most 30 s (what it began it may finish)
       7 stop web with 10 s grace (its requests are answered)
       8 start g0000bbbb-0 (it must prove itself first)
       9 wait until g0000bbbb-0 is ready 3 times in a row (no request before it is ready)
      10 COMMIT: route requests to g0000bbbb-0 (the one moment at which traffic moves)
      11 watch g0000bbbb-0 for 60 s (a bad release never stays)
      -- from here on there is only forward --
      12 confirm (the new release has proven itself)
      13 keep the containers of web and the image phoenix-tray/keep/web:1111111111111111 (so that one click takes it back)
      14 park web as web-phoenix-g0000aaaa-0 (it keeps for a rollback)
      15 name g0000bbbb-0 web (it is the service now)
      16 drop kept releases beyond 3 (disks are finite)
    "#);
}

#[test]
fn recreate() {
    let fixture = Fixture::new(1, false, false).strategy(Strategy::Recreate);
    assert_snapshot!(plan(fixture.updated()), @r#"
    Update web from 1.0.0 to 1.1.0 by recreate: you asked for it.
    Clients notice: requests fail while the container restarts.
       0 pull app@sha256:2222222222222222222222222222222222222222222222222222222222222222 (the registry offers 1.1.0)
       1 pin the running image as phoenix-tray/keep/web:1111111111111111 (going back must not need a registry)
       2 tag the pulled image as app:latest (compose and docker run must mean the same image)
       3 create web-phoenix-g0000bbbb-0 like web from the pulled image (the successor of web)
       4 compare g0000bbbb-0 with its model (nothing may differ that was not announced)
       5 stop web with 10 s grace (its successor needs its place)
       6 start g0000bbbb-0 (it must prove itself first)
       7 wait until g0000bbbb-0 is ready 3 times in a row (no request before it is ready)
       8 watch g0000bbbb-0 for 60 s (a bad release never stays)
      -- from here on there is only forward --
       9 confirm (the new release has proven itself)
      10 keep the containers of web and the image phoenix-tray/keep/web:1111111111111111 (so that one click takes it back)
      11 park web as web-phoenix-g0000bbbb-0-before (it keeps for a rollback)
      12 name g0000bbbb-0 web (it is the service now)
      13 drop kept releases beyond 3 (disks are finite)
    "#);
}

#[test]
fn three_replicas_go_two_at_a_time() {
    let update = UpdateConfig {
        parallelism: Some(2),
        delay: Some(Duration::from_secs(10)),
        ..UpdateConfig::default()
    };
    let deploy = ComposeDeploy { update, ..ComposeDeploy::default() };
    assert_snapshot!(plan(Fixture::new(3, true, false).compose(deploy).updated()), @r#"
    Update shop/web from 1.0.0 to 1.1.0 by overlap: nothing is shared that two containers could break.
    Clients notice: nothing.
       0 pull app@sha256:2222222222222222222222222222222222222222222222222222222222222222 (the registry offers 1.1.0)
       1 pin the running image as phoenix-tray/keep/shop.web:1111111111111111 (going back must not need a registry)
       2 tag the pulled image as app:latest (compose and docker run must mean the same image)
       3 create shop-web-1-phoenix-g0000bbbb-0 like shop-web-1 from the pulled image, without published ports, joining phoenix-switch-shop.web (the successor of shop-web-1)
       4 compare g0000bbbb-0 with its model (nothing may differ that was not announced)
       5 create shop-web-2-phoenix-g0000bbbb-1 like shop-web-2 from the pulled image, without published ports, joining phoenix-switch-shop.web (the successor of shop-web-2)
       6 compare g0000bbbb-1 with its model (nothing may differ that was not announced)
       7 start g0000bbbb-0 (it must prove itself first)
       8 wait until g0000bbbb-0 is ready 3 times in a row (no request before it is ready)
       9 start g0000bbbb-1 (it must prove itself first)
      10 wait until g0000bbbb-1 is ready 3 times in a row (no request before it is ready)
      11 COMMIT: route requests to g0000aaaa-2, g0000bbbb-0, g0000bbbb-1, reverting unless confirmed within 230 s (the one moment at which traffic moves)
      12 let the requests of g0000aaaa-0 finish, at most 30 s (what it began it may finish)
      13 let the requests of g0000aaaa-1 finish, at most 30 s (what it began it may finish)
      14 wait 10 s (the compose file says delay)
      15 create shop-web-3-phoenix-g0000bbbb-2 like shop-web-3 from the pulled image, without published ports, joining phoenix-switch-shop.web (the successor of shop-web-3)
      16 compare g0000bbbb-2 with its model (nothing may differ that was not announced)
      17 start g0000bbbb-2 (it must prove itself first)
      18 wait until g0000bbbb-2 is ready 3 times in a row (no request before it is ready)
      19 COMMIT: route requests to g0000bbbb-0, g0000bbbb-1, g0000bbbb-2, reverting unless confirmed within 120 s (the one moment at which traffic moves)
      20 let the requests of g0000aaaa-2 finish, at most 30 s (what it began it may finish)
      21 watch g0000bbbb-0, g0000bbbb-1, g0000bbbb-2 for 60 s (a bad release never stays)
      -- from here on there is only forward --
      22 confirm (the new release has proven itself)
      23 keep the descriptions of shop-web-1, shop-web-2, shop-web-3 and the image phoenix-tray/keep/shop.web:1111111111111111 (so that one click takes it back)
      24 stop shop-web-1 with 10 s grace (nothing asks it any more)
      25 remove shop-web-1 (compose counts containers by their labels: two would be one too many)
      26 stop shop-web-2 with 10 s grace (nothing asks it any more)
      27 remove shop-web-2 (compose counts containers by their labels: two would be one too many)
      28 stop shop-web-3 with 10 s grace (nothing asks it any more)
      29 remove shop-web-3 (compose counts containers by their labels: two would be one too many)
      30 name g0000bbbb-0 shop-web-1 (it is the service now)
      31 name g0000bbbb-1 shop-web-2 (it is the service now)
      32 name g0000bbbb-2 shop-web-3 (it is the service now)
      33 drop kept releases beyond 3 (disks are finite)
    "#);
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
    assert_snapshot!(plan(rollback(&fixture.basis(), &fixture.kept(true, true))), @r#"
    Roll web back from 1.0.0 to 0.9.0 by overlap: nothing is shared that two containers could break.
    Clients notice: nothing.
       0 pin the running image as phoenix-tray/keep/web:1111111111111111 (going back must not need a registry)
       1 tag image 000000000000 as app:latest (compose and docker run must mean the same image)
       2 start web-phoenix-g0000cccc-0 (it must prove itself first)
       3 wait until web-phoenix-g0000cccc-0 is ready (no request before it is ready)
       4 COMMIT: route requests to g0000cccc-0 (the one moment at which traffic moves)
       5 let the requests of g0000aaaa-0 finish, at most 30 s (what it began it may finish)
      -- from here on there is only forward --
       6 confirm (the new release has proven itself)
       7 keep the containers of web and the image phoenix-tray/keep/web:1111111111111111 (so that one click takes it back)
       8 stop web with 10 s grace (nothing asks it any more)
       9 park web as web-phoenix-g0000aaaa-0 (it keeps for a rollback)
      10 name web-phoenix-g0000cccc-0 web (it is the service now)
      11 drop kept releases beyond 3 (disks are finite)
    "#);
}

#[test]
fn back_to_a_container_that_is_gone() {
    let fixture = Fixture::new(1, true, false);
    assert_snapshot!(plan(rollback(&fixture.basis(), &fixture.kept(false, true))), @r#"
    Roll web back from 1.0.0 to 0.9.0 by overlap: nothing is shared that two containers could break.
    Clients notice: nothing.
       0 pin the running image as phoenix-tray/keep/web:1111111111111111 (going back must not need a registry)
       1 tag image 000000000000 as app:latest (compose and docker run must mean the same image)
       2 create web-phoenix-g0000bbbb-0 like the kept description of kept0 from image 000000000000, without published ports, joining phoenix-switch-web (the container of that release is gone or does not fit, its description does)
       3 start g0000bbbb-0 (it must prove itself first)
       4 wait until g0000bbbb-0 is ready (no request before it is ready)
       5 COMMIT: route requests to g0000bbbb-0 (the one moment at which traffic moves)
       6 let the requests of g0000aaaa-0 finish, at most 30 s (what it began it may finish)
      -- from here on there is only forward --
       7 confirm (the new release has proven itself)
       8 keep the containers of web and the image phoenix-tray/keep/web:1111111111111111 (so that one click takes it back)
       9 stop web with 10 s grace (nothing asks it any more)
      10 park web as web-phoenix-g0000aaaa-0 (it keeps for a rollback)
      11 name g0000bbbb-0 web (it is the service now)
      12 drop kept releases beyond 3 (disks are finite)
    "#);
}

#[test]
fn back_to_a_container_that_published_the_port_itself() {
    let fixture = Fixture::new(1, true, false);
    assert_snapshot!(plan(rollback(&fixture.basis(), &fixture.kept(true, false))), @r#"
    Roll web back from 1.0.0 to 0.9.0 by overlap: nothing is shared that two containers could break.
    Clients notice: nothing.
       0 pin the running image as phoenix-tray/keep/web:1111111111111111 (going back must not need a registry)
       1 tag image 000000000000 as app:latest (compose and docker run must mean the same image)
       2 create web-phoenix-g0000bbbb-0 like the kept description of kept0 from image 000000000000, without published ports, joining phoenix-switch-web (the container of that release is gone or does not fit, its description does)
       3 start g0000bbbb-0 (it must prove itself first)
       4 wait until g0000bbbb-0 is ready (no request before it is ready)
       5 COMMIT: route requests to g0000bbbb-0 (the one moment at which traffic moves)
       6 let the requests of g0000aaaa-0 finish, at most 30 s (what it began it may finish)
      -- from here on there is only forward --
       7 confirm (the new release has proven itself)
       8 keep the containers of web and the image phoenix-tray/keep/web:1111111111111111 (so that one click takes it back)
       9 stop web with 10 s grace (nothing asks it any more)
      10 park web as web-phoenix-g0000aaaa-0 (it keeps for a rollback)
      11 name g0000bbbb-0 web (it is the service now)
      12 drop kept releases beyond 3 (disks are finite)
    "#);
}

#[test]
fn back_without_a_switch_to_a_container_that_was_behind_one_publishes_the_port() {
    let fixture = Fixture::new(1, false, false);
    assert_snapshot!(plan(rollback(&fixture.basis(), &fixture.kept(true, true))), @r#"
    Roll web back from 1.0.0 to 0.9.0 by recreate: nothing is shared that two containers could break.
    Clients notice: requests fail while the container restarts.
       0 pin the running image as phoenix-tray/keep/web:1111111111111111 (going back must not need a registry)
       1 tag image 000000000000 as app:latest (compose and docker run must mean the same image)
       2 create web-phoenix-g0000bbbb-0 like the kept description of kept0 from image 000000000000, publishing 8080->80/tcp (the container of that release is gone or does not fit, its description does)
       3 stop web with 10 s grace (its place is needed)
       4 start g0000bbbb-0 (it must prove itself first)
       5 wait until g0000bbbb-0 is ready (no request before it is ready)
      -- from here on there is only forward --
       6 confirm (the new release has proven itself)
       7 keep the containers of web and the image phoenix-tray/keep/web:1111111111111111 (so that one click takes it back)
       8 park web as web-phoenix-g0000bbbb-0-before (it keeps for a rollback)
       9 name g0000bbbb-0 web (it is the service now)
      10 drop kept releases beyond 3 (disks are finite)
    "#);
}

#[test]
fn adopting() {
    assert_snapshot!(plan(adopt(&Fixture::new(1, false, false).basis())), @r#"
    Put web behind a switch by overlap: nothing is shared that two containers could break.
    Clients notice: once, new connections are refused for about 1.2 s while the port changes hands.
       0 pin the running image as phoenix-tray/keep/web:1111111111111111 (going back must not need a registry)
       1 create switch phoenix-switch-web for 8080->80/tcp (it will own the port)
       2 create web-phoenix-g0000bbbb-0 like web from image 111111111111, without published ports, joining phoenix-switch-web (the successor of web)
       3 compare g0000bbbb-0 with its model (nothing may differ that was not announced)
       4 start g0000bbbb-0 (it must prove itself first)
       5 wait until g0000bbbb-0 is ready 3 times in a row (no request before it is ready)
       6 stop web with 10 s grace (it frees the port)
       7 start switch phoenix-switch-web (the port is free: requests wait from here on)
       8 COMMIT: route requests to g0000bbbb-0 (the one moment at which traffic moves)
       9 see the port answer within 5 s (the port has a new owner)
      -- from here on there is only forward --
      10 confirm (the new release has proven itself)
      11 keep the containers of web and the image phoenix-tray/keep/web:1111111111111111 (so that one click takes it back)
      12 park web as web-phoenix-g0000bbbb-0-before (it keeps for a rollback)
      13 name g0000bbbb-0 web (it is the service now)
      14 drop kept releases beyond 3 (disks are finite)
    "#);
}

#[test]
fn releasing() {
    assert_snapshot!(plan(release(&Fixture::new(1, true, false).basis())), @r#"
    Give web its port back by overlap: nothing is shared that two containers could break.
    Clients notice: once, new connections are refused for about 1.2 s while the port changes hands.
       0 create web-phoenix-g0000bbbb-0 like web from image 111111111111, publishing 8080->80/tcp (it will publish the port itself)
       1 compare g0000bbbb-0 with its model (nothing may differ that was not announced)
       2 stop switch phoenix-switch-web (it frees the port)
       3 start g0000bbbb-0 (it must prove itself first)
       4 wait until g0000bbbb-0 is ready 3 times in a row (no request before it is ready)
       5 see the port answer within 5 s (the port has a new owner)
      -- from here on there is only forward --
       6 confirm (the new release has proven itself)
       7 stop web with 10 s grace (nothing asks it any more)
       8 remove web (its successor is the same release)
       9 name g0000bbbb-0 web (it is the service)
      10 remove switch phoenix-switch-web (nothing needs it any more)
    "#);
}
