//! The calls to the engine, on real engines: copying a container faithfully, building a hardened
//! switch, pulling and what can go wrong with it.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use phoenix_adapters::docker::{DockerEngine, DockerSwitchControl};
use phoenix_engine::ports::{
    ContainerEngine, PullError, PullProgress, SwitchControl, SwitchObjects,
};
use phoenix_plan::{
    observed::PortBinding,
    spec::{
        Attachment, CreateOptions, CreateSpec, DaemonDefaults, PublishedPorts, create_body,
        fidelity,
    },
};
use phoenix_tests::{
    Context, Engine, GatewayImage, Result, Scene, ensure, free_port, on_each_engine,
};
use serde_json::{Value, json};

async fn connect(engine: &Engine) -> Result<DockerEngine> {
    Ok(DockerEngine::connect_to(engine.address.parse()?).await?)
}

fn label(scene: &Scene) -> (String, String) {
    ("phoenix-tray.test".to_owned(), scene.prefix().to_owned())
}

/// As many options as one container can have, all of them unlike the defaults.
fn kitchen_sink(scene: &Scene, image: &str, networks: [&str; 2], volume: &str) -> Value {
    let (key, value) = label(scene);
    json!({
        "Image": image, "Hostname": "sink", "Domainname": "example.test", "User": "0:0",
        "Env": ["MODE=own", "EMPTY="], "WorkingDir": "/data", "StopSignal": "SIGTERM",
        "StopTimeout": 7, "Labels": { key: value, "own": "", "com.docker.compose.image": "old" },
        "ExposedPorts": { "7070/tcp": {} }, "Volumes": { "/anonymous": {} },
        "MacAddress": "02:42:0a:c8:07:09",
        "Healthcheck": { "Interval": 3_000_000_000_u64, "Retries": 9 },
        "HostConfig": host_sink(scene, networks[0], volume),
        "NetworkingConfig": { "EndpointsConfig": {
            networks[0]: { "Aliases": ["first"] }, networks[1]: { "Aliases": ["second"] } } },
    })
}

fn host_sink(scene: &Scene, network: &str, volume: &str) -> Value {
    json!({
        "NetworkMode": network,
        "PortBindings": { "18789/tcp": [{ "HostIp": "127.0.0.1", "HostPort": "" }] },
        "RestartPolicy": { "Name": "on-failure", "MaximumRetryCount": 3 },
        "Binds": [format!("{}:/bound:ro", scene.folder().display())],
        "Mounts": [
            { "Type": "volume", "Source": volume, "Target": "/data",
              "VolumeOptions": { "NoCopy": true } },
            { "Type": "volume", "Target": "/nameless" },
            { "Type": "tmpfs", "Target": "/scratch", "TmpfsOptions": { "SizeBytes": 65536 } },
        ],
        "Tmpfs": { "/run": "rw,size=64k" }, "Memory": 134_217_728, "MemorySwap": 268_435_456,
        "CpuShares": 512, "CpusetCpus": "0", "PidsLimit": 99, "OomScoreAdj": 100,
        "Ulimits": [{ "Name": "nofile", "Soft": 2048, "Hard": 4096 }],
        "Sysctls": { "net.core.somaxconn": "256" }, "CapAdd": ["NET_ADMIN"],
        "CapDrop": ["MKNOD"], "SecurityOpt": ["no-new-privileges:true"], "GroupAdd": ["4242"],
        "Devices": [{ "PathOnHost": "/dev/null", "PathInContainer": "/dev/own",
            "CgroupPermissions": "rw" }],
        "DeviceCgroupRules": ["c 1:3 mr"], "ReadonlyRootfs": true, "Init": false,
        "ExtraHosts": ["peer.test:10.9.8.7"], "Dns": ["10.9.8.1"], "DnsOptions": ["ndots:2"],
        "DnsSearch": ["example.test"], "ShmSize": 1_048_576, "IpcMode": "shareable",
        "MaskedPaths": [], "LogConfig": { "Type": "json-file", "Config": { "max-size": "1m" } },
    })
}

async fn options(docker: &DockerEngine, reference: &str) -> Result<CreateOptions> {
    let image = docker.inspect_image(reference).await?.context("the image is missing")?;
    Ok(CreateOptions {
        image: reference.to_owned(),
        image_id: image["Id"].as_str().unwrap_or_default().to_owned(),
        ports: PublishedPorts::Keep,
        attach: None,
        detach: Vec::new(),
        joins: Vec::new(),
        compose_hash: None,
        api_version: docker.api_version(),
        daemon: DaemonDefaults::from_info(&docker.facts().await?.info),
    })
}

/// Copies `old` and checks the copy; answers the old and the new inspect documents.
async fn copy(
    docker: &DockerEngine,
    old_id: &str,
    name: &str,
    options: &CreateOptions,
) -> Result<(CreateSpec, Value)> {
    let old = docker.inspect_container(old_id).await?.context("the old one is gone")?;
    let old_image = docker.inspect_image(old["Image"].as_str().unwrap_or_default()).await?;
    let new_image = docker.inspect_image(&options.image_id).await?.context("no image")?;
    let spec = create_body(&old, old_image.as_ref(), &new_image, options);
    let id = docker.create_container(name, &spec.body, None).await?;
    let new = docker.inspect_container(&id).await?.context("the new one is gone")?;
    let found = fidelity(&old, &new, &spec.changes, &options.daemon);
    ensure!(found.is_empty(), "the copy differs: {found:#?}\nannounced: {:#?}", spec.changes);
    Ok((spec, new))
}

#[test]
fn a_container_with_every_option_is_copied_faithfully() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "sink").await?;
        let docker = connect(&engine).await?;
        let old = scene.load(&GatewayImage::new("1.0.0").env("GONE", "1"), "app").await?;
        let new = scene.load(&GatewayImage::new("1.1.0").env("FRESH", "1"), "app").await?;
        let (first, second) = (scene.network("a").await?, scene.network("b").await?);
        let volume = scene.volume("data").await?;
        let sink = kitchen_sink(&scene, &old, [&first, &second], &volume);
        let original = docker.create_container(&scene.name("old"), &sink, None).await?;
        docker.start_container(&original).await?;

        let options = options(&docker, &new).await?;
        let (_, copied) = copy(&docker, &original, &scene.name("new"), &options).await?;
        let environment = copied["Config"]["Env"].to_string();
        ensure!(environment.contains("FRESH=1") && !environment.contains("GONE"), "{environment}");
        let note = &copied["Config"]["Labels"]["com.docker.compose.image"];
        ensure!(*note == json!(options.image_id), "compose would recreate it: {note}");
        docker.remove_container(&original).await?;
        docker.start_container(copied["Id"].as_str().unwrap_or_default()).await?;
        scene.finish().await
    });
}

#[test]
fn a_container_goes_behind_the_switch_and_comes_back_as_it_was() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "behind").await?;
        let docker = connect(&engine).await?;
        let image = scene.load(&GatewayImage::new("1.0.0"), "app").await?;
        let network = scene.network("switch").await?;
        let (key, value) = label(&scene);
        let body = json!({ "Image": image, "Labels": { key: value }, "HostConfig": {
            "PortBindings": { "18789/tcp": [{ "HostIp": "127.0.0.1",
                "HostPort": free_port()?.to_string() }] } } });
        let original = docker.create_container(&scene.name("old"), &body, None).await?;
        docker.start_container(&original).await?;
        let published = docker.inspect_container(&original).await?.unwrap_or_default();

        let aliases = vec!["g2".to_owned()];
        let behind = CreateOptions {
            ports: PublishedPorts::Exactly(Vec::new()),
            attach: Some(Attachment { network: network.clone(), aliases }),
            ..options(&docker, &image).await?
        };
        let (_, hidden) = copy(&docker, &original, &scene.name("behind"), &behind).await?;
        let hidden_id = hidden["Id"].as_str().unwrap_or_default();
        docker.start_container(hidden_id).await?;
        let bindings = PortBinding::from_host_config(&published["HostConfig"]["PortBindings"]);
        let released = CreateOptions {
            ports: PublishedPorts::Exactly(bindings),
            detach: vec![network],
            ..options(&docker, &image).await?
        };
        let (_, back) = copy(&docker, hidden_id, &scene.name("back"), &released).await?;
        let found = fidelity(&published, &back, &[], &released.daemon);
        ensure!(found.is_empty(), "it did not come back as it was: {found:#?}");
        scene.finish().await
    });
}

fn switch_objects(scene: &Scene, port: u16) -> SwitchObjects {
    SwitchObjects {
        name: scene.name("switch"),
        labels: BTreeMap::from([label(scene)]),
        ports: vec![PortBinding {
            host_ip: "127.0.0.1".to_owned(),
            host_port: port,
            container_port: 18789,
            protocol: "tcp".to_owned(),
        }],
        raw_ports: Vec::new(),
        hold_limit: Duration::from_secs(30),
    }
}

#[test]
fn a_switch_is_hardened_and_answers_through_the_engine_alone() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "switch").await?;
        let docker = connect(&engine).await?;
        let objects = switch_objects(&scene, free_port()?);
        let id = docker.create_switch(&objects).await?;
        ensure!(docker.create_switch(&objects).await? == id, "a second call made another switch");
        docker.start_container(&id).await?;

        let inspect = docker.inspect_container(&id).await?.context("no switch")?;
        let host_config = &inspect["HostConfig"];
        ensure!(host_config["ReadonlyRootfs"] == true && host_config["CapDrop"] == json!(["ALL"]));
        ensure!(host_config["SecurityOpt"].to_string().contains("no-new-privileges"));
        ensure!(host_config["PidsLimit"] == 256 && host_config["Memory"] == 134_217_728);
        ensure!(!inspect["Mounts"].to_string().contains("docker.sock"));
        let networks = &inspect["NetworkSettings"]["Networks"];
        ensure!(networks["bridge"].is_object() && networks[&objects.name].is_object());

        let control = DockerSwitchControl::new(docker.clone());
        let session = control.connect(&id).await?;
        let status = session.status().await?;
        ensure!(status.routed.backends.is_empty(), "a new switch has a route: {status:?}");
        docker.remove_switch(&objects).await?;
        docker.remove_switch(&objects).await?;
        scene.finish().await
    });
}

#[derive(Default)]
struct Seen {
    done_bytes: AtomicU64,
    total_bytes: AtomicU64,
}

impl PullProgress for Seen {
    fn layers(&self, done_bytes: u64, total_bytes: u64) {
        self.done_bytes.store(done_bytes, Ordering::Relaxed);
        self.total_bytes.store(total_bytes, Ordering::Relaxed);
    }
}

#[test]
fn a_pull_by_digest_shows_its_progress() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "pull").await?;
        let docker = connect(&engine).await?;
        let size = 3_000_000;
        let published = scene.publish(&GatewayImage::new("1.0.0").extra_bytes(size)).await?;
        let (name, _) = published.reference.rsplit_once(':').context("no tag")?;
        let reference = format!("{name}@{}", published.digest);
        let seen = Seen::default();
        let id = docker.pull(&reference, Some("linux/amd64"), &seen).await?;
        ensure!(docker.inspect_image(&id).await?.is_some(), "{id} is not there");
        let (done, total) =
            (seen.done_bytes.load(Ordering::Relaxed), seen.total_bytes.load(Ordering::Relaxed));
        ensure!(done == total && total >= size as u64, "{done} of {total} bytes");
        scene.finish().await
    });
}

async fn pull_error(docker: &DockerEngine, reference: &str) -> Result<PullError> {
    let outcome = docker.pull(reference, Some("linux/amd64"), &Seen::default()).await;
    outcome.err().context("the pull should have failed")
}

#[test]
fn a_pull_that_fails_says_why() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "nopull").await?;
        let docker = connect(&engine).await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let missing = pull_error(&docker, &scene.tagged("9.9.9")).await?;
        ensure!(matches!(missing, PullError::ImageNotFound { .. }), "{missing:?}");

        let foreign = GatewayImage::new("2.0.0").architecture("s390x");
        scene.publish_as(&foreign, &["alone"]).await?;
        scene.publish_as_list(&foreign, "list").await?;
        for tag in ["list", "alone"] {
            let wrong = pull_error(&docker, &scene.tagged(tag)).await.context(tag)?;
            ensure!(matches!(wrong, PullError::WrongPlatform { .. }), "{tag}: {wrong:?}");
            let left = docker.inspect_image(&scene.tagged(tag)).await?;
            ensure!(left.is_none(), "{tag} was kept although it cannot run here");
        }

        let nobody = format!("127.0.0.1:{}/app:1", free_port()?);
        let away = pull_error(&docker, &nobody).await?;
        ensure!(matches!(away, PullError::RegistryUnreachable { .. }), "{away:?}");
        scene.finish().await
    });
}

#[test]
fn calls_that_are_done_already_succeed() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "again").await?;
        let docker = connect(&engine).await?;
        let image = scene.load(&GatewayImage::new("1.0.0"), "app").await?;
        let (key, value) = label(&scene);
        let body = json!({ "Image": image, "Labels": { key: value } });
        let name = scene.name("app");
        let id = docker.create_container(&name, &body, None).await?;
        let network = scene.network("n").await?;
        let policy = json!({ "Name": "no" });
        for _ in 0..2 {
            docker.start_container(&id).await?;
            docker.rename_container(&id, &name).await?;
            docker.set_restart_policy(&id, &policy).await?;
            docker.connect_network(&network, &id, &json!({})).await?;
        }
        let version = ["/phoenix", "--version"].map(str::to_owned);
        let outcome = docker.exec(&id, &version, Duration::from_secs(10)).await?;
        ensure!(outcome.exit_code == 0 && outcome.output.contains("1.0.0"), "{outcome:?}");
        for _ in 0..2 {
            docker.disconnect_network(&network, &id).await?;
            docker.stop_container(&id, Duration::from_secs(5)).await?;
        }
        ensure!(docker.logs(&id, 1).await?.len() == 1, "one line was asked for");
        for _ in 0..2 {
            docker.remove_container(&id).await?;
        }
        scene.finish().await
    });
}
