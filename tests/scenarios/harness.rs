//! The harness itself: what the other scenarios stand on.

use std::time::Duration;

use phoenix_tests::{
    ContainerSpec, GatewayImage, Result, Scene, bail, ensure, eventually, on_each_engine,
};

const START_BOUND: Duration = Duration::from_secs(20);

#[test]
fn a_published_gateway_answers_and_a_finished_scene_leaves_nothing() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "harness").await?;
        let published = scene.publish(&GatewayImage::new("1.0.0")).await?;
        let volume = scene.volume("config").await?;
        let network = scene.network("inside").await?;
        let gateway = scene
            .run(
                ContainerSpec::new("gateway")
                    .bind(&format!("{volume}:/app/config"))
                    .network(&network),
            )
            .await?;
        let health = eventually("the gateway answers", START_BOUND, async || {
            gateway.get("/api/health").await?.json()
        })
        .await?;
        assert_eq!(health["version"], "1.0.0");
        assert_eq!(scene.inspect(&gateway.name).await?.image, Some(published.image_id));
        assert_eq!(scene.leftovers().await?.len(), 4, "container, network, volume, image");
        scene.finish().await
    });
}

#[test]
fn a_scene_that_fails_midway_takes_its_containers_away() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "abandoned").await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let gateway = scene.run(ContainerSpec::new("gateway")).await?;
        drop(scene);
        ensure!(engine.docker.inspect_container(&gateway.id, None).await.is_err());
        Ok(())
    });
}

#[test]
fn the_engine_sees_a_new_release_only_when_it_pulls() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "moving").await?;
        let old = scene.publish(&GatewayImage::new("1.0.0")).await?;
        scene.pull(&scene.reference()).await?;
        let new = scene.publish(&GatewayImage::new("1.1.0")).await?;
        let tagged = async || -> Result<_> {
            Ok(scene.docker().inspect_image(&scene.reference()).await?.id.unwrap_or_default())
        };
        assert_eq!(tagged().await?, old.image_id);
        scene.pull(&scene.reference()).await?;
        assert_eq!(tagged().await?, new.image_id);
        scene.finish().await
    });
}

#[test]
fn a_stopped_registry_comes_back_with_what_it_had() {
    on_each_engine(async |engine| {
        let mut scene = Scene::set(&engine, "registry").await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        scene.registry.stop();
        if scene.pull(&scene.reference()).await.is_ok() {
            bail!("a registry that is stopped served a pull");
        }
        scene.registry.start().await?;
        scene.pull(&scene.reference()).await?;
        scene.finish().await
    });
}

#[test]
fn compose_starts_a_project_that_belongs_to_the_scene() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "compose").await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let project = scene.compose(&format!(
            "services:\n  gateway:\n    image: {}\n    volumes: [config:/app/config]\nvolumes:\n  config:\n",
            scene.reference()
        ))?;
        project.up().await?;
        let state = scene.inspect(&project.container("gateway")).await?.state;
        assert_eq!(state.and_then(|state| state.running), Some(true));
        scene.finish().await
    });
}
