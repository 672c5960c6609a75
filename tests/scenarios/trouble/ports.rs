//! A port that somebody else has taken.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use phoenix_tests::{Context, Result, Running, Scene, bail, ensure, eventually, on_each_engine};

use serde_json::{Value, json};

use super::{BOUND, JournalWatch, on_its_own};
use crate::overlap::{adopted, version};

/// Listens on a port as soon as it is free, faster than any engine.
struct Grabber {
    over: Arc<AtomicBool>,
    thread: JoinHandle<bool>,
}

impl Grabber {
    fn lie_in_wait(port: u16) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&over);
        let thread = thread::spawn(move || {
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
            let end = Instant::now() + BOUND;
            while Instant::now() < end && !until.load(Ordering::Relaxed) {
                if let Ok(_held) = TcpListener::bind(address) {
                    while Instant::now() < end && !until.load(Ordering::Relaxed) {
                        thread::park_timeout(Duration::from_millis(10));
                    }
                    return true;
                }
                thread::yield_now();
            }
            false
        });
        Self { over, thread }
    }

    /// Lets go; answers whether it ever had the port.
    fn let_go(self) -> Result<bool> {
        self.over.store(true, Ordering::Relaxed);
        self.thread.join().ok().context("the grabber panicked")
    }
}

#[test]
fn an_adoption_whose_port_is_snatched_away_puts_the_container_back() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "snatch").await?;
        let gateway = on_its_own(&scene).await?;
        let before = container(&scene, &gateway).await?;
        let watch = JournalWatch::begin(&scene);
        let grabber = Grabber::lie_in_wait(gateway.port);
        let adoption = scene.ctl_command(["adopt", &gateway.name, "--yes", "--json"])?.spawn()?;
        watch
            .until("the failed start of the switch", |events| {
                events
                    .iter()
                    .any(|event| event["event"] == "failed" || event["event"] == "finished")
            })
            .await?;
        assert!(grabber.let_go()?, "the port never was free");

        let output = adoption.wait_with_output().await?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("already") || said.contains("taken"), "{said}");
        eventually("1.0.0 serves", BOUND, async || {
            ensure!(version(&gateway).await? == "1.0.0");
            Ok(())
        })
        .await?;
        assert_eq!(before, container(&scene, &gateway).await?);
        let left = scene.leftovers().await?;
        assert!(!left.iter().any(|line| line.contains("phoenix-")), "{left:#?}");
        scene.finish().await
    });
}

#[test]
fn a_switch_that_lost_its_port_is_named_with_the_way_to_mend_it() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "lost").await?;
        let gateway = adopted(&scene).await?;
        let switch = format!("phoenix-switch-{}", gateway.name);
        scene.docker().stop_container(&switch, None).await?;
        let grabber = Grabber::lie_in_wait(gateway.port);
        eventually("somebody else has the port", BOUND, async || {
            Ok(std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, gateway.port))?)
        })
        .await?;
        if scene.docker().start_container(&switch, None).await.is_ok() {
            bail!("the switch started without its port");
        }
        let refused = scene.ctl(["update", &gateway.name, "--json"]).await?.expect_code(1)?;
        assert!(refused.stdout.contains(&format!("docker start {switch}")), "{refused:?}");

        grabber.let_go()?;
        scene.docker().start_container(&switch, None).await?;
        eventually("the switch serves again", BOUND, async || version(&gateway).await).await?;
        scene.ctl(["update", &gateway.name, "--json"]).await?.expect_success()?;
        scene.finish().await
    });
}

/// Which container it is and how it is made; not since when it runs.
async fn container(scene: &Scene, gateway: &Running) -> Result<Value> {
    let found = scene.inspect(&gateway.name).await?;
    Ok(json!([found.id, found.config, found.host_config]))
}
