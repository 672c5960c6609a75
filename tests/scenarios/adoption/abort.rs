//! An adoption that does not come to its end: the original container is back, itself, and publishes
//! its port.

use std::collections::HashMap;

use phoenix_tests::{
    ContainerSpec, CtlOutcome, Engine, GatewayImage, Result, Running, Scene, bail,
    bollard::models::ContainerCreateBody, bollard::query_parameters::CreateContainerOptionsBuilder,
    on_each_engine,
};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{adopted, configuration, on_its_own, switch_name};
use crate::{hold::single, overlap::version, trouble::JournalWatch};

/// More steps than any adoption has.
const MOST_STEPS: usize = 40;

#[test]
fn interrupted_at_any_step_an_adoption_with_overlap_leaves_what_was_there() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "abort").await?;
        let gateway = on_its_own(&scene, ContainerSpec::new("gateway")).await?;
        interrupted_at_every_step(&engine, &scene, &gateway).await?;
        scene.finish().await
    });
}

#[test]
fn interrupted_at_any_step_an_adoption_of_a_single_instance_leaves_what_was_there() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "aborthold").await?;
        let gateway = on_its_own(&scene, single(&scene)?).await?;
        interrupted_at_every_step(&engine, &scene, &gateway).await?;
        scene.finish().await
    });
}

#[test]
fn a_name_that_somebody_else_has_stops_the_adoption_before_anything_happens() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "taken").await?;
        let gateway = on_its_own(&scene, ContainerSpec::new("gateway")).await?;
        let options = CreateContainerOptionsBuilder::default().name(&switch_name(&gateway)).build();
        let body = ContainerCreateBody {
            image: Some(scene.reference()),
            labels: Some(HashMap::from([("of".to_owned(), scene.prefix().to_owned())])),
            ..ContainerCreateBody::default()
        };
        scene.docker().create_container(Some(options), body).await?;
        let before = Before::look(&scene, &gateway).await?;

        let refused = scene.ctl(["adopt", &gateway.name, "--yes", "--json"]).await?;
        let receipt = refused.expect_code(1)?.json()?;
        let reason = receipt["reason"].as_str().unwrap_or_default();
        assert!(reason.contains(&switch_name(&gateway)), "{reason}");
        before.still(&scene, &gateway).await?;
        scene.finish().await
    });
}

#[test]
fn a_release_that_does_not_start_is_not_adopted_with_its_update() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "badstroke").await?;
        let gateway = on_its_own(&scene, ContainerSpec::new("gateway")).await?;
        let before = Before::look(&scene, &gateway).await?;
        scene.publish(&GatewayImage::new("1.1.0").fault("exit:1")).await?;
        let update = scene.ctl(["update", &gateway.name, "--yes", "--json"]).await?;
        let receipt = update.expect_code(1)?.json()?;
        assert_eq!(receipt["outcome"], "failed", "{receipt:#}");
        before.still(&scene, &gateway).await?;
        scene.finish().await
    });
}

/// One attempt for each step, interrupted as soon as the step has begun, until one gets beyond the
/// point of no return and is finished instead.
#[expect(clippy::print_stdout, reason = "measured figures are shown beside the test")]
async fn interrupted_at_every_step(
    engine: &Engine,
    scene: &Scene,
    gateway: &Running,
) -> Result<()> {
    let before = Before::look(scene, gateway).await?;
    for step in 0..MOST_STEPS {
        let ended = interrupted_at(scene, gateway, step).await?;
        match ended.exit_code {
            Some(1) => before.still(scene, gateway).await?,
            Some(0) => {
                println!("Engine {}: undone from each of {step} steps", engine.version);
                assert!(step > 5, "an adoption has more than {step} steps with a way back");
                assert_eq!(version(gateway).await?, "1.0.0");
                return Ok(());
            }
            _ => bail!("interrupted at step {step}: {ended:?}"),
        }
    }
    adopted(scene, gateway).await?;
    bail!("{MOST_STEPS} attempts were interrupted, and none reached its end")
}

async fn interrupted_at(scene: &Scene, gateway: &Running, step: usize) -> Result<CtlOutcome> {
    let watch = JournalWatch::begin(scene);
    let child = scene.ctl_command(["adopt", &gateway.name, "--yes", "--json"])?.spawn()?;
    watch.until_started(step).await?;
    let id = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
    // It may be over already: then there is nobody to interrupt.
    let _ = id.map(|id| kill_process(id, Signal::INT));
    let output = child.wait_with_output().await?;
    Ok(CtlOutcome {
        exit_code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// What there was before the attempt.
struct Before {
    id: Option<String>,
    configuration: Value,
    things: Vec<String>,
}

impl Before {
    async fn look(scene: &Scene, gateway: &Running) -> Result<Self> {
        let container = scene.inspect(&gateway.name).await?;
        Ok(Self {
            id: container.id.clone(),
            configuration: configuration(&container),
            things: scene.leftovers().await?,
        })
    }

    /// The same container, equal in everything, publishing its port; and nothing beside it.
    async fn still(&self, scene: &Scene, gateway: &Running) -> Result<()> {
        let container = scene.inspect(&gateway.name).await?;
        assert_eq!(container.id, self.id, "another container");
        assert_eq!(configuration(&container), self.configuration);
        assert_eq!(scene.leftovers().await?, self.things, "something was left behind");
        assert_eq!(version(gateway).await?, "1.0.0");
        Ok(())
    }
}
