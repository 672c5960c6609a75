//! Running the real `phoenixctl` against a scene.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::{scene::Scene, wait::within};

const RUN_BOUND: Duration = Duration::from_mins(4);

/// How a run of `phoenixctl` ended.
#[derive(Clone, Debug)]
pub struct CtlOutcome {
    /// Its exit code; none when a signal ended it.
    pub exit_code: Option<i32>,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl CtlOutcome {
    /// Standard output as exactly one JSON document.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.stdout)
            .with_context(|| format!("not one JSON document: {self:?}"))
    }

    /// Fails, showing everything it said, unless it ended with this exit code.
    pub fn expect_code(self, code: i32) -> Result<Self> {
        ensure!(
            self.exit_code == Some(code),
            "phoenixctl ended with {:?} instead of {code}\nstdout:\n{}\nstderr:\n{}",
            self.exit_code,
            self.stdout,
            self.stderr
        );
        Ok(self)
    }

    /// Fails unless it ended with 0.
    pub fn expect_success(self) -> Result<Self> {
        self.expect_code(0)
    }
}

impl Scene {
    /// Runs `phoenixctl` to its end, within 4 minutes.
    pub async fn ctl<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<CtlOutcome> {
        let mut command = self.ctl_command(arguments)?;
        within("the end of phoenixctl", RUN_BOUND, async {
            let output = command.output().await.context("phoenixctl could not be started")?;
            Ok(CtlOutcome {
                exit_code: output.status.code(),
                stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
                stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            })
        })
        .await
    }

    /// `phoenixctl` ready to be spawned, for tests that interrupt or watch it: the scene's engine,
    /// settings, state and home; no input; ends when dropped.
    pub fn ctl_command<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<tokio::process::Command> {
        let mut command = self.engine.command(phoenixctl()?);
        command
            .args(arguments)
            .env("PHOENIX_TRAY_CONFIG_DIR", self.config_dir())
            .env("PHOENIX_TRAY_STATE_DIR", self.state_dir())
            .env("HOME", self.home_dir())
            .env_remove("DOCKER_CONFIG")
            .env_remove("DOCKER_API_VERSION")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut command = tokio::process::Command::from(command);
        command.kill_on_drop(true);
        Ok(command)
    }
}

/// The program under test: `PHOENIX_CTL` when set; else, under cargo, built now so that it is never
/// stale; else the one that lies beside this program.
pub fn phoenixctl() -> Result<PathBuf> {
    static PATH: OnceLock<std::result::Result<PathBuf, String>> = OnceLock::new();
    PATH.get_or_init(|| locate().map_err(|error| format!("{error:?}")))
        .clone()
        .map_err(anyhow::Error::msg)
}

fn locate() -> Result<PathBuf> {
    if let Some(path) = env::var_os("PHOENIX_CTL") {
        return Ok(path.into());
    }
    let own = env::current_exe()?;
    let folder = own.parent().context("a program lies in a folder")?;
    let profile = if folder.ends_with("deps") { folder.parent() } else { Some(folder) };
    let profile = profile.context("deps lies in a profile's folder")?;
    if let Some(cargo) = env::var_os("CARGO") {
        build(&cargo, profile)?;
    }
    let path = profile.join(format!("phoenixctl{}", env::consts::EXE_SUFFIX));
    ensure!(path.is_file(), "{} is missing: cargo build -p phoenixctl", path.display());
    Ok(path)
}

fn build(cargo: &OsStr, profile: &Path) -> Result<()> {
    let target_dir = profile.parent().context("a profile's folder lies in the target folder")?;
    let mut command = Command::new(cargo);
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["build", "--package", "phoenixctl"]);
    command.arg("--target-dir").arg(target_dir);
    if profile.ends_with("release") {
        command.arg("--release");
    }
    let output = command.output().context("cargo could not be started")?;
    if !output.status.success() {
        bail!("phoenixctl does not build:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}
