//! A server that keeps what it was asked and answers as it is told.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// One request as it came.
#[derive(Debug, Clone)]
pub(in crate::channels) struct Asked {
    pub(in crate::channels) line: String,
    pub(in crate::channels) headers: BTreeMap<String, String>,
    pub(in crate::channels) body: String,
}

/// Answers each request with the next of its answers, and ends its service after the last.
pub(in crate::channels) struct Recorder {
    pub(in crate::channels) base: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Asked {
    pub(in crate::channels) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Recorder {
    /// `answers`: a status line with headers, and a body.
    pub(in crate::channels) async fn start(answers: Vec<(&'static str, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&asked);
        tokio::spawn(async move {
            for (head, body) in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read(&mut stream).await;
                keep.lock().unwrap().push(request);
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { base, asked }
    }

    pub(in crate::channels) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn read(stream: &mut TcpStream) -> Asked {
    let mut bytes = Vec::new();
    let head = loop {
        stream.read_buf(&mut bytes).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            break head.to_owned();
        }
    };
    let mut lines = head.lines();
    let line = lines.next().unwrap().to_owned();
    let header = |line: &str| {
        let (name, value) = line.split_once(':').unwrap();
        (name.to_ascii_lowercase(), value.trim().to_owned())
    };
    let headers: BTreeMap<_, _> = lines.map(header).collect();
    let length: usize = headers.get("content-length").map_or(0, |text| text.parse().unwrap());
    while bytes.len() < head.len() + 4 + length {
        stream.read_buf(&mut bytes).await.unwrap();
    }
    let body = String::from_utf8(bytes[head.len() + 4..].to_vec()).unwrap();
    Asked { line, headers, body }
}
