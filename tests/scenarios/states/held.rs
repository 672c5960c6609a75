//! What is found, and would not be installed by itself now.

use jiff::{ToSpan as _, Zoned};
use phoenix_tests::{GatewayImage, Scene, ensure, on_each_engine};

use super::{AVAILABLE, checked, settings, worker};

#[test]
fn a_young_release_says_when_it_is_old_enough_and_keeps_that_time() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "young").await?;
        settings(&scene, "[defaults]\nmin_age = \"3d\"\n")?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let worker = worker(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let first = checked(&scene, &worker, AVAILABLE).await?["held"].take();
        ensure!(first["why"] == "too_young" && first["until"].is_string(), "{first:#}");
        let second = checked(&scene, &worker, AVAILABLE).await?["held"].take();
        ensure!(second == first, "{second:#}");
        scene.publish(&GatewayImage::new("1.2.0")).await?;
        let newer = checked(&scene, &worker, AVAILABLE).await?["held"].take();
        ensure!(newer["until"].as_str() > first["until"].as_str(), "{newer:#}");
        scene.finish().await
    });
}

#[test]
fn a_window_hinders_no_check_and_says_when_it_opens() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "window").await?;
        let day = Zoned::now().checked_add(3.days())?.strftime("%a").to_string();
        settings(&scene, &format!("[defaults]\nwindows = [\"{day} 02:00-05:00\"]\n"))?;
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let worker = worker(&scene).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let found = checked(&scene, &worker, AVAILABLE).await?;
        ensure!(found["state"] == "update_available", "{found:#}");
        let held = &found["held"];
        ensure!(held["why"] == "outside_windows" && held["until"].is_string(), "{held:#}");
        scene.finish().await
    });
}
