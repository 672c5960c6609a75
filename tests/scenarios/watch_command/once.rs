//! One round: the exit code says what it came to.

use phoenix_tests::{ContainerSpec, GatewayImage, Scene, ensure, on_each_engine};

use super::{unadopted, watched};
use crate::overlap::{adopted, version};

#[test]
fn a_round_tells_what_is_new_and_installs_what_may_be_installed_by_itself() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "round").await?;
        let gateway = adopted(&scene).await?;
        watched(&scene, &gateway, "updates = \"notify\"")?;
        scene.ctl(["watch", "--once"]).await?.expect_code(0)?;

        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let told = scene.ctl(["watch", "--once"]).await?.expect_code(10)?;
        let command = format!("'phoenixctl update {}'", gateway.name);
        ensure!(told.stderr.contains("1.1.0 is available"), "{told:?}");
        ensure!(told.stderr.contains(&command), "{told:?}");
        ensure!(version(&gateway).await? == "1.0.0", "it was only to tell");

        watched(&scene, &gateway, "updates = \"auto\"")?;
        scene.publish(&GatewayImage::new("1.2.0")).await?;
        let done = scene.ctl(["watch", "--once"]).await?.expect_code(0)?;
        ensure!(done.stderr.contains("Updated 1.0.0 → 1.2.0"), "{done:?}");
        ensure!(version(&gateway).await? == "1.2.0");
        scene.finish().await
    });
}

#[test]
fn the_first_move_of_a_port_needs_consent_which_the_settings_can_give() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "consent").await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let gateway = unadopted(&scene).await?;
        watched(&scene, &gateway, "updates = \"auto\"")?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let asked = scene.ctl(["watch", "--once"]).await?.expect_code(1)?;
        let command = format!("'phoenixctl update {} --yes'", gateway.name);
        ensure!(asked.stderr.contains(&command), "{asked:?}");
        ensure!(version(&gateway).await? == "1.0.0", "nobody agreed");

        watched(&scene, &gateway, "updates = \"auto\"\nmay_interrupt = true")?;
        scene.publish(&GatewayImage::new("1.2.0")).await?;
        scene.ctl(["watch", "--once"]).await?.expect_code(0)?;
        ensure!(version(&gateway).await? == "1.2.0");
        scene.finish().await
    });
}

#[test]
fn a_round_that_went_back_says_so_and_the_old_release_serves() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "badround").await?;
        let gateway = adopted(&scene).await?;
        watched(&scene, &gateway, "updates = \"auto\"")?;
        scene.publish(&GatewayImage::new("1.1.0").fault("exit:3")).await?;
        let round = scene.ctl(["watch", "--once", "--json"]).await?.expect_code(1)?;
        let ended = round.stdout.lines().find(|line| line.contains("\"event\":\"ended\""));
        ensure!(ended.is_some_and(|line| line.contains("\"level\":\"error\"")), "{round:?}");
        ensure!(version(&gateway).await? == "1.0.0");
        scene.finish().await
    });
}

#[test]
fn without_an_engine_a_round_ends_with_its_exit_code() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "noround").await?;
        let nowhere = format!("unix://{}", scene.folder().join("nowhere.sock").display());
        let mut command = scene.ctl_command(["watch", "--once"])?;
        let output = command.env("DOCKER_HOST", nowhere).output().await?;
        ensure!(output.status.code() == Some(3), "{output:?}");
        scene.finish().await
    });
}

#[test]
fn settings_that_cannot_be_used_end_a_watch_before_it_begins() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "badwatch").await?;
        std::fs::write(scene.config_dir().join("config.toml"), "[schedule]\nevery = \"often\"\n")?;
        let refused = scene.ctl(["watch"]).await?.expect_code(2)?;
        ensure!(refused.stderr.contains("config.toml:2"), "{refused:?}");
        scene.finish().await
    });
}

#[test]
fn a_container_without_a_port_is_restarted_by_itself_only_with_consent() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "worker").await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let worker = scene.run(ContainerSpec::new("worker").unpublished()).await?;
        watched(&scene, &worker, "updates = \"auto\"\nmay_interrupt = true")?;
        let new = scene.publish(&GatewayImage::new("1.1.0")).await?;
        scene.ctl(["watch", "--once"]).await?.expect_code(0)?;
        let runs = scene.inspect(&worker.name).await?.image;
        ensure!(runs.as_deref() == Some(new.image_id.as_str()), "{runs:?}");
        scene.finish().await
    });
}
