//! Several replicas behind one switch: a batch at a time.

use phoenix_load::{Load, LoadPlan};
use phoenix_tests::{
    ComposeProject, GatewayImage, Result, Running, Scene, compose_cli, ensure, eventually,
    free_port, on_each_engine,
};
use serde_json::Value;

use super::{containers, outcome};
use crate::{
    overlap::version,
    trouble::{BOUND, undisturbed},
};

const REPLICAS: u16 = 3;

#[test]
fn three_replicas_are_updated_two_at_a_time_and_compose_finds_nothing_to_do() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "replicas").await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let first = free_range()?;
        let project = scene.compose(&file(&scene, first))?;
        project.up().await?;
        let service = format!("{}/web", project.project);
        let replicas = answering(&project, first).await?;
        ctl(&scene, &["adopt", &service, "--yes", "--json"]).await?;
        finds_nothing_to_do(&project).await?;

        let addresses = replicas.iter().flat_map(crate::overlap::addresses).collect();
        let mut plan = LoadPlan::gentle(addresses);
        (plan.mix.stream, plan.mix.slow, plan.mix.upload) = (0, 0, 0);
        // Each replica counts the executions of its own.
        plan.mix.post = 0;
        let load = Load::start(plan)?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let plan = ctl(&scene, &["update", &service, "--dry-run", "--json"]).await?;
        assert_eq!(batches(&plan), [2, 1], "{plan:#}");
        let receipt = ctl(&scene, &["update", &service, "--json"]).await?;
        assert_eq!(receipt["outcome"], "updated");
        for replica in &replicas {
            assert_eq!(version(replica).await?, "1.1.0");
        }
        finds_nothing_to_do(&project).await?;
        ctl(&scene, &["rollback", &service, "--json"]).await?;
        finds_nothing_to_do(&project).await?;
        undisturbed(load).await;

        ctl(&scene, &["release", &service, "--yes", "--json"]).await?;
        for replica in &replicas {
            assert_eq!(version(replica).await?, "1.0.0");
        }
        finds_nothing_to_do(&project).await?;
        scene.finish().await
    });
}

/// How many containers are created before each delay.
fn batches(plan: &Value) -> Vec<usize> {
    let steps = plan["steps"].as_array().cloned().unwrap_or_default();
    let mut batches = vec![0];
    for step in &steps {
        match step["action"]["do"].as_str() {
            Some("create") => *batches.last_mut().expect("it began with one") += 1,
            Some("wait") => batches.push(0),
            _ => {}
        }
    }
    batches
}

async fn ctl(scene: &Scene, arguments: &[&str]) -> Result<Value> {
    let mut command = scene.ctl_command(arguments)?;
    command.env("PHOENIX_COMPOSE", compose_cli());
    outcome(command).await?.expect_success()?.json()
}

/// The gateways at the host ports, once they answer.
async fn answering(project: &ComposeProject<'_>, first: u16) -> Result<Vec<Running>> {
    ensure!(containers(project).await?.len() == usize::from(REPLICAS));
    let ports = first..first + REPLICAS;
    let replicas: Vec<_> =
        ports.map(|port| Running { id: String::new(), name: String::new(), port }).collect();
    for replica in &replicas {
        eventually("each replica answers", BOUND, async || version(replica).await).await?;
    }
    Ok(replicas)
}

async fn finds_nothing_to_do(project: &ComposeProject<'_>) -> Result<()> {
    let before = containers(project).await?;
    let said = project.up().await?;
    let after = containers(project).await?;
    ensure!(before == after, "compose changed {before:#?} to {after:#?}:\n{said}");
    Ok(())
}

/// The first of three free ports in a row.
fn free_range() -> Result<u16> {
    loop {
        let first = free_port()?;
        if free_port()? == first + 1 && free_port()? == first + 2 {
            return Ok(first);
        }
    }
}

fn file(scene: &Scene, first: u16) -> String {
    let (image, last) = (scene.reference(), first + REPLICAS - 1);
    format!(
        "services:
  web:
    image: {image}
    ports:
      - \"127.0.0.1:{first}-{last}:18789\"
    deploy:
      replicas: {REPLICAS}
      update_config:
        parallelism: 2
        delay: 1s
        monitor: 1s
        order: start-first
"
    )
}
