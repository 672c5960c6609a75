//! Releases as GitHub and GitLab publish them, asked anonymously unless the environment has a token.
//!
//! An answer is asked for again only with its `ETag`, which costs nothing at GitHub when nothing
//! has changed; a place that wants fewer questions is not asked until it allows them again.

mod answer;
mod forge;

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use phoenix_engine::ports::{NotesError, ReleaseNotes};
use phoenix_plan::image::{Project, ReleaseNote};
use reqwest::{Client, StatusCode, header};

use self::answer::{Quota, read_body};

/// For one question as a whole.
const LIMIT: Duration = Duration::from_secs(3);
/// For how long an answer is good without another question.
const FRESH: Duration = Duration::from_mins(15);

/// Asks the projects' places.
#[derive(Clone)]
pub struct ForgeNotes {
    client: Arc<LazyLock<Result<Client, String>>>,
    /// The value of a variable of the environment, for tokens.
    variable: fn(&str) -> Option<String>,
    known: Arc<Mutex<BTreeMap<Project, Known>>>,
    quiet_until: Arc<Mutex<BTreeMap<String, SystemTime>>>,
}

/// The last answer of a project.
#[derive(Debug, Clone)]
struct Known {
    at: SystemTime,
    etag: Option<String>,
    releases: Vec<ReleaseNote>,
}

impl Default for ForgeNotes {
    fn default() -> Self {
        Self::with(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    }
}

impl ForgeNotes {
    fn with(variable: fn(&str) -> Option<String>) -> Self {
        Self {
            client: Arc::new(LazyLock::new(client)),
            variable,
            known: Arc::default(),
            quiet_until: Arc::default(),
        }
    }

    async fn ask(
        &self,
        project: &Project,
        known: Option<&Known>,
    ) -> Result<Option<Known>, NotesError> {
        let host = forge::host(project);
        let unexpected = |message: String| NotesError::Unexpected { host: host.clone(), message };
        let client = LazyLock::force(&self.client).as_ref().map_err(|it| unexpected(it.clone()))?;
        let mut request = client.get(forge::url(project));
        for (name, value) in forge::headers(project, self.variable) {
            request = request.header(name, value);
        }
        if let Some(etag) = known.and_then(|known| known.etag.as_ref()) {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        let answer =
            request.send().await.map_err(|error| unexpected(error.without_url().to_string()))?;
        let now = SystemTime::now();
        let quota = Quota::of(answer.status(), answer.headers(), now);
        if let Some(until) = quota.quiet_until {
            self.quiet().insert(host.clone(), until);
        }
        match answer.status() {
            StatusCode::NOT_MODIFIED => Ok(None),
            StatusCode::OK => {
                let etag = answer.headers().get(header::ETAG).and_then(|it| it.to_str().ok());
                let etag = etag.map(str::to_owned);
                let body = read_body(answer).await.map_err(unexpected)?;
                let releases = forge::read(project, &body)
                    .ok_or_else(|| unexpected("the answer is no list of releases".to_owned()))?;
                Ok(Some(Known { at: now, etag, releases }))
            }
            _ if quota.refused => Err(too_many(project)),
            StatusCode::NOT_FOUND => Err(NotesError::NotFound { host, path: project.path.clone() }),
            other => Err(unexpected(format!("it answers {other}"))),
        }
    }

    fn quiet(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, SystemTime>> {
        self.quiet_until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, BTreeMap<Project, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ReleaseNotes for ForgeNotes {
    async fn releases(&self, project: &Project) -> Result<Vec<ReleaseNote>, NotesError> {
        let now = SystemTime::now();
        let known = self.known().get(project).cloned();
        if let Some(fresh) = known.as_ref().filter(|it| now < it.at + FRESH) {
            return Ok(fresh.releases.clone());
        }
        let host = forge::host(project);
        let is_quiet = self.quiet().get(&host).is_some_and(|until| now < *until);
        if is_quiet {
            return known.map(|known| known.releases).ok_or_else(|| too_many(project));
        }
        let asked = self.ask(project, known.as_ref()).await;
        let answer = match (asked, known) {
            (Ok(Some(answer)), _) => answer,
            (Ok(None), Some(known)) => Known { at: now, ..known },
            // What was known goes before nothing.
            (Err(_), Some(known)) => return Ok(known.releases),
            (Err(error), None) => return Err(error),
            (Ok(None), None) => {
                let message = "it says that nothing has changed, and nothing is known".to_owned();
                return Err(NotesError::Unexpected { host, message });
            }
        };
        let releases = answer.releases.clone();
        self.known().insert(project.clone(), answer);
        Ok(releases)
    }
}

fn too_many(project: &Project) -> NotesError {
    NotesError::TooManyRequests {
        host: forge::host(project),
        variable: forge::token_variable(project.forge),
    }
}

fn client() -> Result<Client, String> {
    // An error means that this process chose a provider before, which serves as well.
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::builder()
        .user_agent(concat!("phoenix-tray/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .timeout(LIMIT)
        .build()
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
