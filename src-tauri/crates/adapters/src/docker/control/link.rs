//! The two streams of a control channel, and how they are opened.

use std::pin::Pin;

use async_trait::async_trait;
use bollard::{container::LogOutput, exec::StartExecResults};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use phoenix_engine::ports::SwitchError;
use tokio::io::AsyncWrite;

use crate::docker::{DockerEngine, exec, raw::chain, switch_objects::CONTROL_SOCKET};

/// What arrives.
pub(super) enum Piece {
    /// Replies.
    Output(Bytes),
    /// Complaints, for people.
    Complaint(Bytes),
}

/// An open channel.
pub(super) struct Link {
    pub(super) pieces: Pin<Box<dyn Stream<Item = Result<Piece, String>> + Send>>,
    pub(super) input: Pin<Box<dyn AsyncWrite + Send>>,
}

/// Opens the channel, anew after each break.
#[async_trait]
pub(super) trait Opener: Send + 'static {
    /// One attempt.
    async fn open(&self) -> Result<Link, SwitchError>;
}

/// Through `docker exec -i`.
pub(super) struct ExecOpener {
    engine: DockerEngine,
    container_id: String,
}

impl ExecOpener {
    pub(super) const fn new(engine: DockerEngine, container_id: String) -> Self {
        Self { engine, container_id }
    }
}

#[async_trait]
impl Opener for ExecOpener {
    async fn open(&self) -> Result<Link, SwitchError> {
        let command =
            ["/phoenix-switch", "control", "--control", CONTROL_SOCKET].map(str::to_owned);
        let away = |message: String| SwitchError::Away(message);
        let (_, started) = exec::start(&self.engine, &self.container_id, &command, &[], true)
            .await
            .map_err(|error| away(chain(&error)))?;
        let StartExecResults::Attached { output, input } = started else {
            return Err(away("the engine did not attach to the command".to_owned()));
        };
        let pieces = output.map(|piece| match piece {
            Ok(LogOutput::StdErr { message }) => Ok(Piece::Complaint(message)),
            Ok(
                LogOutput::StdOut { message }
                | LogOutput::StdIn { message }
                | LogOutput::Console { message },
            ) => Ok(Piece::Output(message)),
            Err(error) => Err(chain(&error)),
        });
        Ok(Link { pieces: Box::pin(pieces), input })
    }
}
