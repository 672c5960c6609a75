//! Listens, serves, stops.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Duration, sleep, timeout};

use crate::app::App;
use crate::fault::Fault;
use crate::log;
use crate::routes;
use crate::settings::Settings;

mod activity;
mod unacknowledged;

use activity::Activity;

/// How often it is looked whether an answer has arrived.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// An answer that nobody takes for so long is not waited for.
const ARRIVES_WITHIN: Duration = Duration::from_secs(10);

/// A gateway that serves in this process.
#[derive(Debug)]
pub struct RunningGateway {
    app: Arc<App>,
    addresses: Vec<SocketAddr>,
    stop: watch::Sender<bool>,
    listeners: JoinSet<JoinSet<()>>,
}

/// How a gateway ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped {
    /// Whether everything in flight was finished within `PHOENIX_STOP_MS`.
    pub finished: bool,
}

/// A gateway that could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is taken or not allowed.
    #[error("cannot listen on port {port}: {source}; not started")]
    Listen {
        /// The port.
        port: u16,
        /// Why.
        source: io::Error,
    },
    /// The execution log cannot be opened.
    #[error("cannot open the execution log: {0}; not started")]
    ExecutionLog(#[source] io::Error),
}

/// Listens on every port of the settings and serves until [`RunningGateway::stop`].
///
/// # Errors
/// A port or the execution log that cannot be opened.
pub async fn start(settings: Settings) -> Result<RunningGateway, StartError> {
    let (stop, stopping) = watch::channel(false);
    let app = Arc::new(App::new(settings, stopping).map_err(StartError::ExecutionLog)?);
    let (mut addresses, mut listeners) = (Vec::new(), JoinSet::new());
    for port in app.settings.ports.clone() {
        let listener = listen(app.settings.host, port)
            .await
            .map_err(|source| StartError::Listen { port, source })?;
        addresses.extend(listener.local_addr());
        listeners.spawn(accept(Arc::clone(&app), listener));
    }
    Ok(RunningGateway { app, addresses, stop, listeners })
}

impl RunningGateway {
    /// Where it listens, one per port.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The random id of this instance, as `x-phoenix-instance` and `/id` say it.
    pub fn instance(&self) -> &str {
        &self.app.instance
    }

    /// The time from which faults count; `None` before it is ready.
    pub(crate) fn ready_for(&self) -> Option<Duration> {
        self.app.ready_for()
    }

    /// As at SIGTERM: accepts no more, finishes what is in flight, closes `/ws` with 1001.
    pub async fn stop(mut self) -> Stopped {
        let within = self.app.settings.stop_within;
        self.stop.send_replace(true);
        let everything = async {
            while let Some(connections) = self.listeners.join_next().await {
                connections.unwrap_or_default().join_all().await;
            }
            let sessions = std::mem::take(
                &mut *self.app.sessions.lock().unwrap_or_else(std::sync::PoisonError::into_inner),
            );
            sessions.join_all().await;
        };
        Stopped { finished: timeout(within, everything).await.is_ok() }
    }
}

async fn listen(host: Option<IpAddr>, port: u16) -> io::Result<TcpListener> {
    match host {
        Some(host) => TcpListener::bind((host, port)).await,
        None => match TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)).await {
            Ok(listener) => Ok(listener),
            // A machine without IPv6.
            Err(_) => TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await,
        },
    }
}

/// Accepts until the stop and hands back the connections still open then.
async fn accept(app: Arc<App>, listener: TcpListener) -> JoinSet<()> {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = app.until_stop() => return connections,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(Arc::clone(&app), stream));
                }
                Err(error) => {
                    log::complain(&format!("accept: {error}"));
                    sleep(Duration::from_millis(10)).await;
                }
            },
        }
    }
}

/// Whether the peer has everything that was said. A reset takes away what is still on its way: on a
/// busy machine that is an answer now and then, which nobody could get back.
fn has_arrived(ends: Option<(SocketAddr, SocketAddr)>) -> bool {
    let left = ends.and_then(|(local, peer)| unacknowledged::bytes(local, peer));
    left.is_none_or(|bytes| bytes == 0)
}

async fn serve(app: Arc<App>, stream: TcpStream) {
    let faults = &app.settings.faults;
    let (idle_close, reset) = (faults.idle_close(), faults.has(&Fault::ResetAfterAnswer));
    if stream.set_nodelay(true).is_err() || (reset && stream.set_zero_linger().is_err()) {
        return;
    }
    let ends = stream.local_addr().ok().zip(stream.peer_addr().ok());
    let activity = Arc::new(Activity::default());
    let service = service_fn(|request| {
        let (app, busy) = (Arc::clone(&app), activity.begin());
        async move {
            Ok::<_, std::convert::Infallible>(busy.until_sent(routes::answer(app, request).await))
        }
    });
    let builder = Builder::new(TokioExecutor::new());
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let mut stopped = false;
    loop {
        tokio::select! {
            _ = connection.as_mut() => return,
            () = app.until_stop(), if !stopped => {
                stopped = true;
                connection.as_mut().graceful_shutdown();
            }
            () = activity.idle_after_answer(idle_close.unwrap_or_default()), if idle_close.is_some() => return,
            () = activity.answered(), if reset => {
                // The answer arrives first; dropping the connection then resets it.
                let arrival = async {
                    while !(activity.answers_are_out() && has_arrived(ends)) {
                        sleep(LOOK_AGAIN).await;
                    }
                };
                tokio::select! {
                    biased;
                    // First: what is in its own buffer is handed to the kernel.
                    _ = connection.as_mut() => {}
                    () = async { sleep(LOOK_AGAIN).await; arrival.await } => {}
                    () = sleep(ARRIVES_WITHIN) => {}
                }
                return;
            }
        }
    }
}
