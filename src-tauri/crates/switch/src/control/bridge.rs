//! `phoenix-switch control`: standard streams to the control socket and back.

use std::io;
use std::path::Path;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, copy};
use tokio::net::UnixStream;

/// Carries `input` to the control socket and its replies to `output`, until every command of an
/// ended input has been answered.
///
/// # Errors
/// When no switch listens at `control`, or a stream broke.
pub async fn bridge(
    control: &Path,
    mut input: impl AsyncRead + Unpin,
    mut output: impl AsyncWrite + Unpin,
) -> io::Result<()> {
    let (mut replies, mut commands) = UnixStream::connect(control).await?.into_split();
    let up = async {
        copy(&mut input, &mut commands).await?;
        commands.shutdown().await?;
        std::future::pending().await
    };
    let down = async {
        copy(&mut replies, &mut output).await?;
        output.flush().await
    };
    tokio::select! {
        biased;
        carried = down => carried,
        broken = up => broken,
    }
}
