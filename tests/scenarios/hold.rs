//! Hold: the one instance changes while requests wait at the switch.

mod reason;

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use phoenix_load::{FailureClass, Load, LoadPlan, Mix, Report, read_execution_log};
use phoenix_tests::{
    ContainerSpec, GatewayImage, Result, Running, Scene, bail, ensure, eventually, on_each_engine,
};
use serde_json::Value;

use crate::overlap::{addresses, version};

const BOUND: Duration = Duration::from_mins(1);

/// How many requests of our own wait during the hold.
const WAITING: usize = 24;

#[test]
fn requests_wait_for_a_release_that_boots_in_three_seconds_and_none_fails() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "hold").await?;
        let gateway = adopted_single(&scene).await?;
        let load = Load::start(short_requests(&gateway))?;
        load.wait_for_successes(300, BOUND).await?;
        scene.publish(&GatewayImage::new("1.1.0").fault("slow-listen:3000")).await?;

        let update = update(&scene, &gateway);
        let waiting = answered_by_while_held(&scene, &gateway);
        let (receipt, versions) = tokio::try_join!(update, waiting)?;
        load.wait_for_version("1.1.0", BOUND).await?;
        load.wait_for_successes(300, BOUND).await?;
        let report = load.stop().await;

        say(&engine.version, &receipt, &report);
        assert_eq!(receipt["outcome"], "updated", "{receipt:#}");
        assert_eq!(receipt["strategy"], "hold");
        assert!(receipt["requests"]["held"].as_u64() > Some(WAITING as u64), "{receipt:#}");
        assert_eq!(versions, vec!["1.1.0"; WAITING], "a held request belongs to the new release");
        assert_eq!(report.failed(), 0, "{report}");
        executed_once(&scene, &["1.0.0", "1.1.0"])?;
        scene.finish().await
    });
}

#[test]
fn a_release_that_does_not_start_gives_the_held_requests_back_to_the_old_one() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "holdback").await?;
        let gateway = adopted_single(&scene).await?;
        let before = scene.inspect(&gateway.name).await?.id;
        let load = Load::start(short_requests(&gateway))?;
        load.wait_for_successes(300, BOUND).await?;
        scene.publish(&GatewayImage::new("1.1.0").fault("slow-listen:2000,exit-after:1:1")).await?;

        let update = scene.ctl(["update", &gateway.name, "--monitor", "1s", "--json"]);
        let waiting = answered_by_while_held(&scene, &gateway);
        let (update, versions) = tokio::try_join!(update, waiting)?;
        let receipt = update.expect_code(1)?.json()?;
        load.wait_for_successes(300, BOUND).await?;
        let report = load.stop().await;

        say(&engine.version, &receipt, &report);
        assert_eq!(receipt["outcome"], "failed", "{receipt:#}");
        assert_eq!(versions, vec!["1.0.0"; WAITING], "the old release answers what was held");
        assert_eq!(version(&gateway).await?, "1.0.0");
        assert_eq!(scene.inspect(&gateway.name).await?.id, before, "the same container again");
        assert_eq!(report.failed(), 0, "{report}");
        executed_once(&scene, &["1.0.0"])?;
        scene.finish().await
    });
}

#[test]
fn exactly_the_overdue_requests_are_refused_when_the_limit_is_shorter_than_the_boot() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "overdue").await?;
        fs::write(scene.config_dir().join("config.toml"), "[defaults]\nhold_limit = \"2s\"\n")?;
        let gateway = adopted_single(&scene).await?;
        let mix = Mix { keep_alive: 4, post: 4, probe: 1, ..Mix::default() };
        let mut plan = LoadPlan::only(addresses(&gateway), mix);
        plan.limits.hold = Duration::from_secs(3);
        let load = Load::start(plan)?;
        load.wait_for_successes(300, BOUND).await?;
        scene.publish(&GatewayImage::new("1.1.0").fault("slow-listen:4000")).await?;

        let receipt = update(&scene, &gateway).await?;
        load.wait_for_version("1.1.0", BOUND).await?;
        load.wait_for_successes(300, BOUND).await?;
        let report = load.stop().await;

        say(&engine.version, &receipt, &report);
        assert_eq!(receipt["outcome"], "updated", "{receipt:#}");
        let overdue = report.failures_of(FailureClass::HoldExpired);
        assert!(overdue > 0, "nobody was told to come back later: {report}");
        assert_eq!(report.failed(), overdue, "something else failed: {report}");
        assert!(receipt["requests"]["held"].as_u64() > Some(overdue), "the rest: {receipt:#}");
        executed_once(&scene, &["1.0.0", "1.1.0"])?;
        scene.finish().await
    });
}

/// A gateway that only one process may run, behind its switch.
pub(crate) async fn adopted_single(scene: &Scene) -> Result<Running> {
    scene.publish(&GatewayImage::new("1.0.0")).await?;
    let gateway = scene.run(single(scene)?).await?;
    eventually("the gateway answers", BOUND, async || version(&gateway).await).await?;
    scene.ctl(["adopt", &gateway.name, "--yes", "--json"]).await?.expect_success()?;
    Ok(gateway)
}

/// A second instance on the shared folder refuses to start; all log there what they execute.
pub(crate) fn single(scene: &Scene) -> Result<ContainerSpec> {
    let folder = shared_folder(scene);
    fs::create_dir_all(&folder)?;
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777))?;
    Ok(ContainerSpec::new("gateway")
        .bind(&format!("{}:/shared", folder.display()))
        .env("PHOENIX_LOCK", "/shared/lock")
        .env("PHOENIX_EXEC_LOG", "/shared/executions"))
}

/// Every kind whose requests are short, so that ending the load takes no time.
fn short_requests(gateway: &Running) -> LoadPlan {
    let mut plan = LoadPlan::mixed(addresses(gateway));
    (plan.mix.stream, plan.mix.slow, plan.mix.upload, plan.mix.websocket) = (0, 0, 2, 6);
    plan.think.upload = Duration::from_secs(1);
    plan
}

async fn update(scene: &Scene, gateway: &Running) -> Result<Value> {
    let arguments = ["update", &gateway.name, "--monitor", "1s", "--json"];
    scene.ctl(arguments).await?.expect_success()?.json()
}

/// Waits until the switch holds, sends requests into the hold, and says which release answered.
async fn answered_by_while_held(scene: &Scene, gateway: &Running) -> Result<Vec<String>> {
    eventually("the switch holds", BOUND, async || {
        let said =
            scene.ctl(["switch", &gateway.name, "--json"]).await?.expect_success()?.json()?;
        let status = &said["services"][0]["switch"];
        ensure!(status["routed"]["holding"] == true && status["held_now"].as_u64() > Some(0));
        Ok(())
    })
    .await?;
    let requests = (0..WAITING).map(|_| {
        let gateway = gateway.clone();
        tokio::spawn(async move { gateway.get("/id").await })
    });
    let mut versions = Vec::new();
    for request in requests.collect::<Vec<_>>() {
        versions.push(request.await??.header("x-phoenix-version").to_owned());
    }
    Ok(versions)
}

/// No id twice over all generations, and these versions did the work.
#[expect(clippy::print_stdout, reason = "measured figures are shown beside the test")]
fn executed_once(scene: &Scene, versions: &[&str]) -> Result<()> {
    let log = read_execution_log(&shared_folder(scene).join("executions"))?;
    println!("executions on the shared volume: {log:?}");
    if log.duplicates > 0 {
        bail!("executed twice: {:?}", log.examples);
    }
    let seen: Vec<&str> = log.by_version.keys().map(String::as_str).collect();
    assert_eq!(seen, versions);
    Ok(())
}

fn shared_folder(scene: &Scene) -> PathBuf {
    scene.folder().join("shared")
}

#[expect(clippy::print_stdout, reason = "measured figures are shown beside the test")]
fn say(engine: &str, receipt: &Value, report: &Report) {
    let requests = &receipt["requests"];
    println!(
        "Engine {engine}: {} requests, {} failed, {} held, longest stall {} ms (client: {} ms); {}",
        report.requests,
        report.failed(),
        requests["held"],
        requests["longest_stall_ms"],
        report.longest_probe_gap_ms(),
        receipt["websockets"]
    );
}
