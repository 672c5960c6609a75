//! Another door to a registry's storage: the same images behind a password, tokens or TLS.

use std::{
    fmt::Write,
    fs::{self, File},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use super::{
    authority::{Authority, Holds},
    tokens::{ISSUER, SERVICE, TokenServer},
};
use crate::{scene::free_port, wait::eventually};

const START_BOUND: Duration = Duration::from_secs(20);

/// Who may come in.
#[derive(Debug, Clone, Copy)]
pub enum Guard<'a> {
    /// Everybody.
    Nobody,
    /// Who has this user name and password (an `htpasswd` file).
    Password(&'a str, &'a str),
    /// Who has a token of this server, which is reached at this `host:port`.
    Tokens(&'a TokenServer, &'a str),
}

/// A process of its own over the storage of another registry; ends when dropped.
#[derive(Debug)]
pub struct RegistryFront {
    port: u16,
    folder: TempDir,
    process: Child,
}

impl RegistryFront {
    pub(super) async fn start(
        storage: &Path,
        guard: Guard<'_>,
        tls: Option<(&Authority, Holds)>,
    ) -> Result<Self> {
        let folder = TempDir::with_prefix("phoenix-front-")?;
        let (port, path) = (free_port()?, folder.path().to_owned());
        let mut configuration = format!(
            "version: 0.1\nlog: {{level: warn}}\nstorage:\n  filesystem: {{rootdirectory: {}}}\n\
             http:\n  addr: 127.0.0.1:{port}\n",
            storage.display()
        );
        if let Some((authority, holds)) = tls {
            let signed = authority.sign(&path, holds)?;
            writeln!(
                configuration,
                "  tls: {{certificate: {}, key: {}}}",
                signed.certificate.display(),
                signed.key.display()
            )?;
        }
        configuration.push_str(&guarded(guard, &path)?);
        fs::write(path.join("config.yml"), configuration)?;
        let log = File::create(path.join("registry.log"))?;
        let process = Command::new("docker-registry")
            .arg("serve")
            .arg(path.join("config.yml"))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("docker-registry could not be started; apt-get install docker-registry")?;
        let front = Self { port, folder, process };
        let connected = eventually("the registry listens", START_BOUND, async || {
            Ok(TcpStream::connect(("127.0.0.1", port))?)
        })
        .await;
        connected.with_context(|| front.log().unwrap_or_default())?;
        Ok(front)
    }

    /// `127.0.0.1:PORT`, as image references name it.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The requests so far as `METHOD /path STATUS`, by its access log.
    pub fn requests(&self) -> Result<Vec<String>> {
        let log = self.log()?;
        let request = |line: &str| {
            let (_, rest) = line.split_once(" \"")?;
            let (request, rest) = rest.split_once("\" ")?;
            let (request, _) = request.split_once(" HTTP/")?;
            Some(format!("{request} {}", rest.split(' ').next()?))
        };
        Ok(log.lines().filter(|line| !line.starts_with("time=")).filter_map(request).collect())
    }

    fn log(&self) -> Result<String> {
        Ok(fs::read_to_string(self.folder.path().join("registry.log"))?)
    }
}

impl Drop for RegistryFront {
    fn drop(&mut self) {
        // Either fails only when the process has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn guarded(guard: Guard<'_>, folder: &Path) -> Result<String> {
    match guard {
        Guard::Nobody => Ok(String::new()),
        Guard::Password(user, password) => {
            let made = Command::new("htpasswd").args(["-nbB", user, password]).output();
            let made = made.context("htpasswd is missing; apt-get install apache2-utils")?;
            ensure!(made.status.success(), "htpasswd failed");
            let file = folder.join("htpasswd");
            fs::write(&file, made.stdout)?;
            Ok(format!("auth:\n  htpasswd: {{realm: test, path: {}}}\n", file.display()))
        }
        Guard::Tokens(server, address) => {
            let file = folder.join("tokens.pem");
            server.write_certificate(&file)?;
            Ok(format!(
                "auth:\n  token:\n    realm: http://{address}/token\n    service: {SERVICE}\n    \
                 issuer: {ISSUER}\n    rootcertbundle: {}\n",
                file.display()
            ))
        }
    }
}
