//! A switch with its state directory and a way to command it.

use std::path::Path;
use std::time::Duration;

use phoenix_switch::options::{Listen, Options, PortMode};
use phoenix_switch::protocol::{
    Backend, Command, Confirmation, Counters, GenerationStatus, Outcome, Reply, Request, Route,
    Routed, Status,
};
use phoenix_switch::switch::Switch;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

use super::soon;

/// A running switch.
pub(crate) struct Rig {
    switch: Option<Switch>,
    options: Options,
    directory: tempfile::TempDir,
    pub(crate) port: u16,
}

/// A generation that is found under one address.
pub(crate) fn backend(generation: &str, host: &str) -> Backend {
    Backend { generation: generation.into(), hosts: vec![host.into()] }
}

/// A route to generations and their addresses.
pub(crate) fn route(backends: &[(&str, &str)]) -> Route {
    Route { backends: backends.iter().map(|(name, host)| backend(name, host)).collect() }
}

impl Rig {
    /// A switch whose backends serve `backend_port`.
    pub(crate) fn start(backend_port: u16) -> Self {
        Self::start_with(backend_port, PortMode::Auto, |_| ())
    }

    pub(crate) fn start_with(
        backend_port: u16,
        mode: PortMode,
        adjust: impl FnOnce(&mut Options),
    ) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let state = directory.path().join("state");
        std::fs::create_dir(&state).unwrap();
        let mut options = Options {
            listens: vec![Listen { port: 0, backend_port, mode }],
            state,
            control: directory.path().join("control"),
            hold_limit: Duration::from_secs(30),
            hold_at_most: 10_000,
            drain_limit: Duration::from_secs(5),
        };
        adjust(&mut options);
        let switch = Switch::start(&options).unwrap();
        let port = switch.listens()[0].port;
        Self { switch: Some(switch), options, directory, port }
    }

    pub(crate) fn state_directory(&self) -> &Path {
        &self.options.state
    }

    /// Stops the switch; `true` when nothing was cut.
    pub(crate) async fn stop(&mut self) -> bool {
        self.switch.take().unwrap().stop().await
    }

    /// Starts another switch on the same state; its port is another one.
    pub(crate) fn start_again(&mut self) {
        let switch = Switch::start(&self.options).unwrap();
        self.port = switch.listens()[0].port;
        self.switch = Some(switch);
    }

    /// Another rig on a state directory that is prepared before it starts.
    pub(crate) fn control_path(&self) -> std::path::PathBuf {
        self.directory.path().join("control")
    }

    pub(crate) async fn order(&self, command: Command) -> Outcome {
        soon("an order", order(&self.control_path(), command)).await
    }

    pub(crate) async fn commit(&self, backends: &[(&str, &str)]) -> Routed {
        self.commit_with(backends, None, false).await
    }

    pub(crate) async fn commit_with(
        &self,
        backends: &[(&str, &str)],
        confirm: Option<Confirmation>,
        keep_holding: bool,
    ) -> Routed {
        let route = route(backends);
        let commit = Command::Commit { route, confirm, keep_holding, expect_revision: None };
        match self.order(commit).await {
            Outcome::Routed(routed) => routed,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn status(&self) -> Status {
        match self.order(Command::Status).await {
            Outcome::Status(status) => *status,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn generation(&self, name: &str) -> GenerationStatus {
        let status = self.status().await;
        status.generations.into_iter().find(|known| known.generation == name).unwrap()
    }

    /// Counters of a generation once they show what is expected.
    pub(crate) async fn counters(&self, name: &str, shows: impl Fn(&Counters) -> bool) -> Counters {
        let told = async {
            loop {
                let counters = self.generation(name).await.counters;
                if shows(&counters) {
                    return counters;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        soon(&format!("the counters of {name}"), told).await
    }

    /// Waits until the status shows what is expected.
    pub(crate) async fn until(&self, what: &str, shows: impl Fn(&Status) -> bool) -> Status {
        soon(what, async {
            loop {
                let status = self.status().await;
                if shows(&status) {
                    return status;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
    }
}

/// Sends one command over a connection of its own.
pub(crate) async fn order(control: &Path, command: Command) -> Outcome {
    let mut stream = BufReader::new(UnixStream::connect(control).await.unwrap());
    let mut line = serde_json::to_vec(&Request { id: 7, command }).unwrap();
    line.push(b'\n');
    stream.get_mut().write_all(&line).await.unwrap();
    let mut answer = String::new();
    stream.read_line(&mut answer).await.unwrap();
    let reply: Reply = serde_json::from_str(&answer).unwrap();
    assert_eq!(reply.id, 7);
    reply.outcome
}
