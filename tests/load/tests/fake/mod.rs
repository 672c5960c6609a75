//! A server that misbehaves on purpose, on a free port of 127.0.0.1.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// How it misbehaves.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Misdeed {
    /// Resets a new connection after its first request.
    ResetsFirst,
    /// Answers once, takes a second request and closes.
    ClosesOnSecond,
    /// Answers, then closes without having said so.
    ClosesIdle,
    /// Answers, having said that it closes; this is right.
    ClosesAnnounced,
    /// Answers this, word for word, to every request.
    Answers(&'static str),
    /// Answers this and closes.
    AnswersAndCloses(&'static str),
    /// Answers each request twice.
    AnswersTwice,
    /// Answers every POST as executed twice.
    ExecutesTwice,
    /// Never answers.
    Silent,
    /// Answers rightly, after this long.
    Late(Duration),
}

/// The server; dropping it ends it.
pub(crate) struct Fake {
    pub(crate) address: SocketAddr,
    _tasks: JoinSet<()>,
}

/// Starts it.
pub(crate) async fn serve(misdeed: Misdeed) -> Fake {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            connections.spawn(connection(misdeed, stream));
        }
    });
    Fake { address, _tasks: tasks }
}

/// The answer that L1 expects.
pub(crate) fn right_answer(headers: &str) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nx-phoenix-version: 9.9.9\r\ncontent-length: 1024\r\n{headers}\r\n"
    );
    head.bytes().chain((0..=250_u8).cycle().take(1024)).collect()
}

async fn connection(misdeed: Misdeed, mut stream: TcpStream) {
    let mut nth = 0;
    while let Some(head) = request(&mut stream).await {
        nth += 1;
        let (answer, goes_on) = match misdeed {
            Misdeed::ResetsFirst => {
                stream.set_zero_linger().unwrap();
                return;
            }
            Misdeed::ClosesOnSecond if nth == 2 => return,
            Misdeed::ClosesOnSecond => (right_answer(""), true),
            Misdeed::ClosesIdle => (right_answer(""), false),
            Misdeed::ClosesAnnounced => (right_answer("connection: close\r\n"), false),
            Misdeed::Answers(text) => (text.into(), true),
            Misdeed::AnswersAndCloses(text) => (text.into(), false),
            Misdeed::AnswersTwice => ([right_answer(""), right_answer("")].concat(), true),
            Misdeed::ExecutesTwice => (executed_twice(&head), true),
            Misdeed::Silent => std::future::pending().await,
            Misdeed::Late(time) => {
                tokio::time::sleep(time).await;
                (right_answer(""), true)
            }
        };
        if stream.write_all(&answer).await.is_err() || !goes_on {
            return;
        }
    }
}

fn executed_twice(head: &str) -> Vec<u8> {
    let id = head.lines().find_map(|line| line.strip_prefix("x-request-id: ")).unwrap();
    let body = format!(r#"{{"id":"{id}","bytes":512,"executions":2}}"#);
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// Reads one request with its body; its head.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|end| end == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.map_or(0, |length| length.parse().unwrap());
    while bytes.len() < end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some(head)
}
