//! The same around a check, by hand and by the watch.

use std::fs;

use phoenix_tests::{Context, GatewayImage, Result, Scene, ensure, eventually, on_each_engine};
use rustix::process::{Pid, Signal, kill_process};

use super::{exec, host, set, with_shell};
use crate::{faults::BOUND, overlap::adopted, watch_command::Watching};

/// A hook that notes its moment and what it was told, and defers while a file is there.
fn noting(scene: &Scene) -> String {
    let folder = scene.folder().display();
    host(&format!(
        "echo $PHOENIX_HOOK $PHOENIX_FROM $PHOENIX_OUTCOME $PHOENIX_TO >> {folder}/notes; \
         if [ $PHOENIX_HOOK = pre_check -a -e {folder}/busy ]; then echo a backup runs; exit 75; fi"
    ))
}

fn notes(scene: &Scene) -> Result<String> {
    Ok(fs::read_to_string(scene.folder().join("notes"))?.replace(" \n", "\n"))
}

#[test]
fn a_check_by_hand_waits_while_its_hook_defers_and_tells_the_later_one_what_it_found() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "checkhook").await?;
        let gateway = adopted(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        set(&scene, &["pre_check", "post_check"].map(|moment| (moment, noting(&scene))))?;
        let busy = scene.folder().join("busy");
        fs::write(&busy, "")?;

        let deferred = scene.ctl(["check", &gateway.name]).await?.expect_code(1)?;
        let said = "not checked before the next time: the pre_check hook asks to wait (exit code \
                    75): a backup runs";
        ensure!(deferred.stdout.contains(said), "{deferred:?}");
        ensure!(notes(&scene)?.trim() == "pre_check 1.0.0", "{}", notes(&scene)?);

        fs::remove_file(&busy)?;
        let found = scene.ctl(["check", &gateway.name, "--json"]).await?.expect_code(10)?.json()?;
        let hooks = &found["services"][0]["hooks"];
        ensure!(hooks[1]["moment"] == "post_check" && hooks[1]["ended"]["code"] == 0, "{found:#}");
        ensure!(notes(&scene)?.ends_with("post_check 1.0.0 update_available 1.1.0\n"));
        scene.finish().await
    });
}

#[test]
fn a_hook_in_the_container_vetoes_a_check_and_one_that_hangs_is_ended() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "checkveto").await?;
        let gateway = with_shell(&scene).await?;
        set(&scene, &[("pre_check", exec("echo no: $API_TOKEN; exit 3", ""))])?;
        let vetoed = scene.ctl(["check", &gateway.name]).await?.expect_code(1)?;
        let said = "not checked: the pre_check hook ended with exit code 3: no: ••••••";
        ensure!(vetoed.stdout.contains(said), "{vetoed:?}");

        set(&scene, &[("post_check", exec("sleep 301 & sleep 302", ", timeout = \"1s\""))])?;
        let slow = scene.ctl(["check", &gateway.name]).await?.expect_code(10)?;
        ensure!(slow.stdout.contains("the post_check hook took longer than 1 s and was ended"));
        let running = super::processes(&scene, &gateway).await?;
        ensure!(!running.contains("sleep"), "{running}");
        scene.finish().await
    });
}

#[test]
fn a_check_that_is_interrupted_ends_its_hook_in_the_container() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "checkstop").await?;
        let gateway = with_shell(&scene).await?;
        set(&scene, &[("pre_check", exec("sleep 301 & sleep 302", ""))])?;
        let check = scene.ctl_command(["check", &gateway.name])?.spawn()?;
        eventually("the hook runs", BOUND, async || {
            let running = super::processes(&scene, &gateway).await?;
            ensure!(running.contains("sleep 302"), "{running}");
            Ok(())
        })
        .await?;
        let process = check.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        kill_process(process.context("it has a process")?, Signal::INT)?;
        let stopped = check.wait_with_output().await?;
        ensure!(stopped.status.code() == Some(1), "{stopped:?}");
        let running = super::processes(&scene, &gateway).await?;
        ensure!(!running.contains("sleep"), "{running}");
        scene.finish().await
    });
}

#[test]
fn a_watch_logs_what_hooks_around_its_checks_said() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "watchhook").await?;
        let gateway = adopted(&scene).await?;
        set(&scene, &["pre_check", "post_check"].map(|moment| (moment, noting(&scene))))?;
        let table = format!("[services.\"{}\"]\n", gateway.name);
        let file = scene.config_dir().join("config.toml");
        fs::write(&file, format!("{}{table}", fs::read_to_string(&file)?))?;
        fs::write(scene.folder().join("busy"), "")?;
        let mut watch = Watching::start(&scene)?;
        let deferred = watch.line("hook").await?;
        ensure!(deferred["level"] == "notice", "{deferred}");
        ensure!(deferred["service"] == gateway.name.as_str(), "{deferred}");
        ensure!(deferred["details"]["output"] == "a backup runs\n", "{deferred}");
        watch.stop().await?;
        scene.finish().await
    });
}
