//! A real registry (distribution's `docker-registry`) on 127.0.0.1, and pushing to it without an
//! engine in between, so that the engine under test has not seen an image before it pulls it.

mod authority;
mod front;
mod tokens;

use std::{
    fs::File,
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Method, Request, StatusCode, header};
use tempfile::TempDir;

pub use authority::{Authority, Holds};
pub use front::{Guard, RegistryFront};
pub use tokens::{Accounts, TokenServer};

use crate::{
    http::{Answer, get, send},
    scene::free_port,
    wait::eventually,
};

const START_BOUND: Duration = Duration::from_secs(20);

/// A registry process with storage of its own; ends when dropped.
#[derive(Debug)]
pub struct RegistryServer {
    port: u16,
    folder: TempDir,
    process: Option<Child>,
}

impl RegistryServer {
    /// Starts a registry on a free port of 127.0.0.1 and waits until it answers, 20 s at most.
    pub async fn start_new() -> Result<Self> {
        let folder = TempDir::with_prefix("phoenix-registry-")?;
        let mut server = Self { port: free_port()?, folder, process: None };
        std::fs::write(server.folder.path().join("config.yml"), server.configuration())?;
        server.start().await?;
        Ok(server)
    }

    /// `127.0.0.1:PORT`, as image references name it.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Opens another door to the same images: behind a password or tokens, over TLS.
    pub async fn front(
        &self,
        guard: Guard<'_>,
        tls: Option<(&Authority, Holds)>,
    ) -> Result<RegistryFront> {
        RegistryFront::start(&self.folder.path().join("storage"), guard, tls).await
    }

    /// Ends the process; port and storage stay ours, [`Self::start`] brings them back.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            // Either fails only when the process has ended already.
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Starts the process again, on the same port with the same storage.
    pub async fn start(&mut self) -> Result<()> {
        self.stop();
        let log = File::create(self.folder.path().join("registry.log"))?;
        let process = Command::new("docker-registry")
            .arg("serve")
            .arg(self.folder.path().join("config.yml"))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("docker-registry could not be started; apt-get install docker-registry")?;
        self.process = Some(process);
        let url = format!("http://{}/v2/", self.host());
        eventually("the registry answers", START_BOUND, async || {
            TcpStream::connect(("127.0.0.1", self.port))?;
            ensure!(get(&url).await?.status == StatusCode::OK);
            Ok(())
        })
        .await
    }

    /// Uploads a blob under its digest, unless the registry has it.
    pub(crate) async fn push_blob(&self, name: &str, digest: &str, blob: Bytes) -> Result<()> {
        let url = format!("http://{}/v2/{name}/blobs", self.host());
        let known = request(Method::HEAD, &format!("{url}/{digest}"), "", Bytes::new()).await?;
        if known.status == StatusCode::OK {
            return Ok(());
        }
        let opened = request(Method::POST, &format!("{url}/uploads/"), "", Bytes::new()).await?;
        let location = opened.header("location").to_owned();
        let absolute = if location.starts_with('/') {
            format!("http://{}{location}", self.host())
        } else {
            location
        };
        let separator = if absolute.contains('?') { '&' } else { '?' };
        let target = format!("{absolute}{separator}digest={digest}");
        let stored = request(Method::PUT, &target, "application/octet-stream", blob).await?;
        ensure!(stored.status == StatusCode::CREATED, "the registry refused a blob: {stored:?}");
        Ok(())
    }

    /// Stores a manifest under a tag; answers its digest.
    pub(crate) async fn push_manifest(
        &self,
        name: &str,
        tag: &str,
        media_type: &str,
        manifest: Bytes,
    ) -> Result<String> {
        let url = format!("http://{}/v2/{name}/manifests/{tag}", self.host());
        let stored = request(Method::PUT, &url, media_type, manifest).await?;
        ensure!(stored.status == StatusCode::CREATED, "the registry refused {tag}: {stored:?}");
        Ok(stored.header("docker-content-digest").to_owned())
    }

    fn configuration(&self) -> String {
        format!(
            "version: 0.1\nlog: {{level: warn}}\nstorage:\n  filesystem: {{rootdirectory: {}}}\n  \
             delete: {{enabled: true}}\nhttp:\n  addr: {}\n",
            self.folder.path().join("storage").display(),
            self.host()
        )
    }
}

impl Drop for RegistryServer {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn request(method: Method, url: &str, content_type: &str, body: Bytes) -> Result<Answer> {
    let mut request = Request::builder().method(method).uri(url);
    if !content_type.is_empty() {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    send(request.body(Full::new(body))?).await
}
