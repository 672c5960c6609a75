//! Notifications: what they offer, and that a release is announced once.

use std::fs;

use phoenix_tests::{GatewayImage, Result, Scene, desktop::Desktop, ensure, eventually};
use serde_json::Value;

use crate::support::{BOUND, adopted, app_of, on_newest_engine, only_ours, serves};

const OFFER: [&str; 3] = ["Update", "Later", "Skip this version"];

#[test]
fn an_update_is_announced_once_and_its_button_updates() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "dnote").await?;
        let gateway = adopted(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.hidden().start(&desktop)?;
        let announced = format!("{} 1.1.0 is available", gateway.name);
        let told = desktop.notifications().wait_for(&announced).await?;
        assert_eq!(told.buttons, OFFER);
        assert!(told.has_default);
        let checked = remembered_check(&scene, &gateway.name).await?;
        app.kill().await?;

        let app = app_of(&scene, &proxy)?.hidden().start(&desktop)?;
        let tray = app.tray().await?;
        tray.wait_for("Update to 1.1.0").await?;
        tray.click("Check now").await?;
        checked_after(&scene, &gateway.name, &checked).await?;
        assert_eq!(desktop.notifications().with(&announced).len(), 1, "announced again");

        scene.publish(&GatewayImage::new("1.2.0")).await?;
        tray.click("Check now").await?;
        let told = desktop.notifications().wait_for("1.2.0 is available").await?;
        desktop.notifications().press(&told, "Update").await?;
        desktop.notifications().wait_for("was updated to 1.2.0").await?;
        serves(&gateway, "1.2.0").await?;
        desktop.finish().await?;
        scene.finish().await
    });
}

#[test]
fn a_skipped_release_is_not_offered_until_there_is_another() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "dskip").await?;
        adopted(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.hidden().start(&desktop)?;
        let tray = app.tray().await?;
        let told = desktop.notifications().wait_for("1.1.0 is available").await?;
        tray.wait_for("Update to 1.1.0").await?;
        desktop.notifications().press(&told, "Skip this version").await?;
        tray.wait_until("the update to be gone", BOUND, |view| !view.offers("Update to 1.1.0"))
            .await?;
        scene.publish(&GatewayImage::new("1.2.0")).await?;
        tray.click("Check now").await?;
        tray.wait_for("Update to 1.2.0").await?;
        desktop.finish().await?;
        scene.finish().await
    });
}

#[test]
fn pressing_a_notification_opens_the_page_of_its_service() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "dopen").await?;
        let gateway = adopted(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.hidden().start(&desktop)?;
        desktop.notifications().wait_for("1.1.0 is available").await?;
        desktop.notifications().open().await?;
        let window = app.window().await?;
        window.wait_for_text(&gateway.name).await?;
        let place = window.script("return location.hash", &[]).await?;
        assert_eq!(place, format!("#/service/{}", gateway.name));
        desktop.finish().await?;
        scene.finish().await
    });
}

/// When the registry was last asked about a service, as the program remembers it.
async fn remembered_check(scene: &Scene, service: &str) -> Result<String> {
    eventually("the check is remembered", BOUND, async || last_check(scene, service)).await
}

fn last_check(scene: &Scene, service: &str) -> Result<String> {
    let text = fs::read_to_string(scene.state_dir().join("watch.json"))?;
    let known: Value = serde_json::from_str(&text)?;
    let at = &known["services"][service]["last_check"]["at"];
    ensure!(at.is_string(), "nothing is known about {service}: {known}");
    Ok(at.to_string())
}

async fn checked_after(scene: &Scene, service: &str, before: &str) -> Result<()> {
    eventually("another check", BOUND, async || {
        ensure!(last_check(scene, service)? != before, "not yet");
        Ok(())
    })
    .await
}
