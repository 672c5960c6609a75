//! The desktop application, started on a desktop and against a scene.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, ensure};

use super::{Desktop, Process, Tray, Window, XWindow, family};
use crate::{
    scene::{Scene, free_port},
    wait::eventually,
};

const BOUND: Duration = Duration::from_mins(1);

/// What the kernel calls the window's process.
const WINDOW: &str = "phoenix-tray-wi";

/// How the application is started.
#[derive(Clone, Debug)]
pub struct AppSpec {
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    home: PathBuf,
}

/// The application, running. It ends when this is dropped.
pub struct App<'a> {
    process: Process,
    inspector: u16,
    desktop: &'a Desktop,
}

impl App<'_> {
    /// The application with the engine, the settings and the state of a scene.
    pub fn of(scene: &Scene) -> Result<AppSpec> {
        let spec = AppSpec {
            program: program()?,
            arguments: Vec::new(),
            environment: Vec::new(),
            home: scene.home_dir(),
        };
        Ok(spec
            .env("DOCKER_HOST", &scene.engine.address)
            .env("PHOENIX_TRAY_CONFIG_DIR", scene.config_dir())
            .env("PHOENIX_TRAY_STATE_DIR", scene.state_dir()))
    }

    /// Its process ID.
    pub const fn id(&self) -> u32 {
        self.process.id()
    }

    /// Its process.
    pub const fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Everything that it wrote so far.
    pub fn said(&self) -> String {
        self.process.said()
    }

    /// The process of its window, while there is one.
    pub fn window_process(&self) -> Result<Option<u32>> {
        let family = family::family(self.id())?;
        Ok(family.into_iter().find(|one| family::name(*one).is_some_and(|name| name == WINDOW)))
    }

    /// Its icon, as soon as the panel has it.
    pub async fn tray(&self) -> Result<Tray> {
        let tray = Tray::of_process(self.desktop.bus(), self.id()).await;
        tray.with_context(|| format!("it said:\n{}", self.process.said()))
    }

    /// Its windows that can be seen.
    pub async fn windows(&self) -> Result<Vec<XWindow>> {
        self.desktop.windows_of(self.id()).await
    }

    /// Waits until its only window can be seen.
    pub async fn visible_window(&self) -> Result<XWindow> {
        let seen = eventually("a window", BOUND, async || {
            let windows = self.windows().await?;
            ensure!(windows.len() == 1, "{windows:?}");
            Ok(windows[0].clone())
        });
        seen.await.with_context(|| format!("it said:\n{}", self.process.said()))
    }

    /// The inside of its window, which must be open or about to open. The window stays in the
    /// hands of the test until the application ends: it is not to be closed and opened again.
    pub async fn window(&self) -> Result<Window> {
        let window = Window::of_inspector(self.desktop, self.inspector).await;
        window.with_context(|| format!("it said:\n{}", self.process.said()))
    }

    /// Ends it at once, as a crash would.
    pub async fn kill(self) -> Result<()> {
        self.process.kill().await
    }
}

impl AppSpec {
    /// Starts in the tray, without a window.
    #[must_use]
    pub fn hidden(self) -> Self {
        self.argument("--hidden")
    }

    /// One more argument.
    #[must_use]
    pub fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Sets a variable of its environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Another program than the one under test, which takes the same arguments.
    #[must_use]
    pub fn program(mut self, program: &Path) -> Self {
        program.clone_into(&mut self.program);
        self
    }

    /// Starts it.
    pub fn start(self, desktop: &Desktop) -> Result<App<'_>> {
        let inspector = free_port()?;
        let process = desktop.spawn("phoenix-tray", self.command(desktop, inspector))?;
        Ok(App { process, inspector, desktop })
    }

    /// The command that [`Self::start`] starts: its window can be driven through `inspector`.
    fn command(&self, desktop: &Desktop, inspector: u16) -> Command {
        let mut command = desktop.command(&self.program);
        command
            .args(&self.arguments)
            .env("HOME", &self.home)
            .env("XDG_CONFIG_HOME", self.home.join(".config"))
            .env("XDG_CACHE_HOME", self.home.join(".cache"))
            .env("XDG_DATA_HOME", self.home.join(".local/share"))
            .env("XDG_STATE_HOME", self.home.join(".local/state"))
            .env_remove("DOCKER_CONTEXT")
            .env_remove("DOCKER_CONFIG")
            .env_remove("DOCKER_API_VERSION")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("WEBKIT_INSPECTOR_SERVER", format!("127.0.0.1:{inspector}"))
            .envs(self.environment.iter().cloned());
        command
    }
}

/// The program under test: `PHOENIX_TRAY` when set, else the one that lies beside this program. It
/// is not built here, because the window's pages have to be built into it first.
pub fn program() -> Result<PathBuf> {
    if let Some(path) = env::var_os("PHOENIX_TRAY") {
        return Ok(path.into());
    }
    let own = env::current_exe()?;
    let folder = own.parent().context("a program lies in a folder")?;
    let profile = if folder.ends_with("deps") { folder.parent() } else { Some(folder) };
    let path = profile.context("deps lies in a profile's folder")?.join("phoenix-tray");
    ensure!(
        path.is_file(),
        "{} is missing: make window && cargo build -p phoenix-tray -p phoenix-window",
        path.display()
    );
    Ok(path)
}
