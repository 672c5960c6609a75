//! One repository of one host: its manifests, blobs and tags.

use std::sync::Arc;

use phoenix_engine::ports::RegistryError;
use phoenix_plan::image::ImageReference;
use reqwest::{
    Method, Response, StatusCode, Url,
    header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue},
};
use sha2::{Digest as _, Sha256};

use super::{
    answer::{error_of, not_a_page},
    grants::{Grant, Want},
    host::Host,
    manifest::{ACCEPTED, Manifest},
    registries::Registries,
    transport::{Question, read_body, unexpected},
};

/// The specification's least limit for manifests; configs are kept to it, too.
const DOCUMENT_BYTES: usize = 4 * 1024 * 1024;

/// One repository of one host.
pub(super) struct Session<'a> {
    pub(super) registries: &'a Registries,
    pub(super) host: Arc<Host>,
    pub(super) reference: &'a ImageReference,
}

impl Session<'_> {
    pub(super) fn host(&self) -> &str {
        self.host.name()
    }

    /// The digest of the reference's manifest, without its body where the registry can tell it.
    pub(super) async fn digest(&self) -> Result<String, RegistryError> {
        let name = manifest_name(self.reference);
        let url = self.url("manifests", name)?;
        let head = self.ask(&self.pull(), Method::HEAD, url).await?;
        match head.status() {
            StatusCode::NOT_FOUND
            | StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::NOT_IMPLEMENTED => {}
            _ => {
                if let Some(digest) = stated_digest(&self.accepted(head)?) {
                    return Ok(digest);
                }
            }
        }
        self.manifest(name).await.map(|(digest, _)| digest)
    }

    /// A manifest by tag or digest, checked against its digest; answers both.
    pub(super) async fn manifest(&self, name: &str) -> Result<(String, Manifest), RegistryError> {
        let url = self.url("manifests", name)?;
        let answer = self.accepted(self.ask(&self.pull(), Method::GET, url).await?)?;
        not_a_page(self.host(), &answer)?;
        let stated = stated_digest(&answer);
        let body = read_body(self.host(), answer, DOCUMENT_BYTES).await?;
        let digest = digest_of(&body);
        let wanted = name.starts_with("sha256:").then_some(name);
        if [wanted, stated.as_deref()].into_iter().flatten().any(|promised| promised != digest) {
            return Err(unexpected(self.host(), "a manifest that does not match its digest"));
        }
        let manifest = Manifest::read(&body).map_err(|message| unexpected(self.host(), message))?;
        Ok((digest, manifest))
    }

    /// A small blob, checked against its digest.
    pub(super) async fn blob(&self, digest: &str) -> Result<Vec<u8>, RegistryError> {
        let url = self.url("blobs", digest)?;
        let answer = self.accepted(self.ask(&self.pull(), Method::GET, url).await?)?;
        let body = read_body(self.host(), answer, DOCUMENT_BYTES).await?;
        if digest_of(&body) == digest {
            Ok(body)
        } else {
            Err(unexpected(self.host(), "a config that does not match its digest"))
        }
    }

    /// The address of a part of the repository.
    pub(super) fn url(&self, kind: &str, name: &str) -> Result<Url, RegistryError> {
        self.host
            .endpoint
            .url(&self.reference.repository, kind, name)
            .ok_or_else(|| unexpected(self.host(), "a name that no registry has"))
    }

    /// To list the repository's tags.
    pub(super) fn list(&self) -> Want {
        Want::List(self.host.endpoint.repository(&self.reference.repository))
    }

    /// The answer, if its status is good.
    pub(super) fn accepted(&self, answer: Response) -> Result<Response, RegistryError> {
        error_of(self.host(), &self.reference.familiar(), answer.status()).map_or(Ok(answer), Err)
    }

    /// Asks once, with a grant or without.
    pub(super) async fn send(
        &self,
        method: Method,
        url: Url,
        grant: Option<&Grant>,
    ) -> Result<Response, RegistryError> {
        let mut headers = HeaderMap::new();
        for accepted in ACCEPTED {
            headers.append(ACCEPT, HeaderValue::from_static(accepted));
        }
        headers.extend(grant.map(|grant| (AUTHORIZATION, grant.header.clone())));
        let trust = &self.host.endpoint.trust;
        let question = Question { host: self.host(), trust, method, url, headers };
        self.registries.exchange(&self.host, question, None).await
    }

    fn pull(&self) -> Want {
        Want::Pull(self.host.endpoint.repository(&self.reference.repository))
    }
}

/// What a reference is asked by: its digest before its tag.
pub(super) fn manifest_name(reference: &ImageReference) -> &str {
    reference.digest.as_deref().or(reference.tag.as_deref()).unwrap_or("latest")
}

/// `Docker-Content-Digest`, if it is a digest at all.
fn stated_digest(answer: &Response) -> Option<String> {
    let stated = answer.headers().get("docker-content-digest")?.to_str().ok()?;
    is_digest(stated).then(|| stated.to_owned())
}

pub(super) fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:").is_some_and(|hex| {
        hex.len() == 64 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

pub(super) fn digest_of(body: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(body).iter().fold("sha256:".to_owned(), |mut text, byte| {
        // writing to a string cannot fail
        let _ = write!(text, "{byte:02x}");
        text
    })
}
