//! The control socket.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Clerk;
use crate::protocol::{ErrorCode, Failure, Outcome, Reply, Request};

/// No command is longer; a route of a thousand backends fits.
const LINE_BYTES: u64 = 1024 * 1024;
/// Replies that may wait for a controller that does not read.
const REPLIES: usize = 16;
/// Commands being carried out for one controller.
const COMMANDS_AT_ONCE: usize = 64;

/// A bound control socket; its file goes when it does.
#[derive(Debug)]
pub(crate) struct ControlSocket {
    listener: UnixListener,
    path: PathBuf,
}

/// The control socket could not be bound.
#[derive(Debug, thiserror::Error)]
#[error("the control socket {path} cannot be bound: {source}")]
pub struct ControlError {
    path: PathBuf,
    source: io::Error,
}

impl ControlSocket {
    /// Binds `path`; what a switch that was killed has left there is removed.
    ///
    /// # Errors
    /// When the directory does not allow it.
    pub(crate) fn bind(path: &Path) -> Result<Self, ControlError> {
        let bound = || {
            let _ = fs::remove_file(path);
            let listener = UnixListener::bind(path)?;
            fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
            Ok(listener)
        };
        let path = path.to_owned();
        match bound() {
            Ok(listener) => Ok(Self { listener, path }),
            Err(source) => Err(ControlError { path, source }),
        }
    }
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Obeys controllers until `stop`.
pub(crate) async fn serve_control(
    socket: ControlSocket,
    clerk: Arc<Clerk>,
    stop: CancellationToken,
) {
    let mut controllers = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = socket.listener.accept() => accepted,
            Some(_) = controllers.join_next() => continue,
            () = stop.cancelled() => return,
        };
        match accepted {
            Ok((stream, _)) => drop(controllers.spawn(obey(stream, Arc::clone(&clerk)))),
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
        }
    }
}

/// Carries out one controller's commands, several at a time, until its input has ended and all
/// replies are written.
async fn obey(stream: UnixStream, clerk: Arc<Clerk>) {
    let (reads, mut writes) = stream.into_split();
    let (replies, mut to_write) = mpsc::channel::<Reply>(REPLIES);
    let write = async {
        while let Some(reply) = to_write.recv().await {
            let mut line = serde_json::to_vec(&reply).unwrap_or_default();
            line.push(b'\n');
            if writes.write_all(&line).await.is_err() {
                return;
            }
        }
    };
    let read = read_commands(BufReader::new(reads), clerk, replies);
    tokio::pin!(write, read);
    tokio::select! {
        // A controller that does not read its replies any more cannot be told of any.
        () = &mut write => (),
        () = &mut read => write.await,
    }
}

async fn read_commands(
    mut lines: impl AsyncBufRead + Unpin,
    clerk: Arc<Clerk>,
    replies: mpsc::Sender<Reply>,
) {
    let mut commands = JoinSet::new();
    while let Some(line) = next_line(&mut lines).await {
        if commands.len() >= COMMANDS_AT_ONCE {
            commands.join_next().await;
        }
        let (clerk, replies) = (Arc::clone(&clerk), replies.clone());
        commands.spawn(async move {
            let reply = match serde_json::from_slice::<Request>(&line) {
                Ok(Request { id, command }) => {
                    Reply { id, outcome: clerk.carry_out(command).await }
                }
                Err(error) => Reply { id: 0, outcome: malformed(&error) },
            };
            let _ = replies.send(reply).await;
        });
        while commands.try_join_next().is_some() {}
    }
    while commands.join_next().await.is_some() {}
}

async fn next_line(lines: &mut (impl AsyncBufRead + Unpin)) -> Option<Vec<u8>> {
    loop {
        let mut line = Vec::new();
        let read = lines.take(LINE_BYTES).read_until(b'\n', &mut line).await;
        match read {
            Ok(0) | Err(_) => return None,
            Ok(_) if line.trim_ascii().is_empty() => (),
            Ok(_) => return Some(line),
        }
    }
}

fn malformed(error: &serde_json::Error) -> Outcome {
    Outcome::Failed(Failure {
        code: ErrorCode::Malformed,
        message: format!(
            "this is no command of protocol {}: {error}",
            crate::protocol::PROTOCOL_VERSION
        ),
    })
}
