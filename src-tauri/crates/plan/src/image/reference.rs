//! Image references and their normal form (distribution's reference grammar).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A fully qualified reference: registry, repository, and a tag or a digest or both.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ImageReference {
    /// Host and optional port, `docker.io` where none was written.
    pub registry: String,
    /// Path below the registry, with `library/` where Docker Hub implies it.
    pub repository: String,
    /// The tag; `latest` where neither tag nor digest was written.
    pub tag: Option<String>,
    /// `sha256:…`
    pub digest: Option<String>,
}

/// Text that is not an image reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is not an image reference: {why}")]
pub struct BadReference {
    /// What was given.
    pub text: String,
    /// What is wrong with it.
    pub why: &'static str,
}

const DEFAULT_REGISTRY: &str = "docker.io";

impl ImageReference {
    /// Reads a reference as Docker does, and qualifies it.
    pub fn parse(text: &str) -> Result<Self, BadReference> {
        let bad = |why| BadReference { text: text.to_owned(), why };
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) if is_digest(digest) => (rest, Some(digest.to_owned())),
            Some(_) => return Err(bad("the part after @ is not a digest")),
            None => (text, None),
        };
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag.to_owned())),
            Some(_) | None => (rest, None),
        };
        if tag.as_deref().is_some_and(|tag| !is_tag(tag)) {
            return Err(bad("a tag is 1 to 128 letters, digits, '_', '.', '-'"));
        }
        let (registry, repository) = split_registry(name);
        if !is_repository(&repository) {
            return Err(bad("a repository is lower-case path components"));
        }
        let tag = tag.or_else(|| digest.is_none().then(|| "latest".to_owned()));
        Ok(Self { registry, repository, tag, digest })
    }

    /// `registry/repository`, without tag and digest.
    pub fn name(&self) -> String {
        format!("{}/{}", self.registry, self.repository)
    }

    /// The shortest text that Docker reads as this reference, as `docker ps` shows it.
    pub fn familiar(&self) -> String {
        let mut text = if self.registry == DEFAULT_REGISTRY {
            self.repository.strip_prefix("library/").unwrap_or(&self.repository).to_owned()
        } else {
            self.name()
        };
        if let Some(tag) = &self.tag {
            text.push(':');
            text.push_str(tag);
        }
        if let Some(digest) = &self.digest {
            text.push('@');
            text.push_str(digest);
        }
        text
    }

    /// The same repository at a digest, without a tag: what a reproducible pull asks for.
    #[must_use]
    pub fn at_digest(&self, digest: &str) -> Self {
        Self { tag: None, digest: Some(digest.to_owned()), ..self.clone() }
    }

    /// The same repository at a tag.
    #[must_use]
    pub fn at_tag(&self, tag: &str) -> Self {
        Self { tag: Some(tag.to_owned()), digest: None, ..self.clone() }
    }

    /// Whether a digest fixes the reference, so that it can never mean anything newer.
    pub const fn is_pinned(&self) -> bool {
        self.digest.is_some()
    }

    /// The digests that the engine's `RepoDigests` state for this reference's repository. Several
    /// repositories may share one image, and one repository may have published it more than once.
    pub fn matching_digests(&self, repo_digests: &[String]) -> Vec<String> {
        let known = repo_digests.iter().filter_map(|entry| Self::parse(entry).ok());
        let ours = known.filter(|known| {
            known.registry.eq_ignore_ascii_case(&self.registry)
                && known.repository == self.repository
        });
        ours.filter_map(|known| known.digest).collect()
    }
}

impl fmt::Display for ImageReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.familiar())
    }
}

impl TryFrom<String> for ImageReference {
    type Error = BadReference;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<ImageReference> for String {
    fn from(reference: ImageReference) -> Self {
        reference.familiar()
    }
}

/// The first component is a registry when it could not be a Docker Hub user: it has a dot, a port,
/// or is `localhost` (distribution/reference `splitDockerDomain`).
fn split_registry(name: &str) -> (String, String) {
    let (registry, repository) = match name.split_once('/') {
        Some((first, rest))
            if first.contains('.') || first.contains(':') || first == "localhost" =>
        {
            (first, rest)
        }
        Some(_) | None => (DEFAULT_REGISTRY, name),
    };
    let registry = if matches!(registry, "index.docker.io" | "registry-1.docker.io") {
        DEFAULT_REGISTRY
    } else {
        registry
    };
    let implied = registry == DEFAULT_REGISTRY && !repository.contains('/');
    let repository = if implied { format!("library/{repository}") } else { repository.to_owned() };
    (registry.to_owned(), repository)
}

fn is_repository(text: &str) -> bool {
    text.split('/').all(|part| {
        part.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
            && part.chars().all(|c| {
                c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.' | '-')
            })
    })
}

fn is_tag(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:").is_some_and(|hex| {
        hex.len() == 64 && hex.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn short_names_are_qualified_as_docker_does() {
        for (text, name, tag) in [
            ("nginx", "docker.io/library/nginx", "latest"),
            ("phoenix/gateway:1.0", "docker.io/phoenix/gateway", "1.0"),
            ("index.docker.io/nginx", "docker.io/library/nginx", "latest"),
            ("localhost/app", "localhost/app", "latest"),
            ("127.0.0.1:5000/phoenix/gateway:latest", "127.0.0.1:5000/phoenix/gateway", "latest"),
        ] {
            let reference = ImageReference::parse(text).unwrap();
            assert_eq!((reference.name().as_str(), reference.tag.as_deref()), (name, Some(tag)));
        }
    }

    #[test]
    fn the_familiar_form_reads_back_as_the_same_reference() {
        for text in ["nginx:1", "ghcr.io/a/b:c", "localhost:5000/x:y"] {
            let reference = ImageReference::parse(text).unwrap();
            assert_eq!(ImageReference::parse(&reference.familiar()).unwrap(), reference);
        }
    }

    #[test]
    fn a_digest_pins_and_has_no_implied_tag() {
        let reference = ImageReference::parse(&format!("nginx@{DIGEST}")).unwrap();
        assert!(reference.is_pinned() && reference.tag.is_none());
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "UPPER", "a//b", "a:b c", "a@sha256:12", "a:", "-a", "a/"] {
            assert!(ImageReference::parse(text).is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn only_a_repo_digest_of_the_same_repository_counts() {
        let digests = [format!("other/app@{DIGEST}"), format!("nginx@{DIGEST}")];
        let nginx = ImageReference::parse("docker.io/library/nginx:1").unwrap();
        let foreign = ImageReference::parse("ghcr.io/library/nginx:1").unwrap();
        assert_eq!(nginx.matching_digests(&digests), [DIGEST]);
        assert!(foreign.matching_digests(&digests).is_empty());
    }

    #[test]
    fn a_host_is_the_same_in_capitals_and_its_port_is_no_tag() {
        let other = DIGEST.replace('0', "1");
        let digests = [
            format!("Registry.Example:5000/app@{DIGEST}"),
            format!("registry.example/app@{other}"),
            format!("registry.example:5000/app@{other}"),
        ];
        let app = ImageReference::parse("registry.example:5000/app").unwrap();
        assert_eq!(app.matching_digests(&digests), [DIGEST, other.as_str()]);
    }
}
