//! Services: what the user watches.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Names a service across recreation and renaming of its containers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ServiceId {
    /// A container started by hand, by its name.
    Container(String),
    /// A service of a compose project.
    Compose {
        /// The project's name.
        project: String,
        /// The service's name in the compose file.
        service: String,
    },
}

/// A service name that the engine would not accept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a container name or project/service")]
pub struct BadServiceName(pub String);

impl ServiceId {
    /// The name in a form fit for container, network and volume names. Those of `shop/web` and of
    /// a container `shop.web` are the same; what is found under one states its service in a label.
    pub fn slug(&self) -> String {
        match self {
            Self::Container(name) => name.clone(),
            Self::Compose { project, service } => format!("{project}.{service}"),
        }
    }

    /// The name in a form fit for file names, another one for each service: the first dot in it
    /// stands between project and service, every other one before that is written `%2E`.
    pub fn file_name(&self) -> String {
        match self {
            Self::Container(name) => name.replace('.', "%2E"),
            Self::Compose { project, service } => {
                format!("{}.{service}", project.replace('.', "%2E"))
            }
        }
    }

    /// Reads `name` or `project/service`.
    pub fn parse(text: &str) -> Result<Self, BadServiceName> {
        let bad = || BadServiceName(text.to_owned());
        match text.trim_start_matches('/').split_once('/') {
            None => is_name(text.trim_start_matches('/'))
                .then(|| Self::Container(text.trim_start_matches('/').to_owned()))
                .ok_or_else(bad),
            Some((project, service)) => (is_name(project) && is_name(service))
                .then(|| Self::Compose { project: project.to_owned(), service: service.to_owned() })
                .ok_or_else(bad),
        }
    }
}

impl fmt::Display for ServiceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Container(name) => f.write_str(name),
            Self::Compose { project, service } => write!(f, "{project}/{service}"),
        }
    }
}

impl TryFrom<String> for ServiceId {
    type Error = BadServiceName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<ServiceId> for String {
    fn from(id: ServiceId) -> Self {
        id.to_string()
    }
}

/// Docker's rule for container names (`[a-zA-Z0-9][a-zA-Z0-9_.-]+`), which compose's obey too.
fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back_as_it_was_written() {
        for text in ["phoenix-gateway", "shop/web"] {
            assert_eq!(ServiceId::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn no_two_services_share_a_file_name() {
        let names = ["shop/web", "shop.web", "shop-web", "a.b/c", "a/b.c", "a.b.c"];
        let files: std::collections::BTreeSet<String> =
            names.iter().map(|name| ServiceId::parse(name).unwrap().file_name()).collect();
        assert_eq!(files.len(), names.len(), "{files:?}");
    }

    #[test]
    fn a_name_that_the_engine_would_refuse_is_refused() {
        for text in ["", "-x", "a b", "a/b/c", "a/../b", "ä"] {
            assert!(ServiceId::parse(text).is_err(), "{text:?} was accepted");
        }
    }
}
