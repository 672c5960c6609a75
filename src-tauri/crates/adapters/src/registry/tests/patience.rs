//! Hosts that ask to wait.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use super::{
    fake::{Fake, head},
    rounds::{SetClock, anonymous},
    *,
};

/// A registry that asks to wait until it is told to answer.
async fn tired(status: &'static str, headers: &'static [&'static str]) -> (Fake, Arc<AtomicBool>) {
    let rested = Arc::new(AtomicBool::new(false));
    let is_rested = Arc::clone(&rested);
    let digest = format!("Docker-Content-Digest: {}", digest_of(b"x"));
    let fake = Fake::start(move |_| {
        if is_rested.load(Ordering::Relaxed) {
            head(
                "200 OK",
                &[&digest, "RateLimit-Limit: 100;w=21600", "RateLimit-Remaining: 7;w=21600"],
            )
        } else {
            head(status, headers)
        }
    })
    .await;
    (fake, rested)
}

async fn until(client: &RegistryClient, fake: &Fake) -> String {
    let error = client.digest(&reference(&fake.address, ":1")).await.unwrap_err();
    let RegistryError::TooManyRequests { host, until } = &error else { panic!("{error:?}") };
    assert_eq!(host, &fake.address);
    assert!(error.to_string().contains("asks to wait until 2026-01-01 "), "{error}");
    until.to_string()
}

#[tokio::test]
async fn a_host_that_asks_to_wait_is_left_alone_until_then() {
    let (fake, rested) = tired("429 Too Many Requests", &["Retry-After: 120"]).await;
    let clock = SetClock::new();
    let client = anonymous(&clock);
    for _ in 0..3 {
        assert_eq!(until(&client, &fake).await, "2026-01-01T00:02:00Z");
    }
    assert_eq!(fake.asked().len(), 1);
    clock.advance(119);
    assert_eq!(until(&client, &fake).await, "2026-01-01T00:02:00Z");
    clock.advance(1);
    rested.store(true, Ordering::Relaxed);
    assert!(client.digest(&reference(&fake.address, ":1")).await.is_ok());
    assert_eq!(fake.asked().len(), 2);
}

#[tokio::test]
async fn a_host_that_does_not_say_how_long_is_asked_less_and_less() {
    let (fake, _) = tired("503 Service Unavailable", &[]).await;
    let clock = SetClock::new();
    let client = anonymous(&clock);
    assert_eq!(until(&client, &fake).await, "2026-01-01T00:00:30Z");
    clock.advance(30);
    assert_eq!(until(&client, &fake).await, "2026-01-01T00:01:30Z");
    assert_eq!(fake.asked().len(), 2);
}

#[tokio::test]
async fn other_hosts_do_not_wait_along() {
    let (tired, _) = tired("429 Too Many Requests", &["Retry-After: 120"]).await;
    let (other, rested) = self::tired("200 OK", &[]).await;
    rested.store(true, Ordering::Relaxed);
    let client = anonymous(&SetClock::new());
    until(&client, &tired).await;
    assert!(client.digest(&reference(&other.address, ":1")).await.is_ok());
}

#[tokio::test]
async fn what_a_host_says_of_its_quota_can_be_read() {
    let (fake, rested) = tired("200 OK", &[]).await;
    rested.store(true, Ordering::Relaxed);
    let client = anonymous(&SetClock::new());
    assert_eq!(client.quota(&fake.address), None);
    client.digest(&reference(&fake.address, ":1")).await.unwrap();
    let quota = client.quota(&fake.address).unwrap();
    assert_eq!((quota.limit, quota.remaining, quota.window_s), (Some(100), Some(7), Some(21_600)));
}

#[tokio::test]
async fn who_is_waited_for_is_part_of_the_quota() {
    let (fake, _) = tired("429 Too Many Requests", &["Retry-After: 60"]).await;
    let client = anonymous(&SetClock::new());
    until(&client, &fake).await;
    let waits_until = client.quota(&fake.address).unwrap().waits_until;
    assert_eq!(waits_until, "2026-01-01T00:01:00Z".parse().ok());
}
