//! The registry port: digests, descriptions, tags.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use phoenix_engine::ports::{
    Clock, ContainerEngine, Quota, Registry, RegistryError, RemoteImage, Tags,
};
use phoenix_plan::image::ImageReference;

use super::{
    credentials::{CredentialSource, DockerConfig},
    describe,
    endpoint::Rank,
    registries::Registries,
    rules::ReadRules,
    session::Session,
    tags,
    transport::unexpected,
};
use crate::clock::SystemClock;

/// Reads registries over HTTP. Cheap to clone; connections, tokens and waits are shared.
#[derive(Clone)]
pub struct RegistryClient {
    registries: Arc<Registries>,
}

/// What a client is made of.
pub struct RegistrySetup {
    /// Where credentials come from: Docker's own config.
    pub credentials: Arc<dyn CredentialSource>,
    /// By whose time tokens end and waits are kept: the machine's.
    pub clock: Arc<dyn Clock>,
    /// Whose mirrors and insecure registries hold here, too: nobody's.
    pub engine: Option<Arc<dyn ContainerEngine>>,
    /// What the user says of registries, read anew in each round: nothing.
    pub rules: ReadRules,
}

impl Default for RegistrySetup {
    fn default() -> Self {
        Self {
            credentials: Arc::new(DockerConfig::default()),
            clock: Arc::new(SystemClock),
            engine: None,
            rules: Arc::new(|| Some(BTreeMap::new())),
        }
    }
}

impl RegistryClient {
    /// With the credentials of Docker's own config, and no rules.
    pub fn new() -> Self {
        Self::of(RegistrySetup::default())
    }

    /// With everything that it is made of.
    pub fn of(setup: RegistrySetup) -> Self {
        let RegistrySetup { credentials, clock, engine, rules } = setup;
        Self { registries: Arc::new(Registries::new(credentials, clock, engine, rules)) }
    }

    /// Asks the hosts of a registry one after the other, until one's answer counts.
    async fn ask<T>(
        &self,
        reference: &ImageReference,
        question: impl for<'s> Fn(&'s Session<'s>) -> BoxFuture<'s, Result<T, RegistryError>>
        + Send
        + Sync,
    ) -> Result<T, RegistryError>
    where
        T: Send,
    {
        let hosts = self.registries.hosts(&reference.registry).await;
        let is_own = |rank: Rank| matches!(rank, Rank::Alternative | Rank::Last);
        let settled = hosts.iter().any(|host| is_own(host.endpoint.rank) && host.has_answered());
        let mut failure = None;
        for host in hosts.iter() {
            let own = is_own(host.endpoint.rank);
            if own && settled && !host.has_answered() {
                continue;
            }
            let session =
                Session { registries: &self.registries, host: Arc::clone(host), reference };
            let error = match question(&session).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if !host.is_passed_over() {
                // of two schemes that both fail, the first one's failure says more
                return Err(failure.filter(|_| !host.has_answered()).unwrap_or(error));
            }
            if own {
                failure = failure.or(Some(error));
            }
        }
        Err(failure.unwrap_or_else(|| unexpected(&reference.registry, "that is not a host")))
    }
}

impl Default for RegistryClient {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for RegistryClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RegistryClient").finish_non_exhaustive()
    }
}

#[async_trait]
impl Registry for RegistryClient {
    fn expect(&self, references: &[ImageReference]) {
        self.registries.expect(references);
    }

    fn person_asks(&self) {
        self.registries.person_asks();
    }

    async fn digest(&self, reference: &ImageReference) -> Result<String, RegistryError> {
        self.ask(reference, |session| Box::pin(session.digest())).await
    }

    async fn describe(
        &self,
        reference: &ImageReference,
        platform: &str,
    ) -> Result<RemoteImage, RegistryError> {
        if let Some(known) = self.registries.described.find(reference, platform) {
            return Ok(known);
        }
        let platform_owned = platform.to_owned();
        let described = self
            .ask(reference, |session| {
                let platform = platform_owned.clone();
                Box::pin(async move { describe::read(session, &platform).await })
            })
            .await?;
        self.registries.described.keep(reference, platform, &described);
        Ok(described)
    }

    async fn tags(&self, reference: &ImageReference) -> Result<Tags, RegistryError> {
        self.ask(reference, |session| Box::pin(tags::read(session))).await
    }

    fn quota(&self, registry: &str) -> Option<Quota> {
        self.registries.quota(registry)
    }
}
