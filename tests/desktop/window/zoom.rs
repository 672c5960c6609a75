//! Twice the size: everything stays readable from left to right, and the next window is as large.

use std::fs;

use phoenix_tests::{
    Context, GatewayImage, Result, Scene,
    desktop::{Desktop, Key, Window},
    ensure, eventually,
};

use super::go_to;
use crate::support::{BOUND, adopted, app_of, on_newest_engine, only_ours};

#[test]
fn at_200_percent_nothing_is_cut_off_and_it_stays_so() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "wzoom").await?;
        let gateway = adopted(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        scene.ctl(["update", &gateway.name, "--json"]).await?.expect_success()?;
        scene.publish(&GatewayImage::new("1.2.0").env("NEW_IN_1_2", "yes")).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.start(&desktop)?;
        let window = app.window().await?;
        window.wait_for_text("1.2.0 is available").await?;
        let usual = window.width().await?;
        for _ in 0..4 {
            window.press(&[Key::CONTROL, Key::of('+')]).await?;
        }
        is_wide(&window, usual / 2.0).await?;
        let file = scene.config_dir().join("config.toml");
        let written = fs::read_to_string(&file)?;
        assert!(written.starts_with("# Mine.\n"), "{written}");
        assert!(written.contains("zoom = 200"), "{written}");
        app.kill().await?;

        let app = app_of(&scene, &proxy)?.start(&desktop)?;
        let window = app.window().await?;
        window.wait_for_text("1.2.0 is available").await?;
        is_wide(&window, usual / 2.0).await?;
        nothing_is_cut_off(&window, "the list").await?;
        let of_service = |rest: &str| format!("#/service/{}{rest}", gateway.name);
        for (page, text) in [
            (of_service(""), "Kept release"),
            (of_service("/health"), "Health check"),
            (of_service("/history"), "Updated to 1.1.0"),
            (format!("#/plan/{}/update", gateway.name), "NEW_IN_1_2"),
            ("#/settings".to_owned(), "Start at login"),
            ("#/doctor".to_owned(), "This machine"),
            ("#/watch".to_owned(), "Watch a container"),
        ] {
            go_to(&window, &page).await?;
            window.wait_for_text(text).await?;
            nothing_is_cut_off(&window, &page).await?;
        }
        let receipt = scene.ctl(["receipt", &gateway.name, "--json"]).await?;
        let receipt = receipt.expect_success()?.json()?["id"].as_str().map(str::to_owned);
        let receipt = receipt.context("a receipt has an ID")?;
        go_to(&window, &format!("#/receipt/{}/{receipt}", gateway.name)).await?;
        window.wait_for_text("Updated to 1.1.0.").await?;
        nothing_is_cut_off(&window, "the receipt").await?;
        window.press(&[Key::CONTROL, Key::of('0')]).await?;
        is_wide(&window, usual).await?;
        desktop.finish().await?;
        scene.finish().await
    });
}

/// Waits until the window has this many of the page's pixels from left to right.
async fn is_wide(window: &Window, wanted: f64) -> Result<()> {
    eventually("the size to change", BOUND, async || {
        let now = window.width().await?;
        ensure!((now - wanted).abs() <= 1.0, "it is {now} wide, not {wanted}");
        Ok(())
    })
    .await
}

async fn nothing_is_cut_off(window: &Window, what: &str) -> Result<()> {
    window.wait_until("the page to be loaded", "!document.querySelector('.loading')", &[]).await?;
    let cut_off = window.cut_off().await?;
    ensure!(cut_off.is_empty(), "{what} does not fit:\n{}", cut_off.join("\n"));
    Ok(())
}
