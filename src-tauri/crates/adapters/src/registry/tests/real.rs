//! Against the distribution project's own registry.

use std::{process::Stdio, time::Duration};

use reqwest::{Client, Method, StatusCode};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use super::*;

const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
const DOCKER_INDEX: &str = "application/vnd.docker.distribution.manifest.list.v2+json";

/// A registry of this test's own, gone with it.
struct RealRegistry {
    address: String,
    http: Client,
    _process: Child,
    _storage: tempfile::TempDir,
}

impl RealRegistry {
    async fn start() -> Self {
        // the client installs the TLS provider that every other client of the process needs
        drop(RegistryClient::new());
        let storage = tempfile::tempdir().unwrap();
        let config = json!({ "version": "0.1", "log": { "level": "info" },
            "storage": { "filesystem": { "rootdirectory": storage.path().join("data") } },
            "http": { "addr": "127.0.0.1:0" } });
        let file = storage.path().join("config.yml");
        std::fs::write(&file, config.to_string()).unwrap();
        let mut process = Command::new("docker-registry")
            .arg("serve")
            .arg(file)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("docker-registry is installed (Debian: apt install docker-registry)");
        let mut log = BufReader::new(process.stderr.take().unwrap()).lines();
        let listening = async {
            while let Some(line) = log.next_line().await.unwrap() {
                if let Some((_, rest)) = line.split_once("listening on ") {
                    return rest.split(['"', ',', ' ']).next().unwrap().to_owned();
                }
            }
            panic!("docker-registry ended before it listened");
        };
        let address = tokio::time::timeout(Duration::from_secs(20), listening)
            .await
            .expect("docker-registry listens");
        // its log is read to the end, lest it blocks on a full pipe
        tokio::spawn(async move { while let Ok(Some(_)) = log.next_line().await {} });
        let http = Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
        Self { address, http, _process: process, _storage: storage }
    }

    async fn send(&self, method: Method, url: String, kind: &str, body: &str) -> reqwest::Response {
        let request = self.http.request(method, url).header("content-type", kind);
        request.body(body.to_owned()).send().await.unwrap()
    }

    async fn push_blob(&self, body: &str) {
        let uploads = format!("http://{}/v2/phoenix/gateway/blobs/uploads/", self.address);
        let begun = self.send(Method::POST, uploads, "application/octet-stream", "").await;
        let place = begun.headers()["location"].to_str().unwrap();
        let url = format!("{place}&digest={}", digest_of(body.as_bytes()));
        let pushed = self.send(Method::PUT, url, "application/octet-stream", body).await;
        assert_eq!(pushed.status(), StatusCode::CREATED);
    }

    async fn push_manifest(&self, tag: &str, kind: &str, body: &str) {
        let url = format!("http://{}/v2/phoenix/gateway/manifests/{tag}", self.address);
        let pushed = self.send(Method::PUT, url, kind, body).await;
        let status = pushed.status();
        assert_eq!(status, StatusCode::CREATED, "{}", pushed.text().await.unwrap());
    }

    /// Pushes an image and answers its config and manifest.
    async fn push_image(&self, tag: &str, version: &str, architecture: &str) -> (String, String) {
        let (config, manifest) = image(version, architecture);
        self.push_blob(&config).await;
        self.push_manifest(tag, DOCKER_MANIFEST, &manifest).await;
        (config, manifest)
    }
}

#[tokio::test]
async fn the_digest_of_a_tag_is_that_of_its_manifest() {
    let registry = RealRegistry::start().await;
    let (_, manifest) = registry.push_image("1.0.0", "1.0.0", "amd64").await;
    let digest = RegistryClient::new().digest(&reference(&registry.address, ":1.0.0")).await;
    assert_eq!(digest, Ok(digest_of(manifest.as_bytes())));
}

#[tokio::test]
async fn a_tag_that_moved_has_another_digest() {
    let registry = RealRegistry::start().await;
    let (latest, client) = (reference(&registry.address, ":latest"), RegistryClient::new());
    registry.push_image("latest", "1.0.0", "amd64").await;
    let before = client.digest(&latest).await.unwrap();
    registry.push_image("latest", "1.1.0", "amd64").await;
    assert_ne!(client.digest(&latest).await.unwrap(), before);
}

#[tokio::test]
async fn an_image_is_described_without_its_layers() {
    let registry = RealRegistry::start().await;
    let (config, _) = registry.push_image("1.0.0", "1.0.0", "amd64").await;
    let described = RegistryClient::new()
        .describe(&reference(&registry.address, ":1.0.0"), "linux/amd64")
        .await
        .unwrap();
    assert_eq!(described.version.as_deref(), Some("1.0.0"));
    assert_eq!(described.config_digest, digest_of(config.as_bytes()));
    assert_eq!(described.config.to_string(), config);
    assert_eq!(described.created, "2026-01-02T03:04:05Z".parse().ok());
    assert_eq!((described.layers_bytes, described.layers), (0, vec![]));
}

#[tokio::test]
async fn of_an_index_the_platforms_own_image_is_described() {
    let registry = RealRegistry::start().await;
    let (_, intel) = registry.push_image("i", "1.0.0-intel", "amd64").await;
    let (_, arm) = registry.push_image("a", "1.0.0-arm", "arm64").await;
    let list = index(&[("amd64", &intel), ("arm64", &arm)]);
    registry.push_manifest("1.0.0", DOCKER_INDEX, &list).await;
    let (tag, client) = (reference(&registry.address, ":1.0.0"), RegistryClient::new());
    let described = client.describe(&tag, "linux/arm64/v8").await.unwrap();
    assert_eq!(described.version.as_deref(), Some("1.0.0-arm"));
    assert_eq!(client.digest(&tag).await, Ok(digest_of(list.as_bytes())));
    let missing = client.describe(&tag, "linux/s390x").await;
    assert!(matches!(missing, Err(RegistryError::WrongPlatform { .. })), "{missing:?}");
}

#[tokio::test]
async fn an_image_for_another_processor_is_the_wrong_platform() {
    let registry = RealRegistry::start().await;
    registry.push_image("1.0.0", "1.0.0", "arm64").await;
    let client = RegistryClient::new();
    let described = client.describe(&reference(&registry.address, ":1.0.0"), "linux/amd64").await;
    assert!(matches!(described, Err(RegistryError::WrongPlatform { .. })), "{described:?}");
}

#[tokio::test]
async fn an_image_that_is_not_there_is_not_found() {
    let registry = RealRegistry::start().await;
    let digest = RegistryClient::new().digest(&reference(&registry.address, ":9")).await;
    assert!(matches!(digest, Err(RegistryError::NotFound { .. })), "{digest:?}");
}

#[tokio::test]
async fn a_pinned_reference_is_asked_by_its_digest() {
    let registry = RealRegistry::start().await;
    let (_, manifest) = registry.push_image("1.0.0", "1.0.0", "amd64").await;
    let pinned = reference(&registry.address, "").at_digest(&digest_of(manifest.as_bytes()));
    let described = RegistryClient::new().describe(&pinned, "linux/amd64").await.unwrap();
    assert_eq!(described.version.as_deref(), Some("1.0.0"));
}

#[tokio::test]
async fn an_index_of_indexes_leads_to_the_platforms_own_image() {
    let registry = RealRegistry::start().await;
    let (config, intel) = registry.push_image("i", "1.0.0", "amd64").await;
    let inner = index(&[("amd64", &intel)]);
    registry.push_manifest("inner", DOCKER_INDEX, &inner).await;
    let outer = json!({ "schemaVersion": 2, "mediaType": DOCKER_INDEX, "manifests": [
        { "mediaType": DOCKER_INDEX, "size": inner.len(), "digest": digest_of(inner.as_bytes()),
            "platform": { "os": "linux", "architecture": "amd64" } } ] })
    .to_string();
    registry.push_manifest("1.0.0", DOCKER_INDEX, &outer).await;
    let described = RegistryClient::new()
        .describe(&reference(&registry.address, ":1.0.0"), "linux/amd64")
        .await
        .unwrap();
    assert_eq!(described.manifest_digest, digest_of(intel.as_bytes()));
    assert_eq!(described.config_digest, digest_of(config.as_bytes()));
}

#[tokio::test]
async fn what_stands_at_a_digest_is_read_once() {
    let registry = RealRegistry::start().await;
    let (_, manifest) = registry.push_image("1.0.0", "1.0.0", "amd64").await;
    let pinned = reference(&registry.address, "").at_digest(&digest_of(manifest.as_bytes()));
    let client = RegistryClient::new();
    let first = client.describe(&pinned, "linux/amd64").await.unwrap();
    drop(registry);
    assert_eq!(client.describe(&pinned, "linux/amd64").await, Ok(first));
}
