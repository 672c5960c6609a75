//! A quick look at hostile input, through the real container and at the real app. The whole corpus
//! is among the switch's own tests.

use std::time::Duration;

use phoenix_tests::{Result, Running, Scene, bail, on_each_engine, within};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::switch_name;
use crate::overlap::{adopted, version};

/// Longer than the switch waits for the rest of anything.
const ANSWER_BOUND: Duration = Duration::from_secs(45);

/// Each hides a POST that the app would count if it ever saw it.
const HIDDEN: &str =
    "POST /api/echo HTTP/1.1\r\nHost: a\r\nx-request-id: smuggled\r\nContent-Length: 0\r\n\r\n";

const FRAMINGS: [(&str, &str); 7] = [
    ("CL.TE", "Content-Length: 90\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("TE.CL", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"),
    ("two lengths", "Content-Length: 0\r\nContent-Length: 85\r\n\r\n"),
    ("xchunked", "Transfer-Encoding: xchunked\r\n\r\n"),
    ("folded", "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
    ("space before the colon", "Content-Length : 85\r\n\r\n"),
    ("no line end after a chunk", "Transfer-Encoding: chunked\r\n\r\n2\r\nhi"),
];

#[test]
fn nothing_is_smuggled_to_the_app_and_the_switch_lives_on() {
    on_each_engine(async |engine| {
        let scene = Scene::set(&engine, "hostile").await?;
        let gateway = adopted(&scene).await?;
        for (name, framing) in FRAMINGS {
            let sent = format!("POST /nowhere HTTP/1.1\r\nHost: a\r\n{framing}{HIDDEN}");
            let heard = exchange(&gateway, &sent).await?;
            if heard.matches("HTTP/1.").count() > 1 {
                bail!("{name}: answered more than once: {heard}");
            }
        }
        let huge =
            format!("GET / HTTP/1.1\r\nHost: a\r\nx-long: {}\r\n\r\n", "x".repeat(2_000_000));
        let heard = exchange(&gateway, &huge).await?;
        assert!(heard.is_empty() || heard.starts_with("HTTP/1.1 4"), "{heard}");

        let executed = gateway.get("/api/executions").await?.json()?;
        assert_eq!(executed["total"], 0, "smuggled: {executed}");
        assert_eq!(version(&gateway).await?, "1.0.0");
        let switch = scene.inspect(&switch_name(&gateway)).await?;
        assert_eq!(switch.restart_count, Some(0), "the switch has crashed");
        scene.finish().await
    });
}

/// Sends all of it, ends sending, and reads until the other side ends. A reset is an answer too.
async fn exchange(gateway: &Running, sent: &str) -> Result<String> {
    within("the end of a hostile exchange", ANSWER_BOUND, async {
        let mut stream = TcpStream::connect(("127.0.0.1", gateway.port)).await?;
        let mut heard = Vec::new();
        if stream.write_all(sent.as_bytes()).await.is_ok() && stream.shutdown().await.is_ok() {
            let _or_reset = stream.read_to_end(&mut heard).await;
        }
        Ok(String::from_utf8_lossy(&heard).into_owned())
    })
    .await
}
