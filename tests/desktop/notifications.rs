//! Notifications: what they offer, and that a release is announced once.

use std::fs;

use phoenix_load::Load;
use phoenix_tests::{GatewayImage, Result, Scene, desktop::Desktop, ensure, eventually};
use serde_json::Value;

use crate::support::{BOUND, adopted, app_of, mixed_load, on_newest_engine, only_ours, serves};

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
fn later_silences_a_service_until_its_time_is_over() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "dlater").await?;
        let gateway = adopted(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.hidden().start(&desktop)?;
        let tray = app.tray().await?;
        let told = desktop.notifications().wait_for("1.1.0 is available").await?;
        desktop.notifications().press(&told, "Later").await?;
        let of_service = |known: &Value| known["services"][&gateway.name].clone();
        eventually("the silence is remembered", BOUND, async || {
            let known = of_service(&remembered(&scene)?);
            ensure!(known["snoozed_until"].is_string(), "{known:#}");
            Ok(())
        })
        .await?;
        let checked = remembered_check(&scene, &gateway.name).await?;
        scene.publish(&GatewayImage::new("1.2.0")).await?;
        tray.click("Check now").await?;
        checked_after(&scene, &gateway.name, &checked).await?;
        // The tray says it all the same: what is silent is not hidden.
        tray.wait_for("Update to 1.2.0").await?;
        assert_eq!(desktop.notifications().with("1.2.0 is available").len(), 0, "not silent");
        app.kill().await?;

        over_by_now(&scene, &gateway.name)?;
        let app = app_of(&scene, &proxy)?.hidden().start(&desktop)?;
        let tray = app.tray().await?;
        tray.wait_for("Update to 1.2.0").await?;
        tray.click("Check now").await?;
        let told = desktop.notifications().wait_for("1.2.0 is available").await?;
        assert_eq!(told.buttons, OFFER);
        desktop.finish().await?;
        scene.finish().await
    });
}

#[test]
fn an_update_that_was_told_of_is_taken_back_from_its_notification() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "dback").await?;
        let gateway = adopted(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.hidden().start(&desktop)?;
        let load = Load::start(mixed_load(&gateway))?;
        let told = desktop.notifications().wait_for("1.1.0 is available").await?;
        desktop.notifications().press(&told, "Update").await?;
        let told = desktop.notifications().wait_for("was updated to 1.1.0").await?;
        load.wait_for_version("1.1.0", BOUND).await?;
        desktop.notifications().press(&told, "Roll back").await?;
        desktop.notifications().wait_for("is back at 1.0.0").await?;
        serves(&gateway, "1.0.0").await?;
        let report = load.stop().await;
        assert_eq!(report.failed(), 0, "{report}");
        assert_eq!(app.windows().await?, [], "nothing else is asked");
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

/// What the program remembers of everything that it watches.
fn remembered(scene: &Scene) -> Result<Value> {
    Ok(serde_json::from_str(&fs::read_to_string(scene.state_dir().join("watch.json"))?)?)
}

/// Ends the silence about a service while the program does not run, as if its time had passed.
fn over_by_now(scene: &Scene, service: &str) -> Result<()> {
    let mut known = remembered(scene)?;
    known["services"][service]["snoozed_until"] = Value::from("2020-01-01T00:00:00Z");
    Ok(fs::write(scene.state_dir().join("watch.json"), known.to_string())?)
}

fn last_check(scene: &Scene, service: &str) -> Result<String> {
    let known = remembered(scene)?;
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
