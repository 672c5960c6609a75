//! Compose projects, started with compose's own command line.

use std::{env, fs, path::PathBuf};

use anyhow::{Context, Result, bail};

use super::Scene;

/// A project of the scene: its name is the scene's prefix.
#[derive(Debug)]
pub struct ComposeProject<'a> {
    /// Its compose file.
    pub file: PathBuf,
    /// Its name.
    pub project: String,
    scene: &'a Scene,
}

impl Scene {
    /// Writes `text` as the compose file of a project. Nothing is started yet.
    pub fn compose(&self, text: &str) -> Result<ComposeProject<'_>> {
        let folder = self.folder().join("compose");
        fs::create_dir_all(&folder)?;
        let file = folder.join("docker-compose.yml");
        fs::write(&file, text)?;
        Ok(ComposeProject { file, project: self.prefix().to_owned(), scene: self })
    }
}

impl ComposeProject<'_> {
    /// `docker compose up -d`; answers what it said.
    pub async fn up(&self) -> Result<String> {
        self.run(&["up", "--detach"]).await
    }

    /// Runs compose on this project; answers both its outputs. Fails when it does.
    pub async fn run(&self, arguments: &[&str]) -> Result<String> {
        let program = compose_cli();
        let mut command = tokio::process::Command::from(self.scene.engine.command(&program));
        let output = command
            .args(["--project-name", &self.project, "--file"])
            .arg(&self.file)
            .args(arguments)
            .env("HOME", self.scene.home_dir())
            .kill_on_drop(true)
            .output()
            .await
            .with_context(|| format!("{program} could not be started"))?;
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        if !output.status.success() {
            bail!("compose {arguments:?} failed:\n{said}");
        }
        Ok(said)
    }

    /// The name that compose gives to the first container of a service.
    pub fn container(&self, service: &str) -> String {
        format!("{}-{service}-1", self.project)
    }
}

/// Where the compose of the tests is. Compose 2 works as a program of its own: no docker command
/// line is needed.
pub fn compose_cli() -> String {
    env::var("PHOENIX_TEST_COMPOSE").unwrap_or_else(|_| "docker-compose".to_owned())
}
