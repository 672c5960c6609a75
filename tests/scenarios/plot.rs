//! The plot of a receipt: what clients noticed over time, with the steps marked.

use phoenix_load::{Load, LoadPlan};
use phoenix_plan::receipt::{Moment, Plot, Receipt};
use phoenix_tests::{Context, GatewayImage, Result, Running, Scene, ensure, on_each_engine};

use crate::{
    faults::{expect_outcome, under_load, undisturbed, update},
    overlap::{addresses, adopted},
    trouble::BOUND,
};

/// What `phoenixctl receipt` tells of the last update.
async fn plot(scene: &Scene, gateway: &Running) -> Result<Plot> {
    let receipt = scene.ctl(["receipt", &gateway.name, "--json"]).await?.expect_success()?;
    let receipt: Receipt = serde_json::from_value(receipt.json()?)?;
    receipt.plot.context("no plot")
}

fn mark(plot: &Plot, wanted: Moment) -> Result<u64> {
    let found = plot.marks.iter().find(|mark| mark.moment == wanted);
    let found = found.with_context(|| format!("no {wanted:?} in {:?}", plot.marks))?;
    let width = plot.tick_ms * plot.ticks.len() as u64;
    ensure!(found.at_ms < width, "{wanted:?} at {} of {width} ms", found.at_ms);
    Ok(found.at_ms)
}

/// Requests within a second to both sides of a moment.
fn around(plot: &Plot, at_ms: u64) -> Result<(u32, u32)> {
    let here = usize::try_from(at_ms / plot.tick_ms)?;
    let second = usize::try_from(1_000 / plot.tick_ms)?;
    let sum = |ticks: &[phoenix_plan::receipt::PlotTick]| ticks.iter().map(|t| t.requests).sum();
    let (before, after) = plot.ticks.split_at(here);
    let before = &before[before.len().saturating_sub(second)..];
    Ok((sum(before), sum(&after[..second.min(after.len())])))
}

fn say(plot: &Plot) {
    let requests: u32 = plot.ticks.iter().map(|tick| tick.requests).sum();
    let slowest = plot.ticks.iter().map(|tick| tick.slowest_us).max().unwrap_or_default();
    println!(
        "  {} ticks of {} ms, {requests} requests, slowest {slowest} us, {:?}",
        plot.ticks.len(),
        plot.tick_ms,
        plot.marks
    );
}

#[test]
fn an_update_under_load_is_plotted_with_the_traffic_around_the_moment_of_the_switch() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "plot").await?;
        let gateway = adopted(&scene).await?;
        let load = Load::start(LoadPlan::mixed(addresses(&gateway)))?;
        load.wait_for_successes(500, BOUND).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let receipt = update(&scene, &gateway, "2s", 0).await?;
        ensure!(receipt.get("plot").is_none(), "the update tells the plot: {receipt:#}");
        let plot = plot(&scene, &gateway).await?;
        say(&plot);
        let switched = mark(&plot, Moment::Switched)?;
        ensure!(mark(&plot, Moment::Ready)? <= switched);
        ensure!(plot.ticks.iter().map(|tick| u64::from(tick.requests)).sum::<u64>() > 0);
        ensure!(plot.ticks.iter().all(|tick| tick.failed == 0), "{plot:?}");
        let (before, after) = around(&plot, switched)?;
        println!("  {before} requests in the second before, {after} in the one after");
        ensure!(before > 0 && after > 0, "{plot:?}");
        let report = load.stop().await;
        ensure!(report.failed() == 0, "{report}");
        scene.finish().await
    });
}

#[test]
fn a_release_that_turns_bad_is_plotted_there_and_back() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "plotback").await?;
        let gateway = adopted(&scene).await?;
        let load = under_load(&gateway).await?;
        scene.publish(&GatewayImage::new("1.1.0").fault("sick-after:4000")).await?;
        let receipt = update(&scene, &gateway, "30s", 1).await?;
        expect_outcome(&receipt, "rolled_back")?;
        let plot = plot(&scene, &gateway).await?;
        say(&plot);
        let switched = mark(&plot, Moment::Switched)?;
        let failed = mark(&plot, Moment::Failed)?;
        let back = mark(&plot, Moment::RolledBack)?;
        ensure!(switched < failed && failed <= back, "{:?}", plot.marks);
        undisturbed(load).await?;
        scene.finish().await
    });
}
