//! Starting: clicks on the icon, a second start, a desktop whose panel comes later.

use phoenix_tests::{Scene, desktop::Desktop, ensure, eventually};

use crate::support::{BOUND, adopted, app_of, on_newest_engine, only_ours};

#[test]
fn a_left_click_opens_the_window_next_to_it() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "dclick").await?;
        adopted(&scene).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.hidden().start(&desktop)?;
        let tray = app.tray().await?;
        assert_eq!(app.windows().await?, []);
        tray.activate(900, 14).await?;
        let window = app.visible_window().await?;
        assert_eq!(window.title, "Phoenix Tray");
        eventually("the window below the click, wholly on the screen", BOUND, async || {
            let place = app.visible_window().await?.place;
            let centre = place.x + place.width / 2;
            ensure!((centre - 900).abs() <= 40, "not below the click: {place:?}");
            ensure!((14..=120).contains(&place.y), "not below the panel: {place:?}");
            ensure!(place.x + place.width <= 1_280, "beyond the screen: {place:?}");
            Ok(())
        })
        .await?;
        desktop.finish().await?;
        scene.finish().await
    });
}

#[test]
fn a_second_start_opens_the_window_of_the_first_and_ends_well() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "dsecond").await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let first = app_of(&scene, &proxy)?.hidden().start(&desktop)?;
        first.tray().await?;
        let mut hidden = app_of(&scene, &proxy)?.hidden().start(&desktop)?;
        assert!(hidden.process().ended(BOUND).await?.success());
        assert_eq!(first.windows().await?, [], "a hidden start opens no window");
        let mut second = app_of(&scene, &proxy)?.start(&desktop)?;
        assert!(second.process().ended(BOUND).await?.success());
        first.visible_window().await?;
        desktop.finish().await?;
        scene.finish().await
    });
}

#[test]
fn a_window_that_opens_at_the_start_misses_no_icon_that_is_on_its_way() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "dfirst").await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.start(&desktop)?;
        let window = app.window().await?;
        let first = "return globalThis.__PHOENIX_SNAPSHOT__.trayShown";
        assert_eq!(window.script(first, &[]).await?, true);
        desktop.finish().await?;
        scene.finish().await
    });
}

#[test]
fn without_a_panel_it_starts_and_its_icon_appears_with_the_panel() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "dlate").await?;
        let gateway = adopted(&scene).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start_without_panel().await?;
        let mut app = app_of(&scene, &proxy)?.start(&desktop)?;
        let window = app.window().await?;
        window.wait_for_text("No tray icon on this desktop").await?;
        window.wait_for_text(&gateway.name).await?;
        desktop.start_panel().await?;
        let tray = app.tray().await?;
        tray.wait_for("Quit").await?;
        tray.click("Quit").await?;
        assert!(app.process().ended(BOUND).await?.success());
        desktop.finish().await?;
        scene.finish().await
    });
}
