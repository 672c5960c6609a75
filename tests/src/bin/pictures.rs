//! Makes the pictures of the README: the real program on a real desktop, against a real engine, with
//! clients at the gateway, in light and dark.
//!
//! `pictures FOLDER`

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use bollard::query_parameters::RenameContainerOptionsBuilder;
use phoenix_load::{Load, LoadPlan};
use phoenix_tests::{
    ContainerSpec, Context as _, GatewayImage, Result, Running, Scene,
    desktop::{App, Desktop, XWindow},
    engines, ensure, eventually,
};

/// The name that the program knows out of the box.
const GATEWAY: &str = "phoenix-gateway";
const BOUND: Duration = Duration::from_mins(1);
/// A short watch, so that the pictures do not take minutes.
const SETTINGS: &str = "[defaults]\nmonitor = \"6s\"\n";

#[tokio::main]
async fn main() -> Result<()> {
    let folder: PathBuf = std::env::args_os().nth(1).context("pictures FOLDER")?.into();
    std::fs::create_dir_all(&folder)?;
    for (theme, name) in [("Adwaita", "light"), ("Adwaita:dark", "dark")] {
        one_brightness(&folder, theme, name).await?;
    }
    Ok(())
}

/// The whole story once: tray and list, plan, update under load, receipt.
async fn one_brightness(folder: &Path, theme: &str, name: &str) -> Result<()> {
    let engine = engines().await?.swap_remove(0);
    let scene = Scene::set(&engine, "pictures").await?;
    std::fs::write(scene.config_dir().join("config.toml"), SETTINGS)?;
    let gateway = gateway(&scene).await?;
    scene.ctl(["adopt", GATEWAY, "--yes"]).await?.expect_success()?;
    scene.publish(&release("1.1.0").env("MODELS_CACHE", "on")).await?;
    let desktop = Desktop::start().await?;
    let app = App::of(&scene)?.env("GTK_THEME", theme).start(&desktop)?;
    let window = app.window().await?;
    let load = Load::start(LoadPlan::gentle(vec![at(&gateway)]))?;
    window.wait_for_text("1.1.0 is available").await?;
    desktop.notifications().wait_for("1.1.0").await?;
    // Where it is shown, the menu opens.
    desktop.notifications().dismiss_all().await?;
    let shown = app.visible_window().await?;
    open_menu(&desktop).await?;
    tray_picture(&desktop, &folder.join(format!("tray-{name}.png"))).await?;
    close_menu(&desktop).await?;
    window.click("What changes?").await?;
    window.wait_for_text("How it is done").await?;
    picture(&desktop, &folder.join(format!("plan-{name}.png")), &shown).await?;
    load.wait_for_successes(3_000, BOUND).await?;
    window.click("Update to 1.1.0").await?;
    window.wait_for_text("The new release is being watched").await?;
    picture(&desktop, &folder.join(format!("live-{name}.png")), &shown).await?;
    window.wait_for_text("Updated to 1.1.0.").await?;
    picture(&desktop, &folder.join(format!("receipt-{name}.png")), &shown).await?;
    let report = load.stop().await;
    ensure!(report.failed() == 0, "{report}");
    desktop.finish().await?;
    scene.ctl(["release", GATEWAY, "--yes"]).await?.expect_success()?;
    scene.finish().await
}

async fn gateway(scene: &Scene) -> Result<Running> {
    scene.publish(&release("1.0.0")).await?;
    let mut gateway = scene.run(ContainerSpec::new("gateway")).await?;
    let renamed = RenameContainerOptionsBuilder::default().name(GATEWAY).build();
    scene.docker().rename_container(&gateway.id, renamed).await?;
    GATEWAY.clone_into(&mut gateway.name);
    eventually("the gateway answers", BOUND, async || gateway.get("/api/health").await).await?;
    Ok(gateway)
}

/// A release whose image says a little about itself, as real ones do.
fn release(version: &str) -> GatewayImage {
    GatewayImage::new(version)
        .health_interval(Duration::from_secs(5), 3)
        .label("org.opencontainers.image.source", "https://github.com/phoenix/gateway")
        .env("GATEWAY_RELEASE", version)
}

fn at(gateway: &Running) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], gateway.port))
}

/// A right click on the only icon at the panel's right end.
async fn open_menu(desktop: &Desktop) -> Result<()> {
    run(desktop, &["mousemove", "1264", "14", "click", "3"]).await?;
    // The panel asks for the menu and draws it; nothing on the bus says that it is drawn.
    tokio::time::sleep(Duration::from_millis(800)).await;
    // Into the menu, away from the icon's tooltip.
    run(desktop, &["mousemove", "1100", "52"]).await
}

async fn close_menu(desktop: &Desktop) -> Result<()> {
    run(desktop, &["key", "Escape"]).await
}

async fn run(desktop: &Desktop, arguments: &[&str]) -> Result<()> {
    let mut command = tokio::process::Command::from(desktop.command("xdotool"));
    let status = command.args(arguments).status().await?;
    ensure!(status.success(), "xdotool {arguments:?}");
    Ok(())
}

/// The menu beside the window, without the empty screen between them.
async fn tray_picture(desktop: &Desktop, file: &Path) -> Result<()> {
    pictured(desktop, file).await?;
    let part = |place: &'static str| ["(", "-clone", "0", "-crop", place, "+repage", ")"];
    let joined = ["-delete", "0", "-background", "none", "-gravity", "north", "+append"];
    let parts = [part("268x190+1012+0"), part("452x692+0+28")];
    convert(desktop, file, &[parts.concat(), joined.to_vec()].concat()).await
}

/// The place of a window on the screen.
async fn picture(desktop: &Desktop, file: &Path, window: &XWindow) -> Result<()> {
    pictured(desktop, file).await?;
    let place = window.place;
    let crop = format!("{}x{}+{}+{}", place.width, place.height, place.x, place.y);
    convert(desktop, file, &["-crop", &crop, "+repage"]).await
}

async fn pictured(desktop: &Desktop, file: &Path) -> Result<()> {
    // What was waited for is in the page; painting it takes a frame or two.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    desktop.picture(file).await
}

async fn convert(desktop: &Desktop, file: &Path, operations: &[&str]) -> Result<()> {
    let mut command = tokio::process::Command::from(desktop.command("convert"));
    let status = command.arg(file).args(operations).arg(file).status().await?;
    ensure!(status.success(), "convert {operations:?}");
    Ok(())
}
