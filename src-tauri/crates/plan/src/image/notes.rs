//! Where a release's notes can be read, as far as the image's labels say.

mod project;

use serde_json::Value;

use super::changes::{looks_secret, without_user};

pub use project::{Forge, Project, ReleaseNote, between as notes_between};

/// Longer addresses are not for people.
const LONGEST: usize = 500;

/// An address for a browser: what the labels call release notes or a changelog, else the releases
/// of the GitHub or GitLab project, else the image's own page. Always `http` or `https`, at most
/// 500 characters of ASCII, without user, password or a secret in its query.
///
/// The page of one version is not guessed: projects name their tags differently.
pub fn release_notes(image: &Value) -> Option<String> {
    let config = if image["Config"].is_object() { &image["Config"] } else { &image["config"] };
    let address = |names: &[&str]| {
        names.iter().find_map(|name| Address::read(config["Labels"][*name].as_str()?))
    };
    let url = address(&["org.opencontainers.image.url", "org.label-schema.url"]);
    let documentation =
        address(&["org.opencontainers.image.documentation", "org.label-schema.usage"]);
    let source = address(&["org.opencontainers.image.source", "org.label-schema.vcs-url"]);
    let stated = [&url, &documentation, &source];
    let notes = stated.into_iter().flatten().find(|address| address.names_notes());
    let releases =
        || [&source, &url, &documentation].into_iter().flatten().find_map(Address::releases);
    notes
        .map(|address| address.text.clone())
        .or_else(releases)
        .or_else(|| stated.into_iter().flatten().next().map(|address| address.text.clone()))
        .filter(|text| text.len() <= LONGEST)
}

/// The project that an image's labels name as its source, where its place is known to publish
/// releases: GitHub, GitLab, and hosts called `gitlab.…`.
pub fn project(image: &Value) -> Option<Project> {
    let config = if image["Config"].is_object() { &image["Config"] } else { &image["config"] };
    let named = [
        "org.opencontainers.image.source",
        "org.label-schema.vcs-url",
        "org.opencontainers.image.url",
    ];
    let mut stated = named.iter().filter_map(|name| config["Labels"][*name].as_str());
    stated.find_map(|label| Address::read(label)?.project())
}

/// An address that may be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Address {
    text: String,
    /// `https://host[:port]`
    origin: String,
    /// Lower case, without port.
    host: String,
    /// The parts of its path.
    path: Vec<String>,
}

impl Address {
    fn read(label: &str) -> Option<Self> {
        let (scheme, _) = label.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let fits = matches!(scheme.as_str(), "http" | "https")
            && label.len() <= LONGEST
            && label
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !br#""'<>\^`{|}"#.contains(&byte));
        if !fits {
            return None;
        }
        let text = without_user(label);
        let (_, rest) = text.split_once("://")?;
        let (authority, _) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
        let is_host = host.starts_with(|first: char| first.is_ascii_alphanumeric())
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
        if !is_host || port.parse::<u16>().is_err() {
            return None;
        }
        let (place, query) = rest.split_once(['?', '#']).unwrap_or((rest, ""));
        let parts = place[authority.len()..].split('/').filter(|part| !part.is_empty());
        let kept = if looks_secret(query) { place } else { rest };
        Some(Self {
            text: format!("{scheme}://{kept}"),
            origin: format!("{scheme}://{authority}"),
            host: host.to_ascii_lowercase(),
            path: parts.map(str::to_owned).collect(),
        })
    }

    /// Whether it leads to notes by its own word.
    fn names_notes(&self) -> bool {
        self.path.iter().any(|part| {
            let part = part.to_ascii_lowercase();
            ["release", "changelog", "changes", "whatsnew", "whats-new"]
                .iter()
                .any(|word| part.starts_with(word))
        })
    }

    /// The page of a project's releases, where the host is known to have one.
    fn releases(&self) -> Option<String> {
        let Project { forge, origin, path } = self.project()?;
        Some(match forge {
            Forge::GitHub => format!("{origin}/{path}/releases"),
            Forge::GitLab => format!("{origin}/{path}/-/releases"),
        })
    }

    /// The project that it leads into.
    fn project(&self) -> Option<Project> {
        let is_gitlab = self.host == "gitlab.com" || self.host.starts_with("gitlab.");
        let path: Vec<&str> = self.path.iter().map(|part| part.trim_end_matches(".git")).collect();
        match (self.host.as_str(), path.as_slice()) {
            ("github.com" | "www.github.com", [owner, repository, ..]) => Some(Project {
                forge: Forge::GitHub,
                origin: "https://github.com".to_owned(),
                path: format!("{owner}/{repository}"),
            }),
            // groups nest; `/-/` ends the project's own path
            (_, [_, _, ..]) if is_gitlab => {
                let parts = path.iter().copied().take_while(|part| *part != "-");
                let path = parts.collect::<Vec<_>>().join("/");
                Some(Project { forge: Forge::GitLab, origin: self.origin.clone(), path })
            }
            (_, _) => None,
        }
    }
}

#[cfg(test)]
mod tests;
