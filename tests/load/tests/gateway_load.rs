//! The load against the demo gateway: healthy, stopping, and with faults to order.

#![expect(clippy::unwrap_used, reason = "what a test cannot set up, fails it")]

use std::net::SocketAddr;
use std::time::Duration;

use phoenix_demo_gateway::{RunningGateway, Settings, start};
use phoenix_load::{FailureClass, Kind, Load, LoadPlan, Mix};

const WITHIN: Duration = Duration::from_secs(30);

async fn gateway(version: &str, faults: &str) -> RunningGateway {
    start(Settings::local(version, faults).unwrap()).await.unwrap()
}

/// All kinds, with streams and slow answers that end within a test.
fn every_kind(address: SocketAddr) -> LoadPlan {
    let mut plan = LoadPlan::mixed(vec![address]);
    plan.mix.h2c = 2;
    plan.think.upload = Duration::from_millis(300);
    plan.think.stream = Duration::from_millis(500);
    plan.think.slow = Duration::from_millis(400);
    plan
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_gateway_fails_nothing_in_thousands_of_requests_of_every_kind() {
    let gateway = gateway("1.0.0", "").await;
    let load = Load::start(every_kind(gateway.addresses()[0])).unwrap();
    load.wait_for_successes(3000, WITHIN).await.unwrap();
    let all_kinds = |seen: &phoenix_load::Snapshot| {
        Kind::ALL.iter().all(|kind| seen.kinds.get(kind).is_some_and(|count| *count > 1))
    };
    load.wait_until("every kind", WITHIN, all_kinds).await.unwrap();
    let report = load.stop().await;
    assert_eq!(report.failed(), 0, "{report}");
    assert_eq!(report.requests, report.successes);
    assert!(report.executions.app_total.is_some_and(|total| total >= report.executions.answered));
    assert_eq!(report.executions.duplicates, 0);
    assert!(report.websockets.echoes > 0, "{report}");
    assert_eq!(report.versions.keys().collect::<Vec<_>>(), ["1.0.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_says_goodbye_to_every_websocket_with_1001() {
    let gateway = gateway("1.0.0", "").await;
    let plan = LoadPlan::only(vec![gateway.addresses()[0]], Mix { websocket: 5, ..Mix::default() });
    let load = Load::start(plan).unwrap();
    load.wait_until("echoes", WITHIN, |seen| seen.websockets.echoes >= 20).await.unwrap();
    assert!(gateway.stop().await.finished);
    let closed = |seen: &phoenix_load::Snapshot| seen.websockets.closed.get(&1001) == Some(&5);
    load.wait_until("five goodbyes", WITHIN, closed).await.unwrap();
    assert_eq!(load.stop().await.websockets.cut, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_dies_without_a_close_frame_cuts_its_websockets() {
    let gateway = gateway("1.0.0", "no-ws-close").await;
    let plan = LoadPlan::only(vec![gateway.addresses()[0]], Mix { websocket: 5, ..Mix::default() });
    let load = Load::start(plan).unwrap();
    load.wait_until("echoes", WITHIN, |seen| seen.websockets.echoes >= 20).await.unwrap();
    gateway.stop().await;
    load.wait_until("five cuts", WITHIN, |seen| seen.websockets.cut == 5).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_in_flight_at_the_stop_is_finished() {
    let gateway = gateway("1.0.0", "").await;
    let mut plan = LoadPlan::only(
        vec![gateway.addresses()[0]],
        Mix { slow: 2, keep_alive: 1, ..Mix::default() },
    );
    plan.think.slow = Duration::from_secs(1);
    let load = Load::start(plan).unwrap();
    load.wait_until("slow answers", WITHIN, |seen| seen.kinds.get(&Kind::Slow) >= Some(&2))
        .await
        .unwrap();
    load.wait_for_successes(20, WITHIN).await.unwrap();
    assert!(gateway.stop().await.finished);
    let report = load.stop().await;
    assert_eq!(report.kinds[&Kind::Slow].failures.get(&FailureClass::Truncated), None, "{report}");
    assert_eq!(report.kinds[&Kind::Slow].failures.get(&FailureClass::ReusedEnd), None, "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_of_ordered_errors_is_counted_as_the_apps_own() {
    let gateway = gateway("1.0.0", "errors-after:0:0.2").await;
    let load = Load::start(LoadPlan::only(
        vec![gateway.addresses()[0]],
        Mix { keep_alive: 4, ..Mix::default() },
    ))
    .unwrap();
    load.wait_until("requests", WITHIN, |seen| seen.requests >= 500).await.unwrap();
    let report = load.stop().await;
    let share = report.failures_of(FailureClass::AppError) * 1000 / report.requests;
    assert!((190..=210).contains(&share), "{report}");
    assert_eq!(report.failed_beyond_app(), 0, "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_close_is_seen_as_such() {
    let gateway = gateway("1.0.0", "idle-close:20").await;
    let load = Load::start(LoadPlan::only(
        vec![gateway.addresses()[0]],
        Mix { race: 4, ..Mix::default() },
    ))
    .unwrap();
    load.wait_until("idle closes", WITHIN, |seen| seen.failed >= 10).await.unwrap();
    let report = load.stop().await;
    assert!(report.failures_of(FailureClass::IdleClosed) >= 10, "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_after_an_answer_is_seen_on_the_idle_connection() {
    let gateway = gateway("1.0.0", "reset-after-answer").await;
    let load = Load::start(LoadPlan::only(
        vec![gateway.addresses()[0]],
        Mix { race: 4, ..Mix::default() },
    ))
    .unwrap();
    load.wait_until("resets", WITHIN, |seen| seen.failed >= 10).await.unwrap();
    let report = load.stop().await;
    assert_eq!(report.failed(), report.failures_of(FailureClass::IdleClosed), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_between_two_gateways_is_measured_by_the_prober_and_by_the_segment() {
    let gap = Duration::from_millis(300);
    let first = gateway("1.0.0", "").await;
    let address = first.addresses()[0];
    let load =
        Load::start(LoadPlan::only(vec![address], Mix { probe: 1, ..Mix::default() })).unwrap();
    load.wait_for_successes(50, WITHIN).await.unwrap();
    load.mark("gap");
    first.stop().await;
    // The outage itself is what this test measures: it has to last.
    tokio::time::sleep(gap).await;
    let lookup = |name: &str| match name {
        "PHOENIX_HOST" => Some("127.0.0.1".to_owned()),
        "PHOENIX_PORT" => Some(address.port().to_string()),
        "PHOENIX_VERSION" => Some("1.1.0".to_owned()),
        _ => None,
    };
    let _second = start(Settings::from_lookup(&lookup).unwrap()).await.unwrap();
    load.wait_for_version("1.1.0", WITHIN).await.unwrap();
    load.wait_for_successes(50, WITHIN).await.unwrap();
    let report = load.stop().await;
    assert!(report.longest_probe_gap_ms() >= 300, "{report}");
    assert!(report.segment("gap").unwrap().longest_gap.longest_ms >= 300, "{report}");
    let before = report.segment("start").unwrap().longest_gap.longest_ms;
    assert!(before < report.longest_probe_gap_ms(), "{report}");
    assert!(report.failures_of(FailureClass::ConnectRefused) > 0, "{report}");
}
