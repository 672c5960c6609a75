//! What would change, told before an update, and details of a service, from real images.

use std::{sync::Arc, time::Duration};

use phoenix_adapters::{
    backup::FileBackup,
    clock::SystemClock,
    compose::ProjectFiles,
    docker::{DockerEngine, DockerSwitchControl},
    hooks::Hooks,
    prober::HostProber,
    registry::RegistryClient,
    release_notes::ForgeNotes,
    state::FileStore,
};
use phoenix_engine::{
    World, details,
    ports::EngineError,
    sheet::{self, Sheet},
};
use phoenix_plan::{
    image::{ImageReference, Release},
    service::ServiceId,
};
use phoenix_tests::{
    ContainerSpec, Context, GatewayImage, Published, Result, Scene, ensure, eventually,
    on_each_engine,
};
use serde_json::json;
use tokio::{net::TcpListener, time::Instant};

use crate::{
    adoption::{adopted, on_its_own},
    overlap::version,
};

const BOUND: Duration = Duration::from_mins(1);

/// The program's neighbours, as every program puts them together, for a scene's engine.
async fn world(scene: &Scene) -> Result<World> {
    let engine = DockerEngine::connect_to(scene.engine.address.parse()?).await?;
    let clock = Arc::new(SystemClock);
    Ok(World {
        hooks: Arc::new(Hooks::new(engine.clone())),
        notes: Arc::new(ForgeNotes::default()),
        switches: Arc::new(DockerSwitchControl::new(engine.clone())),
        engine: Arc::new(engine),
        registry: Arc::new(RegistryClient::new()),
        prober: Arc::new(HostProber),
        state: Arc::new(FileStore::at(&scene.state_dir(), &scene.home_dir())?),
        backups: Arc::new(FileBackup::at(&scene.state_dir(), &scene.home_dir(), clock.clone())),
        compose: Arc::new(ProjectFiles),
        clock,
    })
}

fn old_image() -> GatewayImage {
    GatewayImage::new("1.0.0").env("MODE", "slow").env("API_TOKEN", "first-s3cret").env("GONE", "1")
}

/// Unlike the old one in everything that a sheet tells.
fn new_image() -> GatewayImage {
    GatewayImage::new("1.1.0")
        .env("MODE", "fast")
        .env("API_TOKEN", "second-s3cret")
        .label("org.opencontainers.image.source", "https://ci:s3cret@github.com/phoenix/gateway")
        .health_interval(Duration::from_secs(2), 5)
        .configure("ExposedPorts", json!({ "18789/tcp": {}, "9090/tcp": {} }))
        .configure("Volumes", json!({ "/app/config": {} }))
        .configure("User", json!("1000:1000"))
        .configure("StopSignal", json!("SIGINT"))
        .extra_bytes(100_000)
}

/// As a check knows it: by its digest alone.
fn offered(published: &Published) -> Release {
    Release {
        image: published.reference.clone(),
        digest: Some(published.digest.clone()),
        ..Release::default()
    }
}

async fn sheet(world: &World, from: &Release, to: &Release) -> Result<Option<Sheet>> {
    let facts = world.engine.facts().await?;
    Ok(sheet::between(world, &facts, from, to).await)
}

/// What runs, as the engine knows it.
async fn on_engine(world: &World, scene: &Scene) -> Result<Release> {
    let reference = ImageReference::parse(&scene.reference())?;
    let inspect = world.engine.inspect_image(&scene.reference()).await?.context("no image")?;
    Ok(Release::of_image(&reference, &inspect))
}

fn lines(sheet: &Sheet) -> String {
    let lines = sheet.changes.iter().map(|change| {
        let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
        let name = change.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
        format!("{:?}{name}: {} -> {}\n", change.kind, side(&change.before), side(&change.after))
    });
    lines.collect()
}

const EXPECTED: &str = "\
Environment API_TOKEN: •••••• -> ••••••
Environment GONE: 1 -> nothing
Environment MODE: slow -> fast
Environment PHOENIX_VERSION: 1.0.0 -> 1.1.0
Port 9090/tcp: nothing -> 9090/tcp
Volume /app/config: nothing -> /app/config
User: root -> 1000:1000
HealthCheck: CMD /phoenix health every 10 s, timeout 5 s, 3 tries, start 5 s -> \
CMD /phoenix health every 2 s, timeout 5 s, 5 tries, start 5 s
StopSignal: SIGTERM -> SIGINT
Label org.opencontainers.image.source: nothing -> https://github.com/phoenix/gateway
Label org.opencontainers.image.version: 1.0.0 -> 1.1.0
";

#[test]
fn a_sheet_tells_what_a_release_at_the_registry_changes() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "sheet").await?;
        let world = world(&scene).await?;
        scene.publish(&old_image()).await?;
        scene.pull(&scene.reference()).await?;
        let running = on_engine(&world, &scene).await?;
        let new = offered(&scene.publish(&new_image()).await?);
        let sheet = sheet(&world, &running, &new).await?.context("no sheet")?;
        println!("{}  {:?} bytes to download", lines(&sheet), sheet.download_bytes);
        ensure!(lines(&sheet) == EXPECTED, "{}", lines(&sheet));
        let notes = sheet.notes_url.as_deref();
        ensure!(notes == Some("https://github.com/phoenix/gateway/releases"), "{notes:?}");
        // the layer with the program is there: what is left is the version and the extra bytes
        let download = sheet.download_bytes.context("no size")?;
        ensure!((100_000..110_000).contains(&download), "{download}");
        ensure!(sheet.needed_bytes == Some(3 * download), "{:?}", sheet.needed_bytes);
        ensure!(sheet.free_bytes.is_some_and(|free| free > 0), "{:?}", sheet.free_bytes);
        let pulled = world.engine.inspect_image(&scene.tagged("1.1.0")).await?;
        ensure!(pulled.is_none(), "the sheet pulled the image");
        scene.finish().await
    });
}

#[test]
fn a_sheet_of_images_on_the_engine_needs_no_registry() {
    on_each_engine(async |engine| {
        let mut scene = Scene::set(&engine, "local").await?;
        let world = world(&scene).await?;
        scene.publish(&new_image()).await?;
        scene.pull(&scene.reference()).await?;
        let newer = on_engine(&world, &scene).await?;
        scene.publish(&old_image()).await?;
        scene.pull(&scene.reference()).await?;
        let older = on_engine(&world, &scene).await?;
        scene.registry.stop();

        let forth = sheet(&world, &older, &newer).await?.context("no sheet")?;
        ensure!(lines(&forth) == EXPECTED, "{}", lines(&forth));
        ensure!(forth.download_bytes == Some(0), "{:?}", forth.download_bytes);
        let back = sheet(&world, &newer, &older).await?.context("no sheet back")?;
        ensure!(lines(&back).contains("MODE: fast -> slow"), "{}", lines(&back));
        let nothing = sheet(&world, &older, &older).await?.context("no sheet of nothing")?;
        ensure!(nothing.changes.is_empty(), "{}", lines(&nothing));
        scene.finish().await
    });
}

#[test]
fn without_an_answer_from_the_registry_there_is_no_sheet() {
    on_each_engine(async |engine| {
        let mut scene = Scene::set(&engine, "nosheet").await?;
        let world = world(&scene).await?;
        scene.publish(&old_image()).await?;
        scene.pull(&scene.reference()).await?;
        let running = on_engine(&world, &scene).await?;
        let new = offered(&scene.publish(&new_image()).await?);
        scene.registry.stop();
        ensure!(sheet(&world, &running, &new).await?.is_none(), "a sheet from nowhere");

        // it takes connections, and never says anything
        let mute = TcpListener::bind("127.0.0.1:0").await?;
        let image = format!("{}/phoenix/gateway:1.1.0", mute.local_addr()?);
        let begun = Instant::now();
        ensure!(sheet(&world, &running, &Release { image, ..new }).await?.is_none());
        let waited = begun.elapsed();
        ensure!((4..15).contains(&waited.as_secs()), "it waited for {waited:?}");
        scene.finish().await
    });
}

#[test]
fn details_of_a_service_on_its_own_show_its_check_and_its_log() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "details").await?;
        let world = world(&scene).await?;
        let image = GatewayImage::new("1.0.0").health_interval(Duration::from_secs(1), 3);
        scene.publish(&image.fault("sick-after:0")).await?;
        let gateway = scene.run(ContainerSpec::new("gateway")).await?;
        let service = ServiceId::parse(&gateway.name)?;
        let found = eventually("the check has failed twice", BOUND, async || {
            let found = details::details(&world, &service).await?;
            let failed = found.health_outputs.iter().filter(|output| output.exit_code == 1);
            ensure!(failed.count() >= 2, "{found:#?}");
            Ok(found)
        })
        .await?;
        println!("  {:?}", found.health_outputs.first());
        let check = found.health_check.context("no check")?;
        ensure!(check.command == ["/phoenix", "health"], "{check:?}");
        ensure!(check.interval == Duration::from_secs(1) && check.retries == 3, "{check:?}");
        ensure!(found.health_outputs.is_sorted_by_key(|output| std::cmp::Reverse(output.at)));
        ensure!(found.health_outputs.iter().any(|output| output.output.contains("unhealthy")));
        ensure!(!found.log.is_empty() && found.log_unreadable.is_none(), "{:?}", found.log);
        ensure!(found.switch.is_none() && found.container == gateway.name);
        scene.finish().await
    });
}

#[test]
fn details_of_an_adopted_service_show_its_switch() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "behind").await?;
        let world = world(&scene).await?;
        let gateway = on_its_own(&scene, ContainerSpec::new("gateway")).await?;
        adopted(&scene, &gateway).await?;
        version(&gateway).await?;
        let found = details::details(&world, &ServiceId::parse(&gateway.name)?).await?;
        let switch = found.switch.context("no switch")?;
        ensure!(switch.routed.backends.len() == 1, "{switch:?}");
        let requests: u64 = switch.generations.iter().map(|it| it.traffic.requests).sum();
        ensure!(requests > 0, "{switch:?}");
        ensure!(found.container == gateway.name, "{}", found.container);
        scene.finish().await
    });
}

#[test]
fn a_log_that_cannot_be_read_hides_nothing_else() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "nolog").await?;
        let world = world(&scene).await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let mute = ContainerSpec::new("gateway").host(|host| {
            host.log_config.get_or_insert_default().typ = Some("none".to_owned());
        });
        let gateway = scene.run(mute).await?;
        let found = details::details(&world, &ServiceId::parse(&gateway.name)?).await?;
        println!("  {:?}", found.log_unreadable);
        ensure!(found.log.is_empty() && found.log_unreadable.is_some(), "{found:?}");
        ensure!(found.health_check.is_some());

        let nobody = ServiceId::parse(&scene.name("nobody"))?;
        let error = details::details(&world, &nobody).await;
        ensure!(matches!(error, Err(EngineError::NotFound { .. })), "{error:?}");
        scene.finish().await
    });
}
