//! Registries that are not as the specification has them.

use super::{
    fake::{Fake, answer, head},
    *,
};

async fn digest(fake: &Fake) -> Result<String, RegistryError> {
    RegistryClient::new().digest(&reference(&fake.address, ":1")).await
}

#[tokio::test]
async fn a_digest_costs_one_head_request_that_accepts_every_kind() {
    let digest_line = format!("Docker-Content-Digest: {}", digest_of(b"x"));
    let fake = Fake::start(move |_| head("200 OK", &[&digest_line])).await;
    assert_eq!(digest(&fake).await, Ok(digest_of(b"x")));
    let asked = fake.asked();
    assert_eq!(asked.len(), 1);
    assert!(asked[0].starts_with("HEAD /v2/phoenix/gateway/manifests/1 "), "{}", asked[0]);
    assert_eq!(asked[0].matches("accept: application/vnd.").count(), 4);
}

#[tokio::test]
async fn without_a_stated_digest_the_manifest_is_hashed() {
    let (_, manifest) = image("1", "amd64");
    let expected = digest_of(manifest.as_bytes());
    let fake = Fake::start(move |asked| {
        if asked.starts_with("HEAD") {
            head("200 OK", &[])
        } else {
            answer("200 OK", &[], &manifest)
        }
    })
    .await;
    assert_eq!(digest(&fake).await, Ok(expected));
}

#[tokio::test]
async fn a_registry_without_head_is_asked_by_get() {
    for status in ["404 Not Found", "405 Method Not Allowed"] {
        let (_, manifest) = image("1", "amd64");
        let expected = digest_of(manifest.as_bytes());
        let fake = Fake::start(move |asked| {
            if asked.starts_with("HEAD") {
                head(status, &[])
            } else {
                answer("200 OK", &[], &manifest)
            }
        })
        .await;
        assert_eq!(digest(&fake).await, Ok(expected), "{status}");
    }
}

#[tokio::test]
async fn a_manifest_that_does_not_match_its_digest_is_refused() {
    let (_, manifest) = image("1", "amd64");
    let line = format!("Docker-Content-Digest: {}", digest_of(b"other"));
    let fake = Fake::start(move |_| answer("200 OK", &[&line], &manifest)).await;
    let tag = reference(&fake.address, ":1");
    let described = RegistryClient::new().describe(&tag, "linux/amd64").await;
    let error = described.unwrap_err().to_string();
    assert!(error.contains("a manifest that does not match its digest"), "{error}");
}

#[tokio::test]
async fn a_manifest_that_ends_too_early_is_no_manifest_and_the_host_is_named() {
    let (_, manifest) = image("1", "amd64");
    let half = manifest[..manifest.len() / 2].to_owned();
    let line = format!("Docker-Content-Digest: {}", digest_of(half.as_bytes()));
    let fake = Fake::start(move |_| answer("200 OK", &[&line], &half)).await;
    let tag = reference(&fake.address, ":1");
    let described = RegistryClient::new().describe(&tag, "linux/amd64").await;
    let error = described.unwrap_err().to_string();
    assert!(
        error.contains(&fake.address) && error.contains("a manifest that is no JSON"),
        "{error}"
    );
}

#[tokio::test]
async fn each_refusal_has_its_own_error() {
    for (status, header, shown) in [
        ("404 Not Found", "A: b", "does not exist"),
        ("401 Unauthorized", "A: b", "does not accept the credentials"),
        ("403 Forbidden", "A: b", "does not accept the credentials"),
        ("500 Oops", "A: b", "cannot be reached: it answers with HTTP status 500"),
        ("418 Teapot", "A: b", "does not answer as a registry does"),
        ("200 OK", "A: b", "does not answer as a registry does"),
    ] {
        let fake = Fake::start(move |_| answer(status, &[header], "<html>")).await;
        let error = digest(&fake).await.unwrap_err().to_string();
        assert!(error.contains(shown), "{status}: {error}");
    }
}

#[tokio::test]
async fn a_registry_that_asks_to_wait_says_how_long() {
    for status in ["429 Too Many Requests", "503 Service Unavailable"] {
        let fake = Fake::start(move |_| head(status, &["Retry-After: 120"])).await;
        let error = digest(&fake).await.unwrap_err();
        let RegistryError::TooManyRequests { host, until } = error else { panic!("{error:?}") };
        assert_eq!(host, fake.address);
        let wait = until.duration_since(jiff::Timestamp::now()).as_secs();
        assert!((100..=120).contains(&wait), "{wait}");
    }
}

#[tokio::test]
async fn a_registry_that_is_away_cannot_be_reached() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let outcome = RegistryClient::new().digest(&reference(&address, ":1")).await;
    assert!(matches!(outcome, Err(RegistryError::Unreachable { .. })), "{outcome:?}");
}

#[tokio::test]
async fn an_answer_without_end_is_cut_short() {
    let fake = Fake::start(|_| answer("200 OK", &[], &" ".repeat(10_000_000))).await;
    let error = digest(&fake).await.unwrap_err().to_string();
    assert!(error.contains("an answer of more than 4194304 bytes"), "{error}");
}

#[tokio::test]
async fn redirects_without_end_are_given_up() {
    let fake = Fake::start(|_| head("307 Temporary Redirect", &["Location: /v2/again"])).await;
    let error = digest(&fake).await.unwrap_err().to_string();
    assert!(error.contains("redirects without end"), "{error}");
    assert_eq!(fake.asked().len(), 6);
}
