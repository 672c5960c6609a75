//! Mirrors, and what is asked where.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use super::{
    fake::{Fake, answer, head},
    rounds::{SetClock, anonymous},
    secrets::Nobody,
    *,
};

async fn registry(body: &'static [u8]) -> Fake {
    let digest = format!("Docker-Content-Digest: {}", digest_of(body));
    Fake::start(move |_| head("200 OK", &[&digest])).await
}

fn with_mirror(registry: &Fake, mirror: String) -> RegistryClient {
    let rule = RegistryRule { mirror: Some(mirror), ..RegistryRule::default() };
    RegistryClient::of(RegistrySetup {
        credentials: Arc::new(Nobody),
        rules: always(BTreeMap::from([(registry.address.clone(), rule)])),
        ..RegistrySetup::default()
    })
}

fn always(rules: BTreeMap<String, RegistryRule>) -> ReadRules {
    Arc::new(move || Some(rules.clone()))
}

#[tokio::test]
async fn rules_that_change_hold_from_the_next_round_on_and_stay_while_they_cannot_be_read() {
    let (mirror, origin) = (registry(b"mirror").await, registry(b"origin").await);
    let written = Arc::new(Mutex::new(Some(BTreeMap::new())));
    let read = Arc::clone(&written);
    let client = RegistryClient::of(RegistrySetup {
        credentials: Arc::new(Nobody),
        rules: Arc::new(move || read.lock().unwrap().clone()),
        ..RegistrySetup::default()
    });
    let asked = reference(&origin.address, ":1");
    let round = async || {
        client.expect(std::slice::from_ref(&asked));
        client.digest(&asked).await
    };
    assert_eq!(round().await, Ok(digest_of(b"origin")));
    let mirrored = Some(format!("http://{}", mirror.address));
    let rule = RegistryRule { mirror: mirrored, ..RegistryRule::default() };
    *written.lock().unwrap() = Some(BTreeMap::from([(origin.address.clone(), rule)]));
    assert_eq!(round().await, Ok(digest_of(b"mirror")));
    *written.lock().unwrap() = None;
    assert_eq!(round().await, Ok(digest_of(b"mirror")));
    *written.lock().unwrap() = Some(BTreeMap::new());
    assert_eq!(round().await, Ok(digest_of(b"origin")));
}

#[tokio::test]
async fn a_mirror_answers_instead_of_its_registry() {
    let (mirror, origin) = (registry(b"mirror").await, registry(b"origin").await);
    let client = with_mirror(&origin, format!("http://{}/cache", mirror.address));
    let digest = client.digest(&reference(&origin.address, ":1")).await;
    assert_eq!(digest, Ok(digest_of(b"mirror")));
    let asked = &mirror.asked()[0];
    assert!(asked.starts_with("HEAD /v2/cache/phoenix/gateway/manifests/1 "), "{asked}");
    assert_eq!(origin.asked().len(), 0);
}

#[tokio::test]
async fn a_mirror_that_fails_is_passed_over() {
    for status in ["404 Not Found", "500 Oops", "401 Unauthorized", "429 Too Many Requests"] {
        let mirror = Fake::start(move |_| answer(status, &[], "")).await;
        let origin = registry(b"origin").await;
        let client = with_mirror(&origin, format!("http://{}", mirror.address));
        let digest = client.digest(&reference(&origin.address, ":1")).await;
        assert_eq!(digest, Ok(digest_of(b"origin")), "{status}");
    }
}

#[tokio::test]
async fn tags_are_read_page_by_page() {
    let fake = Fake::start(|asked| {
        if asked.contains("last=2") {
            answer("200 OK", &[], r#"{"name":"phoenix/gateway","tags":["3"]}"#)
        } else {
            let link = "Link: </v2/phoenix/gateway/tags/list?last=2&n=2>; rel=\"next\"";
            answer("200 OK", &[link], r#"{"name":"phoenix/gateway","tags":["1","2"]}"#)
        }
    })
    .await;
    let tags = anonymous(&SetClock::new()).tags(&reference(&fake.address, "")).await.unwrap();
    assert_eq!((tags.names, tags.complete), (["1", "2", "3"].map(str::to_owned).to_vec(), true));
}

#[tokio::test]
async fn pages_without_end_end_and_say_so() {
    let count = std::sync::atomic::AtomicUsize::new(0);
    let fake = Fake::start(move |_| {
        let n = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let link = format!("Link: </v2/phoenix/gateway/tags/list?last={n}>; rel=\"next\"");
        answer("200 OK", &[&link], r#"{"tags":["1"]}"#)
    })
    .await;
    let tags = anonymous(&SetClock::new()).tags(&reference(&fake.address, "")).await.unwrap();
    assert_eq!((tags.names.len(), tags.complete), (200, false));
}

#[tokio::test]
async fn a_page_for_people_is_no_answer() {
    let fake = Fake::start(|_| {
        answer("200 OK", &["Content-Type: text/html; charset=utf-8"], "<html>Sign in</html>")
    })
    .await;
    let client = anonymous(&SetClock::new());
    let error = client.digest(&reference(&fake.address, ":1")).await.unwrap_err().to_string();
    assert!(error.contains(&fake.address) && error.contains("a page for people"), "{error}");
}

#[tokio::test]
async fn a_packed_answer_is_not_unpacked() {
    let fake = Fake::start(|asked| {
        if asked.starts_with("HEAD") {
            head("200 OK", &[])
        } else {
            answer("200 OK", &["Content-Encoding: gzip"], "\u{1f}\u{8b}")
        }
    })
    .await;
    let client = anonymous(&SetClock::new());
    let error = client.digest(&reference(&fake.address, ":1")).await.unwrap_err().to_string();
    assert!(error.contains("a packed answer, which was not asked for"), "{error}");
}
