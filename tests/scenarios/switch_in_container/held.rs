//! 500 requests wait at once (zero-downtime §B 2).

use phoenix_tests::{Context, Scene, ensure, eventually, on_each_engine};

use super::{BOUND, body::resident_kib, switch_name};
use crate::overlap::adopted;

const HELD: usize = 500;
const MOST_KIB_EACH: u64 = 64;

#[test]
fn five_hundred_held_requests_take_little_memory_and_are_all_answered() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "waiting").await?;
        let gateway = adopted(&scene).await?;
        let switch = switch_name(&gateway);
        let idle = resident_kib(&scene, &switch).await?;
        scene.docker().stop_container(&gateway.name, None).await?;
        let requests = (0..HELD).map(|_| {
            let gateway = gateway.clone();
            tokio::spawn(async move { gateway.get("/id").await })
        });
        let requests: Vec<_> = requests.collect();
        eventually("all of them wait", BOUND, async || {
            let held = super::status(&scene, &gateway).await?["held_now"].as_u64();
            ensure!(held == Some(HELD as u64), "{held:?} wait");
            Ok(())
        })
        .await?;
        let grown = resident_kib(&scene, &switch).await?.saturating_sub(idle);
        scene.docker().start_container(&gateway.name, None).await?;
        for request in requests {
            let answer = request.await?.context("a held request was not answered")?;
            assert_eq!(answer.status, 200);
        }
        println!("Engine {}: {HELD} held requests took {grown} KiB", engine.version);
        assert!(grown <= HELD as u64 * MOST_KIB_EACH, "{grown} KiB");
        scene.finish().await
    });
}
