//! Registry, witness, backups, compose file, clock.

use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use jiff::Timestamp;
use phoenix_engine::ports::{
    BackupError, Clock, ComposeFileError, ComposeFiles, ComposeOffer, ConfigBackup, NoOffer,
    NotesError, ProbeReport, ProbeTarget, Prober, Registry, RegistryError, ReleaseNotes,
    RemoteImage, RunningProbe, Tags, Written,
};
use phoenix_plan::{
    image::{ImageReference, Project, ReleaseNote},
    observed::Container,
    policy::ComposeDeploy,
};

use super::{Fake, Things};

#[async_trait]
impl Registry for Fake {
    async fn digest(&self, reference: &ImageReference) -> Result<String, RegistryError> {
        let wanted = reference.familiar();
        if !self.ask().await {
            let message = "no route to host".to_owned();
            return Err(RegistryError::Unreachable { host: "registry".to_owned(), message });
        }
        let things = self.things();
        let found = things.registry.get(&wanted).map(|(digest, _)| digest.clone());
        let digest = found.and_then(|digest| digest.split_once('@').map(|(_, d)| d.to_owned()));
        digest.ok_or(RegistryError::NotFound { reference: wanted })
    }

    async fn describe(
        &self,
        reference: &ImageReference,
        _platform: &str,
    ) -> Result<RemoteImage, RegistryError> {
        let Some(layers_bytes) = self.things().offered_bytes else {
            return Err(RegistryError::NotFound { reference: reference.familiar() });
        };
        Ok(RemoteImage {
            manifest_digest: String::new(),
            version: None,
            config_digest: String::new(),
            layers_bytes,
            layers: vec![layers_bytes],
            config: serde_json::json!({ "rootfs": { "diff_ids": ["sha256:offered"] } }),
            created: None,
        })
    }

    async fn tags(&self, reference: &ImageReference) -> Result<Tags, RegistryError> {
        Err(RegistryError::NotFound { reference: reference.familiar() })
    }
}

impl Things {
    /// Whether a client at the host port gets an answer.
    pub(crate) fn answers(&self, port: &str) -> bool {
        let mut owners = self
            .containers
            .values()
            .filter(|c| c.runs() && c.publishes().contains(&port.to_owned()));
        match owners.next() {
            Some(owner) if owner.is_switch() => self.switch.as_ref().is_some_and(|switch| {
                !switch.holding && switch.route.iter().any(|b| self.behind(b).is_some())
            }),
            Some(_) => true,
            None => false,
        }
    }
}

struct Watching(Fake, AtomicU64, AtomicU64);

#[async_trait]
impl RunningProbe for Watching {
    fn report(&self) -> ProbeReport {
        let answers = self.0.things().answers("8080");
        let counter = if answers { &self.1 } else { &self.2 };
        counter.fetch_add(1, Ordering::Relaxed);
        let (ok, failed) = (self.1.load(Ordering::Relaxed), self.2.load(Ordering::Relaxed));
        ProbeReport { ok, failed, longest_gap_ms: 0 }
    }

    fn pace(&self, _every: std::time::Duration) {}

    async fn stop(self: Box<Self>) -> ProbeReport {
        self.report()
    }
}

#[async_trait]
impl Prober for Fake {
    fn start(&self, _target: ProbeTarget) -> Box<dyn RunningProbe> {
        Box::new(Watching(self.clone(), AtomicU64::new(0), AtomicU64::new(0)))
    }

    async fn once(&self, target: &ProbeTarget) -> Result<Option<u16>, String> {
        let refused = || "connection refused".to_owned();
        self.call(&format!("probe {}", target.address), refused, |things| {
            let at_host = target.address.starts_with("127.");
            let port = target.address.rsplit(':').next().unwrap_or_default();
            (!at_host || things.answers(port)).then_some(Some(200)).ok_or_else(refused)
        })
        .await
    }
}

#[async_trait]
impl ConfigBackup for Fake {
    async fn save(
        &self,
        _service: &str,
        _release: &str,
        _files: &[String],
    ) -> Result<Option<String>, BackupError> {
        self.call("backup", unwritable, |things| {
            things.backups.push(things.config.clone());
            Ok(Some((things.backups.len() - 1).to_string()))
        })
        .await
    }

    async fn restore(&self, backup: &str) -> Result<Vec<String>, BackupError> {
        self.call("restore", unwritable, |things| {
            let saved = backup.parse().ok().and_then(|index: usize| things.backups.get(index));
            things.config = saved.cloned().ok_or_else(unwritable)?;
            Ok(Vec::new())
        })
        .await
    }
}

fn unwritable() -> BackupError {
    let source = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
    BackupError { action: "write", path: "config".to_owned(), source }
}

#[async_trait]
impl ComposeFiles for Fake {
    async fn deploy(&self, _: &Container) -> Result<Option<ComposeDeploy>, ComposeFileError> {
        Ok(self.things().deploy.clone())
    }

    async fn offer_move(&self, _: &Container, _: &str) -> Result<Option<ComposeOffer>, NoOffer> {
        Ok(None)
    }

    async fn offer_back(&self, _: &Container) -> Result<Option<ComposeOffer>, NoOffer> {
        Ok(None)
    }

    async fn offer_image(
        &self,
        _: &Container,
        _: &ImageReference,
        _: Option<&str>,
    ) -> Result<Option<ComposeOffer>, NoOffer> {
        Ok(None)
    }

    fn write(&self, offer: &ComposeOffer) -> Result<Written, ComposeFileError> {
        let message = "this world has no compose files".to_owned();
        Err(ComposeFileError { path: offer.file.clone(), message })
    }
}

#[async_trait]
impl ReleaseNotes for Fake {
    async fn releases(&self, project: &Project) -> Result<Vec<ReleaseNote>, NotesError> {
        let (host, path) = (project.origin.clone(), project.path.clone());
        Err(NotesError::NotFound { host, path })
    }
}

impl Clock for Fake {
    fn now(&self) -> Timestamp {
        let mut things = self.things();
        things.made += 1;
        Timestamp::UNIX_EPOCH + std::time::Duration::from_secs(u64::from(things.made))
    }

    fn fresh_id(&self) -> String {
        let mut things = self.things();
        things.made += 1;
        format!("{:08x}", things.made)
    }
}
