//! A stopped container is updated, and stays stopped.

use phoenix_tests::{GatewayImage, Scene, ensure, on_each_engine};

use super::{AVAILABLE, checked, settings, worker};

#[test]
fn a_stopped_container_is_updated_and_rolled_back_and_never_started() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "stopped").await?;
        let old = scene.publish(&GatewayImage::new("1.0.0")).await?;
        let worker = worker(&scene).await?;
        scene.docker().stop_container(&worker.name, None).await?;
        let new = scene.publish(&GatewayImage::new("1.1.0")).await?;
        checked(&scene, &worker, AVAILABLE).await?;
        let update = ["update", &worker.name, "--yes", "--json"];
        let refused = scene.ctl(update).await?.json()?;
        ensure!(refused["outcome"] == "held", "{refused:#}");
        settings(&scene, "[defaults]\ninclude_stopped = true\n")?;
        scene.ctl(update).await?.expect_success()?;
        let is = async |image: &str| {
            let seen = scene.inspect(&worker.name).await?;
            let state = seen.state.unwrap_or_default();
            let started = state.started_at.unwrap_or_default();
            let stopped = state.running == Some(false);
            ensure!(stopped && seen.image.as_deref() == Some(image), "{:?}", seen.image);
            Ok::<_, anyhow::Error>(started)
        };
        let started = is(&new.image_id).await?;
        ensure!(started.starts_with("0001-01-01"), "it was started at {started}");
        scene.ctl(["rollback", &worker.name, "--yes", "--json"]).await?.expect_success()?;
        is(&old.image_id).await?;
        scene.finish().await
    });
}
