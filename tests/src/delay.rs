//! Distance: a TCP proxy that lets everything through later.

use std::{io, time::Duration};

use anyhow::Result;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

const CHUNK_BYTES: usize = 64 * 1024;
/// So many chunks are on their way; more wait at the sender.
const CHUNKS: usize = 256;

/// A proxy on a free port of 127.0.0.1 to another port of it; ends when dropped.
#[derive(Debug)]
pub struct Distance {
    address: String,
    _serving: JoinSet<()>,
}

impl Distance {
    /// Puts a round trip of `round_trip` before `target` (`host:port`): connecting takes one, and
    /// each direction takes half of one.
    pub async fn before(target: &str, round_trip: Duration) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let target = target.to_owned();
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut carrying = JoinSet::new();
            while let Ok((near, _)) = listener.accept().await {
                let target = target.clone();
                // who hangs up ends the connection
                carrying.spawn(async move { drop(carry(near, &target, round_trip).await) });
                while carrying.try_join_next().is_some() {}
            }
        });
        Ok(Self { address, _serving: serving })
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }
}

async fn carry(near: TcpStream, target: &str, round_trip: Duration) -> io::Result<()> {
    near.set_nodelay(true)?;
    sleep(round_trip).await;
    let far = TcpStream::connect(target).await?;
    far.set_nodelay(true)?;
    let (near_in, near_out) = near.into_split();
    let (far_in, far_out) = far.into_split();
    let half = round_trip / 2;
    tokio::try_join!(later(near_in, far_out, half), later(far_in, near_out, half)).map(drop)
}

/// Passes on what comes in, each chunk `delay` after it came.
async fn later(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    delay: Duration,
) -> io::Result<()> {
    let (sender, mut receiver) = mpsc::channel(CHUNKS);
    let reading = async move {
        let mut buffer = vec![0; CHUNK_BYTES];
        loop {
            let count = from.read(&mut buffer).await?;
            let chunk = (Instant::now() + delay, buffer[..count].to_vec());
            if sender.send(chunk).await.is_err() || count == 0 {
                return Ok(());
            }
        }
    };
    let writing = async {
        while let Some((at, chunk)) = receiver.recv().await {
            sleep_until(at).await;
            if chunk.is_empty() {
                return to.shutdown().await;
            }
            to.write_all(&chunk).await?;
        }
        Ok(())
    };
    tokio::try_join!(reading, writing).map(drop)
}
