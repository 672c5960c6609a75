//! What Docker's `config.json` says of credentials.

use std::collections::BTreeMap;

use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, general_purpose::PAD},
};
use serde::Deserialize;

use super::Credential;

/// Docker Hub's entry.
const HUB: &str = "https://index.docker.io/v1/";
/// Its other names, which people write into `credHelpers`.
const HUB_TOO: [&str; 3] = ["index.docker.io", "docker.io", "registry-1.docker.io"];

/// What Docker's `config.json` says of credentials.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Entries {
    auths: BTreeMap<String, Entry>,
    #[serde(rename = "credsStore")]
    creds_store: Option<String>,
    #[serde(rename = "credHelpers")]
    cred_helpers: BTreeMap<String, String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    auth: String,
    username: String,
    password: String,
    identitytoken: String,
}

/// A helper and the setting that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HelperName {
    pub(super) suffix: String,
    pub(super) setting: String,
}

/// An entry that cannot be decoded, by its name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadEntry(pub(super) String);

impl Entries {
    /// The helper for a registry: its own (`credHelpers`), else everybody's (`credsStore`).
    pub(super) fn helper(&self, key: &str) -> Option<HelperName> {
        let named = |suffix: &String, setting: String| {
            let suffix = suffix.trim().to_owned();
            (!suffix.is_empty()).then_some(HelperName { suffix, setting })
        };
        let own = names_of(key).into_iter().find_map(|name| {
            named(self.cred_helpers.get(name)?, format!("credHelpers.\"{name}\""))
        });
        own.or_else(|| named(self.creds_store.as_ref()?, "credsStore".to_owned()))
    }

    /// Every helper once, with a server that it is asked for.
    pub(super) fn helpers(&self) -> Vec<(HelperName, String)> {
        let own = self.cred_helpers.keys().cloned();
        let everybodys = self.auths.keys().next().cloned().unwrap_or_else(|| HUB.to_owned());
        let mut helpers: Vec<(HelperName, String)> = Vec::new();
        for server in own.chain([everybodys]) {
            let Some(name) = self.helper(&server) else { continue };
            if !helpers.iter().any(|(known, _)| known.suffix == name.suffix) {
                helpers.push((name, server));
            }
        }
        helpers
    }

    /// The entry of a registry in `auths`: by its name, else by its host, as Docker does it.
    pub(super) fn entry(&self, key: &str) -> Result<Option<Credential>, BadEntry> {
        let by_name = names_of(key).into_iter().find_map(|name| self.auths.get_key_value(name));
        let host = host_of(key);
        let by_host = || self.auths.iter().find(|(name, _)| host_of(name) == host);
        let Some((name, entry)) = by_name.or_else(by_host) else { return Ok(None) };
        if !entry.identitytoken.is_empty() {
            return Ok(Some(Credential::IdentityToken(entry.identitytoken.clone())));
        }
        if !entry.username.is_empty() {
            let (user, password) = (entry.username.clone(), entry.password.clone());
            return Ok(Some(Credential::Password { user, password }));
        }
        if entry.auth.is_empty() {
            return Ok(None);
        }
        decoded(&entry.auth).map(Some).ok_or_else(|| BadEntry(name.clone()))
    }
}

/// `auth`: Base64 of `user:password`, which Docker ends with NUL bytes at times.
fn decoded(auth: &str) -> Option<Credential> {
    let lenient = PAD.with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let standard = GeneralPurpose::new(&base64::alphabet::STANDARD, lenient);
    let text = String::from_utf8(standard.decode(auth.trim()).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    let password = password.trim_end_matches('\0').to_owned();
    Some(Credential::Password { user: user.to_owned(), password })
}

/// The names under which an entry may stand, the most usual first.
fn names_of(key: &str) -> Vec<&str> {
    let others = if key == HUB { &HUB_TOO[..] } else { &[] };
    std::iter::once(key).chain(others.iter().copied()).collect()
}

/// The host of an entry's name, which may be an address.
fn host_of(name: &str) -> &str {
    let rest = name.strip_prefix("https://").or_else(|| name.strip_prefix("http://"));
    let host = rest.unwrap_or(name).split('/').next().unwrap_or_default();
    if HUB_TOO.contains(&host) { HUB_TOO[0] } else { host }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> Entries {
        serde_json::from_str(text).unwrap()
    }

    fn password(user: &str, password: &str) -> Credential {
        Credential::Password { user: user.to_owned(), password: password.to_owned() }
    }

    #[test]
    fn a_registrys_own_helper_comes_before_everybodys() {
        let entries = entries(
            r#"{ "credsStore": "desktop", "credHelpers": { "gcr.io": "gcloud", "quay.io": "" } }"#,
        );
        for (key, suffix, setting) in [
            ("gcr.io", "gcloud", "credHelpers.\"gcr.io\""),
            ("quay.io", "desktop", "credsStore"),
            (HUB, "desktop", "credsStore"),
        ] {
            let expected = HelperName { suffix: suffix.to_owned(), setting: setting.to_owned() };
            assert_eq!(entries.helper(key), Some(expected), "{key}");
        }
    }

    #[test]
    fn every_helper_is_named_once_with_a_server_to_ask_it_for() {
        let entries = entries(
            r#"{ "auths": { "r.example": {} }, "credsStore": "pass",
                 "credHelpers": { "gcr.io": "gcloud", "eu.gcr.io": "gcloud" } }"#,
        );
        let named: Vec<(String, String)> =
            entries.helpers().into_iter().map(|(name, server)| (name.suffix, server)).collect();
        let expected = [("gcloud", "eu.gcr.io"), ("pass", "r.example")];
        assert_eq!(named, expected.map(|(name, server)| (name.to_owned(), server.to_owned())));
    }

    #[test]
    fn docker_hub_is_known_by_its_old_name_and_by_others() {
        for name in
            [HUB, "docker.io", "index.docker.io", "https://docker.io", "registry-1.docker.io"]
        {
            let text =
                format!(r#"{{ "auths": {{ "{name}": {{ "auth": "bWU6aHVudGVyMg==" }} }} }}"#);
            assert_eq!(entries(&text).entry(HUB), Ok(Some(password("me", "hunter2"))), "{name}");
        }
        let helped = entries(r#"{ "credHelpers": { "docker.io": "pass" } }"#);
        assert_eq!(helped.helper(HUB).unwrap().suffix, "pass");
    }

    #[test]
    fn an_entry_is_found_by_its_host_whatever_its_spelling() {
        for name in ["r.example:5000", "https://r.example:5000", "http://r.example:5000/v2/"] {
            let text = format!(r#"{{ "auths": {{ "{name}": {{ "auth": "bWU6YTpi" }} }} }}"#);
            let entries = entries(&text);
            assert_eq!(entries.entry("r.example:5000"), Ok(Some(password("me", "a:b"))), "{name}");
            assert_eq!(entries.entry("r.example"), Ok(None), "{name}");
        }
    }

    #[test]
    fn every_form_of_an_entry_is_read() {
        let entries = entries(
            r#"{ "auths": {
                "a": { "identitytoken": "t", "auth": "bWU6" },
                "b": { "username": "me", "password": "p" },
                "c": { "auth": "bWU6cAAA" },
                "d": { "auth": "bWU6cA" },
                "e": {}, "f": { "auth": "???" }, "g": { "auth": "bWU=" } } }"#,
        );
        assert_eq!(entries.entry("a"), Ok(Some(Credential::IdentityToken("t".to_owned()))));
        assert_eq!(entries.entry("b"), Ok(Some(password("me", "p"))));
        assert_eq!(entries.entry("c"), Ok(Some(password("me", "p"))));
        assert_eq!(entries.entry("d"), Ok(Some(password("me", "p"))));
        assert_eq!(entries.entry("e"), Ok(None));
        assert_eq!(entries.entry("f"), Err(BadEntry("f".to_owned())));
        assert_eq!(entries.entry("g"), Err(BadEntry("g".to_owned())));
    }
}
