//! Against a server on loopback that answers as the documented interfaces do.

use std::time::Instant;

use phoenix_plan::image::Forge;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::*;

/// As GitHub's documentation shows "List releases", shortened.
const GITHUB: &str = r###"[
  { "html_url": "https://github.com/octo/app/releases/tag/v1.1.0", "tag_name": "v1.1.0",
    "name": "One point one", "draft": false, "prerelease": false, "body": "## News\n- faster",
    "created_at": "2026-02-27T19:35:32Z", "published_at": "2026-02-27T19:35:32Z" },
  { "html_url": "https://github.com/octo/app/releases/tag/v1.2.0-rc.1", "tag_name": "v1.2.0-rc.1",
    "name": null, "draft": false, "prerelease": true, "body": null, "published_at": null }
]"###;

/// As GitLab's documentation shows "List releases", shortened.
const GITLAB: &str = r#"[
  { "tag_name": "v0.2", "description": "fixed", "name": "Awesome app v0.2",
    "released_at": "2019-01-03T01:56:19.539Z", "upcoming_release": false,
    "_links": { "self": "https://gitlab.example.com/root/app/-/releases/v0.2" } },
  { "tag_name": "v0.3", "description": "soon", "name": "v0.3", "upcoming_release": true,
    "_links": { "self": "https://gitlab.example.com/root/app/-/releases/v0.3" } }
]"#;

/// What was asked, line by line, of a server that gives these answers one after the other.
type Asked = Arc<Mutex<Vec<String>>>;

async fn server(answers: Vec<String>) -> (String, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let asked = Asked::default();
    let heard = Arc::clone(&asked);
    tokio::spawn(async move {
        for answer in answers {
            let Ok((stream, _)) = listener.accept().await else { return };
            serve(stream, &answer, &heard).await;
        }
    });
    (origin, asked)
}

async fn serve(mut stream: TcpStream, answer: &str, asked: &Asked) {
    let mut head = vec![0; 8192];
    let count = stream.read(&mut head).await.unwrap_or_default();
    asked.lock().unwrap().push(String::from_utf8_lossy(&head[..count]).into_owned());
    let _ = stream.write_all(answer.as_bytes()).await;
}

fn ok(more: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n{more}\r\n{body}")
}

fn refusal(status: &str, more: &str) -> String {
    format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 2\r\n{more}\r\n{{}}")
}

fn project(forge: Forge, origin: &str) -> Project {
    Project { forge, origin: origin.to_owned(), path: "octo/app".to_owned() }
}

fn notes() -> ForgeNotes {
    ForgeNotes::with(|_| Some("s3cret".to_owned()))
}

impl ForgeNotes {
    /// As if time had passed.
    fn forget_freshness(&self) {
        self.known().values_mut().for_each(|known| known.at = SystemTime::UNIX_EPOCH);
    }
}

#[tokio::test]
async fn github_is_asked_as_it_documents_and_its_releases_are_read() {
    let (origin, asked) = server(vec![ok("", GITHUB)]).await;
    let releases = notes().releases(&project(Forge::GitHub, &origin)).await.unwrap();
    assert_eq!(releases.len(), 2);
    assert_eq!((releases[0].title.as_str(), releases[0].tag.as_str()), ("One point one", "v1.1.0"));
    assert_eq!(releases[0].text, "## News\n- faster");
    assert!(releases[0].published_at.is_some() && !releases[0].prerelease);
    assert!(releases[1].prerelease && releases[1].title == "v1.2.0-rc.1");
    let asked = asked.lock().unwrap().join("");
    assert!(asked.starts_with("GET /api/v3/repos/octo/app/releases?per_page=100 "), "{asked}");
    assert!(asked.contains("x-github-api-version: 2022-11-28"), "{asked}");
}

#[tokio::test]
async fn gitlab_is_asked_by_the_encoded_path_and_what_is_to_come_is_no_release() {
    let (origin, asked) = server(vec![ok("", GITLAB)]).await;
    let releases = notes().releases(&project(Forge::GitLab, &origin)).await.unwrap();
    let told: Vec<_> = releases.iter().map(|it| (it.tag.as_str(), it.prerelease)).collect();
    assert_eq!(told, [("v0.2", false), ("v0.3", true)]);
    let asked = asked.lock().unwrap().join("");
    assert!(asked.starts_with("GET /api/v4/projects/octo%2Fapp/releases"), "{asked}");
}

#[tokio::test]
async fn a_token_never_goes_to_a_place_that_a_label_names() {
    let (origin, asked) = server(vec![ok("", GITHUB), ok("", GITLAB)]).await;
    let notes = notes();
    notes.releases(&project(Forge::GitHub, &origin)).await.unwrap();
    notes.releases(&project(Forge::GitLab, &origin)).await.unwrap();
    assert!(!asked.lock().unwrap().join("").contains("s3cret"));
    let own = Project { origin: "https://github.com".to_owned(), ..project(Forge::GitHub, "") };
    let sent = forge::headers(&own, |_| Some("s3cret".to_owned()));
    assert!(sent.contains(&("authorization", "Bearer s3cret".to_owned())), "{sent:?}");
}

#[tokio::test]
async fn an_answer_is_kept_and_asked_for_again_by_its_etag_alone() {
    let unchanged = refusal("304 Not Modified", "").replace("Content-Length: 2\r\n", "");
    let unchanged = unchanged.trim_end_matches("{}").to_owned();
    let (origin, asked) = server(vec![ok("ETag: \"one\"\r\n", GITHUB), unchanged]).await;
    let (notes, project) = (notes(), project(Forge::GitHub, &origin));
    let first = notes.releases(&project).await.unwrap();
    assert_eq!(notes.releases(&project).await.unwrap(), first);
    assert_eq!(asked.lock().unwrap().len(), 1, "a fresh answer was asked for again");
    notes.forget_freshness();
    assert_eq!(notes.releases(&project).await.unwrap(), first);
    assert!(asked.lock().unwrap()[1].contains("if-none-match: \"one\""), "{asked:?}");
}

#[tokio::test]
async fn a_place_that_wants_fewer_questions_is_not_asked_again() {
    let reset = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs() + 600;
    let used_up = format!("x-ratelimit-remaining: 0\r\nx-ratelimit-reset: {reset}\r\n");
    for refused in [refusal("403 Forbidden", &used_up), refusal("429 Too Many Requests", "")] {
        let (origin, asked) = server(vec![refused]).await;
        let (notes, project) = (notes(), project(Forge::GitHub, &origin));
        for _ in 0..3 {
            let error = notes.releases(&project).await.unwrap_err();
            assert!(matches!(&error, NotesError::TooManyRequests { .. }), "{error}");
            assert!(error.to_string().contains("GITHUB_TOKEN"), "{error}");
        }
        assert_eq!(asked.lock().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_project_without_releases_and_a_page_instead_of_them_are_said() {
    let page = ok("", "<html>hello</html>");
    let (origin, _) = server(vec![refusal("404 Not Found", ""), page]).await;
    let (notes, project) = (notes(), project(Forge::GitHub, &origin));
    assert!(matches!(notes.releases(&project).await, Err(NotesError::NotFound { .. })));
    let error = notes.releases(&project).await.unwrap_err().to_string();
    assert!(error.contains("no list of releases"), "{error}");
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let huge = ok("", &"x".repeat(5 * 1024 * 1024));
    let (origin, _) = server(vec![huge]).await;
    let error = notes().releases(&project(Forge::GitHub, &origin)).await.unwrap_err().to_string();
    assert!(error.contains("larger than 4 MiB"), "{error}");
}

#[tokio::test]
async fn a_place_that_does_not_answer_is_given_up_after_3_seconds() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let begun = Instant::now();
    assert!(notes().releases(&project(Forge::GitHub, &origin)).await.is_err());
    assert!((2..60).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}
