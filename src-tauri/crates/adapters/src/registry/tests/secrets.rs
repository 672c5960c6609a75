//! Who gets to see credentials.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::{
    fake::{Fake, answer, head},
    *,
};

struct Known(Credential);

#[async_trait]
impl CredentialSource for Known {
    async fn credential(&self, _key: &str) -> Result<Option<Credential>, CredentialError> {
        Ok(Some(self.0.clone()))
    }
}

/// Another password each time, the last one from then on.
pub(super) struct Changing(Mutex<Vec<&'static str>>);

impl Changing {
    pub(super) fn new<const N: usize>(passwords: [&'static str; N]) -> Self {
        Self(Mutex::new(passwords.into_iter().rev().collect()))
    }
}

#[async_trait]
impl CredentialSource for Changing {
    async fn credential(&self, _key: &str) -> Result<Option<Credential>, CredentialError> {
        let mut left = self.0.lock().unwrap();
        let password = if left.len() > 1 { left.pop() } else { left.last().copied() };
        let (user, password) = ("me".to_owned(), password.unwrap().to_owned());
        Ok(Some(Credential::Password { user, password }))
    }
}

pub(super) struct Nobody;

#[async_trait]
impl CredentialSource for Nobody {
    async fn credential(&self, _key: &str) -> Result<Option<Credential>, CredentialError> {
        Ok(None)
    }
}

pub(super) fn with_credentials(credentials: impl CredentialSource + 'static) -> RegistryClient {
    let credentials = Arc::new(credentials);
    RegistryClient::of(RegistrySetup { credentials, ..RegistrySetup::default() })
}

pub(super) fn with_password() -> RegistryClient {
    let password = Credential::Password { user: "me".to_owned(), password: "hunter2".to_owned() };
    with_credentials(Known(password))
}

/// `me:hunter2`
pub(super) const BASIC: &str = "authorization: Basic bWU6aHVudGVyMg==";

/// A registry that wants a token, and its authorisation server at `/token`.
async fn with_tokens() -> Fake {
    let known = format!("Docker-Content-Digest: {}", digest_of(b"x"));
    Fake::start(move |asked| {
        let host = asked.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
        if asked.contains(" /token") {
            answer("200 OK", &[], r#"{"token":"t0ken"}"#)
        } else if asked.contains("authorization: Bearer t0ken") {
            head("200 OK", &[&known])
        } else {
            let challenge = format!(
                "WWW-Authenticate: Bearer realm=\"http://{host}/token\",service=\"reg\",\
                 scope=\"repository:phoenix/gateway:pull\""
            );
            head("401 Unauthorized", &[&challenge])
        }
    })
    .await
}

#[tokio::test]
async fn a_token_is_fetched_anonymously_where_no_credential_is_known() {
    let fake = with_tokens().await;
    let client = with_credentials(Nobody);
    assert_eq!(client.digest(&reference(&fake.address, ":1")).await, Ok(digest_of(b"x")));
    let token = &fake.asked()[1];
    let line = "GET /token?service=reg&scope=repository%3Aphoenix%2Fgateway%3Apull HTTP/1.1";
    assert!(token.starts_with(line) && !token.contains("authorization"), "{token}");
}

#[tokio::test]
async fn a_password_goes_to_the_authorisation_server_only() {
    let fake = with_tokens().await;
    assert!(with_password().digest(&reference(&fake.address, ":1")).await.is_ok());
    let seen: Vec<bool> = fake.asked().iter().map(|asked| asked.contains(BASIC)).collect();
    assert_eq!(seen, [false, true, false]);
}

#[tokio::test]
async fn an_identity_token_is_exchanged() {
    let fake = with_tokens().await;
    let known = Known(Credential::IdentityToken("r3fresh".to_owned()));
    let client = with_credentials(known);
    assert!(client.digest(&reference(&fake.address, ":1")).await.is_ok());
    let exchange = &fake.asked()[1];
    assert!(exchange.starts_with("POST /token HTTP/1.1"), "{exchange}");
    assert!(exchange.contains("grant_type=refresh_token") && exchange.contains("r3fresh"));
}

#[tokio::test]
async fn a_wrong_password_is_tried_once_and_never_shown() {
    let fake =
        Fake::start(|_| head("401 Unauthorized", &["WWW-Authenticate: Basic realm=\"x\""])).await;
    let error = with_password().digest(&reference(&fake.address, ":1")).await.unwrap_err();
    assert!(matches!(error, RegistryError::PasswordRefused { .. }), "{error:?}");
    let tries = fake.asked().iter().filter(|asked| asked.contains(BASIC)).count();
    assert_eq!(tries, 1);
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

#[tokio::test]
async fn an_authorisation_server_elsewhere_without_tls_gets_no_password() {
    let challenge = "WWW-Authenticate: Bearer realm=\"http://auth.example/token\"";
    let fake = Fake::start(move |_| head("401 Unauthorized", &[challenge])).await;
    let error = with_password().digest(&reference(&fake.address, ":1")).await.unwrap_err();
    assert!(error.to_string().contains("not trustworthy"), "{error}");
    assert_eq!(fake.asked().len(), 1);
}

#[tokio::test]
async fn a_redirect_to_another_host_carries_no_credentials() {
    let known = format!("Docker-Content-Digest: {}", digest_of(b"x"));
    let storage = Fake::start(move |_| head("200 OK", &[&known])).await;
    let location = format!("Location: http://{}/blob", storage.address);
    let registry = Fake::start(move |asked| {
        if asked.contains(BASIC) {
            head("307 Temporary Redirect", &[&location])
        } else {
            head("401 Unauthorized", &["WWW-Authenticate: Basic realm=\"x\""])
        }
    })
    .await;
    let digest = with_password().digest(&reference(&registry.address, ":1")).await;
    assert_eq!(digest, Ok(digest_of(b"x")));
    assert!(!storage.asked()[0].contains("authorization"), "{}", storage.asked()[0]);
}
