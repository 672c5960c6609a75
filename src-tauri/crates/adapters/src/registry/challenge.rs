//! `WWW-Authenticate` (RFC 9110 §11.6.1): how a registry wants to be asked.

use std::collections::BTreeMap;

use reqwest::{Response, header::WWW_AUTHENTICATE};

/// How a registry wants to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Challenge {
    /// With a token from its authorisation server (distribution's token specification).
    Bearer {
        /// The authorisation server.
        realm: String,
        /// For whom the token is.
        service: Option<String>,
        /// What the token must allow.
        scope: Option<String>,
        /// Why the token that was sent does not serve (RFC 6750 §3.1).
        error: Option<String>,
    },
    /// With user name and password.
    Basic,
}

impl Challenge {
    /// The challenge of an answer, if it has one.
    pub(super) fn of(answer: &Response) -> Option<Self> {
        let lines = answer.headers().get_all(WWW_AUTHENTICATE);
        Self::read(lines.iter().filter_map(|line| line.to_str().ok()))
    }

    /// What a token must allow, as the registry says it.
    pub(super) fn scope(&self) -> Option<String> {
        match self {
            Self::Bearer { scope, .. } => scope.clone(),
            Self::Basic => None,
        }
    }

    /// Whether the token that was sent is good, but does not reach so far.
    pub(super) fn lacks_scope(&self) -> bool {
        match self {
            Self::Bearer { error, .. } => error.as_deref() == Some("insufficient_scope"),
            Self::Basic => false,
        }
    }

    /// The best of the challenges in these header lines: a token before a password.
    pub(super) fn read<'a>(lines: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let challenges: Vec<(String, BTreeMap<String, String>)> =
            lines.into_iter().flat_map(parse).collect();
        let bearer = challenges.iter().find_map(|(scheme, parameters)| {
            (scheme == "bearer").then_some(())?;
            Some(Self::Bearer {
                realm: parameters.get("realm")?.clone(),
                service: parameters.get("service").cloned(),
                scope: parameters.get("scope").cloned(),
                error: parameters.get("error").cloned(),
            })
        });
        let basic = challenges.iter().any(|(scheme, _)| scheme == "basic");
        bearer.or_else(|| basic.then_some(Self::Basic))
    }
}

/// All challenges of a line, schemes and parameter names in lower case.
fn parse(line: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let mut challenges: Vec<(String, BTreeMap<String, String>)> = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let word_end = rest.find(|c: char| !is_token(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(word_end);
        let after = after.trim_start();
        if word.is_empty() {
            // a comma between two, or what is not understood
            let mut chars = rest.chars();
            chars.next();
            rest = chars.as_str().trim_start();
        } else if let Some(value) = after.strip_prefix('=') {
            let (value, after) = read_value(value.trim_start());
            if let Some((_, parameters)) = challenges.last_mut() {
                parameters.entry(word.to_ascii_lowercase()).or_insert(value);
            }
            rest = after.trim_start();
        } else {
            challenges.push((word.to_ascii_lowercase(), BTreeMap::new()));
            rest = after;
        }
    }
    challenges
}

/// A token or a quoted string, and what follows it.
fn read_value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ' ', '\t']).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut chars = quoted.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => value.extend(chars.next()),
            _ => value.push(c),
        }
    }
    (value, chars.as_str())
}

fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(realm: &str, service: Option<&str>, scope: Option<&str>) -> Challenge {
        Challenge::Bearer {
            realm: realm.to_owned(),
            service: service.map(str::to_owned),
            scope: scope.map(str::to_owned),
            error: None,
        }
    }

    #[test]
    fn a_bearer_challenge_names_realm_service_and_scope() {
        let line = r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push""#;
        let expected = bearer(
            "https://auth.docker.io/token",
            Some("registry.docker.io"),
            Some("repository:a/b:pull,push"),
        );
        assert_eq!(Challenge::read([line]), Some(expected));
    }

    #[test]
    fn a_token_is_preferred_to_a_password() {
        let expected = Some(bearer("https://a/t", None, None));
        let line = r#"Basic realm="x", bearer realm = "https://a/t""#;
        assert_eq!(Challenge::read([line]), expected);
        assert_eq!(Challenge::read(["Basic realm=x", "Bearer realm=https://a/t"]), expected);
    }

    #[test]
    fn quoted_quotes_are_part_of_the_value() {
        let line = r#"Bearer realm="https://a/\"t\"""#;
        assert_eq!(Challenge::read([line]), Some(bearer("https://a/\"t\"", None, None)));
    }

    #[test]
    fn nonsense_is_no_challenge() {
        for line in ["", ",,,", "=", "Bearer", "Negotiate abc==", "\"", "Bearer realm", "ü=\"\\"] {
            assert_eq!(Challenge::read([line]), None, "{line}");
        }
    }
}
