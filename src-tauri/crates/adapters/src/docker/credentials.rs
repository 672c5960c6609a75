//! Credentials for a pull, from Docker's own configuration.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE};
use http::HeaderValue;
use serde_json::{Value, json};

use crate::registry::{Credential, CredentialSource, DockerConfig};

/// A helper that asks the user for something never comes back by itself.
const HELPER_BOUND: Duration = Duration::from_secs(10);

/// Docker Hub's entry in Docker's configuration.
const HUB_KEY: &str = "https://index.docker.io/v1/";

/// `X-Registry-Auth`; `None` where no credentials are configured or a helper fails, so that public
/// images can still be pulled.
pub(super) async fn for_registry(registry: &str) -> Option<HeaderValue> {
    let server = if registry == "docker.io" { HUB_KEY } else { registry }.to_owned();
    let config = DockerConfig::default();
    let found = tokio::time::timeout(HELPER_BOUND, config.credential(&server)).await;
    let credential = found.ok()?.ok()??;
    header(&document(&server, credential))
}

fn document(server: &str, credential: Credential) -> Value {
    match credential {
        Credential::IdentityToken(token) => {
            json!({ "serveraddress": server, "identitytoken": token })
        }
        Credential::Password { user: username, password } => {
            json!({ "serveraddress": server, "username": username, "password": password })
        }
    }
}

/// The engine reads the URL-safe alphabet only.
fn header(document: &Value) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&URL_SAFE.encode(document.to_string())).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_survives_the_header() {
        let credential =
            Credential::Password { user: "me".to_owned(), password: "p>>?~\u{fc}ss".to_owned() };
        let value = header(&document("r:5000", credential)).unwrap();
        let decoded = URL_SAFE.decode(value.as_bytes()).unwrap();
        let document: Value = serde_json::from_slice(&decoded).unwrap();
        assert_eq!(document["password"], "p>>?~\u{fc}ss");
    }

    #[test]
    fn a_header_with_a_secret_is_never_printed() {
        let value = header(&json!({ "password": "hunter2" })).unwrap();
        assert_eq!(format!("{value:?}"), "Sensitive");
    }
}
