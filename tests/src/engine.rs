//! The container engines that the scenarios run on.

use std::{env, ffi::OsStr, panic::Location, process::Command};

use anyhow::{Context, Result, bail};
use bollard::Docker;
use tokio::runtime::Builder;

/// A reachable container engine.
#[derive(Clone, Debug)]
pub struct Engine {
    /// Its address, as `DOCKER_HOST` wants it: `unix:///var/run/docker.sock`.
    pub address: String,
    /// The engine's own version: `28.5.2`.
    pub version: String,
    /// The newest API version that both it and the client speak: `1.41`.
    pub api_version: String,
    /// A client of it.
    pub docker: Docker,
}

impl Engine {
    /// Connects and agrees on an API version.
    pub async fn connect(address: &str) -> Result<Self> {
        let docker = Docker::connect_with_host(address)
            .with_context(|| format!("{address} is no engine address"))?
            .negotiate_version()
            .await
            .with_context(|| format!("no container engine answers at {address}"))?;
        let version = docker.version().await?.version.unwrap_or_default();
        let api_version = docker.client_version().to_string();
        Ok(Self { address: address.to_owned(), version, api_version, docker })
    }

    /// A `docker`-speaking command (compose) that talks to this engine, with nothing of the user's
    /// own Docker settings.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env("DOCKER_HOST", &self.address)
            .env("DOCKER_API_VERSION", &self.api_version)
            .env_remove("DOCKER_CONTEXT");
        command
    }
}

/// The engines named by `PHOENIX_TEST_ENGINES` (separated by spaces), else the one of `DOCKER_HOST`
/// or the default socket. An engine that does not answer is an error: nothing is skipped.
pub async fn engines() -> Result<Vec<Engine>> {
    let mut found = Vec::new();
    for address in addresses() {
        found.push(Engine::connect(&address).await.context(
            "start an engine, or let tests/setup/engine.sh start one (`make test` does both)",
        )?);
    }
    if found.is_empty() {
        bail!("PHOENIX_TEST_ENGINES is set but names no engine");
    }
    Ok(found)
}

fn addresses() -> Vec<String> {
    let listed = env::var("PHOENIX_TEST_ENGINES")
        .or_else(|_| env::var("DOCKER_HOST"))
        .unwrap_or_else(|_| "unix:///var/run/docker.sock".to_owned());
    listed.split_whitespace().map(str::to_owned).collect()
}

/// Runs `scenario` on every engine, one after the other, on a runtime of its own. Panics with the
/// engine's version and the whole chain of causes when it fails.
#[track_caller]
pub fn on_each_engine<S>(scenario: S)
where
    S: AsyncFn(Engine) -> Result<()>,
{
    let place = Location::caller();
    let outcome = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("no runtime")
        .and_then(|runtime| {
            runtime.block_on(async {
                for engine in engines().await? {
                    say(&format!("on Engine {}", engine.version));
                    let version = engine.version.clone();
                    scenario(engine).await.with_context(|| format!("on Engine {version}"))?;
                }
                Ok(())
            })
        });
    if let Err(error) = outcome {
        fail(&format!("{place}: {error:?}"));
    }
}

#[expect(clippy::print_stderr, reason = "the test harness shows it beside a failure")]
fn say(line: &str) {
    eprintln!("{line}");
}

#[expect(clippy::panic, reason = "a scenario fails by panicking")]
fn fail(message: &str) -> ! {
    panic!("{message}")
}
