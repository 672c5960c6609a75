//! Trouble of every kind: a clear message, the documented exit code, the old release serving, and
//! nothing left behind.

mod engine_away;
mod files;
mod images;
mod interrupted;
mod journal_watch;
mod picture;
mod ports;
mod proxy;
mod two_at_once;

use std::time::Duration;

use phoenix_load::{Load, LoadPlan, RunningLoad};
use phoenix_tests::{ContainerSpec, GatewayImage, Result, Running, Scene, eventually};

pub(crate) use journal_watch::JournalWatch;
pub(crate) use picture::picture;
pub(crate) use proxy::EngineProxy;

use crate::overlap::{addresses, version};

/// Long enough for a loaded machine; nothing waits for it when all is well.
pub(crate) const BOUND: Duration = Duration::from_mins(1);

/// A gateway 1.0.0 that owns its port itself.
pub(crate) async fn on_its_own(scene: &Scene) -> Result<Running> {
    scene.publish(&GatewayImage::new("1.0.0")).await?;
    let gateway = scene.run(ContainerSpec::new("gateway")).await?;
    eventually("the gateway answers", BOUND, async || version(&gateway).await).await?;
    Ok(gateway)
}

/// Light load whose requests are all short, so that ending it takes no time.
pub(crate) fn light(gateway: &Running) -> Result<RunningLoad> {
    let mut plan = LoadPlan::gentle(addresses(gateway));
    (plan.mix.stream, plan.mix.slow, plan.mix.upload) = (0, 0, 0);
    plan.limits.finish = Duration::from_secs(10);
    Ok(Load::start(plan)?)
}

/// Ends a load that nothing may have disturbed.
#[expect(clippy::print_stdout, reason = "figures stand beside the test's name")]
pub(crate) async fn undisturbed(load: RunningLoad) {
    let report = load.stop().await;
    println!("{report}");
    assert_eq!(report.failed(), 0, "{report}");
}
