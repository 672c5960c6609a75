//! `kill -9` of a release around the switch-over.

use phoenix_tests::{
    ContainerSpec, Context, GatewayImage, Result, Running, Scene,
    bollard::query_parameters::{KillContainerOptionsBuilder, ListContainersOptions},
    ensure, get, on_each_engine,
};

use super::{
    BOUND, adopted_as, expect_outcome, only_posts_in_flight, under_load, undisturbed, update,
};
use crate::overlap::version;

/// Kills the running container of this image.
async fn kill(scene: &Scene, image_id: &str) -> Result<()> {
    let containers = scene.docker().list_containers(None::<ListContainersOptions>).await?;
    let found = containers.into_iter().find(|one| one.image_id.as_deref() == Some(image_id));
    let id = found.and_then(|one| one.id).context("no container of that image runs")?;
    let options = KillContainerOptionsBuilder::default().signal("SIGKILL").build();
    Ok(scene.docker().kill_container(&id, Some(options)).await?)
}

async fn set(scene: &Scene) -> Result<Running> {
    adopted_as(scene, &GatewayImage::new("1.0.0"), ContainerSpec::new("gateway")).await
}

#[test]
fn an_old_release_killed_while_it_drains_disturbs_nobody_but_its_own_requests() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "killold").await?;
        let gateway = set(&scene).await?;
        let old = scene.inspect(&gateway.name).await?.image.context("no image")?;
        let load = under_load(&gateway).await?;
        let lingering = tokio::spawn({
            let url = gateway.url("/slow?ms=8000");
            async move { get(&url).await }
        });
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let updating = update(&scene, &gateway, "1s", 0);
        let killing = async {
            load.wait_for_version("1.1.0", BOUND).await?;
            kill(&scene, &old).await
        };
        let (receipt, killed) = tokio::join!(updating, killing);
        killed?;
        let receipt = receipt?;
        expect_outcome(&receipt, "updated")?;
        ensure!(version(&gateway).await? == "1.1.0");
        let answer = lingering.await?.map(|answer| answer.status);
        println!("  the request in flight on the killed one: {answer:?}");
        undisturbed(load).await?;
        scene.finish().await
    });
}

#[test]
fn a_new_release_killed_right_after_the_switch_over_fails_no_get() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "killnew").await?;
        let gateway = set(&scene).await?;
        let load = under_load(&gateway).await?;
        let new = scene.publish(&GatewayImage::new("1.1.0")).await?;
        let updating = update(&scene, &gateway, "20s", 1);
        let killing = async {
            load.wait_for_version("1.1.0", BOUND).await?;
            kill(&scene, &new.image_id).await
        };
        let (receipt, killed) = tokio::join!(updating, killing);
        killed?;
        let receipt = receipt?;
        expect_outcome(&receipt, "rolled_back")?;
        ensure!(version(&gateway).await? == "1.0.0");
        println!("  {}", receipt["reason"]);
        only_posts_in_flight(&gateway, load, 1).await?;
        scene.finish().await
    });
}
