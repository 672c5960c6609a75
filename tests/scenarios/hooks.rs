//! The user's own commands around an update: on this machine and in the container, with a veto, a
//! delay, a bound in time, and their words in the receipt.

mod checks;

use std::fs;

use phoenix_plan::{hooks::HookEnded, journal::Event};
use phoenix_tests::{
    ContainerSpec, GatewayImage, Result, Running, Scene, ensure, eventually, on_each_engine,
};
use serde_json::Value;

use crate::{
    faults::{BOUND, adopted_as, expect_outcome, journal, roll_back},
    overlap::{adopted, version},
    trouble::{light, picture, undisturbed},
};

/// A static shell from the machine that the engines run on: the gateway's image has none.
const SHELL: &str = "/bin/busybox";

/// These hooks, by their moments.
fn set(scene: &Scene, hooks: &[(&str, String)]) -> Result<()> {
    let lines: Vec<String> =
        hooks.iter().map(|(moment, hook)| format!("{moment} = {hook}\n")).collect();
    let text = format!("[defaults]\nmonitor = \"1s\"\n[defaults.hooks]\n{}", lines.concat());
    Ok(fs::write(scene.config_dir().join("config.toml"), text)?)
}

fn host(script: &str) -> String {
    format!("{{ host = [\"sh\", \"-c\", '''{script}'''] }}")
}

fn exec(script: &str, more: &str) -> String {
    format!("{{ exec = [\"sh\", \"-c\", '''{script}''']{more} }}")
}

/// The JSON receipt of an update that ends with this exit code.
async fn update(scene: &Scene, gateway: &Running, exit_code: i32) -> Result<Value> {
    scene.ctl(["update", &gateway.name, "--json"]).await?.expect_code(exit_code)?.json()
}

/// A gateway 1.0.0 behind its switch with a shell in its container, and 1.1.0 at the registry.
async fn with_shell(scene: &Scene) -> Result<Running> {
    let tools = ["sh", "sleep", "tr", "grep", "ps"];
    let container = tools.iter().fold(ContainerSpec::new("gateway"), |container, tool| {
        container.bind(&format!("{SHELL}:/bin/{tool}:ro"))
    });
    let container = container.env("API_TOKEN", "very-s3cret");
    let gateway = adopted_as(scene, &GatewayImage::new("1.0.0"), container).await?;
    scene.publish(&GatewayImage::new("1.1.0")).await?;
    Ok(gateway)
}

#[test]
fn hooks_on_the_machine_are_told_of_an_update_and_a_rollback() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "hooked").await?;
        let gateway = adopted(&scene).await?;
        let notes = scene.folder().join("notes");
        let note = format!(
            "echo $PHOENIX_HOOK $PHOENIX_FROM $PHOENIX_TO $PHOENIX_OUTCOME >> {}; echo TOKEN=s3cret",
            notes.display()
        );
        let moments = ["pre_update", "post_update", "pre_rollback", "post_rollback"];
        set(&scene, &moments.map(|moment| (moment, host(&note))))?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;

        let shown = scene.ctl(["update", &gateway.name, "--dry-run"]).await?.expect_success()?;
        ensure!(
            shown.stdout.contains("0 run the pre_update hook: sh on this machine"),
            "{shown:?}"
        );
        ensure!(shown.stdout.contains("run the post_update hook"), "{shown:?}");
        ensure!(!notes.exists(), "a dry run ran a hook");

        let receipt = update(&scene, &gateway, 0).await?;
        roll_back(&scene, &gateway, &[]).await?;
        let told = fs::read_to_string(&notes)?;
        let expected = "pre_update 1.0.0 1.1.0\npost_update 1.0.0 1.1.0 updated\n\
                        pre_rollback 1.1.0 1.0.0\npost_rollback 1.1.0 1.0.0 updated\n";
        assert_eq!(told.replace(" \n", "\n"), expected);
        ensure!(receipt["hooks"].as_array().is_some_and(|hooks| hooks.len() == 2), "{receipt:#}");
        ensure!(receipt["hooks"][0]["ended"]["code"] == 0, "{receipt:#}");
        ensure!(receipt["hooks"][0]["output"] == "TOKEN=••••••\n", "{receipt:#}");
        scene.finish().await
    });
}

#[test]
fn a_hook_that_defers_is_asked_again_and_until_then_nothing_changes() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "deferred").await?;
        let gateway = adopted(&scene).await?;
        let busy = scene.folder().join("busy");
        fs::write(&busy, "")?;
        let script =
            format!("if [ -e {0} ]; then echo a backup is running; exit 75; fi", busy.display());
        set(&scene, &[("pre_update", host(&script))])?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let load = light(&gateway)?;
        let before = picture(&scene).await?;

        let receipt = update(&scene, &gateway, 1).await?;
        expect_outcome(&receipt, "held")?;
        let reason = receipt["reason"].as_str().unwrap_or_default();
        ensure!(reason.contains("deferred") && reason.contains("a backup is running"), "{reason}");
        assert_eq!(picture(&scene).await?, before);

        fs::remove_file(&busy)?;
        expect_outcome(&update(&scene, &gateway, 0).await?, "updated")?;
        undisturbed(load).await;
        scene.finish().await
    });
}

#[test]
fn a_hook_in_the_container_vetoes_and_its_secrets_are_masked() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "veto").await?;
        let gateway = with_shell(&scene).await?;
        set(&scene, &[("pre_update", exec("echo no: $API_TOKEN $PHOENIX_TO; exit 3", ""))])?;
        let before = picture(&scene).await?;
        let receipt = update(&scene, &gateway, 1).await?;
        expect_outcome(&receipt, "held")?;
        let reason = receipt["reason"].as_str().unwrap_or_default();
        ensure!(reason.contains("vetoed") && reason.contains("no: •••••• 1.1.0"), "{reason}");
        assert_eq!(picture(&scene).await?, before);
        let kept = fs::read_to_string(journal_file(&scene, &receipt)?)?;
        ensure!(kept.contains("no: •••••• 1.1.0") && !kept.contains("very-s3cret"), "{kept}");
        scene.finish().await
    });
}

#[test]
fn a_hook_in_the_container_is_ended_with_its_children_when_its_time_is_up() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "slowhook").await?;
        let gateway = with_shell(&scene).await?;
        let slow = exec("sleep 301 & sleep 302", ", timeout = \"1s\"");
        set(&scene, &[("pre_update", slow)])?;
        let receipt = update(&scene, &gateway, 1).await?;
        let ends: Vec<HookEnded> = journal(&scene, &receipt)?
            .into_iter()
            .filter_map(|entry| {
                let Event::HookEnded { report, .. } = entry.event else { return None };
                Some(report.ended)
            })
            .collect();
        ensure!(
            matches!(ends.as_slice(), [HookEnded::TimedOut { tree_ended: true, .. }]),
            "{ends:?}"
        );
        eventually("its processes are gone", BOUND, async || {
            let running = processes(&scene, &gateway).await?;
            ensure!(!running.contains("sleep"), "{running}");
            Ok(())
        })
        .await?;
        assert_eq!(version(&gateway).await?, "1.0.0");
        scene.finish().await
    });
}

/// The processes of a container, as the engine sees them.
async fn processes(scene: &Scene, gateway: &Running) -> Result<String> {
    let top = scene.docker().top_processes(&gateway.name, None).await?;
    Ok(format!("{:?}", top.processes))
}

fn journal_file(scene: &Scene, receipt: &Value) -> Result<std::path::PathBuf> {
    let name = format!("{}.jsonl", receipt["id"].as_str().unwrap_or_default());
    let services = fs::read_dir(scene.state_dir().join("journals"))?;
    let mut paths = services.filter_map(|service| Some(service.ok()?.path().join(&name)));
    Ok(paths.find(|path| path.is_file()).unwrap_or_default())
}
