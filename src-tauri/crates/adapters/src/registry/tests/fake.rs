//! A registry that answers as it is told, and remembers what it was asked.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// A server of scripted answers on a free port.
pub(super) struct Fake {
    pub(super) address: String,
    asked: Arc<Mutex<Vec<String>>>,
    _serving: JoinSet<()>,
}

impl Fake {
    /// `answer` gets the request's text (head, and body of a form) and gives the whole answer.
    pub(super) async fn start(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let request = serve(stream, &answer).await;
                log.lock().unwrap().extend(request);
            }
        });
        Self { address, asked, _serving: serving }
    }

    /// The requests so far, heads and bodies.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, answer: &impl Fn(&str) -> String) -> Option<String> {
    let mut request = Vec::new();
    loop {
        let mut part = [0; 4096];
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => request.extend_from_slice(&part[..count]),
        }
        if is_complete(&String::from_utf8_lossy(&request)) {
            break;
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let _ = stream.write_all(answer(&request).as_bytes()).await;
    Some(request)
}

fn is_complete(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// An answer with a body; `headers` are whole lines.
pub(super) fn answer(status: &str, headers: &[&str], body: &str) -> String {
    let headers: String = headers.iter().flat_map(|line| [*line, "\r\n"]).collect();
    format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
}

/// An answer to `HEAD`.
pub(super) fn head(status: &str, headers: &[&str]) -> String {
    answer(status, headers, "")
}
