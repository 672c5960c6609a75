//! Images and registries that are not as they should be.

use phoenix_tests::{
    ContainerSpec, GatewayImage, Result, Running, Scene, eventually, on_each_engine,
};
use serde_json::Value;

use super::{BOUND, light, on_its_own, picture, proxy::EngineProxy, undisturbed};
use crate::overlap::{adopted, version};

#[test]
fn an_update_that_cannot_be_had_changes_nothing() {
    on_each_engine(async |engine| {
        let mut scene = Scene::set(&engine, "nope").await?;
        let gateway = adopted(&scene).await?;
        let load = light(&gateway)?;
        let before = picture(&scene).await?;

        let missing = refused(&scene, &gateway, &["--to", "9.9.9"]).await?;
        assert!(missing.contains("9.9.9") && missing.contains("not"), "{missing}");

        let foreign = if cfg!(target_arch = "aarch64") { "s390x" } else { "arm64" };
        let alien = GatewayImage::new("2.0.0").architecture(foreign);
        scene.publish_as_list(&alien, "alien").await?;
        let wrong = refused(&scene, &gateway, &["--to", "alien"]).await?;
        assert!(wrong.contains("linux/"), "the platform is not named: {wrong}");

        scene.registry.stop();
        let silent = refused(&scene, &gateway, &[]).await?;
        assert!(silent.contains(&scene.registry.host()), "{silent}");
        let check = scene.ctl(["check", &gateway.name, "--json"]).await?.expect_code(1)?;
        assert!(check.stdout.contains("check_failed"), "{check:?}");

        assert_eq!(before, picture(&scene).await?);
        undisturbed(load).await;
        scene.finish().await
    });
}

#[test]
fn a_single_image_of_another_architecture_never_gets_traffic() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "alien").await?;
        let gateway = adopted(&scene).await?;
        let before = picture(&scene).await?;
        let foreign = if cfg!(target_arch = "aarch64") { "s390x" } else { "arm64" };
        scene.publish(&GatewayImage::new("2.0.0").architecture(foreign)).await?;
        let said = refused(&scene, &gateway, &[]).await?;
        assert!(said.contains("not made for linux/"), "{said}");
        assert_eq!(before, picture(&scene).await?);
        scene.finish().await
    });
}

#[test]
fn a_disk_that_is_too_full_for_the_image_is_named_and_nothing_changes() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "full").await?;
        let gateway = adopted(&scene).await?;
        let load = light(&gateway)?;
        let before = picture(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let proxy = EngineProxy::start(&scene)?;
        // What an engine says in-band, after a status of 200.
        let words = "write /var/lib/docker/tmp/GetImageBlob1: no space left on device";
        let body = serde_json::json!({ "errorDetail": { "message": words }, "error": words });
        proxy.answer("/images/create?", "200 OK", &format!("{body}\r\n"));
        let mut update = scene.ctl_command(["update", &gateway.name, "--json"])?;
        let output = update.env("DOCKER_HOST", proxy.address()).output().await?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("no space left on device"), "{said}");
        assert!(said.contains("free"), "no remedy: {said}");
        assert_eq!(before, picture(&scene).await?);
        undisturbed(load).await;
        scene.finish().await
    });
}

#[test]
fn an_image_that_cannot_fit_is_refused_before_the_pull_with_both_numbers() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "toolarge").await?;
        let gateway = adopted(&scene).await?;
        let before = picture(&scene).await?;
        // 100 TB, packed, in the layer of a version that no other test has: layers that are on the
        // engine already need no room.
        let large = GatewayImage::new("100.0.0").claimed_bytes(100_000_000_000_000);
        scene.publish(&large).await?;
        let update = scene.ctl(["update", &gateway.name, "--json"]).await?.expect_code(1)?;
        let receipt = update.json()?;
        let reason = receipt["reason"].as_str().unwrap_or_default();
        assert_eq!(receipt["outcome"], "held", "{receipt:#}");
        assert!(reason.contains("needs about 300000."), "{reason}");
        assert!(reason.contains("are free"), "{reason}");
        assert_eq!(before, picture(&scene).await?);
        scene.finish().await
    });
}

#[test]
fn without_a_health_check_the_gate_is_weak_and_says_so() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "weak").await?;
        let settings = "[defaults]\nmonitor = \"1s\"\n[defaults.gate]\nweak_stability = \"1s\"\n";
        std::fs::write(scene.config_dir().join("config.toml"), settings)?;
        scene.publish(&GatewayImage::new("1.0.0").without_health_check()).await?;
        let gateway = scene.run(ContainerSpec::new("gateway")).await?;
        eventually("the gateway answers", BOUND, async || version(&gateway).await).await?;
        scene.ctl(["adopt", &gateway.name, "--yes", "--json"]).await?.expect_success()?;
        scene.publish(&GatewayImage::new("1.1.0").without_health_check()).await?;
        let updated = scene.ctl(["update", &gateway.name]).await?.expect_success()?;
        let said = format!("{}{}", updated.stdout, updated.stderr);
        assert!(said.contains("weak"), "{said}");
        assert_eq!(version(&gateway).await?, "1.1.0");
        scene.finish().await
    });
}

#[test]
fn an_unadopted_container_keeps_running_when_its_update_cannot_be_had() {
    on_each_engine(async |engine| {
        let mut scene = Scene::set(&engine, "own").await?;
        let gateway = on_its_own(&scene).await?;
        let before = picture(&scene).await?;
        scene.registry.stop();
        refused(&scene, &gateway, &["--yes"]).await?;
        assert_eq!(before, picture(&scene).await?);
        scene.finish().await
    });
}

/// An update that ends with 1; what it said, as one JSON document.
async fn refused(scene: &Scene, gateway: &Running, more: &[&str]) -> Result<String> {
    let mut arguments = vec!["update", &gateway.name, "--monitor", "1s", "--json"];
    arguments.extend(more);
    let document: Value = scene.ctl(arguments).await?.expect_code(1)?.json()?;
    assert_eq!(version(gateway).await?, "1.0.0");
    Ok(document.to_string())
}
