//! The figures of a check: 58 images at a registry that is 40 ms away and wants tokens, asked by us,
//! by the engine (`docker pull`) and by `skopeo inspect`; and the memory that 500 services take.
//! Prints, and asserts nothing: what a figure is worth depends on how quiet the machine is.

use std::{
    fs,
    io::Write as _,
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};

use phoenix_adapters::registry::{DockerConfig, RegistryClient, RegistrySetup};
use phoenix_engine::ports::Registry;
use phoenix_plan::image::ImageReference;
use phoenix_tests::{
    Accounts, Context, Distance, Engine, Guard, RegistryFront, RegistryServer, Result, Scene,
    TokenServer, bollard::query_parameters::RemoveImageOptions, engines, ensure, push_tiny,
};
use tokio::process::Command;

/// As many images as the issue names, and as many services.
const IMAGES: usize = 58;
const SERVICES: usize = 500;
const ROUND_TRIP: Duration = Duration::from_millis(40);

/// A registry that wants tokens, and how far away it is.
struct Bed {
    tokens: TokenServer,
    front: RegistryFront,
    near: Distance,
    _tokens_near: Distance,
    names: Vec<String>,
}

impl Bed {
    async fn new(registry: &RegistryServer, prefix: &str, images: usize) -> Result<Self> {
        let names: Vec<String> = (0..images).map(|n| format!("{prefix}/app-{n}")).collect();
        for some in names.chunks(8) {
            let pushes = some.iter().map(|name| push_tiny(registry, name, "1"));
            futures_util::future::try_join_all(pushes).await?;
        }
        let tokens = TokenServer::start(Accounts::default()).await?;
        let tokens_near = Distance::before(tokens.address(), ROUND_TRIP).await?;
        let front = registry.front(Guard::Tokens(&tokens, tokens_near.address()), None).await?;
        let near = Distance::before(&front.host(), ROUND_TRIP).await?;
        Ok(Self { tokens, front, near, _tokens_near: tokens_near, names })
    }

    fn references(&self) -> Result<Vec<ImageReference>> {
        let texts = self.names.iter().map(|name| format!("{}/{name}:1", self.near.address()));
        texts.map(|text| Ok(ImageReference::parse(&text)?)).collect()
    }

    /// Requests so far: tokens, HEADs, GETs of manifests, all at the registry.
    fn requests(&self) -> Result<[usize; 4]> {
        let all = self.front.requests()?;
        let count = |start: &str, part: &str| {
            all.iter().filter(|it| it.starts_with(start) && it.contains(part)).count()
        };
        let tokens = self.tokens.asked().len();
        Ok([tokens, count("HEAD ", ""), count("GET ", "/manifests/"), all.len()])
    }

    /// Measures one way to ask for everything, and prints it.
    async fn measure(&self, name: &str, way: impl Future<Output = Result<()>>) -> Result<()> {
        let before = self.requests()?;
        let begun = Instant::now();
        way.await.with_context(|| name.to_owned())?;
        let took = begun.elapsed().as_millis();
        let after = self.requests()?;
        let [tokens, heads, gets, all] = std::array::from_fn(|n| after[n] - before[n]);
        say(&format!("{name:<44} {took:>7} ms  {tokens:>6} {heads:>6} {gets:>6} {all:>6}"));
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let engine = engines().await?.swap_remove(0);
    let scene = Scene::set(&engine, "check-figures").await?;
    let bed = Bed::new(&scene.registry, scene.prefix(), IMAGES).await?;
    say(&format!("{IMAGES} images, round trip {} ms, tokens wanted", ROUND_TRIP.as_millis()));
    say(&format!(
        "{:<44} {:>10}  {:>6} {:>6} {:>6} {:>6}",
        "", "", "tokens", "HEAD", "GET m.", "all"
    ));
    let (folder, references) = (tempfile::tempdir()?, bed.references()?);
    let client = anonymous(&folder);
    bed.measure("phoenix, first check of a process", check(&client, &references)).await?;
    bed.measure("phoenix, the next, token alive", check(&client, &references)).await?;
    client.person_asks();
    bed.measure("phoenix, the next, token gone", check(&client, &references)).await?;
    let pulled = pull(&engine, &references).await;
    if pulled.is_ok() {
        let again = pull(&engine, &references);
        bed.measure(&format!("docker pull (Engine {}), all up to date", engine.version), again)
            .await?;
    }
    bed.measure("skopeo inspect, one after the other", skopeo(&references, 1)).await?;
    bed.measure("skopeo inspect, 16 at a time", skopeo(&references, 16)).await?;
    remove(&engine, &references).await;
    pulled?;
    memory(&scene).await?;
    scene.finish().await
}

fn anonymous(folder: &tempfile::TempDir) -> RegistryClient {
    let credentials = Arc::new(DockerConfig::in_folder(folder.path().to_owned()));
    RegistryClient::of(RegistrySetup { credentials, ..RegistrySetup::default() })
}

async fn check(client: &RegistryClient, references: &[ImageReference]) -> Result<()> {
    client.expect(references);
    let all = references.iter().map(|reference| client.digest(reference));
    futures_util::future::try_join_all(all).await?;
    Ok(())
}

/// As `docker pull` in a loop does it.
async fn pull(engine: &Engine, references: &[ImageReference]) -> Result<()> {
    for reference in references {
        let pull = Command::new("docker")
            .args(["--host", &engine.address, "pull", "--quiet", &reference.familiar()])
            .stdout(Stdio::null())
            .status();
        ensure!(pull.await.context("docker is missing")?.success(), "docker pull failed");
    }
    Ok(())
}

async fn remove(engine: &Engine, references: &[ImageReference]) {
    for reference in references {
        // what was not pulled is not there
        let _ = engine
            .docker
            .remove_image(&reference.familiar(), None::<RemoveImageOptions>, None)
            .await;
    }
}

async fn skopeo(references: &[ImageReference], at_once: usize) -> Result<()> {
    for some in references.chunks(at_once) {
        let start = |reference: &ImageReference| {
            Command::new("skopeo")
                .args(["inspect", "--no-tags", "--tls-verify=false", "--format", "{{.Digest}}"])
                .arg(format!("docker://{reference}"))
                .stdout(Stdio::null())
                .spawn()
        };
        let running: Vec<_> = some.iter().map(start).collect::<Result<_, _>>()?;
        for mut one in running {
            ensure!(one.wait().await?.success(), "skopeo inspect failed");
        }
    }
    Ok(())
}

/// What a check of 500 services takes in memory beyond what the process had before.
async fn memory(scene: &Scene) -> Result<()> {
    let bed = Bed::new(&scene.registry, &format!("{}-many", scene.prefix()), SERVICES).await?;
    let (folder, references) = (tempfile::tempdir()?, bed.references()?);
    let client = anonymous(&folder);
    // the peak begins anew
    fs::write("/proc/self/clear_refs", "5")?;
    let before = kilobytes("VmRSS")?;
    let begun = Instant::now();
    check(&client, &references).await?;
    let (took, peak, after) = (begun.elapsed(), kilobytes("VmHWM")?, kilobytes("VmRSS")?);
    let mb = |kilobytes: u64| kilobytes / 1024;
    say(&format!(
        "\n{SERVICES} services: {} ms, {} tokens; memory before {} MB, at most {} MB more, {} MB \
         more afterwards",
        took.as_millis(),
        bed.tokens.asked().len(),
        mb(before),
        mb(peak.saturating_sub(before)),
        mb(after.saturating_sub(before)),
    ));
    Ok(())
}

fn kilobytes(name: &str) -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.with_context(|| format!("no {name}"))?.parse().context("no number")
}

/// A reader that closed the pipe wants no more, which is no error.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}
