//! What GitHub and GitLab want to be asked, and what they answer.

use phoenix_plan::image::{Forge, Project, ReleaseNote};
use serde_json::Value;

/// Host and port of a project's place.
pub(super) fn host(project: &Project) -> String {
    let origin = &project.origin;
    origin.split_once("://").map_or(origin.as_str(), |(_, host)| host).to_owned()
}

/// GitHub: `GET /repos/{owner}/{repo}/releases`. GitLab: `GET /projects/:id/releases`, where the ID
/// may be the encoded path.
pub(super) fn url(project: &Project) -> String {
    let Project { forge, origin, path } = project;
    match forge {
        Forge::GitHub if origin == "https://github.com" => {
            format!("https://api.github.com/repos/{path}/releases?per_page=100")
        }
        Forge::GitHub => format!("{origin}/api/v3/repos/{path}/releases?per_page=100"),
        Forge::GitLab => {
            let id = path.replace('/', "%2F");
            format!("{origin}/api/v4/projects/{id}/releases?per_page=100")
        }
    }
}

/// The variable that a token can be given in.
pub(super) const fn token_variable(forge: Forge) -> &'static str {
    match forge {
        Forge::GitHub => "GITHUB_TOKEN",
        Forge::GitLab => "GITLAB_TOKEN",
    }
}

/// A token goes to the place that it is for, never to one that an image's label names.
pub(super) fn headers(
    project: &Project,
    variable: fn(&str) -> Option<String>,
) -> Vec<(&'static str, String)> {
    let is_the_forge =
        matches!(project.origin.as_str(), "https://github.com" | "https://gitlab.com");
    let token = variable(token_variable(project.forge)).filter(|_| is_the_forge);
    match project.forge {
        Forge::GitHub => {
            let accepted = ("accept", "application/vnd.github+json".to_owned());
            let version = ("x-github-api-version", "2022-11-28".to_owned());
            let token = token.map(|token| ("authorization", format!("Bearer {token}")));
            [accepted, version].into_iter().chain(token).collect()
        }
        Forge::GitLab => token.map(|token| ("private-token", token)).into_iter().collect(),
    }
}

/// The releases of an answer; nothing where it is no list.
pub(super) fn read(project: &Project, body: &[u8]) -> Option<Vec<ReleaseNote>> {
    let document: Value = serde_json::from_slice(body).ok()?;
    Some(document.as_array()?.iter().filter_map(|entry| release(project.forge, entry)).collect())
}

fn release(forge: Forge, entry: &Value) -> Option<ReleaseNote> {
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let tag = text(&entry["tag_name"])?;
    let (url, said, at, prerelease) = match forge {
        Forge::GitHub => {
            let unfinished = entry["prerelease"] == true || entry["draft"] == true;
            (&entry["html_url"], &entry["body"], &entry["published_at"], unfinished)
        }
        Forge::GitLab => {
            let coming = entry["upcoming_release"] == true;
            (&entry["_links"]["self"], &entry["description"], &entry["released_at"], coming)
        }
    };
    let url = text(url).filter(|url| url.starts_with("https://") || url.starts_with("http://"))?;
    Some(ReleaseNote {
        title: text(&entry["name"]).unwrap_or_else(|| tag.clone()),
        url,
        published_at: at.as_str().and_then(|at| at.parse().ok()),
        prerelease,
        text: text(said).unwrap_or_default(),
        tag,
    })
}
