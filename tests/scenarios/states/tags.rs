//! Pinned references, and tags that are followed.

use phoenix_tests::{ContainerSpec, GatewayImage, Scene, ensure, on_each_engine};

use super::{AVAILABLE, NOTHING, checked, settings};

#[test]
fn a_newer_tag_is_found_where_tags_are_followed_and_installed_when_it_is_asked_for() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "follow").await?;
        scene.publish_as(&GatewayImage::new("1.0.0"), &["1.0.0"]).await?;
        let spec = ContainerSpec::new("worker").unpublished().image(&scene.tagged("1.0.0"));
        let worker = scene.run(spec).await?;
        scene.publish_as(&GatewayImage::new("1.1.0"), &["1.1.0"]).await?;
        scene.publish_as(&GatewayImage::new("2.0.0"), &["2.0.0"]).await?;
        let found = checked(&scene, &worker, NOTHING).await?;
        ensure!(found["state"] == "up_to_date", "{found:#}");
        settings(&scene, "[defaults]\ntags = { follow = \"minor\" }\n")?;
        let found = checked(&scene, &worker, AVAILABLE).await?;
        ensure!(found["state"] == "newer_tag" && found["tag"] == "1.1.0", "{found:#}");
        let arguments = ["update", &worker.name, "--to", "1.1.0", "--monitor", "0s", "--yes"];
        scene.ctl(arguments).await?.expect_success()?;
        let found = checked(&scene, &worker, NOTHING).await?;
        ensure!(found["state"] == "up_to_date", "{found:#}");
        scene.finish().await
    });
}

#[test]
fn a_pinned_digest_is_pinned_and_names_the_tag_that_moved_on() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "pinned").await?;
        let old = scene.publish_as(&GatewayImage::new("1.0.0"), &["stable"]).await?;
        let pinned = format!("{}@{}", scene.tagged("stable"), old.digest);
        let spec = ContainerSpec::new("worker").unpublished().image(&pinned);
        let worker = scene.run(spec).await?;
        let found = checked(&scene, &worker, NOTHING).await?;
        ensure!(found["state"] == "pinned" && found["newer"].is_null(), "{found:#}");
        let new = scene.publish_as(&GatewayImage::new("1.1.0"), &["stable"]).await?;
        let found = checked(&scene, &worker, NOTHING).await?;
        ensure!(found["newer"]["tag"] == "stable", "{found:#}");
        ensure!(found["newer"]["digest"] == new.digest.as_str(), "{found:#}");
        scene.finish().await
    });
}
