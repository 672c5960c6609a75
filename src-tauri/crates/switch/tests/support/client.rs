//! An HTTP/1 client that shows every byte.

use std::collections::HashMap;
use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::soon;

/// A client connection.
pub(crate) struct Client {
    stream: TcpStream,
    read: Vec<u8>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) fields: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }
}

impl Client {
    pub(crate) async fn connect(port: u16) -> Self {
        let stream = soon("a connection", TcpStream::connect(("127.0.0.1", port))).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, read: Vec::new() }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        soon("sending", self.stream.write_all(bytes.as_ref())).await.unwrap();
    }

    pub(crate) async fn try_send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    pub(crate) async fn end_sending(&mut self) {
        self.stream.shutdown().await.unwrap();
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(format!("GET {path} HTTP/1.1\r\nHost: app\r\n\r\n")).await;
        self.answer().await
    }

    pub(crate) async fn post(&mut self, path: &str, body: &str) -> Answer {
        let length = body.len();
        let head = format!("POST {path} HTTP/1.1\r\nHost: app\r\nContent-Length: {length}\r\n\r\n");
        self.send(head + body).await;
        self.answer().await
    }

    pub(crate) async fn answer(&mut self) -> Answer {
        soon("an answer", self.try_answer("GET")).await.unwrap()
    }

    pub(crate) async fn answer_to_head(&mut self) -> Answer {
        soon("an answer", self.try_answer("HEAD")).await.unwrap()
    }

    /// Reads one answer; the end of the connection before its end is an error.
    pub(crate) async fn try_answer(&mut self, method: &str) -> io::Result<Answer> {
        let head = self.head().await?;
        let mut lines = head.lines();
        let status_line = lines.next().unwrap_or_default().to_owned();
        let status = status_line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let fields: HashMap<String, String> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let mut answer = Answer { status: status.unwrap_or(0), head, fields, body: Vec::new() };
        let bare = method == "HEAD" || matches!(answer.status, 100..200 | 204 | 304);
        if bare {
        } else if answer.field("transfer-encoding") == Some("chunked") {
            answer.body = self.chunked().await?;
        } else if let Some(length) = answer.field("content-length") {
            let length = length.parse().unwrap();
            answer.body = self.exactly(length).await?;
        } else {
            answer.body = self.read_to_end().await?;
        }
        Ok(answer)
    }

    /// Reads up to and including the blank line.
    pub(crate) async fn head(&mut self) -> io::Result<String> {
        self.until(b"\r\n\r\n").await.map(|head| String::from_utf8_lossy(&head).into_owned())
    }

    pub(crate) async fn exactly(&mut self, count: usize) -> io::Result<Vec<u8>> {
        while self.read.len() < count {
            self.more().await?;
        }
        Ok(self.read.drain(..count).collect())
    }

    /// Reads until the connection ends in order.
    pub(crate) async fn read_to_end(&mut self) -> io::Result<Vec<u8>> {
        loop {
            match self.more().await {
                Ok(()) => (),
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return Ok(std::mem::take(&mut self.read));
                }
                Err(error) => return Err(error),
            }
        }
    }

    pub(crate) async fn chunk(&mut self) -> io::Result<Vec<u8>> {
        let size = self.until(b"\r\n").await?;
        let size = String::from_utf8_lossy(&size).trim().to_owned();
        let size = usize::from_str_radix(&size, 16).unwrap();
        let chunk = if size == 0 { Vec::new() } else { self.exactly(size).await? };
        if size > 0 {
            self.exactly(2).await?;
        }
        Ok(chunk)
    }

    async fn chunked(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let chunk = self.chunk().await?;
            if chunk.is_empty() {
                while self.until(b"\r\n").await? != b"\r\n" {}
                return Ok(body);
            }
            body.extend(chunk);
        }
    }

    async fn until(&mut self, mark: &[u8]) -> io::Result<Vec<u8>> {
        loop {
            if let Some(at) = self.read.windows(mark.len()).position(|window| window == mark) {
                return Ok(self.read.drain(..at + mark.len()).collect());
            }
            self.more().await?;
        }
    }

    async fn more(&mut self) -> io::Result<()> {
        let mut buffer = vec![0; 16 * 1024];
        let count = self.stream.read(&mut buffer).await?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.read.extend_from_slice(&buffer[..count]);
        Ok(())
    }
}
