//! The tags of a repository, page by page (distribution specification, "Content Discovery").

use phoenix_engine::ports::{RegistryError, Tags};
use reqwest::{
    Method, Response, Url,
    header::{HeaderMap, LINK},
};
use serde::Deserialize;

use super::{
    answer::not_a_page,
    session::Session,
    transport::{read_body, unexpected},
};

/// Asked for at once; registries give as many as they like.
const PAGE: &str = "1000";
/// Docker Hub gives 100 at once, and few repositories have more than 20,000 tags.
const PAGES: usize = 200;
/// For all pages together.
const ALL_BYTES: usize = 8 * 1024 * 1024;

#[derive(Deserialize)]
struct Page {
    tags: Option<Vec<String>>,
}

/// Reads all pages, as far as bounds allow.
pub(super) async fn read(session: &Session<'_>) -> Result<Tags, RegistryError> {
    let mut url = session.url("tags", "list")?;
    url.query_pairs_mut().append_pair("n", PAGE);
    let want = session.list();
    let (mut tags, mut left_bytes) = (Tags::default(), ALL_BYTES);
    for _ in 0..PAGES {
        let answer = session.ask(&want, Method::GET, url.clone()).await?;
        let answer = session.accepted(answer)?;
        let next = next_page(&url, answer.headers());
        let page = page(session.host(), answer, &mut left_bytes).await?;
        let is_empty = page.is_empty();
        tags.names.extend(page);
        match next {
            Some(next) if !is_empty && next != url => url = next,
            Some(_) | None => {
                tags.complete = true;
                return Ok(tags);
            }
        }
    }
    Ok(tags)
}

async fn page(
    host: &str,
    answer: Response,
    left_bytes: &mut usize,
) -> Result<Vec<String>, RegistryError> {
    not_a_page(host, &answer)?;
    let body = read_body(host, answer, *left_bytes).await?;
    *left_bytes = left_bytes.saturating_sub(body.len());
    let page: Page = serde_json::from_slice(&body)
        .map_err(|_| unexpected(host, "a list of tags that is no JSON"))?;
    Ok(page.tags.unwrap_or_default())
}

/// `Link: </v2/…>; rel="next"` (RFC 8288); `None` where it leads to another host.
fn next_page(url: &Url, headers: &HeaderMap) -> Option<Url> {
    let lines = headers.get_all(LINK).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(",<").flat_map(|part| part.split(", <"))).find_map(|link| {
        let (target, parameters) = link.trim_start_matches([' ', '<']).split_once('>')?;
        let is_next = parameters.split(';').any(|parameter| {
            let name_and_value = parameter.trim().split_once('=');
            name_and_value.is_some_and(|(name, value)| {
                name.trim().eq_ignore_ascii_case("rel")
                    && value.trim().trim_matches('"').eq_ignore_ascii_case("next")
            })
        });
        let next = is_next.then(|| url.join(target).ok()).flatten()?;
        (next.origin() == url.origin()).then_some(next)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(line: &str) -> Option<String> {
        let url = Url::parse("https://r.example/v2/a/b/tags/list?n=1000").unwrap();
        let headers = HeaderMap::from_iter([(LINK, line.parse().unwrap())]);
        next_page(&url, &headers).map(String::from)
    }

    #[test]
    fn the_next_page_is_found_in_every_spelling() {
        let expected = Some("https://r.example/v2/a/b/tags/list?last=9&n=10".to_owned());
        for line in [
            r#"</v2/a/b/tags/list?last=9&n=10>; rel="next""#,
            r"<https://r.example/v2/a/b/tags/list?last=9&n=10>;rel=next",
            r#"</v2/x>; rel="prev", </v2/a/b/tags/list?last=9&n=10>; title="a"; REL="Next""#,
            r#"<list?last=9&n=10>; rel="next""#,
        ] {
            assert_eq!(next(line), expected, "{line}");
        }
    }

    #[test]
    fn no_page_is_read_at_another_host() {
        for line in [
            r#"<https://evil.example/v2/a/b/tags/list>; rel="next""#,
            r#"<http://r.example/v2/a/b/tags/list>; rel="next""#,
            r#"</v2/a>; rel="last""#,
            "nonsense",
        ] {
            assert_eq!(next(line), None, "{line}");
        }
    }
}
