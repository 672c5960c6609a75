//! Signals and sudden death at every step of an update (zero-downtime §B 12).

use std::process::Output;

use phoenix_tests::{
    Context, GatewayImage, Result, Running, Scene, ensure, on_each_engine, within,
};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::process::Child;

use super::{BOUND, JournalWatch, light, picture, undisturbed};
use crate::overlap::{adopted, version};

/// Few releases are kept, so that what is left over stands out.
const SETTINGS: &str = "[defaults]\nmonitor = \"1s\"\nkeep_releases = 1\n";

#[test]
fn a_signal_at_any_step_ends_with_one_release_serving_and_nothing_left_behind() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "signal").await?;
        std::fs::write(scene.config_dir().join("config.toml"), SETTINGS)?;
        let gateway = adopted(&scene).await?;
        let load = light(&gateway)?;
        let plan = upcoming(&scene, &gateway, "1.0.1").await?;
        let no_return = usize::try_from(plan["no_return"].as_u64().context("no plan")?)?;
        for step in 0..no_return {
            let signal = if step % 2 == 0 { Signal::INT } else { Signal::TERM };
            interrupt_before_the_commit_is_confirmed(&scene, &gateway, step, signal)
                .await
                .with_context(|| format!("{signal:?} at step {step}"))?;
        }
        undisturbed(load).await;
        scene.finish().await
    });
}

async fn interrupt_before_the_commit_is_confirmed(
    scene: &Scene,
    gateway: &Running,
    step: usize,
    signal: Signal,
) -> Result<()> {
    let before = picture(scene).await?;
    let watch = JournalWatch::begin(scene);
    let child = scene.ctl_command(["update", &gateway.name, "--json"])?.spawn()?;
    watch.until_started(step).await?;
    send(&child, signal)?;
    // A second one, as impatient people send it, changes nothing.
    send(&child, signal)?;
    let output = ended(child).await?;
    ensure!(output.status.code() == Some(1), "{output:?}");
    let receipt: Value = serde_json::from_slice(&output.stdout)?;
    ensure!(
        matches!(receipt["outcome"].as_str(), Some("failed" | "rolled_back")),
        "not told as not updated: {receipt:#}"
    );
    ensure!(version(gateway).await? == "1.0.0", "another release serves");
    ensure!(watch.is_finished(), "the journal has no end");
    let after = picture(scene).await?;
    ensure!(before == after, "left behind or changed: {before:#?} became {after:#?}");
    Ok(())
}

#[test]
fn after_the_confirmation_a_signal_lets_the_update_come_to_its_end() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "late").await?;
        std::fs::write(scene.config_dir().join("config.toml"), SETTINGS)?;
        let gateway = adopted(&scene).await?;
        let load = light(&gateway)?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let watch = JournalWatch::begin(&scene);
        let child = scene.ctl_command(["update", &gateway.name, "--json"])?.spawn()?;
        watch.until_doing("keep").await?;
        send(&child, Signal::TERM)?;
        let output = ended(child).await?;
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(version(&gateway).await?, "1.1.0");
        undisturbed(load).await;
        scene.finish().await
    });
}

#[test]
fn after_a_sudden_death_at_any_step_the_next_update_puts_everything_in_order() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "killed").await?;
        std::fs::write(scene.config_dir().join("config.toml"), SETTINGS)?;
        let gateway = adopted(&scene).await?;
        let load = light(&gateway)?;
        let plan = upcoming(&scene, &gateway, "1.1.0").await?;
        let steps = plan["steps"].as_array().context("no plan")?.len();
        for step in 0..steps {
            let release = format!("1.{}.0", step + 1);
            scene.publish(&GatewayImage::new(&release)).await?;
            let what = format!("killed at step {step} {}", plan["steps"][step]["action"]["do"]);
            die_and_recover(&scene, &gateway, step, &release).await.with_context(|| what)?;
        }
        undisturbed(load).await;
        scene.finish().await
    });
}

async fn die_and_recover(
    scene: &Scene,
    gateway: &Running,
    step: usize,
    release: &str,
) -> Result<()> {
    let watch = JournalWatch::begin(scene);
    let child = scene.ctl_command(["update", &gateway.name, "--json"])?.spawn()?;
    watch.until_started(step).await?;
    send(&child, Signal::KILL)?;
    ended(child).await?;

    let next = scene.ctl(["update", &gateway.name, "--json"]).await?.expect_success()?;
    let outcome = next.json()?["outcome"].take();
    ensure!(outcome == "updated" || outcome == "unchanged", "{outcome}");
    ensure!(version(gateway).await? == release, "{release} does not serve");
    ensure!(watch.is_finished(), "the journal has no end: {:#?}", watch.events());
    in_order(scene, gateway).await
}

/// One generation runs, under the service's own name; beside it its switch and one kept release.
async fn in_order(scene: &Scene, gateway: &Running) -> Result<()> {
    let found = picture(scene).await?;
    let of = |kind: &str| found.iter().filter(|line| line.starts_with(kind)).collect::<Vec<_>>();
    let running: Vec<_> =
        of("container").into_iter().filter(|line| line.contains("running Some(true)")).collect();
    let own = format!("container {} ", gateway.name);
    let switch = format!("container phoenix-switch-{} ", gateway.name);
    ensure!(running.len() == 2, "not just the service and its switch run: {running:#?}");
    ensure!(running.iter().any(|line| line.starts_with(&own)), "the name is lost: {running:#?}");
    ensure!(running.iter().any(|line| line.starts_with(&switch)), "no switch runs: {running:#?}");
    ensure!(of("container").len() <= 3, "containers are left over: {found:#?}");
    ensure!(of("network").len() == 1, "networks are left over: {found:#?}");
    ensure!(of("volume").len() == 1, "volumes are left over: {found:#?}");
    ensure!(of("image").len() <= 2, "images are left over: {found:#?}");
    Ok(())
}

#[test]
fn a_parked_container_is_not_updated_itself() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "parked").await?;
        std::fs::write(scene.config_dir().join("config.toml"), SETTINGS)?;
        let gateway = adopted(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        scene.ctl(["update", &gateway.name, "--json"]).await?.expect_success()?;
        let before = picture(&scene).await?;
        let parked = before.iter().find_map(|line| parked_name(line, &gateway)).context("none")?;
        for command in ["update", "adopt", "release", "rollback"] {
            let refused = scene.ctl([command, &parked, "--yes", "--json"]).await?;
            assert!(matches!(refused.exit_code, Some(1 | 2)), "{command}: {refused:?}");
            assert!(refused.stdout.contains("parked"), "{command}: {refused:?}");
        }
        assert_eq!(before, picture(&scene).await?);
        scene.finish().await
    });
}

fn parked_name(line: &str, gateway: &Running) -> Option<String> {
    let name = line.strip_prefix("container ")?.split(' ').next()?;
    (name.starts_with(&gateway.name) && name != gateway.name).then(|| name.to_owned())
}

/// Publishes `release` and answers the plan of the update to it.
async fn upcoming(scene: &Scene, gateway: &Running, release: &str) -> Result<Value> {
    scene.publish(&GatewayImage::new(release)).await?;
    scene.ctl(["update", &gateway.name, "--dry-run", "--json"]).await?.expect_success()?.json()
}

fn send(child: &Child, signal: Signal) -> Result<()> {
    let Some(pid) = child.id() else { return Ok(()) };
    let pid = Pid::from_raw(i32::try_from(pid)?).context("a process has a number")?;
    match kill_process(pid, signal) {
        // It may have ended by itself just now.
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn ended(child: Child) -> Result<Output> {
    within("the end of phoenixctl", BOUND, async { Ok(child.wait_with_output().await?) }).await
}
