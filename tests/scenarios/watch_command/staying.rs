//! A watch that stays: it updates by itself, reads its settings anew, and ends cleanly.

use std::fs;

use phoenix_tests::{Context, GatewayImage, Result, Scene, ensure, on_each_engine, within};
use rustix::process::Signal;
use tokio::net::UnixDatagram;

use super::{Watching, watched};
use crate::{
    faults::BOUND,
    overlap::{adopted, version},
};

#[test]
fn a_watch_updates_a_service_by_itself_and_ends_when_it_is_told_to() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "stay").await?;
        let gateway = adopted(&scene).await?;
        watched(&scene, &gateway, "updates = \"auto\"")?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let mut watch = Watching::start(&scene)?;
        let begins = watch.line("begins").await?;
        ensure!(begins["service"] == gateway.name.as_str(), "{begins}");
        let ended = watch.line("ended").await?;
        ensure!(ended["details"]["outcome"] == "updated", "{ended:#}");
        ensure!(version(&gateway).await? == "1.1.0");
        watch.stop().await?;
        scene.finish().await
    });
}

#[test]
fn a_watch_that_is_ended_in_the_middle_leaves_the_old_release_serving() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "middle").await?;
        let gateway = adopted(&scene).await?;
        watched(&scene, &gateway, "updates = \"auto\"")?;
        scene.publish(&GatewayImage::new("1.1.0").fault("slow-start:20000")).await?;
        let before = scene.leftovers().await?;
        let mut watch = Watching::start(&scene)?;
        watch.line("begins").await?;
        let seen = watch.stop().await?;
        let ended = seen.iter().find(|line| line["event"] == "ended");
        let ended = ended.with_context(|| format!("no end of the update in {seen:#?}"))?;
        ensure!(ended["details"]["outcome"] == "failed", "{ended:#}");
        ensure!(version(&gateway).await? == "1.0.0");
        let containers = |lines: Vec<String>| -> Vec<String> {
            lines.into_iter().filter(|line| line.starts_with("container")).collect()
        };
        ensure!(containers(scene.leftovers().await?) == containers(before));
        scene.finish().await
    });
}

#[test]
fn a_second_watch_of_the_same_state_is_told_who_the_first_is() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "second").await?;
        let mut first = Watching::start(&scene)?;
        first.line("engine_answers").await?;
        let refused = scene.ctl(["watch"]).await?.expect_code(4)?;
        ensure!(refused.stderr.contains("phoenixctl watch (process "), "{refused:?}");
        first.stop().await?;
        scene.ctl(["watch", "--once"]).await?.expect_code(0)?;
        scene.finish().await
    });
}

#[test]
fn settings_are_read_anew_when_the_file_changes_and_after_a_signal() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "anew").await?;
        let file = scene.config_dir().join("config.toml");
        let mut watch = Watching::start(&scene)?;
        watch.line("engine_answers").await?;
        // As editors do: another file takes its place.
        let draft = scene.config_dir().join("draft");
        fs::write(&draft, "engine = 7\n")?;
        fs::rename(&draft, &file)?;
        let bad = watch.line("settings_bad").await?;
        let text = bad["message"].as_str().unwrap_or_default();
        ensure!(text.contains("config.toml:1") && text.contains("stay in force"), "{bad}");
        fs::write(&file, "")?;
        watch.line("settings").await?;
        watch.line("settings").await?;
        watch.signal(Signal::HUP)?;
        watch.line("settings").await?;
        ensure!(!watch.said("stopping"), "a hangup is no end");
        watch.stop().await?;
        scene.finish().await
    });
}

#[test]
fn a_watch_says_when_it_checks_next_at_its_start_and_by_new_settings() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "planned").await?;
        let file = scene.config_dir().join("config.toml");
        let at_four = "[schedule]\ncron = \"0 4 * * *\"\ntime_zone = \"UTC\"\n";
        fs::write(&file, at_four)?;
        let mut watch = Watching::start(&scene)?;
        let planned = watch.line("next_checks").await?;
        let times = planned["details"]["next_checks"].to_string();
        assert_eq!(times.matches("T04:00:00Z").count(), 3, "{planned}");
        fs::write(&file, at_four.replace("0 4", "0 5"))?;
        let planned = watch.line("next_checks").await?;
        let times = planned["details"]["next_checks"].to_string();
        assert_eq!(times.matches("T05:00:00Z").count(), 3, "{planned}");
        watch.stop().await?;
        scene.finish().await
    });
}

#[test]
fn the_service_manager_hears_when_it_is_ready_that_it_is_alive_and_when_it_stops() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "systemd").await?;
        let path = scene.folder().join("notify.sock");
        let manager = UnixDatagram::bind(&path)?;
        let path = path.to_str().context("an odd path")?;
        let environment = [("NOTIFY_SOCKET", path), ("WATCHDOG_USEC", "1000000")];
        let watch = Watching::start_with(&scene, &environment)?;
        heard(&manager, "READY=1").await?;
        heard(&manager, "WATCHDOG=1").await?;
        heard(&manager, "WATCHDOG=1").await?;
        watch.signal(Signal::TERM)?;
        heard(&manager, "STOPPING=1").await?;
        let (status, _) = watch.end().await?;
        ensure!(status.success(), "{status}");
        scene.finish().await
    });
}

async fn heard(manager: &UnixDatagram, wanted: &str) -> Result<()> {
    let hearing = async {
        let mut message = [0; 512];
        loop {
            let length = manager.recv(&mut message).await?;
            let text = String::from_utf8_lossy(&message[..length]).into_owned();
            if text.lines().any(|line| line == wanted) {
                return Ok(());
            }
        }
    };
    within(wanted, BOUND, hearing).await
}
