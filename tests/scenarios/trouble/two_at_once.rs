//! Two updates of one service at the same time (zero-downtime §B 11).

use phoenix_tests::{GatewayImage, Scene, on_each_engine};

use super::{JournalWatch, light, undisturbed};
use crate::overlap::adopted;

#[test]
fn a_second_update_is_told_who_is_at_it_and_the_first_one_goes_on() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "two").await?;
        let gateway = adopted(&scene).await?;
        let load = light(&gateway)?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let watch = JournalWatch::begin(&scene);
        let first =
            scene.ctl_command(["update", &gateway.name, "--monitor", "3s", "--json"])?.spawn()?;
        let pid = first.id().unwrap_or_default();
        watch.until_doing("gate").await?;

        let second = scene.ctl(["update", &gateway.name, "--json"]).await?.expect_code(4)?;
        let error = second.json()?["error"].take();
        let message = error["message"].as_str().unwrap_or_default();
        assert_eq!(error["code"], "busy");
        assert!(message.contains(&pid.to_string()), "{message}");
        assert!(message.to_lowercase().contains("update"), "no activity: {message}");

        let output = first.wait_with_output().await?;
        assert_eq!(output.status.code(), Some(0));
        undisturbed(load).await;
        scene.finish().await
    });
}
