//! Tokens from authorisation servers (distribution's token specification).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::SignedDuration;
use phoenix_engine::ports::RegistryError;
use reqwest::{
    Method, Response, StatusCode, Url,
    header::{AUTHORIZATION, HeaderMap, HeaderValue},
};
use serde::Deserialize;

use super::{
    credentials::Credential,
    endpoint::{Endpoint, is_loopback},
    host::Host,
    registries::Registries,
    transport::{Question, read_body, unexpected},
};

/// No token is longer.
const TOKEN_BYTES: usize = 1024 * 1024;
/// How long a token lives that does not say so ("token specification": 60 seconds).
const USUAL_LIFE_S: u32 = 60;
/// The time by which a token is given up before its end, or half its life if that is less.
const MARGIN: SignedDuration = SignedDuration::from_secs(10);

/// Who makes a registry's tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Issuer {
    /// The authorisation server.
    pub(super) realm: String,
    /// For whom the token is.
    pub(super) service: Option<String>,
}

/// A token.
pub(super) struct Token {
    /// The value for `Authorization`, marked as a secret.
    pub(super) header: HeaderValue,
    /// How long it can be used.
    pub(super) life: SignedDuration,
}

/// Why there is no token.
pub(super) enum NoToken {
    /// The authorisation server says no, in this way.
    Refused(StatusCode),
    /// It did not get so far.
    Failed(RegistryError),
}

#[derive(Deserialize)]
struct TokenAnswer {
    token: Option<String>,
    access_token: Option<String>,
    expires_in: Option<u32>,
}

/// Asks for one token that allows all of `scopes`.
pub(super) async fn fetch(
    registries: &Registries,
    host: &Host,
    issuer: &Issuer,
    scopes: &[String],
    credential: Option<&Credential>,
) -> Result<Token, NoToken> {
    let name = host.name();
    let realm = trusted(&issuer.realm, &host.endpoint).ok_or_else(|| {
        NoToken::Failed(unexpected(name, "its authorisation server is not trustworthy"))
    })?;
    let asked = ask(registries, host, issuer, realm, scopes, credential).await;
    let answer = asked.map_err(NoToken::Failed)?;
    if !answer.status().is_success() {
        return Err(NoToken::Refused(answer.status()));
    }
    let body = read_body(name, answer, TOKEN_BYTES).await.map_err(NoToken::Failed)?;
    read(&body)
        .ok_or_else(|| NoToken::Failed(unexpected(name, "its authorisation server sent no token")))
}

/// User name and password as a value for `Authorization`, marked as a secret.
pub(super) fn basic(user: &str, password: &str) -> Option<HeaderValue> {
    secret(&format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
}

async fn ask(
    registries: &Registries,
    host: &Host,
    issuer: &Issuer,
    mut realm: Url,
    scopes: &[String],
    credential: Option<&Credential>,
) -> Result<Response, RegistryError> {
    let trust = if realm.host() == host.endpoint.base.host() {
        host.endpoint.trust.clone()
    } else {
        registries.trust_of(&realm).await
    };
    let question =
        |method, url, headers| Question { host: host.name(), trust: &trust, method, url, headers };
    match credential {
        Some(Credential::IdentityToken(token)) => {
            let mut form = realm.clone();
            form.set_query(None);
            form.query_pairs_mut()
                .extend_pairs(issuer.service.iter().map(|service| ("service", service)))
                .append_pair("scope", &scopes.join(" "))
                .append_pair("grant_type", "refresh_token")
                .append_pair("client_id", "phoenix-tray")
                .append_pair("refresh_token", token);
            let form = form.query().unwrap_or_default().to_owned();
            let question = question(Method::POST, realm, HeaderMap::new());
            registries.exchange(host, question, Some(form)).await
        }
        Some(Credential::Password { .. }) | None => {
            let mut headers = HeaderMap::new();
            if let Some(Credential::Password { user, password }) = credential {
                headers.extend(basic(user, password).map(|value| (AUTHORIZATION, value)));
                realm.query_pairs_mut().append_pair("account", user);
            }
            realm
                .query_pairs_mut()
                .extend_pairs(issuer.service.iter().map(|service| ("service", service)))
                .extend_pairs(scopes.iter().map(|scope| ("scope", scope)));
            registries.exchange(host, question(Method::GET, realm, headers), None).await
        }
    }
}

fn read(body: &[u8]) -> Option<Token> {
    let answer: TokenAnswer = serde_json::from_slice(body).ok()?;
    let token = [answer.token, answer.access_token].into_iter().flatten().find(|it| !it.is_empty());
    let header = secret(&format!("Bearer {}", token?))?;
    let stated = answer.expires_in.filter(|life| *life > 0).unwrap_or(USUAL_LIFE_S);
    let stated = SignedDuration::from_secs(i64::from(stated));
    let margin = MARGIN.min(SignedDuration::from_millis_i128(stated.as_millis() / 2));
    Some(Token { header, life: stated.saturating_sub(margin) })
}

/// Credentials travel encrypted, or not further than this machine, or as the user or the engine
/// allows for the registry itself.
fn trusted(realm: &str, endpoint: &Endpoint) -> Option<Url> {
    let url = Url::parse(realm).ok()?;
    let plain_too = url.scheme() == "http" && endpoint.base.scheme() == "http";
    let here = is_loopback(&url) && is_loopback(&endpoint.base);
    let same = url.host() == endpoint.base.host();
    (url.scheme() == "https" || (plain_too && (here || same))).then_some(url)
}

fn secret(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::{super::endpoint::Trust, *};

    fn endpoint(registry: &str) -> Endpoint {
        Endpoint::of(registry, Trust::Unchecked).unwrap()
    }

    #[test]
    fn a_token_is_asked_for_over_tls_or_on_this_machine() {
        let here = endpoint("127.0.0.1:5000").plain().unwrap();
        let near = endpoint("lan.example:5000").plain().unwrap();
        let far = endpoint("ghcr.io");
        assert!(trusted("https://auth.example/token", &far).is_some());
        assert!(trusted("http://127.0.0.1:5001/token", &here).is_some());
        assert!(trusted("http://lan.example:5001/token", &near).is_some());
        assert!(trusted("http://auth.example/token", &near).is_none());
        assert!(trusted("http://auth.example/token", &here).is_none());
        assert!(trusted("http://127.0.0.1:80/token", &far).is_none());
        assert!(trusted("file:///etc/passwd", &here).is_none());
    }

    #[test]
    fn an_authorization_never_shows_itself() {
        let value = basic("me", "hunter2").unwrap();
        assert_eq!(format!("{value:?}"), "Sensitive");
    }

    #[test]
    fn a_token_is_given_up_a_little_before_its_end() {
        for (body, life_ms) in [
            (r#"{"token":"t","expires_in":300}"#, 290_000),
            (r#"{"access_token":"t"}"#, 50_000),
            (r#"{"token":"","access_token":"t","expires_in":10}"#, 5_000),
            (r#"{"token":"t","expires_in":0}"#, 50_000),
        ] {
            let life = read(body.as_bytes()).unwrap().life;
            assert_eq!(life.as_millis(), life_ms, "{body}");
        }
    }

    #[test]
    fn what_holds_no_token_is_none() {
        for body in ["", "{}", r#"{"token":""}"#, "<html>", r#"{"token":"a\nb"}"#] {
            assert!(read(body.as_bytes()).is_none(), "{body}");
        }
    }
}
