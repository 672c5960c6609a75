//! What the parts share: a gateway behind its switch, the program, and what clients saw.

use std::{
    fs,
    net::SocketAddr,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    time::{Duration, Instant},
};

use phoenix_load::{LoadPlan, Report};
use phoenix_tests::{
    ContainerSpec, Engine, GatewayImage, Result, Running, Scene, ensure, eventually,
};
use serde_json::Value;

use crate::figures::Figures;

/// Bound on each wait.
pub(crate) const BOUND: Duration = Duration::from_mins(2);

/// A scene with 1.0.0 published.
pub(crate) async fn scene(engine: &Engine, name: &str) -> Result<Scene> {
    let scene = Scene::set(engine, name).await?;
    scene.publish(&GatewayImage::new("1.0.0")).await?;
    Ok(scene)
}

/// Starts it and waits until it answers.
pub(crate) async fn up(scene: &Scene, spec: ContainerSpec) -> Result<Running> {
    let gateway = scene.run(spec).await?;
    answers(&gateway, "1.0.0").await?;
    Ok(gateway)
}

/// Waits until this version answers at the host port.
pub(crate) async fn answers(gateway: &Running, version: &str) -> Result<()> {
    eventually(&format!("{version} answers"), BOUND, async || {
        let answer = gateway.get("/id").await?;
        ensure!(answer.header("x-phoenix-version") == version);
        Ok(())
    })
    .await
}

/// Asks without a pause until this version answers; how long that took.
pub(crate) async fn until_answered_by(
    gateway: &Running,
    version: &str,
    since: Instant,
) -> Result<Duration> {
    while since.elapsed() < BOUND {
        let answer = gateway.get("/id").await;
        if answer.is_ok_and(|answer| answer.header("x-phoenix-version") == version) {
            return Ok(since.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    phoenix_tests::bail!("{version} did not answer within {BOUND:?}")
}

/// Runs `phoenixctl … --yes --json` and answers its receipt.
pub(crate) async fn receipt(scene: &Scene, arguments: &[&str], code: i32) -> Result<Value> {
    let arguments = [arguments, &["--yes", "--json"]].concat();
    scene.ctl(&arguments).await?.expect_code(code)?.json()
}

/// A number of a receipt; 0 where it has none.
pub(crate) fn number(receipt: &Value, path: &str) -> u64 {
    receipt.pointer(path).and_then(Value::as_u64).unwrap_or_default()
}

/// A folder that all generations of a service share, with its log of executions.
pub(crate) fn sharing(scene: &Scene, spec: ContainerSpec) -> Result<ContainerSpec> {
    let folder = shared(scene);
    fs::create_dir_all(&folder)?;
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777))?;
    let bind = format!("{}:/shared", folder.display());
    Ok(spec.bind(&bind).env("PHOENIX_EXEC_LOG", "/shared/executions"))
}

/// Executions beyond the first of an id, over all generations.
pub(crate) fn executed_twice(scene: &Scene) -> Result<u64> {
    Ok(phoenix_load::read_execution_log(&shared(scene).join("executions"))?.duplicates)
}

fn shared(scene: &Scene) -> PathBuf {
    scene.folder().join("shared")
}

/// The common load; `quick` leaves out what takes 8 s and 10 s by itself.
pub(crate) fn load(port: u16, quick: bool) -> LoadPlan {
    let mut plan = LoadPlan::mixed(vec![SocketAddr::from(([127, 0, 0, 1], port))]);
    if quick {
        (plan.think.stream, plan.think.slow) = (Duration::from_secs(2), Duration::from_secs(2));
        plan.think.upload = Duration::from_secs(1);
    }
    plan
}

/// What clients saw, the same rows for every way of updating.
pub(crate) fn seen(figures: &mut Figures, part: &str, report: &Report, promised: bool) {
    let promise = |text: &'static str| if promised { text } else { "" };
    figures.add(part, "requests", report.requests, promise(">= 100,000 in the full run"));
    figures.add(part, "failed", report.failed(), promise("0"));
    for (class, failure) in &report.failures {
        let name = serde_json::to_value(class).unwrap_or_default();
        figures.add(part, format!("  {}", name.as_str().unwrap_or("?")), failure.count, "");
    }
    let cut = report.websockets.cut;
    figures.add(part, "WebSockets without close frame", cut, promise("0"));
    let gap = format!("{} ms", report.longest_gap.longest_ms);
    figures.add(part, "longest gap between successes", gap, promise("<= 50 ms, overlap"));
    let gap = format!("{} ms", report.longest_probe_gap_ms());
    figures.add(part, "the same for new connections", gap, promise("<= 50 ms, overlap"));
}
