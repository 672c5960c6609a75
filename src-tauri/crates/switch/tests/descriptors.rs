//! The real program with few descriptors.

use std::process::{Child, Command as Program, Stdio};
use std::time::Duration;

use phoenix_switch::protocol::{Command, Outcome};
use tokio::task::JoinSet;

use crate::support::{App, Client, order, route};

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("[::]:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn a_thousand_clients_and_256_descriptors_lose_nothing() {
    let a = App::steady("a", "127.0.0.1", 0).await;
    let directory = tempfile::tempdir().unwrap();
    let (port, control) = (free_port(), directory.path().join("control"));
    let program = env!("CARGO_BIN_EXE_phoenix-switch");
    let line = format!(
        "ulimit -n 256; exec {program} run --listen {port}:{} --state {} --control {}",
        a.port,
        directory.path().display(),
        control.display()
    );
    let child = Program::new("sh").args(["-c", &line]).stdin(Stdio::null()).spawn().unwrap();
    let mut running = Running(child);
    while !control.exists() || tokio::net::UnixStream::connect(&control).await.is_err() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let commit = Command::Commit {
        route: route(&[("a", "127.0.0.1")]),
        confirm: None,
        keep_holding: false,
        expect_revision: None,
    };
    assert!(matches!(order(&control, commit).await, Outcome::Routed(_)));
    let mut clients = JoinSet::new();
    for _ in 0..1_000 {
        clients.spawn(async move {
            let mut client = Client::connect(port).await;
            for _ in 0..5 {
                let answer = client.post("/", "x").await;
                assert_eq!(answer.status, 200);
                if answer.field("connection") == Some("close") {
                    client = Client::connect(port).await;
                }
            }
        });
    }
    while let Some(ended) = clients.join_next().await {
        ended.unwrap();
    }
    assert!(running.0.try_wait().unwrap().is_none(), "the switch has ended");
    let Outcome::Status(status) = order(&control, Command::Status).await else { panic!() };
    assert_eq!(status.generations[0].counters.requests, 5_000);
    assert_eq!(status.generations[0].counters.failed, 0);
}
