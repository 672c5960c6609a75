//! The icon in the tray and its menu.

mod engine_away;
mod starting;

use phoenix_icons::TrayState;
use phoenix_load::Load;
use phoenix_tests::{GatewayImage, Scene, desktop::Desktop, on_each_engine};

use crate::support::{BOUND, adopted, app_of, mixed_load, on_newest_engine, only_ours, serves};

#[test]
fn the_icon_appears_and_its_menu_reads_as_the_state_says() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "dmenu").await?;
        let gateway = adopted(&scene).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.hidden().start(&desktop)?;
        let tray = app.tray().await?;
        assert_eq!(tray.title_and_status().await?, ("Phoenix Tray".into(), "Active".into()));
        let service = format!("{} 1.0.0 · healthy", gateway.name);
        let view = tray.wait_for(&service).await?;
        assert_eq!(
            view.lines(),
            [service.as_str(), "-", "Check now", "Pause updates", "-", "Open Phoenix Tray", "Quit",]
        );
        assert_eq!(view.tooltip, format!("Phoenix Tray\n{service}"));

        scene.publish(&GatewayImage::new("1.1.0")).await?;
        tray.click("Check now").await?;
        tray.wait_for("Update to 1.1.0").await?;
        let view = tray.wait_for_icon(TrayState::UpdateAvailable).await?;
        assert_eq!(view.lines()[..3], [service.as_str(), "Update to 1.1.0", "-"]);

        tray.click("Pause updates").await?;
        tray.wait_for("Resume updates").await?;
        assert_eq!(app.windows().await?, []);
        desktop.finish().await?;
        scene.finish().await
    });
}

#[test]
fn update_and_roll_back_from_the_menu_lose_no_request() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "dupd").await?;
        let gateway = adopted(&scene).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.hidden().start(&desktop)?;
        let tray = app.tray().await?;
        let load = Load::start(mixed_load(&gateway))?;
        load.wait_for_successes(200, BOUND).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        tray.wait_for("Check now").await?;
        tray.click("Check now").await?;
        tray.wait_for("Update to 1.1.0").await?;
        tray.click("Update to 1.1.0").await?;
        tray.wait_until("the icon of an update", BOUND, |view| {
            matches!(view.icon, Some(TrayState::Updating { .. }))
        })
        .await?;
        load.wait_for_version("1.1.0", BOUND).await?;
        tray.wait_for("Roll back to 1.0.0").await?;
        // Docker asks a new container after its interval: until then it is starting.
        tray.wait_until("1.1.0 to be healthy", BOUND, |view| {
            view.icon == Some(TrayState::Healthy) && view.says("1.1.0 · healthy")
        })
        .await?;
        let told = desktop.notifications().wait_for("was updated to 1.1.0").await?;
        assert_eq!(told.buttons, ["Show", "Roll back"]);
        assert!(told.body.contains("none failed"), "{told:?}");

        tray.click("Roll back to 1.0.0").await?;
        desktop.notifications().wait_for("is back at 1.0.0").await?;
        serves(&gateway, "1.0.0").await?;
        let report = load.stop().await;
        println!("{report}");
        assert_eq!(report.failed(), 0, "{report}");
        desktop.finish().await?;
        scene.finish().await
    });
}

#[test]
fn a_release_that_is_never_healthy_is_told_and_the_old_one_serves() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "dbad").await?;
        let gateway = adopted(&scene).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.hidden().start(&desktop)?;
        let tray = app.tray().await?;
        let load = Load::start(mixed_load(&gateway))?;
        scene.publish(&GatewayImage::new("1.1.0").fault("exit:3")).await?;
        tray.wait_for("Check now").await?;
        tray.click("Check now").await?;
        tray.wait_for("Update to 1.1.0").await?;
        tray.click("Update to 1.1.0").await?;
        let told = desktop.notifications().wait_for("was not updated to 1.1.0").await?;
        assert!(told.body.contains("1.0.0 keeps serving"), "{told:?}");
        assert_eq!(told.urgency, 2, "{told:?}");
        let attention = "attention, and the old release healthy";
        let view = tray
            .wait_until(attention, BOUND, |view| {
                view.icon == Some(TrayState::Attention) && view.says("1.0.0 · healthy")
            })
            .await?;
        assert!(!view.offers("Update to 1.1.0"), "a digest known to be bad is offered: {view:#?}");
        serves(&gateway, "1.0.0").await?;
        let report = load.stop().await;
        assert_eq!(report.failed(), 0, "{report}");
        desktop.finish().await?;
        scene.finish().await
    });
}
