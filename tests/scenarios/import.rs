//! Moving in from Watchtower: its wishes become settings, and nothing else in the file changes.

use std::fs;

use phoenix_tests::{
    ContainerSpec, GatewayImage, Result, Running, Scene,
    bollard::query_parameters::TagImageOptions, ensure, on_each_engine,
};

const NOTES: &str = "# my notes\n\n[schedule]       # when\nevery = \"6h\"     # often\n";

/// A container that looks like a Watchtower with these arguments.
async fn watchtower(scene: &Scene, arguments: &[&str]) -> Result<Running> {
    let local = scene.load(&GatewayImage::new("1.0.0"), "updater").await?;
    let repo = format!("{}/watchtower", scene.prefix());
    let tag = TagImageOptions { repo: Some(repo.clone()), tag: Some("latest".to_owned()) };
    scene.docker().tag_image(&local, Some(tag)).await?;
    let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
    let spec = ContainerSpec::new("watchtower").image(&repo).unpublished();
    scene.run(spec.edit(|body| body.cmd = Some(arguments))).await
}

#[test]
fn a_watchtower_becomes_settings_and_is_stopped_when_that_is_asked_for() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "import").await?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let gateway = scene.run(ContainerSpec::new("gateway")).await?;
        let arguments = [&gateway.name, "--schedule", "0 0 4 * * *", "--rolling-restart"];
        let tower = watchtower(&scene, &arguments).await?;
        let file = scene.config_dir().join("config.toml");
        fs::write(&file, NOTES)?;

        let from = ["import", "watchtower", "--from", &tower.name];
        let refused = scene.ctl(from).await?.expect_code(2)?;
        ensure!(refused.stderr.contains("--yes"), "{refused:?}");
        ensure!(fs::read_to_string(&file)? == NOTES, "nobody agreed");
        let shown = scene.ctl(from.into_iter().chain(["--dry-run"])).await?.expect_success()?;
        ensure!(shown.stdout.contains("+cron = \"0 0 4 * * *\""), "{shown:?}");
        ensure!(shown.stdout.contains("--rolling-restart: "), "{shown:?}");
        ensure!(fs::read_to_string(&file)? == NOTES, "it was only to be shown");

        let with = from.into_iter().chain(["--yes", "--stop", "--json"]);
        let done = scene.ctl(with).await?.expect_success()?.json()?;
        ensure!(done["written"] == true && done["stopped"] == true, "{done:#}");
        let written = fs::read_to_string(&file)?;
        let wanted = format!(
            "# my notes\n\n[schedule]       # when\ncron = \"0 0 4 * * *\"\n\n[services.{}]\n\
             updates = \"auto\"\nmay_interrupt = true\nclean_up = false\n",
            gateway.name
        );
        ensure!(written == wanted, "{written}");
        let stopped = scene.inspect(&tower.name).await?;
        let restarts = stopped.host_config.and_then(|host| host.restart_policy);
        ensure!(format!("{restarts:?}").contains("NO") || restarts.is_none(), "{restarts:?}");
        ensure!(stopped.state.and_then(|state| state.running) == Some(false));

        let again = scene.ctl(from.into_iter().chain(["--yes"])).await?.expect_success()?;
        ensure!(again.stdout.contains("says all this already"), "{again:?}");
        scene.finish().await
    });
}

#[test]
fn the_owners_own_line_is_understood_and_labels_decide_where_no_name_does() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "typed").await?;
        let line = [
            "import",
            "watchtower",
            "--yes",
            "--",
            "docker",
            "run",
            "-d",
            "--name",
            "watchtower",
            "--restart",
            "unless-stopped",
            "-v",
            "/var/run/docker.sock:/var/run/docker.sock",
            "containrrr/watchtower",
            "phoenix-gateway",
            "--schedule",
            "0 0 4 * * *",
            "--cleanup",
            "--include-stopped",
        ];
        scene.ctl(line).await?.expect_success()?;
        let written = fs::read_to_string(scene.config_dir().join("config.toml"))?;
        for wanted in [
            "cron = \"0 0 4 * * *\"",
            "[services.phoenix-gateway]",
            "updates = \"auto\"",
            "include_stopped = true",
        ] {
            ensure!(written.contains(wanted), "no {wanted} in\n{written}");
        }

        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let enable = "com.centurylinklabs.watchtower.enable";
        let scope = "com.centurylinklabs.watchtower.scope";
        let labelled =
            ContainerSpec::new("told").label(enable, "true").label(scope, scene.prefix());
        let told = scene.run(labelled).await?;
        let left = scene.run(ContainerSpec::new("left").label(scope, scene.prefix())).await?;
        let line = [
            "import",
            "watchtower",
            "--dry-run",
            "--",
            "--label-enable",
            "--scope",
            scene.prefix(),
        ];
        let shown = scene.ctl(line).await?.expect_success()?;
        ensure!(shown.stdout.contains(&told.name), "{shown:?}");
        ensure!(!shown.stdout.contains(&left.name), "{shown:?}");
        scene.finish().await
    });
}

#[test]
fn a_line_that_is_not_understood_changes_nothing() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "misread").await?;
        let refused = scene.ctl(["import", "watchtower", "--yes", "--", "--shedule", "x"]).await?;
        let refused = refused.expect_code(2)?;
        ensure!(refused.stderr.contains("--shedule"), "{refused:?}");
        ensure!(!scene.config_dir().join("config.toml").exists());
        scene.finish().await
    });
}
