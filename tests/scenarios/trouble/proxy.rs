//! An engine that can vanish, hang, and answer one call wrongly: a relay in front of its socket.

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use phoenix_tests::{Context, Result, Scene};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream},
    sync::watch,
    task::JoinHandle,
};

/// What the relay does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Forward,
    Stall,
    Cut,
}

/// A relay with a socket of its own; ends when dropped.
pub(crate) struct EngineProxy {
    socket: PathBuf,
    target: PathBuf,
    mode: watch::Sender<Mode>,
    wrong: Arc<Mutex<Option<WrongAnswer>>>,
    listening: Option<JoinHandle<()>>,
}

/// The answer to calls whose first line holds some text.
#[derive(Clone)]
struct WrongAnswer {
    call: String,
    answer: String,
}

impl EngineProxy {
    /// Stands in front of the scene's engine.
    pub(crate) fn start(scene: &Scene) -> Result<Self> {
        let address = &scene.engine.address;
        let target = address.strip_prefix("unix://").context("these tests need a unix socket")?;
        let mut proxy = Self {
            socket: scene.folder().join("engine.sock"),
            target: target.into(),
            mode: watch::Sender::new(Mode::Forward),
            wrong: Arc::default(),
            listening: None,
        };
        proxy.restore()?;
        Ok(proxy)
    }

    /// `DOCKER_HOST` of who is to use it.
    pub(crate) fn address(&self) -> String {
        format!("unix://{}", self.socket.display())
    }

    /// The engine vanishes: connections end, new ones are refused.
    pub(crate) fn cut(&mut self) {
        if let Some(listening) = self.listening.take() {
            listening.abort();
        }
        // It is there as long as we listen.
        let _ = fs::remove_file(&self.socket);
        self.mode.send_replace(Mode::Cut);
    }

    /// The engine hangs: connections stay, nothing comes any more.
    pub(crate) fn stall(&self) {
        self.mode.send_replace(Mode::Stall);
    }

    /// The engine is back.
    pub(crate) fn restore(&mut self) -> Result<()> {
        self.mode.send_replace(Mode::Forward);
        if self.listening.is_some() {
            return Ok(());
        }
        let listener = UnixListener::bind(&self.socket)?;
        let (target, mode) = (self.target.clone(), self.mode.clone());
        let wrong = Arc::clone(&self.wrong);
        self.listening = Some(tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(engine) = UnixStream::connect(&target).await else { continue };
                tokio::spawn(relay(client, engine, mode.subscribe(), Arc::clone(&wrong)));
            }
        }));
        Ok(())
    }

    /// From now on, calls whose first line holds `call` get this status and body at once.
    pub(crate) fn answer(&self, call: &str, status: &str, body: &str) {
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let wrong = WrongAnswer { call: call.to_owned(), answer };
        *self.wrong.lock().unwrap_or_else(PoisonError::into_inner) = Some(wrong);
    }
}

impl Drop for EngineProxy {
    fn drop(&mut self) {
        self.cut();
    }
}

async fn relay(
    client: UnixStream,
    engine: UnixStream,
    mut mode: watch::Receiver<Mode>,
    wrong: Arc<Mutex<Option<WrongAnswer>>>,
) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_engine, mut to_engine) = engine.into_split();
    let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    let mut client_talks = true;
    loop {
        let now = *mode.borrow_and_update();
        if now == Mode::Cut {
            return;
        }
        if now == Mode::Stall {
            if mode.changed().await.is_err() {
                return;
            }
            continue;
        }
        let over = tokio::select! {
            read = from_client.read(&mut asked), if client_talks => match read {
                Ok(length) if length > 0 => match wrong_answer(&wrong, &asked[..length]) {
                    Some(answer) => {
                        let _ = to_client.write_all(answer.as_bytes()).await;
                        true
                    }
                    None => to_engine.write_all(&asked[..length]).await.is_err(),
                },
                // Half-closed: the engine may go on talking.
                Ok(_) => {
                    client_talks = false;
                    to_engine.shutdown().await.is_err()
                }
                Err(_) => true,
            },
            read = from_engine.read(&mut answered) => match read {
                Ok(length) if length > 0 => to_client.write_all(&answered[..length]).await.is_err(),
                Ok(_) | Err(_) => true,
            },
            changed = mode.changed() => changed.is_err(),
        };
        if over {
            return;
        }
    }
}

/// A request begins with its first line in one piece: clients of the engine send heads whole.
fn wrong_answer(wrong: &Mutex<Option<WrongAnswer>>, sent: &[u8]) -> Option<String> {
    let wrong = wrong.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
    let first = sent.split(|byte| *byte == b'\r').next()?;
    let first = std::str::from_utf8(first).ok().filter(|line| line.contains(" HTTP/1.1"))?;
    first.contains(&wrong.call).then_some(wrong.answer)
}
