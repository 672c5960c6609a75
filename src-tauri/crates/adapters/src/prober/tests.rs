use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

use super::*;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const LIMIT: Duration = Duration::from_secs(20);

/// A server on a free port; `serve` gets each connection and its number.
async fn server<F, W>(serve: F) -> String
where
    F: Fn(TcpStream, usize) -> W + Send + 'static,
    W: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let mut connections = JoinSet::new();
        let mut number = 0;
        while let Ok((stream, _)) = listener.accept().await {
            connections.spawn(serve(stream, number));
            number += 1;
        }
    });
    address
}

async fn reply(mut stream: TcpStream, answer: &str) {
    let mut request = [0; 1024];
    let _ = stream.read(&mut request).await;
    let _ = stream.write_all(answer.as_bytes()).await;
}

fn target(address: &str, path: Option<&str>) -> ProbeTarget {
    ProbeTarget {
        address: address.to_owned(),
        path: path.map(str::to_owned),
        every: Duration::from_millis(2),
        timeout: Duration::from_secs(10),
    }
}

/// Waits for a report that shows what is waited for.
async fn until(probe: &dyn RunningProbe, shows: impl Fn(&ProbeReport) -> bool) -> ProbeReport {
    let waiting = async {
        loop {
            let report = probe.report();
            if shows(&report) {
                return report;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(LIMIT, waiting).await.expect("the report never showed it")
}

#[tokio::test]
async fn answers_are_counted_each_on_a_new_connection() {
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    let address = server(move |stream, _| {
        counted.fetch_add(1, Ordering::SeqCst);
        reply(stream, OK)
    })
    .await;
    let probe = HostProber.start(target(&address, Some("/")));
    until(&*probe, |report| report.ok >= 5).await;
    let report = probe.stop().await;
    assert_eq!(report.failed, 0);
    assert_eq!(u64::try_from(connections.load(Ordering::SeqCst)).unwrap(), report.ok);
}

#[tokio::test]
async fn an_answer_with_an_error_status_is_an_answer() {
    let failing = "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n";
    let address = server(move |stream, _| reply(stream, failing)).await;
    assert_eq!(HostProber.once(&target(&address, Some("/"))).await, Ok(Some(500)));
}

#[tokio::test]
async fn an_answer_that_is_cut_off_has_failed() {
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok";
    let address = server(move |stream, _| reply(stream, cut)).await;
    assert!(HostProber.once(&target(&address, Some("/"))).await.is_err());
}

#[tokio::test]
async fn a_refused_connection_has_failed_and_says_so() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let refused = HostProber.once(&target(&address, Some("/"))).await;
    assert_eq!(refused, Err("connection refused".to_owned()));
}

#[tokio::test]
async fn a_probe_without_an_answer_ends_with_its_timeout() {
    let address = server(|stream, _| async move {
        let _open = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let short = ProbeTarget { timeout: Duration::from_millis(30), ..target(&address, Some("/")) };
    assert_eq!(HostProber.once(&short).await, Err("no answer within 30ms".to_owned()));
}

#[tokio::test]
async fn a_held_probe_does_not_stop_the_sampling() {
    let release = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&release);
    let address = server(move |stream, number| {
        let held = Arc::clone(&held);
        async move {
            if number == 0 {
                let _released = held.acquire().await;
            }
            reply(stream, OK).await;
        }
    })
    .await;
    let probe = HostProber.start(target(&address, Some("/")));
    let meanwhile = until(&*probe, |report| report.ok >= 5).await;
    release.add_permits(1);
    let report = probe.stop().await;
    assert!(report.ok > meanwhile.ok && report.failed == 0, "{meanwhile:?} {report:?}");
}

#[tokio::test]
async fn a_stall_of_all_answers_is_the_longest_gap() {
    let release = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&release);
    let address = server(move |stream, number| {
        let held = Arc::clone(&held);
        async move {
            if number >= 3 {
                let released = held.acquire().await.unwrap();
                drop(released);
            }
            reply(stream, OK).await;
        }
    })
    .await;
    let probe = HostProber.start(target(&address, Some("/")));
    until(&*probe, |report| report.ok >= 3).await;
    tokio::time::sleep(Duration::from_millis(120)).await;
    release.add_permits(1);
    let report = until(&*probe, |report| report.ok >= 4).await;
    assert!(report.longest_gap_ms >= 100, "{report:?}");
}

#[tokio::test]
async fn probes_under_way_are_bounded() {
    let (open, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (now, peak) = (Arc::clone(&open), Arc::clone(&most));
    let address = server(move |stream, _| {
        let count = now.fetch_add(1, Ordering::SeqCst) + 1;
        peak.fetch_max(count, Ordering::SeqCst);
        async move {
            let _open = stream;
            std::future::pending::<()>().await;
        }
    })
    .await;
    let quick = ProbeTarget { every: Duration::ZERO, ..target(&address, Some("/")) };
    let probe = HostProber.start(quick);
    let reached = async {
        while most.load(Ordering::SeqCst) < OUTSTANDING {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    tokio::time::timeout(LIMIT, reached).await.expect("the bound is reached");
    assert_eq!(most.load(Ordering::SeqCst), OUTSTANDING);
    drop(probe);
}

#[tokio::test]
async fn a_dropped_probe_asks_no_more_and_closes_its_connections() {
    let (sender, mut events) = tokio::sync::mpsc::unbounded_channel();
    let address = server(move |mut stream, _| {
        let sender = sender.clone();
        async move {
            let mut request = [0; 1024];
            while matches!(stream.read(&mut request).await, Ok(1..)) {
                let _ = sender.send("asked");
            }
            let _ = sender.send("closed");
        }
    })
    .await;
    let patient = Duration::from_mins(10);
    let target = ProbeTarget { every: patient, timeout: patient, ..target(&address, Some("/")) };
    let probe = HostProber.start(target);
    assert_eq!(events.recv().await, Some("asked"));
    drop(probe);
    let next = tokio::time::timeout(LIMIT, events.recv()).await;
    assert_eq!(next, Ok(Some("closed")));
}

#[tokio::test]
async fn a_bare_connection_needs_somebody_behind_the_port() {
    let waiting = server(|stream, _| async move {
        let _open = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let nobody = server(|stream, _| async move { drop(stream) }).await;
    assert_eq!(HostProber.once(&target(&waiting, None)).await, Ok(None));
    assert!(HostProber.once(&target(&nobody, None)).await.is_err());
}
