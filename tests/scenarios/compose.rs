//! Compose stays truthful: its files are obeyed, and after everything we do `docker compose up -d`
//! finds nothing to do.

mod edited;
mod odd_files;
mod replicas;
mod truthful;

use std::{collections::BTreeMap, fs};

use phoenix_tests::{
    ComposeProject, Context, CtlOutcome, GatewayImage, Result, Running, Scene, compose_cli, ensure,
    eventually, free_port, within,
};
use tokio::process::Command;

use crate::{overlap::version, trouble::BOUND};

pub(crate) const START_FIRST: &str = "        order: start-first\n        monitor: 1s";

/// The service of the owner's own compose file.
pub(crate) struct Owners<'a> {
    scene: &'a Scene,
    pub(crate) project: ComposeProject<'a>,
    pub(crate) gateway: Running,
}

impl<'a> Owners<'a> {
    /// Starts release 1.0.0 of it, with this `update_config`.
    async fn up(scene: &'a Scene, update_config: &str) -> Result<Self> {
        Self::up_as(scene, update_config, &scene.reference(), None).await
    }

    /// The same by the tag of its version.
    pub(crate) async fn up_at_tag(scene: &'a Scene) -> Result<Self> {
        Self::up_as(scene, START_FIRST, &scene.tagged("1.0.0"), None).await
    }

    /// The same, where the tag is a variable of another file with this text.
    pub(crate) async fn up_by_variable(scene: &'a Scene, text: &str) -> Result<Self> {
        Self::up_as(scene, START_FIRST, &scene.tagged("${RELEASE}"), Some(text)).await
    }

    async fn up_as(
        scene: &'a Scene,
        update_config: &str,
        image: &str,
        variables: Option<&str>,
    ) -> Result<Self> {
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let port = free_port()?;
        fs::create_dir_all(scene.home_dir().join(".phoenix"))?;
        let project = scene.compose(&owners_file(scene, port, image, update_config))?;
        if let Some(text) = variables {
            fs::write(project.file.with_file_name(".env"), text)?;
        }
        project.up().await?;
        let name = scene.name("gateway");
        let id = scene.inspect(&name).await?.id.unwrap_or_default();
        let gateway = Running { id, name, port };
        eventually("the gateway answers", BOUND, async || version(&gateway).await).await?;
        Ok(Self { scene, project, gateway })
    }

    /// `project/service`.
    pub(crate) fn service(&self) -> String {
        format!("{}/gateway", self.project.project)
    }

    /// `phoenixctl` with compose's own CLI at hand.
    pub(crate) async fn ctl(&self, arguments: &[&str]) -> Result<CtlOutcome> {
        let mut command = self.scene.ctl_command(arguments)?;
        command.env("PHOENIX_COMPOSE", compose_cli());
        outcome(command).await
    }

    /// `docker compose up -d` does nothing: the same containers, running since the same moment.
    pub(crate) async fn up_finds_nothing_to_do(&self) -> Result<()> {
        let before = containers(&self.project).await?;
        let said = self.project.up().await?;
        let after = containers(&self.project).await?;
        ensure!(before == after, "compose changed {before:#?} to {after:#?}:\n{said}");
        ensure!(!said.contains("Recreate"), "{said}");
        Ok(())
    }
}

/// The containers that compose knows of the project: name, and what `ps` says of it beside its age.
async fn containers(project: &ComposeProject<'_>) -> Result<BTreeMap<String, String>> {
    let said = project.run(&["ps", "--all", "--format", "json"]).await?;
    let mut found = BTreeMap::new();
    for line in said.lines().filter(|line| line.starts_with('{')) {
        let entry: serde_json::Value = serde_json::from_str(line)?;
        let name = entry["Name"].as_str().context("a container has a name")?;
        let what = format!("{} {} {}", entry["ID"], entry["State"], entry["CreatedAt"]);
        found.insert(name.to_owned(), what);
    }
    ensure!(!found.is_empty(), "compose knows no container: {said}");
    Ok(found)
}

/// The owner's file with a name, a port and an image of the test's own.
fn owners_file(scene: &Scene, port: u16, image: &str, update_config: &str) -> String {
    format!(
        "services:
  gateway:
    image: {image}
    container_name: {name}
    restart: unless-stopped
    ports:
      - \"127.0.0.1:{port}:18789\"
    volumes:
      - {config}:/app/config
      - phoenix-data:/app/data
    environment:
      - OLLAMA_HOST=host.docker.internal:11434
      - LMSTUDIO_HOST=host.docker.internal:1234
    healthcheck:
      test: [\"CMD\", \"/phoenix\", \"health\"]
      interval: 10s
      timeout: 5s
      retries: 3
      start_period: 30s
    deploy:
      update_config:
{update_config}
      rollback_config:
        parallelism: 1
        delay: 10s
    extra_hosts:
      - \"host.docker.internal:host-gateway\"

volumes:
  phoenix-data:
",
        name = scene.name("gateway"),
        config = scene.home_dir().join(".phoenix").display(),
    )
}

async fn outcome(mut command: Command) -> Result<CtlOutcome> {
    within("the end of phoenixctl", 3 * BOUND, async {
        let output = command.output().await?;
        Ok(CtlOutcome {
            exit_code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    })
    .await
}
