//! The window: every page that an update, a rollback and an adoption lead over, in both languages
//! and both brightnesses, without a breach of accessibility.

mod compose;
mod keyboard;
mod process;
mod settings;
mod zoom;

use std::{fs, path::Path};

use phoenix_load::Load;
use phoenix_tests::{
    Context, GatewayImage, Result, Scene, bail,
    desktop::{Desktop, Window},
    ensure,
};
use serde_json::json;

use crate::support::{
    BOUND, adopted, app_of, mixed_load, on_newest_engine, only_ours, serves, watched,
};

#[test]
fn an_update_is_planned_seen_proven_and_taken_back_in_the_window() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "wupd").await?;
        let gateway = adopted(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0").env("NEW_IN_1_1", "yes")).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.start(&desktop)?;
        let window = app.window().await?;
        let load = Load::start(mixed_load(&gateway))?;
        window.wait_for_text(&gateway.name).await?;
        window.wait_for_text("1.1.0 is available").await?;
        accessible(&window, "the list").await?;
        window.click("What changes?").await?;
        window.wait_for_text("How it is done").await?;
        window.wait_for_text("NEW_IN_1_1").await?;
        accessible(&window, "the plan").await?;
        window.click("Update to 1.1.0").await?;
        window.wait_for_text("Updating to 1.1.0").await?;
        accessible(&window, "the update as it happens").await?;
        window.wait_for_text("Updated to 1.1.0.").await?;
        window.wait_for_text("none failed").await?;
        window
            .wait_until("the plot", "document.querySelector('svg[role=img], figure svg') && 1", &[])
            .await?;
        accessible(&window, "the receipt").await?;

        go_to(&window, &format!("#/service/{}/history", gateway.name)).await?;
        window.wait_for_text("Updated to 1.1.0").await?;
        accessible(&window, "the history").await?;
        window.click("Roll back to 1.0.0").await?;
        window.wait_for_text("Rolled back to 1.0.0.").await?;
        serves(&gateway, "1.0.0").await?;
        let report = load.stop().await;
        assert_eq!(report.failed(), 0, "{report}");
        desktop.finish().await?;
        scene.finish().await
    });
}

#[test]
fn a_port_moves_to_a_switch_only_with_consent() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "wadopt").await?;
        let gateway = watched(&scene).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.start(&desktop)?;
        let window = app.window().await?;
        window.click(&gateway.name).await?;
        window.click("Put it behind a switch").await?;
        window.wait_for_text("New connections are refused for about").await?;
        accessible(&window, "the adoption").await?;
        let switch = scene.ctl(["status", &gateway.name, "--json"]).await?.json()?;
        assert!(!switch.to_string().contains("\"switch\":{"), "moved without consent: {switch}");
        window.click("Move the port to a switch").await?;
        window.wait_for_text("A switch owns the port now.").await?;
        serves(&gateway, "1.0.0").await?;
        desktop.finish().await?;
        scene.finish().await
    });
}

#[test]
fn the_remaining_pages_are_accessible_in_light_and_dark() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "wpages").await?;
        let gateway = watched(&scene).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        for (theme, is_dark) in [("Adwaita", false), ("Adwaita:dark", true)] {
            let app = app_of(&scene, &proxy)?.env("GTK_THEME", theme).start(&desktop)?;
            let window = app.window().await?;
            window.wait_for_text(&gateway.name).await?;
            let dark = "return matchMedia('(prefers-color-scheme: dark)').matches";
            assert_eq!(window.script(dark, &[]).await?, is_dark, "{theme}");
            accessible(&window, &format!("the list in {theme}")).await?;
            let pages = [
                (format!("#/service/{}", gateway.name), "Overview"),
                (format!("#/service/{}/health", gateway.name), "Health check"),
                (format!("#/service/{}/history", gateway.name), "Nothing was done"),
                ("#/settings".to_owned(), "Start at login"),
                ("#/doctor".to_owned(), "This machine"),
                ("#/watch".to_owned(), "Watch a container"),
            ];
            for (page, text) in pages {
                go_to(&window, &page).await?;
                window.wait_for_text(text).await?;
                accessible(&window, &format!("{page} in {theme}")).await?;
            }
            app.kill().await?;
        }
        desktop.finish().await?;
        scene.finish().await
    });
}

#[test]
fn in_french_menu_and_window_are_french() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "wfr").await?;
        let gateway = adopted(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.env("LANG", "fr_FR.UTF-8").start(&desktop)?;
        let (tray, window) = (app.tray().await?, app.window().await?);
        let view = tray.wait_for("Mettre à jour vers 1.1.0").await?;
        assert!(view.offers("Quitter"), "{view:#?}");
        window.wait_for_text(&gateway.name).await?;
        window.wait_for_text("Mettre à jour vers 1.1.0").await?;
        assert_eq!(window.script("return document.documentElement.lang", &[]).await?, "fr");
        let told = desktop.notifications().wait_for("1.1.0").await?;
        assert_eq!(told.buttons[0], "Mettre à jour", "{told:?}");
        desktop.finish().await?;
        scene.finish().await
    });
}

#[test]
fn quitting_in_an_update_ends_it_first() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "wquit").await?;
        let gateway = adopted(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0").fault("slow-start:2000")).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let mut app = app_of(&scene, &proxy)?.hidden().start(&desktop)?;
        let tray = app.tray().await?;
        let load = Load::start(mixed_load(&gateway))?;
        tray.wait_for("Update to 1.1.0").await?;
        tray.click("Update to 1.1.0").await?;
        tray.wait_until("the update to be at work", BOUND, |view| view.says("Updating to 1.1.0"))
            .await?;
        tray.click("Quit").await?;
        desktop.notifications().wait_for("quits after the update").await?;
        let status = app.process().ended(BOUND).await?;
        assert!(status.success(), "{status}");
        let receipt = scene.ctl(["receipt", &gateway.name, "--json"]).await?;
        let receipt = receipt.expect_success()?.json()?;
        // Before the traffic has moved it is put back, afterwards it is brought to its end.
        let serving = match receipt["outcome"].as_str() {
            Some("updated") => "1.1.0",
            Some("failed" | "rolled_back") => "1.0.0",
            _ => bail!("it was left in the middle: {receipt:#}"),
        };
        serves(&gateway, serving).await?;
        let doctor = scene.ctl(["doctor", &gateway.name, "--json"]).await?;
        assert!(!doctor.stdout.contains("interrupted"), "{doctor:?}");
        let report = load.stop().await;
        assert_eq!(report.failed(), 0, "{report}");
        desktop.finish().await?;
        scene.finish().await
    });
}

/// Goes to a page as a link would.
async fn go_to(window: &Window, page: &str) -> Result<()> {
    window.script("location.hash = arguments[0]", &[json!(page)]).await.map(|_nothing| ())
}

/// Fails when axe finds anything in what the window shows.
async fn accessible(window: &Window, what: &str) -> Result<()> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
    let axe = fs::read_to_string(&file).with_context(|| format!("{}: make ui", file.display()))?;
    window.wait_until("the page to be loaded", "!document.querySelector('.loading')", &[]).await?;
    let breaches = window.breaches(&axe).await?;
    ensure!(breaches.is_empty(), "{what} is not accessible:\n{}", breaches.join("\n"));
    Ok(())
}
