//! One repository of one registry, asked several things with one authorisation.

use phoenix_engine::ports::RegistryError;
use phoenix_plan::image::ImageReference;
use reqwest::{
    Method, Response, StatusCode, Url,
    header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue, WWW_AUTHENTICATE},
};
use sha2::{Digest as _, Sha256};

use super::{
    answer::error_of,
    challenge::Challenge,
    credentials::CredentialSource,
    endpoint::Endpoint,
    manifest::{ACCEPTED, Manifest},
    token,
    transport::{Transport, read_body, unexpected},
};

/// The specification's least limit for manifests; configs are kept to it, too.
const DOCUMENT_BYTES: usize = 4 * 1024 * 1024;

/// One repository of one registry.
pub(super) struct Session<'a> {
    transport: &'a Transport,
    credentials: &'a dyn CredentialSource,
    endpoint: Endpoint,
    reference: &'a ImageReference,
    authorization: Option<HeaderValue>,
}

impl<'a> Session<'a> {
    pub(super) fn open(
        transport: &'a Transport,
        credentials: &'a dyn CredentialSource,
        reference: &'a ImageReference,
    ) -> Result<Self, RegistryError> {
        let endpoint = Endpoint::of(&reference.registry)
            .ok_or_else(|| unexpected(&reference.registry, "that is not a host"))?;
        Ok(Self { transport, credentials, endpoint, reference, authorization: None })
    }

    pub(super) fn host(&self) -> &str {
        &self.endpoint.host
    }

    /// The digest of the reference's manifest, without its body where the registry can tell it.
    pub(super) async fn digest(&mut self) -> Result<String, RegistryError> {
        let name = manifest_name(self.reference);
        let url = self.url("manifests", name)?;
        let head = self.ask(Method::HEAD, url).await?;
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
    pub(super) async fn manifest(
        &mut self,
        name: &str,
    ) -> Result<(String, Manifest), RegistryError> {
        let url = self.url("manifests", name)?;
        let answer = self.ask(Method::GET, url).await?;
        let answer = self.accepted(answer)?;
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
    pub(super) async fn blob(&mut self, digest: &str) -> Result<Vec<u8>, RegistryError> {
        let url = self.url("blobs", digest)?;
        let answer = self.ask(Method::GET, url).await?;
        let answer = self.accepted(answer)?;
        let body = read_body(self.host(), answer, DOCUMENT_BYTES).await?;
        if digest_of(&body) == digest {
            Ok(body)
        } else {
            Err(unexpected(self.host(), "a config that does not match its digest"))
        }
    }

    /// Asks, and meets a challenge once. A second 401 is the answer: more tries with a wrong
    /// password would lock the account.
    pub(super) async fn ask(
        &mut self,
        method: Method,
        url: Url,
    ) -> Result<Response, RegistryError> {
        let answer = self.send(method.clone(), url.clone()).await?;
        if answer.status() != StatusCode::UNAUTHORIZED || self.authorization.is_some() {
            return Ok(answer);
        }
        let lines = answer.headers().get_all(WWW_AUTHENTICATE);
        let Some(challenge) = Challenge::read(lines.iter().filter_map(|line| line.to_str().ok()))
        else {
            return Ok(answer);
        };
        let credential = self
            .credentials
            .credential(&self.endpoint.credential_key)
            .await
            .map_err(|message| unexpected(self.host(), message))?;
        let reference = self.reference.familiar();
        let authorization = token::authorize(
            self.transport,
            &self.endpoint,
            &reference,
            challenge,
            credential.as_ref(),
        )
        .await?;
        self.authorization = Some(authorization);
        self.send(method, url).await
    }

    async fn send(&self, method: Method, url: Url) -> Result<Response, RegistryError> {
        let mut headers = HeaderMap::new();
        for accepted in ACCEPTED {
            headers.append(ACCEPT, HeaderValue::from_static(accepted));
        }
        headers.extend(self.authorization.clone().map(|value| (AUTHORIZATION, value)));
        self.transport.send(self.host(), method, url, headers).await
    }

    /// The address of a part of the repository.
    pub(super) fn url(&self, kind: &str, name: &str) -> Result<Url, RegistryError> {
        self.endpoint
            .url(&self.reference.repository, kind, name)
            .ok_or_else(|| unexpected(self.host(), "a name that no registry has"))
    }

    /// The answer, if its status is good.
    pub(super) fn accepted(&self, answer: Response) -> Result<Response, RegistryError> {
        let reference = self.reference.familiar();
        let now = jiff::Timestamp::now();
        error_of(self.host(), &reference, answer.status(), answer.headers(), now)
            .map_or(Ok(answer), Err)
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
