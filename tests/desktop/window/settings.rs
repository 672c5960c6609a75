//! Settings changed in the window.

use std::{fs, path::PathBuf};

use phoenix_tests::{Context, Result, Scene, desktop::Desktop, ensure, eventually};

use crate::support::{BOUND, app_of, on_newest_engine, only_ours, watched};

#[test]
fn a_changed_setting_keeps_the_comments_and_holds_at_once() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "wset").await?;
        let gateway = watched(&scene).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.start(&desktop)?;
        let (tray, window) = (app.tray().await?, app.window().await?);
        window.wait_for_text(&gateway.name).await?;
        window.click("Settings").await?;
        window.choose("Language", "Français").await?;
        window.wait_for_text("Lancer à la connexion").await?;
        tray.wait_for("Quitter").await?;
        let file = scene.config_dir().join("config.toml");
        let written = fs::read_to_string(&file)?;
        assert!(written.starts_with("# Mine.\n"), "{written}");
        assert!(written.contains("monitor = \"2s\""), "{written}");
        assert!(written.contains("language = \"fr\""), "{written}");
        desktop.finish().await?;
        scene.finish().await
    });
}

#[test]
fn start_at_login_writes_an_entry_that_starts_it_hidden() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "wauto").await?;
        let gateway = watched(&scene).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let app = app_of(&scene, &proxy)?.start(&desktop)?;
        let window = app.window().await?;
        window.wait_for_text(&gateway.name).await?;
        window.click("Settings").await?;
        assert!(!window.is_on("Start at login").await?);
        window.click("Start at login").await?;
        let entry = entry(&scene).await?;
        window
            .wait_until("the switch to be on", "isOn(find(wanted))", &["Start at login".into()])
            .await?;
        app.kill().await?;

        let line = fs::read_to_string(&entry)?;
        let line = line.lines().find_map(|line| line.strip_prefix("Exec=")).context("no Exec")?;
        // As a session starts it: a shell splits it into words.
        let shell = app_of(&scene, &proxy)?.program("sh".as_ref()).argument("-c");
        let started = shell.argument(&format!("exec {line}")).start(&desktop)?;
        let tray = started.tray().await?;
        tray.wait_for(&format!("{} 1.0.0 · healthy", gateway.name)).await?;
        assert_eq!(started.windows().await?, []);
        started.kill().await?;

        let app = app_of(&scene, &proxy)?.start(&desktop)?;
        let window = app.window().await?;
        window.wait_for_text(&gateway.name).await?;
        window.click("Settings").await?;
        ensure!(window.is_on("Start at login").await?, "the entry is not seen");
        window.click("Start at login").await?;
        eventually("the entry to be gone", BOUND, async || {
            ensure!(!entry.exists(), "{} is there", entry.display());
            Ok(())
        })
        .await?;
        desktop.finish().await?;
        scene.finish().await
    });
}

/// The entry, where desktops look for it.
async fn entry(scene: &Scene) -> Result<PathBuf> {
    let folder = scene.home_dir().join(".config/autostart");
    eventually("an entry in the autostart folder", BOUND, async || {
        let first = fs::read_dir(&folder)?.next().context("it is empty")?;
        Ok(first?.path())
    })
    .await
}
