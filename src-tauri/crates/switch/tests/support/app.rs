//! Apps that do exactly what a test wants.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// A request as the app saw it.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// A connection as the app sees it.
pub(crate) struct AppConnection {
    stream: TcpStream,
    read: Vec<u8>,
    log: Arc<Mutex<Vec<Seen>>>,
}

/// An app; it ends when dropped, and its connections with it.
pub(crate) struct App {
    pub(crate) port: u16,
    log: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Drop for App {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl App {
    /// An app at `host`; port 0 is any.
    pub(crate) async fn start<F, R>(host: &str, port: u16, serve: F) -> Self
    where
        F: Fn(AppConnection) -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind((host, port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&log);
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                let log = Arc::clone(&log);
                connections.spawn(serve(AppConnection { stream, read: Vec::new(), log }));
            }
        });
        Self { port, log: kept, task }
    }

    /// An app that answers everything with its name and closes connections idle for `idle`.
    pub(crate) async fn named(name: &str, host: &str, port: u16, idle: Duration) -> Self {
        let name = name.to_owned();
        Self::start(host, port, move |mut connection| {
            let name = name.clone();
            async move {
                // As servers do, the timer begins with the first answer.
                let mut asked = connection.request().await;
                while asked.is_some() && connection.reply(&name).await.is_some() {
                    let next = tokio::time::timeout(idle, connection.request()).await;
                    asked = next.ok().flatten();
                }
            }
        })
        .await
    }

    /// The same, without closing anything.
    pub(crate) async fn steady(name: &str, host: &str, port: u16) -> Self {
        Self::named(name, host, port, Duration::from_hours(1)).await
    }

    /// Ends the app, connections and all, and waits until its port is free.
    pub(crate) async fn kill(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }

    /// Everything it was asked.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.log.lock().unwrap().clone()
    }
}

impl AppConnection {
    /// The next request with its body; nothing when the client has ended.
    pub(crate) async fn request(&mut self) -> Option<Seen> {
        let head = self.head().await?;
        let lower = head.to_ascii_lowercase();
        let length = lower.lines().find_map(|line| line.strip_prefix("content-length:"));
        let body = if lower.contains("transfer-encoding: chunked") {
            self.until(b"0\r\n\r\n").await?
        } else {
            self.exactly(length.map_or(0, |length| length.trim().parse().unwrap())).await?
        };
        let seen = Seen { head, body };
        self.log.lock().unwrap().push(seen.clone());
        Some(seen)
    }

    pub(crate) async fn head(&mut self) -> Option<String> {
        let head = self.until(b"\r\n\r\n").await?;
        Some(String::from_utf8_lossy(&head).into_owned())
    }

    pub(crate) async fn reply(&mut self, body: &str) -> Option<()> {
        let length = body.len();
        let head = format!("HTTP/1.1 200 OK\r\nX-Made-By: app\r\nContent-Length: {length}\r\n\r\n");
        self.send(head + body).await
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) -> Option<()> {
        self.stream.write_all(bytes.as_ref()).await.ok()
    }

    pub(crate) async fn exactly(&mut self, count: usize) -> Option<Vec<u8>> {
        while self.read.len() < count {
            self.more().await?;
        }
        Some(self.read.drain(..count).collect())
    }

    /// Reads to the end of what the client sends.
    pub(crate) async fn read_to_end(&mut self) -> Vec<u8> {
        while self.more().await.is_some() {}
        std::mem::take(&mut self.read)
    }

    /// Ends with a reset instead of an end.
    pub(crate) fn reset(self) {
        socket2::SockRef::from(&self.stream).set_linger(Some(Duration::ZERO)).unwrap();
    }

    async fn until(&mut self, mark: &[u8]) -> Option<Vec<u8>> {
        loop {
            if let Some(at) = self.read.windows(mark.len()).position(|window| window == mark) {
                return Some(self.read.drain(..at + mark.len()).collect());
            }
            self.more().await?;
        }
    }

    async fn more(&mut self) -> Option<()> {
        let mut buffer = vec![0; 64 * 1024];
        let count = self.stream.read(&mut buffer).await.ok()?;
        self.read.extend_from_slice(&buffer[..count]);
        (count > 0).then_some(())
    }
}
