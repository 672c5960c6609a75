//! What passes through the switch while a release changes: h2c, streams, `WebSocket`s, raw TCP.

use std::{fs, time::Duration};

use phoenix_load::{Load, LoadPlan, Mix};
use phoenix_tests::{ContainerSpec, GatewayImage, Scene, eventually, on_each_engine};

use super::{BOUND, switch_name, update};
use crate::overlap::{addresses, adopted, version};

#[test]
fn streams_and_http2_come_through_an_update_whole() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "streams").await?;
        let gateway = adopted(&scene).await?;
        let mix = Mix { stream: 4, h2c: 2, probe: 1, special: 1, ..Mix::default() };
        let mut plan = LoadPlan::only(addresses(&gateway), mix);
        plan.think.stream = Duration::from_secs(2);
        let load = Load::start(plan)?;
        load.wait_for_successes(200, BOUND).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        update(&scene, &gateway, 0).await?;
        load.wait_for_version("1.1.0", BOUND).await?;
        load.wait_for_successes(100, BOUND).await?;
        let report = load.stop().await;
        println!("{report}");
        assert_eq!(report.failed(), 0, "{report}");
        scene.finish().await
    });
}

#[test]
fn an_app_that_cuts_its_websockets_has_them_closed_by_the_switch() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "goodbye").await?;
        scene.publish(&GatewayImage::new("1.0.0").fault("no-ws-close")).await?;
        let gateway = scene.run(ContainerSpec::new("gateway")).await?;
        eventually("the gateway answers", BOUND, async || version(&gateway).await).await?;
        scene.ctl(["adopt", &gateway.name, "--yes"]).await?.expect_success()?;
        let mix = Mix { websocket: 10, keep_alive: 2, ..Mix::default() };
        let load = Load::start(LoadPlan::only(addresses(&gateway), mix))?;
        load.wait_until("10 WebSockets", BOUND, |seen| seen.websockets.open == 10).await?;

        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let held = ["update", &gateway.name, "--strategy", "hold", "--monitor", "1s", "--json"];
        let receipt = scene.ctl(held).await?.expect_success()?.json()?;
        load.wait_until("10 again", BOUND, |seen| seen.websockets.open == 10).await?;
        let report = load.stop().await;
        println!("Engine {}: {:?}", engine.version, report.websockets);
        assert_eq!(report.websockets.closed.get(&1012), Some(&10), "{report}");
        assert_eq!(report.failed(), 0, "{report}");
        assert_eq!(receipt["websockets"]["closed_by_switch"], 10, "{receipt:#}");
        assert_eq!(receipt["websockets"]["cut"], 0, "{receipt:#}");
        scene.finish().await
    });
}

#[test]
fn a_port_configured_as_raw_is_relayed_byte_for_byte_and_switched_per_connection() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "raw").await?;
        fs::write(scene.config_dir().join("config.toml"), "[defaults]\nraw_ports = [18789]\n")?;
        let gateway = adopted(&scene).await?;
        let mix = Mix { probe: 2, ..Mix::default() };
        let load = Load::start(LoadPlan::only(addresses(&gateway), mix))?;
        load.wait_for_successes(100, BOUND).await?;
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        update(&scene, &gateway, 0).await?;
        load.wait_for_version("1.1.0", BOUND).await?;
        load.wait_for_successes(100, BOUND).await?;
        let report = load.stop().await;
        assert_eq!(report.failed(), 0, "{report}");
        let switch = scene.inspect(&switch_name(&gateway)).await?.config.unwrap_or_default();
        assert!(switch.cmd.unwrap_or_default().contains(&"18789=tcp".to_owned()), "not raw");
        scene.finish().await
    });
}
