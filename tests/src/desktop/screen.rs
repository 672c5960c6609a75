//! What can be seen: windows, their places, pictures.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, bail, ensure};

use super::{START_BOUND, session::Session};
use crate::wait::eventually;

/// A window, as the X server knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XWindow {
    /// Its X number.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it is.
    pub place: Place,
}

/// A rectangle on the screen, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The left edge.
    pub x: i32,
    /// The upper edge.
    pub y: i32,
    /// From left to right.
    pub width: i32,
    /// From top to bottom.
    pub height: i32,
}

pub(super) async fn window_manager_is_there(session: &Session) -> Result<()> {
    eventually("a window manager", START_BOUND, async || {
        // Only a window manager says how many desktops there are.
        run(session.command("xdotool"), &["get_num_desktops"]).await.map(|_number| ())
    })
    .await
}

pub(super) async fn windows_of(session: &Session, process: u32) -> Result<Vec<XWindow>> {
    let process = process.to_string();
    let mut search = tokio::process::Command::from(session.command("xdotool"));
    search.args(["search", "--onlyvisible", "--pid", &process]);
    let found = search.output().await.context("apt-get install xdotool")?;
    let mut windows = Vec::new();
    for id in String::from_utf8_lossy(&found.stdout).split_whitespace() {
        // One that vanished meanwhile cannot be seen.
        windows.extend(window(session, id).await);
    }
    Ok(windows)
}

async fn window(session: &Session, id: &str) -> Result<XWindow> {
    // xdotool counts the window manager's frame twice; this does not.
    let said = run(session.command("xwininfo"), &["-id", id]).await?;
    let number = |name: &str| {
        said.lines()
            .find_map(|line| line.trim().strip_prefix(name)?.trim().parse().ok())
            .with_context(|| format!("no {name} in {said}"))
    };
    let place = Place {
        x: number("Absolute upper-left X:")?,
        y: number("Absolute upper-left Y:")?,
        width: number("Width:")?,
        height: number("Height:")?,
    };
    let title = said.split('"').nth(1).unwrap_or_default().to_owned();
    Ok(XWindow { id: id.to_owned(), title, place })
}

/// Asks the window manager, which asks the program.
pub(super) async fn close(session: &Session, window: &XWindow) -> Result<()> {
    run(session.command("xdotool"), &["windowactivate", "--sync", &window.id]).await?;
    // Its own command for this destroys the window behind the program's back.
    run(session.command("xdotool"), &["key", "alt+F4"]).await.map(|_nothing| ())
}

pub(super) async fn picture(session: &Session, file: &Path) -> Result<()> {
    let output = tokio::process::Command::from(picturing(session, file)).output().await;
    let output = output.context("apt-get install imagemagick")?;
    ensure!(output.status.success(), "import: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// The same for those who cannot wait: destructors.
pub(super) fn picture_now(session: &Session, file: &Path) -> Result<()> {
    let output = picturing(session, file).output().context("apt-get install imagemagick")?;
    ensure!(output.status.success(), "import: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

fn picturing(session: &Session, file: &Path) -> Command {
    let mut command = session.command("import");
    command.args(["-window", "root"]).arg(file);
    command
}

async fn run(command: Command, arguments: &[&str]) -> Result<String> {
    let mut command = tokio::process::Command::from(command);
    let output = command.args(arguments).output().await.context("apt-get install x11-utils")?;
    if !output.status.success() {
        bail!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
