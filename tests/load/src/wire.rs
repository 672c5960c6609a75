//! HTTP/1.1 on one connection, close enough to the wire that every failure is told apart.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};

use crate::failure::{Failure, FailureClass};
use crate::script::{BodyCheck, Expected, Script, Sending};

mod head;

pub(crate) use head::judge_status;

use head::{Framing, Head};

/// A body sent slowly goes out in this many steps.
const PACED_STEPS: u32 = 30;
/// A client that hears no `100 Continue` sends its body anyway (RFC 9110, 10.1.1).
const CONTINUE_PATIENCE: Duration = Duration::from_secs(2);

/// One client connection.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: BytesMut,
    answers: u64,
    announced_close: bool,
    /// An answer that came instead of `100 Continue`; its body is still to be read.
    early: Option<Head>,
}

/// Opens a connection, telling refusal, time-out and other trouble apart.
pub(crate) async fn connect(address: SocketAddr, within: Duration) -> Result<TcpStream, Failure> {
    let class_of = |error: &io::Error| {
        if error.kind() == io::ErrorKind::ConnectionRefused {
            FailureClass::ConnectRefused
        } else if error.kind() == io::ErrorKind::TimedOut {
            FailureClass::ConnectTimeout
        } else {
            FailureClass::ConnectError
        }
    };
    let stream = timeout(within, TcpStream::connect(address))
        .await
        .map_err(|_| Failure::new(FailureClass::ConnectTimeout, format!("after {within:?}")))?
        .map_err(|error| Failure::new(class_of(&error), error.to_string()))?;
    let _nodelay = stream.set_nodelay(true);
    Ok(stream)
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr, within: Duration) -> Result<Self, Failure> {
        let stream = connect(address, within).await?;
        Ok(Self {
            stream,
            buffer: BytesMut::new(),
            answers: 0,
            announced_close: false,
            early: None,
        })
    }

    /// Whether another request may go out.
    pub(crate) fn is_open(&self) -> bool {
        !self.announced_close
    }

    /// The end leaves no port waiting: it resets a connection that has said everything.
    pub(crate) fn leave_no_trace(&self) {
        let _kept = self.stream.set_zero_linger();
    }

    /// Sends one request. A connection that breaks meanwhile is seen by [`Self::receive`],
    /// which may still find an early answer.
    pub(crate) async fn send(&mut self, script: &Script) {
        let _seen_when_receiving = self.try_send(script).await;
    }

    /// Receives and judges one answer; the version that gave it.
    pub(crate) async fn receive(&mut self, expected: &Expected) -> Result<Option<String>, Failure> {
        let head = match self.early.take() {
            Some(head) => head,
            None => self.final_head(expected).await?,
        };
        self.answers += 1;
        self.announced_close |= head.close;
        head.judge(expected)?;
        let mut check = BodyCheck::new(expected);
        self.body(head.framing, &mut check).await?;
        check.finish()?;
        Ok(head.version)
    }

    /// Stays idle for `time`; a close or bytes meanwhile are failures.
    pub(crate) async fn idle(&mut self, time: Duration) -> Result<(), Failure> {
        if !self.buffer.is_empty() {
            return Err(Failure::new(FailureClass::Malformed, "bytes after the end of the answer"));
        }
        match timeout(time, self.stream.read_buf(&mut self.buffer)).await {
            Err(_) => Ok(()),
            Ok(Ok(0)) => Err(Failure::new(FailureClass::IdleClosed, self.history("closed"))),
            Ok(Ok(_)) => Err(Failure::new(FailureClass::Malformed, "bytes that nobody asked for")),
            Ok(Err(error)) => {
                Err(Failure::new(FailureClass::IdleClosed, self.history(&error.to_string())))
            }
        }
    }

    async fn try_send(&mut self, script: &Script) -> io::Result<()> {
        self.stream.write_all(script.head.as_bytes()).await?;
        match &script.sending {
            Sending::Nothing => Ok(()),
            Sending::Whole(body) => self.stream.write_all(body).await,
            Sending::Paced(body, over) => {
                let start = Instant::now();
                for (step, piece) in
                    (1..).zip(body.chunks(body.len().div_ceil(PACED_STEPS as usize)))
                {
                    self.stream.write_all(piece).await?;
                    sleep_until(start + *over * step / PACED_STEPS).await;
                }
                Ok(())
            }
            Sending::AfterContinue(body) => {
                let told = timeout(CONTINUE_PATIENCE, self.head(&script.expected)).await;
                match told {
                    Ok(Ok(head)) if head.status != 100 => {
                        self.early = Some(head);
                        Err(io::Error::other("a final answer came before the body"))
                    }
                    Ok(Err(_)) => Err(io::Error::other("no answer to the head")),
                    Ok(Ok(_)) | Err(_) => self.stream.write_all(body).await,
                }
            }
        }
    }

    async fn final_head(&mut self, expected: &Expected) -> Result<Head, Failure> {
        loop {
            let head = self.head(expected).await?;
            if head.status != 100 {
                return Ok(head);
            }
        }
    }

    async fn head(&mut self, expected: &Expected) -> Result<Head, Failure> {
        loop {
            if let Some((head, length)) = head::parse(&self.buffer, expected)? {
                self.buffer.advance(length);
                return Ok(head);
            }
            if let Err(how) = self.fill().await {
                return Err(match (self.buffer.is_empty(), self.answers) {
                    (false, _) => {
                        Failure::new(FailureClass::Truncated, format!("in the head: {how}"))
                    }
                    (true, 0) => Failure::new(FailureClass::FirstUseEnd, how),
                    (true, _) => Failure::new(FailureClass::ReusedEnd, self.history(&how)),
                });
            }
        }
    }

    async fn body(&mut self, framing: Framing, check: &mut BodyCheck<'_>) -> Result<(), Failure> {
        match framing {
            Framing::Empty => Ok(()),
            Framing::Length(length) => self.exactly(length, check).await,
            Framing::UntilEnd => {
                self.announced_close = true;
                loop {
                    let length = self.buffer.len();
                    check.piece(&self.buffer.split_to(length));
                    match self.stream.read_buf(&mut self.buffer).await {
                        Ok(0) => return Ok(()),
                        Ok(_) => {}
                        Err(error) => return Err(truncated(&error.to_string())),
                    }
                }
            }
            Framing::Chunked => loop {
                let size = self.chunk_size().await?;
                if size == 0 {
                    return self.trailers().await;
                }
                self.exactly(size, check).await?;
                self.line().await?;
            },
        }
    }

    async fn exactly(&mut self, mut length: u64, check: &mut BodyCheck<'_>) -> Result<(), Failure> {
        while length > 0 {
            if self.buffer.is_empty() {
                self.fill()
                    .await
                    .map_err(|how| truncated(&format!("{length} bytes missing: {how}")))?;
            }
            let here = self.buffer.len().min(usize::try_from(length).unwrap_or(usize::MAX));
            check.piece(&self.buffer.split_to(here));
            length -= here as u64;
        }
        Ok(())
    }

    async fn chunk_size(&mut self) -> Result<u64, Failure> {
        loop {
            match httparse::parse_chunk_size(&self.buffer) {
                Ok(httparse::Status::Complete((length, size))) => {
                    self.buffer.advance(length);
                    return Ok(size);
                }
                Ok(httparse::Status::Partial) => {
                    self.fill()
                        .await
                        .map_err(|how| truncated(&format!("before the last chunk: {how}")))?;
                }
                Err(_) => {
                    return Err(Failure::new(FailureClass::Malformed, "a chunk without a size"));
                }
            }
        }
    }

    async fn trailers(&mut self) -> Result<(), Failure> {
        while !self.line().await?.is_empty() {}
        Ok(())
    }

    /// One line without its end.
    async fn line(&mut self) -> Result<BytesMut, Failure> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                let line = self.buffer.split_to(end);
                self.buffer.advance(2);
                return Ok(line);
            }
            self.fill().await.map_err(|how| truncated(&format!("in a chunk's end: {how}")))?;
        }
    }

    /// Reads more; how the connection ended when there is no more.
    async fn fill(&mut self) -> Result<(), String> {
        match self.stream.read_buf(&mut self.buffer).await {
            Ok(0) => Err("end of the connection".to_owned()),
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn history(&self, how: &str) -> String {
        format!("{how}, after {} answers on this connection", self.answers)
    }
}

fn truncated(detail: &str) -> Failure {
    Failure::new(FailureClass::Truncated, detail)
}
