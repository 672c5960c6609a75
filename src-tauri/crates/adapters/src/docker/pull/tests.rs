//! What a pull makes of the engine's messages.

use std::{sync::Mutex, time::Duration};

use phoenix_engine::ports::Silent;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::*;

#[test]
fn a_digest_is_pulled_by_digest() {
    let digest = format!("sha256:{}", "a".repeat(64));
    let reference = ImageReference::parse(&format!("app@{digest}")).unwrap();
    let path = path(&reference, Some("linux/arm64"));
    assert_eq!(
        path,
        format!(
            "/images/create?fromImage=docker.io%2Flibrary%2Fapp&tag=sha256%3A{}&platform=linux%2Farm64",
            "a".repeat(64)
        )
    );
}

#[test]
fn an_image_for_another_platform_is_noticed() {
    let image = json!({ "Os": "linux", "Architecture": "arm64", "Variant": "v8" });
    assert!(is_for(&image, "linux/arm64/v8") && is_for(&image, "linux/arm64"));
    assert!(!is_for(&image, "linux/amd64"));
}

#[test]
fn an_error_after_status_200_is_an_error() {
    let message = json!({ "errorDetail": { "message": "manifest unknown" }, "error": "x" });
    assert_eq!(in_band_error(&message), Some("manifest unknown"));
    assert_eq!(in_band_error(&json!({ "status": "Pulling" })), None);
}

/// An engine whose pulls say this every virtual second, for ever.
async fn engine_that_says(status: &'static str) -> DockerEngine {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, status));
        }
    });
    DockerEngine::connect_to(format!("tcp://{address}").parse().unwrap()).await.unwrap()
}

async fn answer(mut stream: TcpStream, status: &str) -> Option<()> {
    let mut head = vec![0; 4096];
    let count = stream.read(&mut head).await.ok()?;
    let head = String::from_utf8_lossy(&head[..count]).into_owned();
    if head.contains("/images/create") {
        let begin = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        stream.write_all(begin.as_bytes()).await.ok()?;
        for current in 0_u64.. {
            let detail = json!({ "current": current, "total": 1_000_000 });
            let line = json!({ "id": "a", "status": status, "progressDetail": detail });
            let line = format!("{line}\n");
            let chunk = format!("{:x}\r\n{line}\r\n", line.len());
            stream.write_all(chunk.as_bytes()).await.ok()?;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
    let (code, body) = if head.contains("/version") {
        ("200 OK", json!({ "ApiVersion": "1.41", "MinAPIVersion": "1.24", "Version": "20.10" }))
    } else {
        ("404 Not Found", json!({ "message": "no such image" }))
    };
    let body = body.to_string();
    let answer = format!("HTTP/1.1 {code}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    stream.write_all(answer.as_bytes()).await.ok()
}

/// The last number of bytes that was told.
#[derive(Default)]
struct Last(Mutex<u64>);

impl PullProgress for Last {
    fn layers(&self, done_bytes: u64, _total_bytes: u64) {
        *self.0.lock().unwrap() = done_bytes;
    }
}

#[tokio::test(start_paused = true)]
async fn a_pull_that_only_counts_down_to_its_next_try_has_stalled() {
    let engine = engine_that_says("Retrying in 5 seconds").await;
    let error = pull(&engine, "app:1", None, &Silent).await.unwrap_err();
    assert!(matches!(error, PullError::Stalled { .. }), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_pull_that_crawls_is_no_stall_and_ends_at_its_total_bound() {
    let engine = engine_that_says("Downloading").await;
    let last = Last::default();
    let error = pull(&engine, "app:1", None, &last).await.unwrap_err();
    assert!(matches!(error, PullError::TooSlow { .. }), "{error:?}");
    assert!(*last.0.lock().unwrap() > 3_600, "it was given up early");
}
