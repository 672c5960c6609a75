//! Every way in which an HTTP exchange can fail is found and named.

#![expect(clippy::unwrap_used, reason = "what a test cannot set up, fails it")]

mod fake;

use std::time::Duration;

use fake::{Misdeed, serve};
use phoenix_load::{FailureClass, Load, LoadPlan, Mix, Report};
use tokio::net::TcpSocket;

const WITHIN: Duration = Duration::from_secs(20);
const GET: Mix = Mix { keep_alive: 1, ..NOTHING };
const POST: Mix = Mix { post: 1, ..NOTHING };
const NOTHING: Mix = Mix {
    keep_alive: 0,
    race: 0,
    post: 0,
    upload: 0,
    probe: 0,
    websocket: 0,
    stream: 0,
    slow: 0,
    h2c: 0,
    special: 0,
};

/// The report after the third failure.
async fn report_of(plan: LoadPlan) -> Report {
    let load = Load::start(plan).unwrap();
    load.wait_until("three failures", WITHIN, |seen| seen.failed >= 3).await.unwrap();
    load.stop().await
}

/// Asserts that this load fails, and in no other way than `class`.
async fn assert_only(class: FailureClass, plan: LoadPlan) {
    let report = report_of(plan).await;
    let seen: Vec<FailureClass> = report.failures.keys().copied().collect();
    assert_eq!(seen, [class], "{report}");
    assert!(!report.failures[&class].examples.is_empty());
}

async fn assert_misdeed(misdeed: Misdeed, mix: Mix, class: FailureClass) {
    let server = serve(misdeed).await;
    assert_only(class, LoadPlan::only(vec![server.address], mix)).await;
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_connect_refused() {
    // Bound and not listening: no other test can get this port.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let plan = LoadPlan::only(vec![socket.local_addr().unwrap()], GET);
    assert_only(FailureClass::ConnectRefused, plan).await;
}

#[tokio::test]
async fn a_listener_that_takes_nobody_is_connect_timeout() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap();
    let mut plan =
        LoadPlan::only(vec![listener.local_addr().unwrap()], Mix { keep_alive: 8, ..NOTHING });
    plan.limits.connect = Duration::from_millis(200);
    plan.limits.finish = Duration::from_millis(10);
    assert_only(FailureClass::ConnectTimeout, plan).await;
}

#[tokio::test]
async fn a_reset_of_a_new_connection_is_first_use_end() {
    assert_misdeed(Misdeed::ResetsFirst, GET, FailureClass::FirstUseEnd).await;
}

#[tokio::test]
async fn an_end_instead_of_a_second_answer_is_reused_end() {
    assert_misdeed(Misdeed::ClosesOnSecond, GET, FailureClass::ReusedEnd).await;
}

#[tokio::test]
async fn an_unannounced_close_of_an_idle_connection_is_a_failure() {
    assert_misdeed(Misdeed::ClosesIdle, GET, FailureClass::IdleClosed).await;
}

#[tokio::test]
async fn an_announced_close_is_no_failure() {
    let server = serve(Misdeed::ClosesAnnounced).await;
    let load = Load::start(LoadPlan::only(vec![server.address], GET)).unwrap();
    load.wait_for_successes(50, WITHIN).await.unwrap();
    let report = load.stop().await;
    assert_eq!(report.failed(), 0, "{report}");
}

#[tokio::test]
async fn a_body_shorter_than_its_length_is_truncated() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 1024\r\n\r\nshort";
    assert_misdeed(Misdeed::AnswersAndCloses(answer), GET, FailureClass::Truncated).await;
}

#[tokio::test]
async fn chunks_without_the_last_one_are_truncated() {
    let answer = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nshort\r\n";
    assert_misdeed(Misdeed::AnswersAndCloses(answer), GET, FailureClass::Truncated).await;
}

#[tokio::test]
async fn a_head_that_breaks_off_is_truncated() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-le";
    assert_misdeed(Misdeed::AnswersAndCloses(answer), GET, FailureClass::Truncated).await;
}

#[tokio::test]
async fn a_502_that_the_app_did_not_sign_is_the_switchs() {
    let answer = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n";
    assert_misdeed(Misdeed::Answers(answer), GET, FailureClass::SwitchError).await;
}

#[tokio::test]
async fn a_503_with_retry_after_that_the_app_did_not_sign_is_an_expired_hold() {
    let answer = "HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n";
    assert_misdeed(Misdeed::Answers(answer), GET, FailureClass::HoldExpired).await;
}

#[tokio::test]
async fn a_500_signed_by_the_app_is_the_apps_and_counted_apart() {
    let answer = "HTTP/1.1 500 Oh\r\nx-phoenix-version: 1.0.0\r\ncontent-length: 0\r\n\r\n";
    let server = serve(Misdeed::Answers(answer)).await;
    let report = report_of(LoadPlan::only(vec![server.address], GET)).await;
    assert!(report.failures_of(FailureClass::AppError) >= 3, "{report}");
    assert_eq!(report.failed_beyond_app(), 0, "{report}");
}

#[tokio::test]
async fn a_404_is_a_wrong_status() {
    let answer = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
    assert_misdeed(Misdeed::Answers(answer), GET, FailureClass::WrongStatus).await;
}

#[tokio::test]
async fn another_body_is_a_wrong_body() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwrong";
    assert_misdeed(Misdeed::Answers(answer), GET, FailureClass::WrongBody).await;
}

#[tokio::test]
async fn something_else_than_http_is_malformed() {
    let answer = "SSH-2.0-OpenSSH_9.9\r\n\r\n";
    assert_misdeed(Misdeed::Answers(answer), GET, FailureClass::Malformed).await;
}

#[tokio::test]
async fn bytes_after_the_answer_are_malformed() {
    assert_misdeed(Misdeed::AnswersTwice, GET, FailureClass::Malformed).await;
}

#[tokio::test]
async fn an_id_executed_twice_is_a_duplicate_execution() {
    let server = serve(Misdeed::ExecutesTwice).await;
    let report = report_of(LoadPlan::only(vec![server.address], POST)).await;
    assert!(report.failures_of(FailureClass::DuplicateExecution) >= 3, "{report}");
    assert!(report.executions.duplicates >= 3, "{report}");
}

#[tokio::test]
async fn silence_is_a_timeout() {
    let server = serve(Misdeed::Silent).await;
    let mut plan = LoadPlan::only(vec![server.address], GET);
    plan.limits.hold = Duration::from_millis(50);
    plan.limits.patience = Duration::from_millis(50);
    assert_only(FailureClass::Timeout, plan).await;
}

#[tokio::test]
async fn an_answer_after_the_hold_limit_is_over_it() {
    let server = serve(Misdeed::Late(Duration::from_millis(80))).await;
    let mut plan = LoadPlan::only(vec![server.address], GET);
    plan.limits.hold = Duration::from_millis(40);
    assert_only(FailureClass::OverHoldLimit, plan).await;
}

#[tokio::test]
async fn an_h2c_connection_that_ends_at_once_is_first_use_end() {
    let mix = Mix { h2c: 1, ..NOTHING };
    assert_misdeed(Misdeed::ResetsFirst, mix, FailureClass::FirstUseEnd).await;
}
