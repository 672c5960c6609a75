//! The window as a process of its own: it takes everything with it, and takes nothing down.

use phoenix_load::Load;
use phoenix_tests::{
    Context, GatewayImage, Result, Scene,
    desktop::{App, Desktop, Tray, XWindow, family},
    ensure, eventually,
};

use crate::support::{BOUND, adopted, app_of, mixed_load, on_newest_engine, only_ours, serves};

#[test]
fn a_closed_window_leaves_no_process() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "pclose").await?;
        adopted(&scene).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.hidden().start(&desktop)?;
        let tray = app.tray().await?;
        assert_eq!(family::family(app.id())?, [app.id()], "hidden it is one process");
        for _ in 0..2 {
            let window = opened(&app, &tray).await?;
            let family = painted(&app).await?;
            desktop.close_window(&window).await?;
            gone(&family, app.id()).await?;
        }
        tray.wait_for("Quit").await?;
        assert!(!app.said().contains("by itself"), "{}", app.said());
        desktop.finish().await?;
        scene.finish().await
    });
}

#[test]
fn a_window_that_crashes_is_told_of_and_opens_again() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "pcrash").await?;
        let gateway = adopted(&scene).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.hidden().start(&desktop)?;
        let tray = app.tray().await?;
        opened(&app, &tray).await?;
        let family = painted(&app).await?;
        family::kill(app.window_process()?.context("the window has no process")?)?;
        gone(&family, app.id()).await?;
        desktop.notifications().wait_for("The window ended unexpectedly").await?;
        tray.wait_for(&format!("{} 1.0.0 · healthy", gateway.name)).await?;
        opened(&app, &tray).await?;
        painted(&app).await?;
        desktop.finish().await?;
        scene.finish().await
    });
}

#[test]
fn a_page_that_crashes_takes_its_window_with_it() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "ppage").await?;
        adopted(&scene).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.hidden().start(&desktop)?;
        let tray = app.tray().await?;
        opened(&app, &tray).await?;
        let family = painted(&app).await?;
        let page = |one: &&u32| family::name(**one).is_some_and(|name| name.contains("WebProc"));
        family::kill(*family.iter().find(page).context("the page has no process")?)?;
        gone(&family, app.id()).await?;
        desktop.notifications().wait_for("The window ended unexpectedly").await?;
        desktop.finish().await?;
        scene.finish().await
    });
}

#[test]
fn a_window_ends_with_the_program_that_opened_it() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "pdie").await?;
        adopted(&scene).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let mut app = app_of(&scene, &proxy)?.hidden().start(&desktop)?;
        let tray = app.tray().await?;
        opened(&app, &tray).await?;
        let family = painted(&app).await?;
        app.process().crash().await?;
        gone(&family, app.id()).await?;
        desktop.finish().await?;
        scene.finish().await
    });
}

#[test]
fn quitting_with_the_window_open_ends_the_update_first() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "pquit").await?;
        let gateway = adopted(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0").fault("slow-start:2000")).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let mut app = app_of(&scene, &proxy)?.hidden().start(&desktop)?;
        let tray = app.tray().await?;
        opened(&app, &tray).await?;
        let family = painted(&app).await?;
        let load = Load::start(mixed_load(&gateway))?;
        tray.wait_for("Update to 1.1.0").await?;
        tray.click("Update to 1.1.0").await?;
        tray.wait_until("the update to be at work", BOUND, |view| view.says("Updating to 1.1.0"))
            .await?;
        tray.click("Quit").await?;
        assert!(app.process().ended(BOUND).await?.success());
        gone(&family, app.id()).await?;
        let receipt = scene.ctl(["receipt", &gateway.name, "--json"]).await?;
        let receipt = receipt.expect_success()?.json()?;
        let is_over = receipt["outcome"] == "updated";
        serves(&gateway, if is_over { "1.1.0" } else { "1.0.0" }).await?;
        let report = load.stop().await;
        assert_eq!(report.failed(), 0, "{report}");
        desktop.finish().await?;
        scene.finish().await
    });
}

/// Clicks the icon, and waits for the window.
async fn opened(app: &App<'_>, tray: &Tray) -> Result<XWindow> {
    tray.activate(900, 14).await?;
    app.visible_window().await
}

/// Waits until the page runs; answers all processes of the window.
async fn painted(app: &App<'_>) -> Result<Vec<u32>> {
    eventually("the web view's processes", BOUND, async || {
        let window = app.window_process()?.context("the window has no process")?;
        let family = family::family(window)?;
        ensure!(family.len() >= 3, "{family:?}");
        Ok(family)
    })
    .await
}

/// Waits until none of these runs and the program, if it does, has none that it started.
async fn gone(family: &[u32], program: u32) -> Result<()> {
    eventually("the window's processes to be gone", BOUND, async || {
        let left: Vec<_> = family.iter().filter(|one| family::runs(**one)).collect();
        ensure!(left.is_empty(), "{left:?} run");
        let alone = family::family(program)?;
        ensure!(alone == [program], "{alone:?} run");
        Ok(())
    })
    .await
}
