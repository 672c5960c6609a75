//! What an engine tells of its containers, on real engines and through a relay that can be cut.

use std::time::Duration;

use futures_util::StreamExt as _;
use phoenix_adapters::docker::DockerEngine;
use phoenix_engine::ports::{ContainerChange, ContainerChanges, ContainerEngine as _};
use phoenix_tests::{
    ContainerSpec, Context, GatewayImage, Result, Running, Scene, ensure, on_each_engine, within,
};

use crate::trouble::{BOUND, EngineProxy};

/// Health checks that come this often would drown all else if they were told.
const CHECK_EVERY_NS: i64 = 50_000_000;

async fn listen(address: &str) -> Result<(DockerEngine, ContainerChanges)> {
    let docker = DockerEngine::connect_to(address.parse()?).await?;
    let changes = docker.container_changes().await?;
    Ok((docker, changes))
}

/// Everything that is told of one container until all of these were, in whatever order.
async fn until(changes: &mut ContainerChanges, name: &str, wanted: &[&str]) -> Result<Vec<String>> {
    within(&format!("{wanted:?} of {name}"), BOUND, async {
        let mut told: Vec<String> = Vec::new();
        while wanted.iter().any(|wanted| !told.iter().any(|told| told == wanted)) {
            let change = changes.next().await.with_context(|| format!("it ended: {told:?}"))?;
            let ContainerChange { name: of, labels, action } = change?;
            if of == name {
                ensure!(labels.get("own").map(String::as_str) == Some("yes"), "{labels:?}");
                let added = ["image", "name"].iter().any(|key| labels.contains_key(*key));
                ensure!(!added, "no labels: {labels:?}");
                told.push(action);
            }
        }
        Ok(told)
    })
    .await
}

/// A container that is checked all the time, made but not started.
async fn checked(scene: &Scene) -> Result<Running> {
    let image = scene.load(&GatewayImage::new("1.0.0"), "app").await?;
    let spec = ContainerSpec::new("told").image(&image).label("own", "yes").edit(|body| {
        if let Some(check) = &mut body.healthcheck {
            check.interval = Some(CHECK_EVERY_NS);
        } else {
            body.healthcheck = Some(bollard::models::HealthConfig {
                interval: Some(CHECK_EVERY_NS),
                ..Default::default()
            });
        }
    });
    scene.create(spec).await
}

#[test]
fn what_a_user_can_see_of_a_container_is_told_and_its_health_checks_are_not() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "told").await?;
        let (docker, mut changes) = listen(&engine.address).await?;
        let container = checked(&scene).await?;
        let name = container.name.as_str();
        docker.start_container(&container.id).await?;
        let wanted = ["create", "start", "health_status: healthy"];
        ensure!(until(&mut changes, name, &wanted).await? == wanted);
        docker.stop_container(&container.id, Duration::from_secs(5)).await?;
        // Engines differ in what they say first.
        let told = until(&mut changes, name, &["die", "stop"]).await?;
        ensure!(told.len() == 2, "{told:?}");
        let other = scene.name("renamed");
        docker.rename_container(&container.id, &other).await?;
        ensure!(until(&mut changes, &other, &["rename"]).await? == ["rename"]);
        docker.remove_container(&container.id).await?;
        ensure!(until(&mut changes, &other, &["destroy"]).await? == ["destroy"]);
        scene.finish().await
    });
}

#[test]
fn an_engine_that_goes_away_ends_what_it_tells_with_an_error() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "untold").await?;
        let mut proxy = EngineProxy::start(&scene)?;
        let (_docker, mut changes) = listen(&proxy.address()).await?;
        proxy.cut();
        let last = within("the end of what is told", BOUND, async {
            loop {
                match changes.next().await.context("it ended without an error")? {
                    // Of other scenes.
                    Ok(_) => {}
                    Err(error) => return Ok(error),
                }
            }
        });
        println!("  {}", last.await?);
        ensure!(changes.next().await.is_none(), "it goes on after its end");
        scene.finish().await
    });
}

#[test]
fn an_engine_that_refuses_to_tell_says_why() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "refused").await?;
        let proxy = EngineProxy::start(&scene)?;
        proxy.answer("/events", "500 Internal Server Error", r#"{"message":"not today"}"#);
        let docker = DockerEngine::connect_to(proxy.address().parse()?).await?;
        let refused = docker.container_changes().await.err().context("it was not refused")?;
        ensure!(refused.to_string().contains("not today"), "{refused}");
        scene.finish().await
    });
}
