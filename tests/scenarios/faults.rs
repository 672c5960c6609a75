//! Releases that misbehave: one that has not proven itself never gets traffic, one that turns bad
//! loses it again, and clients notice neither.

mod after_the_switch;
mod before_the_switch;
mod connections;
mod killed;

use std::{fs, time::Duration};

use phoenix_load::{FailureClass, Kind, Load, LoadPlan, RunningLoad};
use phoenix_plan::{
    journal::{Entry, Event},
    step::Action,
};
use phoenix_tests::{
    ContainerSpec, Context, GatewayImage, Result, Running, Scene, ensure, eventually,
};
use serde_json::Value;

use crate::overlap::{addresses, version};

/// Long enough for a loaded machine; nothing waits for it when all is well.
pub(crate) const BOUND: Duration = Duration::from_mins(1);

/// This release in a container like this, behind its switch.
pub(crate) async fn adopted_as(
    scene: &Scene,
    image: &GatewayImage,
    container: ContainerSpec,
) -> Result<Running> {
    scene.publish(image).await?;
    let gateway = scene.run(container).await?;
    eventually("the gateway answers", BOUND, async || {
        ensure!(version(&gateway).await? == image.version());
        Ok(())
    })
    .await?;
    scene.ctl(["adopt", &gateway.name, "--yes", "--json"]).await?.expect_success()?;
    Ok(gateway)
}

/// Light load whose requests are all short, so that ending it takes no time.
pub(crate) fn calm(gateway: &Running) -> LoadPlan {
    let mut plan = LoadPlan::gentle(addresses(gateway));
    (plan.mix.stream, plan.mix.slow, plan.mix.upload) = (0, 0, 0);
    plan.limits.finish = Duration::from_secs(10);
    plan
}

/// The calm load, once it has got going.
pub(crate) async fn under_load(gateway: &Running) -> Result<RunningLoad> {
    let load = Load::start(calm(gateway))?;
    load.wait_for_successes(50, BOUND).await?;
    Ok(load)
}

/// Ends a load that nothing may have disturbed but 5xx answers of the app itself.
pub(crate) async fn undisturbed(load: RunningLoad) -> Result<()> {
    let report = load.stop().await;
    ensure!(report.failed_beyond_app() == 0, "{report}");
    ensure!(report.executions.duplicates == 0, "executed twice: {report}");
    println!("  {} requests, 0 failed, longest gap {:?}", report.requests, report.longest_gap);
    Ok(())
}

/// Ends a load of which nothing failed but POSTs in flight on a release that died, which nobody may
/// send again: at most one a connection, for each time that one died.
pub(crate) async fn only_posts_in_flight(
    gateway: &Running,
    load: RunningLoad,
    deaths: u64,
) -> Result<()> {
    let report = load.stop().await;
    let posts = |kind| {
        let failures = report.kinds.get(&kind).map(|kind| &kind.failures);
        failures.and_then(|all| all.get(&FailureClass::SwitchError)).copied().unwrap_or_default()
    };
    let (plain, expecting) = (posts(Kind::Post), posts(Kind::Special));
    let mix = calm(gateway).mix;
    println!("  {} requests, {} POSTs in flight failed", report.requests, plain + expecting);
    println!("  longest gap {:?}", report.longest_gap);
    ensure!(report.failed_beyond_app() == plain + expecting, "others than POSTs failed: {report}");
    ensure!(plain <= u64::from(mix.post) * deaths, "{report}");
    ensure!(expecting <= u64::from(mix.special) * deaths, "{report}");
    ensure!(report.executions.duplicates == 0, "executed twice: {report}");
    Ok(())
}

/// The JSON receipt of an update that ends with this exit code.
pub(crate) async fn update(
    scene: &Scene,
    gateway: &Running,
    monitor: &str,
    exit_code: i32,
) -> Result<Value> {
    let arguments = ["update", &gateway.name, "--monitor", monitor, "--json"];
    scene.ctl(arguments).await?.expect_code(exit_code)?.json()
}

/// The JSON receipt of a rollback that succeeds.
pub(crate) async fn roll_back(scene: &Scene, gateway: &Running, more: &[&str]) -> Result<Value> {
    let arguments = [&["rollback", &gateway.name, "--json"], more].concat();
    scene.ctl(arguments).await?.expect_success()?.json()
}

/// Fails, showing the receipt, unless it has this outcome.
pub(crate) fn expect_outcome(receipt: &Value, outcome: &str) -> Result<()> {
    ensure!(receipt["outcome"] == outcome, "not {outcome}: {receipt:#}");
    Ok(())
}

/// The ID of the image that a reference means on the engine.
pub(crate) async fn image_id(scene: &Scene, reference: &str) -> Result<String> {
    scene.docker().inspect_image(reference).await?.id.context("an image without an ID")
}

/// The journal of the update with this receipt.
pub(crate) fn journal(scene: &Scene, receipt: &Value) -> Result<Vec<Entry>> {
    let name = format!("{}.jsonl", receipt["id"].as_str().context("no ID")?);
    let services = fs::read_dir(scene.state_dir().join("journals"))?;
    let mut paths = services.filter_map(|service| Some(service.ok()?.path().join(&name)));
    let path = paths.find(|path| path.is_file()).with_context(|| format!("no journal {name}"))?;
    let text = fs::read_to_string(path)?;
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

/// From the verdict until the switch had acknowledged the old route, by the journal.
pub(crate) fn verdict_to_route(scene: &Scene, receipt: &Value) -> Result<Duration> {
    let entries = journal(scene, receipt)?;
    let commit = entries.iter().find_map(|entry| {
        let Event::Planned { plan } = &entry.event else { return None };
        plan.steps.iter().find(|step| matches!(step.action, Action::Commit { .. }))
    });
    let commit = commit.context("the plan has no commit")?.number;
    let at = |what: &str, wanted: &dyn Fn(&Event) -> bool| {
        let found = entries.iter().find(|entry| wanted(&entry.event));
        found.map(|entry| entry.at).with_context(|| format!("{what}: not in {entries:#?}"))
    };
    let verdict = at("the verdict", &|event| matches!(event, Event::Failed { .. }))?;
    let routed =
        at("the way back", &|event| matches!(event, Event::Undone { step } if *step == commit))?;
    Ok(routed.duration_since(verdict).try_into()?)
}
