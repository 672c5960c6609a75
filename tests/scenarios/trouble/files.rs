//! Files of our own that cannot be used.

use std::fs;

use phoenix_tests::{GatewayImage, Scene, on_each_engine};
use serde_json::Value;

use super::{on_its_own, picture};
use crate::overlap::{adopted, version};

#[test]
fn a_state_folder_that_cannot_be_made_is_named_before_anything_changes() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "state").await?;
        let gateway = on_its_own(&scene).await?;
        let before = picture(&scene).await?;
        let file = scene.folder().join("file");
        fs::write(&file, "in the way")?;
        for command in ["adopt", "update", "status", "doctor"] {
            let mut arguments = vec![command, &gateway.name, "--json"];
            if matches!(command, "adopt" | "update") {
                arguments.push("--yes");
            }
            let mut run = scene.ctl_command(arguments)?;
            let output = run.env("PHOENIX_TRAY_STATE_DIR", file.join("state")).output().await?;
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(output.status.code(), Some(1), "{command}: {said}");
            assert!(serde_json::from_str::<Value>(&said).is_ok(), "{command}: {said}");
            assert!(said.contains(&file.display().to_string()), "{command}: {said}");
        }
        assert_eq!(before, picture(&scene).await?);
        scene.finish().await
    });
}

#[test]
fn a_journal_that_cannot_be_begun_stops_an_update_before_anything_changes() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "journal").await?;
        let gateway = adopted(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let before = picture(&scene).await?;
        // In the way of the folder of the service's journals, also for a superuser.
        let folder = scene.state_dir().join("journals").join(&gateway.name);
        fs::rename(&folder, scene.folder().join("aside"))?;
        fs::write(&folder, "in the way")?;
        let refused = scene.ctl(["update", &gateway.name, "--json"]).await?;
        assert!(refused.exit_code == Some(1), "{refused:?}");
        assert!(refused.json()?.to_string().contains("journals"), "{refused:?}");
        assert_eq!(version(&gateway).await?, "1.0.0");
        assert_eq!(before, picture(&scene).await?);
        scene.finish().await
    });
}
