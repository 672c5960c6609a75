//! The authorisation to read a repository (distribution's token specification).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use phoenix_engine::ports::RegistryError;
use reqwest::{
    Method, Url,
    header::{AUTHORIZATION, HeaderMap, HeaderValue},
};
use serde::Deserialize;

use super::{
    answer::error_of,
    challenge::Challenge,
    credentials::Credential,
    endpoint::{Endpoint, is_loopback},
    transport::{Transport, read_body, unexpected},
};

/// No token is longer.
const TOKEN_BYTES: usize = 1024 * 1024;

#[derive(Deserialize)]
struct TokenAnswer {
    token: Option<String>,
    access_token: Option<String>,
}

/// Meets a challenge once: the value for `Authorization`, marked as a secret.
pub(super) async fn authorize(
    transport: &Transport,
    endpoint: &Endpoint,
    reference: &str,
    challenge: Challenge,
    credential: Option<&Credential>,
) -> Result<HeaderValue, RegistryError> {
    let host = endpoint.host.as_str();
    let refused =
        || RegistryError::Unauthorized { host: host.to_owned(), reference: reference.to_owned() };
    let value = match (challenge, credential) {
        (Challenge::Basic, Some(Credential::Password { user, password })) => basic(user, password),
        (Challenge::Basic, Some(Credential::IdentityToken(_)) | None) => return Err(refused()),
        (Challenge::Bearer { realm, service, scope }, credential) => {
            let realm = trusted(&realm, endpoint)
                .ok_or_else(|| unexpected(host, "its authorisation server is not trustworthy"))?;
            let parameters = [("service", service), ("scope", scope)];
            let parameters: Vec<(&str, String)> = parameters
                .into_iter()
                .filter_map(|(name, value)| value.map(|value| (name, value)))
                .collect();
            format!(
                "Bearer {}",
                fetch(transport, host, reference, realm, parameters, credential).await?
            )
        }
    };
    secret(&value).ok_or_else(|| unexpected(host, "a token that cannot be sent"))
}

async fn fetch(
    transport: &Transport,
    host: &str,
    reference: &str,
    mut realm: Url,
    parameters: Vec<(&str, String)>,
    credential: Option<&Credential>,
) -> Result<String, RegistryError> {
    let answer = match credential {
        Some(Credential::IdentityToken(token)) => {
            let mut form =
                Url::parse("http://form.invalid/").map_err(|_| unexpected(host, "form"))?;
            form.query_pairs_mut()
                .extend_pairs(&parameters)
                .append_pair("grant_type", "refresh_token")
                .append_pair("client_id", "phoenix-tray")
                .append_pair("refresh_token", token);
            let form = form.query().unwrap_or_default().to_owned();
            transport.send_form(host, realm, form).await?
        }
        Some(Credential::Password { .. }) | None => {
            let mut headers = HeaderMap::new();
            if let Some(Credential::Password { user, password }) = credential {
                let value = secret(&basic(user, password));
                headers.extend(value.map(|value| (AUTHORIZATION, value)));
                realm.query_pairs_mut().append_pair("account", user);
            }
            realm.query_pairs_mut().extend_pairs(&parameters);
            transport.send(host, Method::GET, realm, headers).await?
        }
    };
    let now = jiff::Timestamp::now();
    match error_of(host, reference, answer.status(), answer.headers(), now) {
        Some(RegistryError::NotFound { .. }) => {
            return Err(unexpected(host, "its authorisation server does not exist"));
        }
        Some(error) => return Err(error),
        None => {}
    }
    let body = read_body(host, answer, TOKEN_BYTES).await?;
    let answer: TokenAnswer = serde_json::from_slice(&body)
        .map_err(|_| unexpected(host, "its authorisation server sent no token"))?;
    answer
        .token
        .or(answer.access_token)
        .filter(|token| !token.is_empty())
        .ok_or_else(|| unexpected(host, "its authorisation server sent no token"))
}

/// Credentials travel encrypted, or not further than this machine.
fn trusted(realm: &str, endpoint: &Endpoint) -> Option<Url> {
    let url = Url::parse(realm).ok()?;
    let here = url.scheme() == "http" && is_loopback(&url) && is_loopback(&endpoint.base);
    (url.scheme() == "https" || here).then_some(url)
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

fn secret(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_asked_for_over_tls_or_on_this_machine() {
        let here = Endpoint::of("127.0.0.1:5000").unwrap();
        let far = Endpoint::of("ghcr.io").unwrap();
        assert!(trusted("https://auth.example/token", &far).is_some());
        assert!(trusted("http://127.0.0.1:5001/token", &here).is_some());
        assert!(trusted("http://auth.example/token", &here).is_none());
        assert!(trusted("http://127.0.0.1:80/token", &far).is_none());
        assert!(trusted("file:///etc/passwd", &here).is_none());
    }

    #[test]
    fn an_authorization_never_shows_itself() {
        let value = secret(&basic("me", "hunter2")).unwrap();
        assert_eq!(format!("{value:?}"), "Sensitive");
    }
}
