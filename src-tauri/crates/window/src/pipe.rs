//! The way to Phoenix Tray: lines of JSON over the inherited socket.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufRead as _, BufReader, Write as _},
    os::unix::net::UnixStream,
    process::ExitCode,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use phoenix_window::{Answering, Program, builder, context, front, open, tell, zoom};
use phoenix_wire::{Json, Opening, Question, ToProgram, ToWindow, line};
use rustix::process::{Signal, getpid, kill_process};
use serde_json::value::RawValue;
use tauri::AppHandle;

/// How long the window may take to end once Phoenix Tray is gone.
const END_WITHIN: Duration = Duration::from_secs(2);

/// Shows the window until it is closed.
pub(crate) fn run() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let socket = socket()?;
    let mut incoming = BufReader::new(socket.try_clone()?);
    let opening = opening(&mut incoming)?;
    let program = Arc::new(Pipe { socket, asked: Mutex::default() });
    let asked = Arc::clone(&program);
    let app = builder(program)
        .setup(move |app| {
            let handle = app.handle().clone();
            open(&handle, &opening, Box::new(|| {}))?;
            thread::Builder::new()
                .name("pipe".to_owned())
                .spawn(move || listen(&handle, incoming, &asked))?;
            Ok(())
        })
        .build(context())?;
    let code = app.run_return(|_app, _event| {});
    Ok(if code == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Takes the socket away from the standard input, which the web view's processes would inherit.
fn socket() -> io::Result<UnixStream> {
    let socket = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?;
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    Ok(UnixStream::from(socket))
}

/// The first message.
fn opening(incoming: &mut impl io::BufRead) -> io::Result<Opening> {
    let mut first = String::new();
    incoming.read_line(&mut first)?;
    match serde_json::from_str(&first) {
        Ok(ToWindow::Open(opening)) => Ok(opening),
        Ok(ToWindow::Front | ToWindow::Zoom(_) | ToWindow::Event(_) | ToWindow::Answer { .. })
        | Err(_) => Err(io::Error::other("this program is started by phoenix-tray, not by hand")),
    }
}

/// The questions that have no answer yet, by their number.
#[derive(Default)]
struct Asked {
    last: u64,
    waiting: BTreeMap<u64, Answering>,
}

struct Pipe {
    socket: UnixStream,
    asked: Mutex<Asked>,
}

impl Pipe {
    fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answered(&self, id: u64, answer: Result<Json, Json>) {
        let waiting = self.asked().waiting.remove(&id);
        if let Some(waiting) = waiting {
            waiting(answer);
        }
    }

    fn say(&self, message: &ToProgram) -> io::Result<()> {
        (&self.socket).write_all(line(message)?.as_bytes())
    }
}

impl Program for Pipe {
    fn ask(&self, command: String, arguments: Json, answer: Answering) {
        // One lock over number and line: lines of two threads must not mix.
        let mut asked = self.asked();
        asked.last += 1;
        let id = asked.last;
        asked.waiting.insert(id, answer);
        if let Err(error) = self.say(&ToProgram::Ask(Question { id, command, arguments })) {
            let waiting = asked.waiting.remove(&id);
            drop(asked);
            if let Some(waiting) = waiting {
                waiting(Err(gone(&error)));
            }
        }
    }
}

/// A refusal of the program's own kind.
fn gone(error: &io::Error) -> Json {
    let message = format!("Phoenix Tray does not answer any more: {error}");
    let refusal = serde_json::json!({ "code": "system", "message": message, "said": null });
    RawValue::from_string(refusal.to_string()).expect("BUG: JSON that was just made is JSON")
}

/// Hears Phoenix Tray until it is gone, and ends the process then.
fn listen(app: &AppHandle, incoming: BufReader<UnixStream>, asked: &Pipe) {
    for message in incoming.lines() {
        let Ok(message) = message else { break };
        match serde_json::from_str(&message) {
            Ok(message) => heard(app, asked, message),
            Err(error) => tracing::warn!(%error, "a message was not understood"),
        }
    }
    app.exit(0);
    // The process ends meanwhile, unless its main thread hangs.
    thread::park_timeout(END_WITHIN);
    // Nobody is left who could want anything of it.
    let _impossible = kill_process(getpid(), Signal::KILL);
}

fn heard(app: &AppHandle, asked: &Pipe, message: ToWindow) {
    let done = match message {
        ToWindow::Answer { id, answer } => {
            asked.answered(id, answer);
            Ok(())
        }
        ToWindow::Event(event) => tell(app, &event),
        ToWindow::Zoom(percent) => zoom(app, percent),
        ToWindow::Front => {
            let handle = app.clone();
            app.run_on_main_thread(move || {
                if let Err(error) = front(&handle) {
                    tracing::warn!(%error, "the window was not brought to the front");
                }
            })
        }
        // Only the first message says this.
        ToWindow::Open(_) => Ok(()),
    };
    if let Err(error) = done {
        tracing::warn!(%error, "the window was not told");
    }
}
