//! What a round of many questions costs a registry.

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use phoenix_engine::ports::Clock;

use super::{
    fake::{Fake, answer, head},
    secrets::{BASIC, Nobody, with_credentials, with_password},
    *,
};

/// A clock that is set by hand.
pub(super) struct SetClock(Mutex<Timestamp>);

impl SetClock {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new("2026-01-01T00:00:00Z".parse().unwrap())))
    }

    pub(super) fn advance(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now = now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn fresh_id(&self) -> String {
        "00000000".to_owned()
    }
}

pub(super) fn anonymous(clock: &Arc<SetClock>) -> RegistryClient {
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    let credentials = Arc::new(Nobody);
    RegistryClient::of(RegistrySetup { credentials, clock, ..RegistrySetup::default() })
}

fn services(fake: &Fake, count: usize) -> Vec<ImageReference> {
    let names = (0..count).map(|n| format!("{}/org/app-{n}:1", fake.address));
    names.map(|name| ImageReference::parse(&name).unwrap()).collect()
}

/// Asks for all at once, as a round does.
async fn round(
    client: &RegistryClient,
    references: &[ImageReference],
) -> Vec<Result<String, RegistryError>> {
    client.expect(references);
    let all = references.iter().map(|reference| client.digest(reference));
    futures_util::future::join_all(all).await
}

/// What was asked: of manifests without a grant, of the authorisation server, of manifests with one.
fn counted(fake: &Fake) -> (usize, usize, usize) {
    let asked = fake.asked();
    let tokens = asked.iter().filter(|asked| asked.contains(" /token")).count();
    let granted = asked.iter().filter(|it| it.contains("authorization: Bearer")).count();
    (asked.len() - tokens - granted, tokens, granted)
}

fn challenge(asked: &str, more: &str) -> String {
    let host = asked.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    let line = format!(
        "WWW-Authenticate: Bearer realm=\"http://{host}/token\",service=\"reg\",\
         scope=\"{}\"{more}",
        scope_of(asked)
    );
    head("401 Unauthorized", &[&line])
}

fn scope_of(asked: &str) -> String {
    let path = asked.split(' ').nth(1).unwrap_or_default().trim_start_matches("/v2/");
    format!("repository:{}:pull", path.split("/manifests/").next().unwrap_or_default())
}

fn known() -> String {
    head("200 OK", &[&format!("Docker-Content-Digest: {}", digest_of(b"x"))])
}

/// A registry whose tokens name what they allow, as `token` decides for a request.
async fn registry(
    token: impl Fn(&str) -> Result<String, &'static str> + Send + Sync + 'static,
) -> Fake {
    Fake::start(move |asked| {
        if asked.contains(" /token") {
            return match token(asked) {
                Ok(token) => answer("200 OK", &[], &json!({ "token": token }).to_string()),
                Err(status) => answer(status, &[], "{}"),
            };
        }
        let sent = asked.lines().find_map(|line| line.strip_prefix("authorization: Bearer "));
        match sent {
            Some("all") => known(),
            Some(sent) if sent == scope_of(asked).replace([':', '/'], "_") => known(),
            Some(_) => challenge(asked, ",error=\"insufficient_scope\""),
            None => challenge(asked, ""),
        }
    })
    .await
}

/// The single scope of a token request, as a token.
fn only(asked: &str) -> String {
    let line = asked.lines().next().unwrap_or_default();
    let scope = line.split("scope=").nth(1).unwrap_or_default();
    scope.split([' ', '&']).next().unwrap_or_default().replace("%3A", "_").replace("%2F", "_")
}

#[tokio::test]
async fn a_round_costs_one_challenge_and_one_token() {
    let fake = registry(|_| Ok("all".to_owned())).await;
    let (client, services) = (anonymous(&SetClock::new()), services(&fake, 40));
    assert!(round(&client, &services).await.iter().all(Result::is_ok));
    assert_eq!(counted(&fake), (1, 1, 40));
    let token = fake.asked().into_iter().find(|asked| asked.contains(" /token")).unwrap();
    assert_eq!(token.matches("scope=repository%3Aorg%2Fapp-").count(), 40, "{token}");
    assert!(!fake.asked().iter().any(|asked| asked.starts_with("GET /v2/")));
}

#[tokio::test]
async fn the_next_round_needs_no_challenge_and_while_its_token_lives_no_token() {
    let fake = registry(|_| Ok("all".to_owned())).await;
    let clock = SetClock::new();
    let (client, services) = (anonymous(&clock), services(&fake, 10));
    round(&client, &services).await;
    clock.advance(20);
    round(&client, &services).await;
    assert_eq!(counted(&fake), (1, 1, 20));
    clock.advance(3600);
    round(&client, &services).await;
    assert_eq!(counted(&fake), (1, 2, 30));
}

#[tokio::test]
async fn without_a_hint_one_token_serves_one_repository() {
    let fake = registry(|asked| Ok(only(asked))).await;
    let (client, services) = (anonymous(&SetClock::new()), services(&fake, 3));
    for reference in &services {
        assert!(client.digest(reference).await.is_ok());
    }
    assert_eq!(counted(&fake), (1, 3, 3));
}

#[tokio::test]
async fn a_registry_that_gives_no_token_for_many_gives_one_for_each() {
    let fake = registry(|asked| {
        let many = asked.matches("scope=").count() > 1;
        if many { Err("403 Forbidden") } else { Ok(only(asked)) }
    })
    .await;
    let (client, services) = (anonymous(&SetClock::new()), services(&fake, 8));
    assert!(round(&client, &services).await.iter().all(Result::is_ok));
    assert_eq!(counted(&fake), (1, 9, 8));
}

#[tokio::test]
async fn one_private_repository_costs_the_others_nothing() {
    let fake = Fake::start(move |asked| {
        if asked.contains(" /token") {
            let alone = asked.matches("scope=").count() == 1;
            let status = if alone { "403 Forbidden" } else { "200 OK" };
            return answer(status, &[], r#"{"token":"all"}"#);
        }
        match (asked.contains("Bearer all"), asked.contains("/app-3/")) {
            (true, false) => known(),
            (true, true) => challenge(asked, ",error=\"insufficient_scope\""),
            (false, _) => challenge(asked, ""),
        }
    })
    .await;
    let (client, services) = (anonymous(&SetClock::new()), services(&fake, 8));
    let outcomes = round(&client, &services).await;
    let refused: Vec<usize> = (0..8).filter(|n| outcomes[*n].is_err()).collect();
    assert_eq!(refused, [3]);
    assert!(matches!(outcomes[3], Err(RegistryError::Unauthorized { .. })), "{:?}", outcomes[3]);
    assert_eq!(counted(&fake), (1, 2, 8));
}

#[tokio::test]
async fn a_token_that_ran_out_early_is_renewed_once_for_all() {
    let made = Arc::new(Mutex::new(0));
    let counter = Arc::clone(&made);
    let fake = Fake::start(move |asked| {
        let mut made = counter.lock().unwrap();
        if asked.contains(" /token") {
            *made += 1;
            return answer("200 OK", &[], &format!(r#"{{"token":"t{made}","expires_in":3600}}"#));
        }
        match asked.lines().find_map(|line| line.strip_prefix("authorization: Bearer ")) {
            Some("t1") if *made == 2 || !asked.contains("/app-0/") => {
                challenge(asked, ",error=\"invalid_token\"")
            }
            Some(_) => known(),
            None => challenge(asked, ""),
        }
    })
    .await;
    let clock = SetClock::new();
    let (client, services) = (anonymous(&clock), services(&fake, 10));
    client.expect(&services);
    assert!(client.digest(&services[0]).await.is_ok());
    clock.advance(600);
    let all = services.iter().map(|reference| client.digest(reference));
    assert!(futures_util::future::join_all(all).await.iter().all(Result::is_ok));
    assert_eq!(*made.lock().unwrap(), 2);
}

#[tokio::test]
async fn a_wrong_password_is_tried_once_in_a_whole_round_and_in_the_next() {
    let fake = registry(|_| Err("401 Unauthorized")).await;
    let (client, services) = (with_password(), services(&fake, 12));
    for _ in 0..2 {
        for outcome in round(&client, &services).await {
            assert!(matches!(outcome, Err(RegistryError::PasswordRefused { .. })), "{outcome:?}");
        }
    }
    let tries = fake.asked().iter().filter(|asked| asked.contains(BASIC)).count();
    assert_eq!(tries, 1);
    client.person_asks();
    round(&client, &services).await;
    let tries = fake.asked().iter().filter(|asked| asked.contains(BASIC)).count();
    assert_eq!(tries, 2);
}

#[tokio::test]
async fn a_password_that_has_changed_is_tried() {
    let fake = registry(|asked| {
        if asked.contains(BASIC) { Err("401 Unauthorized") } else { Ok("all".to_owned()) }
    })
    .await;
    let passwords = secrets::Changing::new(["hunter2", "hunter3"]);
    let (client, services) = (with_credentials(passwords), services(&fake, 2));
    assert!(round(&client, &services).await.iter().all(Result::is_err));
    assert!(round(&client, &services).await.iter().all(Result::is_ok));
}

#[tokio::test]
async fn a_user_name_and_password_are_sent_without_being_asked_for_again() {
    let fake = Fake::start(|asked| {
        if asked.contains(BASIC) {
            known()
        } else {
            head("401 Unauthorized", &["WWW-Authenticate: Basic realm=\"x\""])
        }
    })
    .await;
    let (client, services) = (with_password(), services(&fake, 5));
    assert!(round(&client, &services).await.iter().all(Result::is_ok));
    assert_eq!(fake.asked().len(), 6);
}

#[tokio::test]
async fn those_who_wait_share_the_failure_of_the_one_who_asks() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let gone_address = gone.local_addr().unwrap();
    drop(gone);
    let line = format!("WWW-Authenticate: Bearer realm=\"http://{gone_address}/token\"");
    let fake = Fake::start(move |_| head("401 Unauthorized", &[&line])).await;
    let (client, services) = (anonymous(&SetClock::new()), services(&fake, 30));
    for outcome in round(&client, &services).await {
        assert!(matches!(outcome, Err(RegistryError::Unreachable { .. })), "{outcome:?}");
    }
    assert_eq!(fake.asked().len(), 1);
}
