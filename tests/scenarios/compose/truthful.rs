//! The owner's own file: adopted, updated, rolled back, released, and compose sees nothing of it.

use phoenix_tests::{GatewayImage, Scene, on_each_engine};

use super::Owners;
use crate::{
    overlap::version,
    trouble::{JournalWatch, light, undisturbed},
};

/// As the owner wrote it, with a shorter window.
const START_FIRST: &str = "        parallelism: 1
        delay: 10s
        failure_action: rollback
        monitor: 2s
        order: start-first";

const STOP_FIRST: &str = "        order: stop-first
        monitor: 1s";

#[test]
fn the_owners_project_is_updated_and_rolled_back_and_compose_finds_nothing_to_do() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "owners").await?;
        let owners = Owners::up(&scene, START_FIRST).await?;
        let service = owners.service();
        owners.ctl(&["adopt", &service, "--yes", "--json"]).await?.expect_success()?;
        owners.up_finds_nothing_to_do().await?;

        let load = light(&owners.gateway)?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let update = owners.ctl(&["update", &service, "--json"]).await?.expect_success()?;
        let receipt = update.json()?;
        assert_eq!(receipt["strategy"], "overlap");
        let reason = receipt["strategy_reason"].as_str().unwrap_or_default();
        assert!(reason.contains("start-first"), "{reason}");
        let watched = receipt["timings_ms"]["monitor"].as_u64().unwrap_or_default();
        assert!((2_000..20_000).contains(&watched), "monitor: 2s was not obeyed: {watched} ms");
        assert_eq!(version(&owners.gateway).await?, "1.1.0");
        owners.up_finds_nothing_to_do().await?;

        owners.ctl(&["rollback", &service, "--json"]).await?.expect_success()?;
        assert_eq!(version(&owners.gateway).await?, "1.0.0");
        owners.up_finds_nothing_to_do().await?;
        undisturbed(load).await;

        owners.ctl(&["release", &service, "--yes", "--json"]).await?.expect_success()?;
        assert_eq!(version(&owners.gateway).await?, "1.0.0");
        owners.up_finds_nothing_to_do().await?;
        let left = scene.leftovers().await?;
        assert!(!left.iter().any(|line| line.contains("phoenix-switch")), "{left:#?}");
        scene.finish().await
    });
}

#[test]
fn stop_first_holds_requests_and_compose_finds_nothing_to_do() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "stopfirst").await?;
        let owners = Owners::up(&scene, STOP_FIRST).await?;
        let service = owners.service();
        owners.ctl(&["adopt", &service, "--yes", "--json"]).await?.expect_success()?;
        let load = light(&owners.gateway)?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let update = owners.ctl(&["update", &service, "--json"]).await?.expect_success()?;
        let receipt = update.json()?;
        assert_eq!(receipt["strategy"], "hold");
        let reason = receipt["strategy_reason"].as_str().unwrap_or_default();
        assert!(reason.contains("stop-first"), "{reason}");
        assert_eq!(version(&owners.gateway).await?, "1.1.0");
        undisturbed(load).await;
        owners.up_finds_nothing_to_do().await?;
        scene.finish().await
    });
}

#[test]
fn an_update_adopts_a_project_in_the_same_stroke_and_compose_finds_nothing_to_do() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "stroke").await?;
        let owners = Owners::up(&scene, START_FIRST).await?;
        let service = owners.service();
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let watch = JournalWatch::begin(&scene);
        owners.ctl(&["update", &service, "--yes", "--json"]).await?.expect_success()?;
        assert!(watch.is_finished());
        assert_eq!(version(&owners.gateway).await?, "1.1.0");
        owners.up_finds_nothing_to_do().await?;
        scene.finish().await
    });
}
