//! While another process watches the update: the old release runs, so one command brings it back.

use std::time::Duration;

use phoenix_tests::{
    ContainerSpec, GatewayImage, Scene, ensure, eventually, on_each_engine, within,
};
use serde_json::Value;

use super::until_answered;
use crate::{
    faults::{BOUND, adopted_as, expect_outcome, under_load, undisturbed},
    overlap::version,
};

/// The promise is 200 ms; a machine that does other things as well may take longer.
const CLICK_TO_ROUTE: Duration = Duration::from_secs(5);

#[test]
fn a_rollback_of_a_watched_update_is_at_once_and_the_watching_process_says_so() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "warm").await?;
        let container = ContainerSpec::new("gateway");
        let gateway = adopted_as(&scene, &GatewayImage::new("1.0.0"), container).await?;
        let before = scene.leftovers().await?;
        let load = under_load(&gateway).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let watching = ["update", &gateway.name, "--monitor", "60s", "--json"];
        let watching = scene.ctl_command(watching)?.spawn()?;
        load.wait_for_version("1.1.0", BOUND).await?;
        load.wait_for_successes(100, BOUND).await?;

        load.mark("rollback");
        let rollback = scene.ctl(["rollback", &gateway.name, "--json"]);
        let (rollback, routed) = tokio::join!(rollback, until_answered(&load, "1.0.0"));
        let (receipt, routed) = (rollback?.expect_success()?.json()?, routed?);
        println!("  click to route {} ms", routed.as_millis());
        ensure!(routed <= CLICK_TO_ROUTE, "from the command to the route: {routed:?}");
        expect_outcome(&receipt, "rolled_back")?;

        let watched = within("the end of the watching process", BOUND, async {
            Ok(watching.wait_with_output().await?)
        })
        .await?;
        ensure!(watched.status.code() == Some(1), "{watched:?}");
        let said: Value = serde_json::from_slice(&watched.stdout)?;
        ensure!(said == receipt, "it says something else: {said:#}\n{receipt:#}");
        ensure!(
            (&said["from"]["version"], &said["to"]["version"])
                == (&"1.0.0".into(), &"1.1.0".into())
        );
        ensure!(said["requests"]["failed"] == 0, "{said:#}");
        println!("  {}", said["reason"]);
        let kept = scene.ctl(["receipt", &gateway.name, "--json"]).await?.expect_success()?;
        let mut kept = kept.json()?;
        // Only whoever asks for one receipt gets the plot with it.
        ensure!(kept.as_object_mut().is_some_and(|kept| kept.remove("plot").is_some()));
        ensure!(kept == said, "the kept receipt is another");
        ensure!(version(&gateway).await? == "1.0.0");
        eventually("nothing is left of the update", BOUND, async || {
            ensure!(scene.leftovers().await? == before, "{:#?}", scene.leftovers().await?);
            Ok(())
        })
        .await?;
        undisturbed(load).await?;
        scene.finish().await
    });
}
