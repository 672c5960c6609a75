//! Compose files that are read without compose, are broken, or cannot be written.

use std::{fs, os::unix::fs::PermissionsExt};

use phoenix_tests::{GatewayImage, Scene, on_each_engine};

use super::{Owners, START_FIRST, outcome};
use crate::overlap::version;

#[test]
fn without_the_compose_cli_the_file_itself_is_obeyed_even_if_it_is_read_only() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "nocli").await?;
        let owners = Owners::up(&scene, START_FIRST).await?;
        fs::set_permissions(&owners.project.file, fs::Permissions::from_mode(0o444))?;
        let text = fs::read_to_string(&owners.project.file)?;
        let nowhere = scene.folder().join("nowhere");
        let service = owners.service();
        for arguments in
            [["adopt", &service, "--yes", "--json"], ["update", &service, "--yes", "--json"]]
        {
            if arguments[0] == "update" {
                scene.publish(&GatewayImage::new("1.1.0")).await?;
            }
            let mut command = scene.ctl_command(arguments)?;
            command.env("PATH", &nowhere).env_remove("PHOENIX_COMPOSE");
            let ended = outcome(command).await?.expect_success()?;
            let reason = ended.json()?["strategy_reason"].take();
            assert!(reason.as_str().is_some_and(|said| said.contains("start-first")), "{reason}");
        }
        assert_eq!(version(&owners.gateway).await?, "1.1.0");
        assert_eq!(text, fs::read_to_string(&owners.project.file)?);
        owners.up_finds_nothing_to_do().await?;
        scene.finish().await
    });
}

#[test]
fn a_compose_file_that_cannot_be_parsed_is_named_with_its_line_and_the_update_goes_on() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "broken").await?;
        let owners = Owners::up(&scene, START_FIRST).await?;
        let service = owners.service();
        owners.ctl(&["adopt", &service, "--yes", "--json"]).await?.expect_success()?;
        let whole = fs::read_to_string(&owners.project.file)?;
        fs::write(&owners.project.file, format!("{whole}\n  [broken: {{\n"))?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let update =
            owners.ctl(&["update", &service, "--monitor", "1s"]).await?.expect_success()?;
        let file = owners.project.file.display().to_string();
        assert!(update.stderr.contains(&file), "the file is not named: {update:?}");
        assert!(update.stderr.contains("without what it says"), "{update:?}");
        assert_eq!(version(&owners.gateway).await?, "1.1.0");

        fs::write(&owners.project.file, whole)?;
        owners.up_finds_nothing_to_do().await?;
        scene.finish().await
    });
}
