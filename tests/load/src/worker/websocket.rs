//! WebSocket connections: numbered messages, and a close look at how each socket ends.

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::time::{Duration, Instant, MissedTickBehavior, interval, timeout};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::{AFTER_FAILURE, Session};
use crate::failure::{Failure, FailureClass};
use crate::tally::SocketEvent;
use crate::wire::{connect, judge_status};

type Socket = WebSocketStream<TcpStream>;

/// A close frame without a code (RFC 6455, 7.4.1).
const NO_CODE: u16 = 1005;
/// How long a closing handshake may take.
const GOODBYE: Duration = Duration::from_secs(1);
/// Times of messages on their way are kept for this many.
const MOST_UNDER_WAY: u64 = 1024;

/// Opens sockets and echoes until the load ends.
pub(super) async fn run(session: Session) {
    while !session.stop.is_cancelled() {
        let started = Instant::now();
        let limit = session.patience(Duration::ZERO);
        let opened = timeout(limit, open(&session)).await.unwrap_or_else(|_| {
            Err(Failure::new(FailureClass::Timeout, format!("no handshake within {limit:?}")))
        });
        match opened {
            Ok((socket, version)) => {
                session.ended(started.elapsed(), Ok(version.as_deref()));
                session.tally.socket(&SocketEvent::Opened);
                match live(&session, socket).await {
                    End::Closed { code } => session.tally.socket(&SocketEvent::Closed { code }),
                    End::Stopped => session.tally.socket(&SocketEvent::Left),
                    End::Failed(failure) => {
                        session.tally.socket(&SocketEvent::Left);
                        session.failed(failure);
                    }
                }
            }
            Err(failure) => session.ended(started.elapsed(), Err(failure)),
        }
        session.rest(AFTER_FAILURE).await;
    }
}

/// How a socket ended.
enum End {
    /// By the other side's close frame.
    Closed {
        code: u16,
    },
    /// By us.
    Stopped,
    Failed(Failure),
}

async fn open(session: &Session) -> Result<(Socket, Option<String>), Failure> {
    let stream = connect(session.address, session.plan.limits.connect).await?;
    let url = format!("ws://{}/ws", session.address);
    match client_async(url, stream).await {
        Ok((socket, answer)) => {
            let version = answer.headers().get("x-phoenix-version");
            let version = version.and_then(|value| value.to_str().ok()).map(str::to_owned);
            Ok((socket, version))
        }
        Err(Error::Http(answer)) => {
            let version =
                answer.headers().get("x-phoenix-version").and_then(|value| value.to_str().ok());
            let retry_after = answer.headers().contains_key("retry-after");
            let judged = judge_status(answer.status().as_u16(), 101, version, retry_after);
            Err(judged
                .err()
                .filter(|failure| failure.class != FailureClass::WrongStatus)
                .unwrap_or_else(|| {
                    Failure::new(FailureClass::WebsocketRefused, answer.status().to_string())
                }))
        }
        Err(error) => Err(Failure::new(FailureClass::FirstUseEnd, format!("handshake: {error}"))),
    }
}

/// Echoes on one socket until it ends.
async fn live(session: &Session, mut socket: Socket) -> End {
    let mut ticks = interval(session.pause().max(Duration::from_millis(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut echoes = Echoes::default();
    let limit = session.plan.limits.hold;
    loop {
        tokio::select! {
            () = session.stop.cancelled() => {
                leave(socket).await;
                return End::Stopped;
            }
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => match echoes.came(text.as_str()) {
                    Ok(after) => session.tally.socket(&SocketEvent::Echoed { after }),
                    Err(failure) => return End::Failed(failure),
                },
                Some(Ok(Message::Close(frame))) => {
                    let code = frame.map_or(NO_CODE, |frame| frame.code.into());
                    // The answer to the close frame goes out while reading to the end.
                    let _ended = timeout(GOODBYE, async { while let Some(Ok(_)) = socket.next().await {} }).await;
                    return End::Closed { code };
                }
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Err(error)) => return End::Failed(cut(&echoes, &error.to_string())),
                None => return End::Failed(cut(&echoes, "end of the stream")),
            },
            _ = ticks.tick() => {
                if echoes.overdue(limit) {
                    let detail = format!("no echo within {limit:?} after {} echoes", echoes.next_back);
                    return End::Failed(Failure::new(FailureClass::Timeout, detail));
                }
                // A broken socket is found by reading: a close frame may still be on its way.
                if let Some(number) = echoes.go() {
                    let _seen_when_reading = timeout(limit, socket.send(Message::text(number))).await;
                }
            }
        }
    }
}

async fn leave(mut socket: Socket) {
    let goodbye = async {
        if socket.close(None).await.is_ok() {
            while let Some(Ok(_)) = socket.next().await {}
        }
    };
    let _ended = timeout(GOODBYE, goodbye).await;
}

fn cut(echoes: &Echoes, how: &str) -> Failure {
    Failure::new(FailureClass::WebsocketCut, format!("{how}, after {} echoes", echoes.next_back))
}

/// The numbers on their way.
#[derive(Debug, Default)]
struct Echoes {
    next_out: u64,
    next_back: u64,
    sent: std::collections::VecDeque<Instant>,
}

impl Echoes {
    /// The next number to send; `None` while too many are on their way.
    fn go(&mut self) -> Option<String> {
        if self.next_out - self.next_back >= MOST_UNDER_WAY {
            return None;
        }
        self.sent.push_back(Instant::now());
        self.next_out += 1;
        Some((self.next_out - 1).to_string())
    }

    /// How long the echo took; an error when it is not the next one.
    fn came(&mut self, text: &str) -> Result<Duration, Failure> {
        let number: Option<u64> = text.parse().ok();
        if let (true, Some(sent)) = (number == Some(self.next_back), self.sent.pop_front()) {
            self.next_back += 1;
            return Ok(sent.elapsed());
        }
        let detail = format!("echo {text:?} came, {} was next", self.next_back);
        Err(Failure::new(FailureClass::WebsocketLost, detail))
    }

    fn overdue(&self, limit: Duration) -> bool {
        self.sent.front().is_some_and(|sent| sent.elapsed() > limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(count: usize) -> Echoes {
        let mut echoes = Echoes::default();
        for _ in 0..count {
            assert!(echoes.go().is_some());
        }
        echoes
    }

    #[tokio::test]
    async fn an_echo_that_was_lost_or_came_twice_is_found() {
        assert!(sent(2).came("1").is_err());
        let mut echoes = sent(2);
        assert!(echoes.came("0").is_ok());
        assert!(echoes.came("0").is_err());
    }
}
