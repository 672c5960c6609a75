//! The window on Linux: a process of its own, which takes the whole web view with it when it ends.
//!
//! It inherits one end of a socket pair as its standard input, so nobody else can speak to it, and
//! neither outlives the other: the socket's end says so to both.

use std::{
    io,
    os::{fd::OwnedFd, unix::net::UnixStream as Socket},
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use phoenix_wire::{Question, ToProgram, ToWindow, line};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    process::{Child, Command},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinSet,
    time::timeout,
};
use tokio_util::task::TaskTracker;

use super::{Crashed, opening};
use crate::{
    desk::Desk,
    ipc::{Told, commands, view::Page},
};

/// The window's program, which lies beside this one.
const PROGRAM: &str = "phoenix-tray-window";
/// A page of text needs neither compiled JavaScript nor the graphics stack nor a heap for each thread:
/// without them the window takes 19 MB less, and is not drawn later.
const LIGHT: [(&str, &str); 4] = [
    ("JSC_useJIT", "false"),
    ("GDK_GL", "disable"),
    ("MALLOC_ARENA_MAX", "1"),
    ("MALLOC_TRIM_THRESHOLD_", "65536"),
];
/// A window that does not take a line for so long hangs.
const TAKES_WITHIN: Duration = Duration::from_secs(10);
/// How long a closed window may take to end.
const ENDS_WITHIN: Duration = Duration::from_secs(5);
/// What was asked for just before the window was closed is brought to its end for so long.
const ANSWERS_WITHIN: Duration = Duration::from_mins(1);

/// The window.
pub struct Window {
    desk: Arc<Desk>,
    crashes: UnboundedSender<Crashed>,
    /// Where an open window is spoken to.
    speaking: Mutex<Option<UnboundedSender<ToWindow>>>,
    conversations: TaskTracker,
}

impl Window {
    /// No window yet; one that ends without having been closed is told to `crashes`.
    pub fn new(desk: Arc<Desk>, crashes: UnboundedSender<Crashed>) -> Self {
        Self { desk, crashes, speaking: Mutex::default(), conversations: TaskTracker::new() }
    }

    /// Opens the window at a page, next to where the tray was clicked where that is known; if it is
    /// open, it goes to the page and comes to the front. Within the runtime only.
    pub fn open(&self, page: Page, at: Option<(i32, i32)>) -> anyhow::Result<()> {
        let mut speaking = self.speaking.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(window) = speaking.as_ref().filter(|window| !window.is_closed()) {
            // It may end at this moment, as if it had been closed just after.
            if let Some(page) = self.desk.navigates(page) {
                let _ended = window.send(ToWindow::Event(Told::Navigate(page).event()));
            }
            let _ended = window.send(ToWindow::Front);
            return Ok(());
        }
        self.desk.window_asked();
        let (child, socket) = start()?;
        let (say, said) = unbounded_channel();
        let opening = opening(&self.desk, &page, at);
        say.send(ToWindow::Open(opening)).expect("BUG: its other end is here");
        *speaking = Some(say);
        self.desk.controller.watching(true);
        let desk = Arc::clone(&self.desk);
        let conversation = Conversation::new(desk, child, socket);
        let crashes = self.crashes.clone();
        self.conversations.spawn(async move {
            if let Some(crashed) = conversation.hold(said).await {
                // The program is on its way out when nobody listens any more.
                let _gone = crashes.send(crashed);
            }
        });
        Ok(())
    }

    /// Whether there is a window.
    pub fn is_open(&self) -> bool {
        let speaking = self.speaking.lock().unwrap_or_else(PoisonError::into_inner);
        speaking.as_ref().is_some_and(|window| !window.is_closed())
    }

    /// Shows everything at this size, in percent; nothing happens where there is no window.
    pub fn zoom(&self, percent: u32) {
        let speaking = self.speaking.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(window) = &*speaking {
            let _ended = window.send(ToWindow::Zoom(percent));
        }
    }

    /// Tells the pages something; nobody hears it where there is no window.
    pub fn tell(&self, told: &Told) {
        let speaking = self.speaking.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(window) = &*speaking {
            let _ended = window.send(ToWindow::Event(told.event()));
        }
    }
}

/// Starts the window's process, with its end of the socket as its standard input.
fn start() -> anyhow::Result<(Child, UnixStream)> {
    use anyhow::Context as _;

    let program = program()?;
    let (ours, theirs) = Socket::pair()?;
    let child = Command::new(&program)
        .envs(LIGHT)
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("{} cannot be started", program.display()))?;
    ours.set_nonblocking(true)?;
    Ok((child, UnixStream::from_std(ours)?))
}

fn program() -> io::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name(PROGRAM))
}

/// What is said between program and window while it is open.
struct Conversation {
    desk: Arc<Desk>,
    child: Child,
    incoming: tokio::io::Lines<BufReader<OwnedReadHalf>>,
    outgoing: OwnedWriteHalf,
    /// Questions that are being answered.
    answers: JoinSet<ToWindow>,
}

impl Conversation {
    fn new(desk: Arc<Desk>, child: Child, socket: UnixStream) -> Self {
        let (reader, outgoing) = socket.into_split();
        let incoming = BufReader::new(reader).lines();
        Self { desk, child, incoming, outgoing, answers: JoinSet::new() }
    }

    /// Until the window is gone; says when it was not closed by a person.
    async fn hold(mut self, mut said: UnboundedReceiver<ToWindow>) -> Option<Crashed> {
        let spoken = self.speak(&mut said).await;
        said.close();
        self.desk.controller.watching(false);
        if let Err(error) = spoken {
            tracing::warn!(%error, "the window does not listen any more");
            // It fails only when the process is gone already.
            let _gone = self.child.start_kill();
        }
        let finishing =
            timeout(ANSWERS_WITHIN, async { while self.answers.join_next().await.is_some() {} });
        let (ended, _finished) = tokio::join!(ended(&mut self.child), finishing);
        match ended {
            Ok(status) if status.success() => None,
            Ok(status) => {
                tracing::error!(%status, "the window ended by itself");
                Some(Crashed)
            }
            Err(error) => {
                tracing::error!(%error, "the window's end cannot be told");
                Some(Crashed)
            }
        }
    }

    async fn speak(&mut self, said: &mut UnboundedReceiver<ToWindow>) -> io::Result<()> {
        loop {
            let message = tokio::select! {
                line = self.incoming.next_line() => {
                    // A process that dies resets what it has not read.
                    let Ok(Some(line)) = line else { return Ok(()) };
                    self.heard(&line);
                    continue;
                }
                Some(message) = said.recv() => message,
                Some(Ok(answer)) = self.answers.join_next() => answer,
                else => return Ok(()),
            };
            let line = line(&message)?;
            match timeout(TAKES_WITHIN, self.outgoing.write_all(line.as_bytes())).await {
                Ok(Ok(())) => {}
                Ok(Err(_gone)) => return Ok(()),
                Err(_elapsed) => return Err(io::Error::other("it takes nothing any more")),
            }
        }
    }

    fn heard(&mut self, line: &str) {
        match serde_json::from_str(line) {
            Ok(ToProgram::Ask(Question { id, command, arguments })) => {
                let desk = Arc::clone(&self.desk);
                self.answers.spawn(async move {
                    let answer = commands::answer(&desk, &command, &arguments).await;
                    ToWindow::Answer { id, answer }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the window said something that is not understood");
            }
        }
    }
}

/// Waits for the end of a window whose socket has ended.
async fn ended(child: &mut Child) -> io::Result<ExitStatus> {
    if let Ok(ended) = timeout(ENDS_WITHIN, child.wait()).await {
        return ended;
    }
    child.start_kill()?;
    child.wait().await
}
