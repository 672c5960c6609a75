//! One test's world: a registry, folders for settings and state, and everything it makes on an
//! engine under one prefix, taken away again whatever happens.

mod compose;
mod container;
mod inventory;
mod ports;
mod postmortem;

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use anyhow::{Context, Result, ensure};
use bollard::{
    Docker,
    models::{NetworkCreateRequest, VolumeCreateRequest},
    query_parameters::CreateImageOptionsBuilder,
};
use futures_util::TryStreamExt;
use tempfile::TempDir;
use tokio::runtime::Builder;

pub use compose::{ComposeProject, compose_cli};
pub use container::{ContainerSpec, Running};
pub use ports::free_port;

use crate::{
    engine::Engine,
    image::{GatewayImage, Published},
    registry::RegistryServer,
};
use inventory::Inventory;

/// The label on everything a scene makes; its value is the scene's prefix.
pub(crate) const TEST_LABEL: &str = "phoenix-tray.test";

/// What an engine with containerd's image store says of its driver.
const CONTAINERD_STORE: &str = "io.containerd.snapshotter.v1";

/// The image name that a scene publishes under.
const IMAGE_NAME: &str = "phoenix/gateway";

/// A test's world on one engine. Call [`Scene::finish`] at the end; a scene that is dropped without
/// (a failed test) cleans up as well.
#[derive(Debug)]
pub struct Scene {
    /// The engine it plays on.
    pub engine: Engine,
    /// Its own registry.
    pub registry: RegistryServer,
    prefix: String,
    folder: TempDir,
    finished: AtomicBool,
}

impl Scene {
    /// Sets a scene: a fresh prefix that starts with `pt-NAME-`, a registry, empty folders.
    pub async fn set(engine: &Engine, name: &str) -> Result<Self> {
        let folder = TempDir::with_prefix("phoenix-scene-")?;
        for part in ["config", "state", "home"] {
            std::fs::create_dir(folder.path().join(part))?;
        }
        Ok(Self {
            engine: engine.clone(),
            registry: RegistryServer::start_new().await?,
            prefix: format!("pt-{name}-{:08x}", rand::random::<u32>()),
            folder,
            finished: AtomicBool::new(false),
        })
    }

    /// What every name of this scene starts with.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// A name of this scene's own: `PREFIX-part`.
    pub fn name(&self, part: &str) -> String {
        format!("{}-{part}", self.prefix)
    }

    /// A client of the engine.
    pub fn docker(&self) -> &Docker {
        &self.engine.docker
    }

    /// The scene's temporary folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// `PHOENIX_TRAY_CONFIG_DIR`.
    pub fn config_dir(&self) -> PathBuf {
        self.folder().join("config")
    }

    /// `PHOENIX_TRAY_STATE_DIR`.
    pub fn state_dir(&self) -> PathBuf {
        self.folder().join("state")
    }

    /// `HOME` of the programs under test: `.phoenix` and `.docker` are looked for here.
    pub fn home_dir(&self) -> PathBuf {
        self.folder().join("home")
    }

    /// The reference that follows the newest published release:
    /// `127.0.0.1:PORT/phoenix/gateway:latest`.
    pub fn reference(&self) -> String {
        self.tagged("latest")
    }

    /// The scene's image name with this tag.
    pub fn tagged(&self, tag: &str) -> String {
        format!("{}/{IMAGE_NAME}:{tag}", self.registry.host())
    }

    /// Pushes a release under its version and moves `latest` to it. The engine hears of it only
    /// when it pulls.
    pub async fn publish(&self, image: &GatewayImage) -> Result<Published> {
        let version = image.version().to_owned();
        self.publish_as(image, &[&version, "latest"]).await
    }

    /// Pushes a release under these tags.
    pub async fn publish_as(&self, image: &GatewayImage, tags: &[&str]) -> Result<Published> {
        let published = self.marked(image).push(&self.registry, IMAGE_NAME, tags).await?;
        self.as_the_engine_knows_it(published).await
    }

    /// Pushes a release inside a manifest list.
    pub async fn publish_as_list(&self, image: &GatewayImage, tag: &str) -> Result<Published> {
        let published = self.marked(image).push_as_list(&self.registry, IMAGE_NAME, tag).await?;
        self.as_the_engine_knows_it(published).await
    }

    /// Loads a release as a local build, `PREFIX-part:VERSION`, and answers that reference.
    pub async fn load(&self, image: &GatewayImage, part: &str) -> Result<String> {
        let reference = format!("{}:{}", self.name(part), image.version());
        self.marked(image).load(&self.engine, &reference).await?;
        Ok(reference)
    }

    /// Pulls a reference, as `docker pull` would.
    pub async fn pull(&self, reference: &str) -> Result<()> {
        let options = CreateImageOptionsBuilder::default().from_image(reference).build();
        self.docker()
            .create_image(Some(options), None, None)
            .try_collect::<Vec<_>>()
            .await
            .with_context(|| format!("{reference} could not be pulled"))?;
        Ok(())
    }

    /// Makes a network `PREFIX-part`; answers its name.
    pub async fn network(&self, part: &str) -> Result<String> {
        let name = self.name(part);
        let request = NetworkCreateRequest {
            name: name.clone(),
            labels: Some(self.labels().into()),
            ..NetworkCreateRequest::default()
        };
        self.docker().create_network(request).await?;
        Ok(name)
    }

    /// Makes a volume `PREFIX-part`; answers its name.
    pub async fn volume(&self, part: &str) -> Result<String> {
        let name = self.name(part);
        let request = VolumeCreateRequest {
            name: Some(name.clone()),
            labels: Some(self.labels().into()),
            ..VolumeCreateRequest::default()
        };
        self.docker().create_volume(request).await?;
        Ok(name)
    }

    /// Everything on the engine that belongs to this scene, whoever made it, as sorted lines
    /// `container NAME`, `network NAME`, `volume NAME`, `image TAG`. It belongs to the scene when a
    /// name holds the prefix or the registry's address, or a label's value holds the prefix.
    pub async fn leftovers(&self) -> Result<Vec<String>> {
        Ok(self.inventory(self.docker()).await?.lines())
    }

    /// Takes everything away and checks that nothing is left.
    pub async fn finish(self) -> Result<()> {
        let remaining = self.clear(self.docker()).await?;
        self.finished.store(true, Ordering::Relaxed);
        ensure!(remaining.is_empty(), "left behind on the engine: {remaining:?}");
        Ok(())
    }

    /// In containerd's image store, an image's ID is the digest of its manifest or index.
    async fn as_the_engine_knows_it(&self, published: Published) -> Result<Published> {
        let status = self.docker().info().await?.driver_status.unwrap_or_default();
        let by_manifest = status.iter().flatten().any(|word| word == CONTAINERD_STORE);
        let image_id =
            if by_manifest { published.digest.clone() } else { published.image_id.clone() };
        Ok(Published { image_id, ..published })
    }

    fn marked(&self, image: &GatewayImage) -> GatewayImage {
        image.clone().label(TEST_LABEL, &self.prefix)
    }

    fn labels(&self) -> [(String, String); 1] {
        [(TEST_LABEL.to_owned(), self.prefix.clone())]
    }

    async fn inventory(&self, docker: &Docker) -> Result<Inventory> {
        Inventory::take(docker, &self.prefix, &self.registry.host()).await
    }

    /// Removing can race with what the engine itself is removing: a few rounds settle it. What is
    /// left is named with the reason that the engine gives.
    async fn clear(&self, docker: &Docker) -> Result<Vec<String>> {
        const ROUNDS: u32 = 40;
        let mut refused = Vec::new();
        for _ in 0..ROUNDS {
            let inventory = self.inventory(docker).await?;
            if inventory.is_empty() {
                return Ok(Vec::new());
            }
            refused = inventory.remove(docker).await;
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        let mut remaining = self.inventory(docker).await?.lines();
        if !remaining.is_empty() {
            remaining.append(&mut refused);
        }
        Ok(remaining)
    }

    /// The runtime of the failed test may be unwinding: cleaning up needs one of its own.
    fn clear_after_failure(&self) -> Result<Vec<String>> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let engine = Engine::connect(&self.engine.address).await?;
            let inventory = self.inventory(&engine.docker).await?;
            say(&postmortem::describe(&engine.docker, &inventory.containers()).await);
            self.clear(&engine.docker).await
        })
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        if self.finished.load(Ordering::Relaxed) {
            return;
        }
        let outcome = thread::scope(|scope| scope.spawn(|| self.clear_after_failure()).join());
        match outcome {
            Ok(Ok(remaining)) if remaining.is_empty() => {}
            Ok(Ok(remaining)) => say(&format!("left behind on the engine: {remaining:?}")),
            Ok(Err(error)) => say(&format!("{} was not cleaned up: {error:?}", self.prefix)),
            Err(_) => say(&format!("cleaning up {} panicked", self.prefix)),
        }
    }
}

#[expect(clippy::print_stderr, reason = "a destructor has no other way to say it")]
fn say(line: &str) {
    eprintln!("{line}");
}
