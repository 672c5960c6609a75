//! To another tag: the compose file says it too, so that compose finds nothing to do.

use std::fs;

use phoenix_tests::{GatewayImage, Scene, ensure, on_each_engine};

use crate::{compose::Owners, overlap::version};

#[test]
fn the_compose_file_names_the_new_tag_and_compose_finds_nothing_to_do() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "newtag").await?;
        let owners = Owners::up_at_tag(&scene).await?;
        let service = owners.service();
        let original = fs::read_to_string(&owners.project.file)?;
        owners
            .ctl(&["adopt", &service, "--edit-compose", "--yes", "--json"])
            .await?
            .expect_success()?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;

        // Without the edit, what that means is told, and nothing is written.
        let shown = owners.ctl(&["update", &service, "--to", "1.1.0", "--dry-run"]).await?;
        let shown = shown.expect_success()?.stdout;
        ensure!(shown.contains("would go back to it") && shown.contains("+    image:"), "{shown}");

        let arguments = ["update", &service, "--to", "1.1.0", "--edit-compose", "--json"];
        let told = owners.ctl(&arguments).await?.expect_success()?.json()?;
        assert_eq!(version(&owners.gateway).await?, "1.1.0");
        let edited = fs::read_to_string(&owners.project.file)?;
        ensure!(edited.contains("phoenix/gateway:1.1.0"), "{edited}");
        ensure!(told["compose_edit"]["backup"].is_string(), "{told:#}");
        owners.up_finds_nothing_to_do().await?;

        owners.ctl(&["release", &service, "--yes", "--json"]).await?.expect_success()?;
        let expected = original.replace("phoenix/gateway:1.0.0", "phoenix/gateway:1.1.0");
        assert_eq!(fs::read_to_string(&owners.project.file)?, expected, "the edit is not kept");
        owners.up_finds_nothing_to_do().await?;
        scene.finish().await
    });
}

#[test]
fn a_tag_that_is_a_variable_is_changed_in_its_own_file() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "vartag").await?;
        let owners = Owners::up_by_variable(&scene, "# kept\nRELEASE=1.0.0 # too\n").await?;
        let service = owners.service();
        owners
            .ctl(&["adopt", &service, "--edit-compose", "--yes", "--json"])
            .await?
            .expect_success()?;
        let file = fs::read_to_string(&owners.project.file)?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let arguments = ["update", &service, "--to", "1.1.0", "--edit-compose", "--json"];
        owners.ctl(&arguments).await?.expect_success()?;
        assert_eq!(version(&owners.gateway).await?, "1.1.0");
        assert_eq!(
            fs::read_to_string(owners.project.file.with_file_name(".env"))?,
            "# kept\nRELEASE=1.1.0 # too\n"
        );
        assert_eq!(fs::read_to_string(&owners.project.file)?, file, "the wrong file was edited");
        owners.up_finds_nothing_to_do().await?;
        scene.finish().await
    });
}
