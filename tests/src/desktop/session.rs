//! The parts of a desktop, how each is configured, and the environment that leads to them.

mod files;

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use super::{
    START_BOUND,
    process::{Guard, Process},
};

/// Size of the screen, and how many bits a pixel has.
const SCREEN: &str = "1280x800x24";

/// Two X servers that look for a free display at the same moment can find the same one.
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// What a program needs to know to be on the desktop.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) folder: PathBuf,
    /// `:7`.
    pub(super) display: String,
    pub(super) bus_address: String,
}

impl Session {
    /// Starts the X server and the session bus.
    pub(super) async fn begin(
        folder: &Path,
        guard: &Guard,
        parts: &mut Vec<Process>,
    ) -> Result<Self> {
        for part in ["home", "home/.config", "run"] {
            fs::create_dir(folder.join(part))?;
        }
        // Programs refuse a runtime folder that others can read.
        fs::set_permissions(folder.join("run"), fs::Permissions::from_mode(0o700))?;
        files::write(folder)?;
        let alone = ONE_AT_A_TIME.lock().await;
        let mut command = Command::new("Xvfb");
        // A server that resets when its last client leaves refuses whoever connects just then.
        command.args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"]);
        let server = Process::spawn("Xvfb", command, guard)?;
        let number = server
            .line("the display's number", START_BOUND, |line| line.trim().parse::<u32>().ok())
            .await?;
        drop(alone);
        parts.push(server);
        let mut command = Command::new("dbus-daemon");
        command.arg("--config-file").arg(folder.join(files::BUS)).args([
            "--nofork",
            "--nopidfile",
            "--print-address=1",
        ]);
        let bus = Process::spawn("dbus-daemon", command, guard)?;
        let bus_address = bus
            .line("the bus's address", START_BOUND, |line| {
                line.starts_with("unix:").then(|| line.to_owned())
            })
            .await?;
        parts.push(bus);
        Ok(Self { folder: folder.to_owned(), display: format!(":{number}"), bus_address })
    }

    /// A command that finds this desktop and nobody else's.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let home = self.folder.join("home");
        let mut command = Command::new(program);
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus_address)
            .env("XDG_RUNTIME_DIR", self.folder.join("run"))
            .env("XDG_CURRENT_DESKTOP", "XFCE")
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("XDG_CACHE_HOME", home.join(".cache"))
            .env("XDG_DATA_HOME", home.join(".local/share"))
            .env("XDG_STATE_HOME", home.join(".local/state"))
            .env("LANG", "C.UTF-8")
            .env("GDK_BACKEND", "x11")
            .env("GSETTINGS_BACKEND", "memory")
            .env("NO_AT_BRIDGE", "1");
        for foreign in ["WAYLAND_DISPLAY", "XAUTHORITY", "LC_ALL", "LC_MESSAGES", "LANGUAGE"] {
            command.env_remove(foreign);
        }
        command
    }

    pub(super) fn window_manager(&self, guard: &Guard) -> Result<Process> {
        let mut command = self.command("xfwm4");
        command.args(["--compositor=off", "--sm-client-disable"]);
        Process::spawn("xfwm4", command, guard)
    }

    /// The daemon that window manager and panel read their settings from.
    pub(super) fn settings(&self, guard: &Guard) -> Result<Process> {
        Process::spawn("xfconfd", self.command(settings_daemon()?), guard)
    }

    pub(super) fn panel(&self, guard: &Guard) -> Result<Process> {
        let mut command = self.command("xfce4-panel");
        command.args(["--disable-wm-check", "--sm-client-disable"]);
        Process::spawn("xfce4-panel", command, guard)
    }

    pub(super) fn notification_server(&self, guard: &Guard) -> Result<Process> {
        let mut command = self.command("dunst");
        command.arg("-config").arg(self.folder.join(files::NOTIFICATIONS));
        Process::spawn("dunst", command, guard)
    }

    /// Where the name of the button to press is left for the notification server's menu.
    pub(super) fn button(&self) -> PathBuf {
        self.folder.join(files::BUTTON)
    }
}

/// It lies in a folder that differs between architectures; its activation file says where.
fn settings_daemon() -> Result<PathBuf> {
    const ACTIVATION: &str = "/usr/share/dbus-1/services/org.xfce.Xfconf.service";
    let text = fs::read_to_string(ACTIVATION).context("apt-get install xfconf")?;
    let program = text.lines().find_map(|line| line.strip_prefix("Exec="));
    Ok(program.with_context(|| format!("{ACTIVATION} names no program"))?.into())
}
