//! Programs of a desktop: each leads a process group of its own and ends with the desktop, even
//! when the test's own process is killed.

use std::{
    io::Write,
    os::unix::process::CommandExt,
    process::{ChildStdin, Command, ExitStatus, Stdio},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::Child,
    sync::watch,
};

use crate::wait::within;

/// How long a killed program may take to be gone.
const END_BOUND: Duration = Duration::from_secs(10);

/// Reads the numbers of process groups until its input ends, which happens when the test's process
/// is gone, and kills them.
const GUARDING: &str = "groups=; while read -r group; do groups=\"$groups -$group\"; done; \
                        [ -z \"$groups\" ] || kill -KILL -- $groups";

/// Outlives the test's process, and then ends what that started.
pub(super) struct Guard {
    child: std::process::Child,
    groups: Mutex<Option<ChildStdin>>,
}

impl Guard {
    pub(super) fn start() -> Result<Self> {
        let mut command = Command::new("sh");
        command.args(["-c", GUARDING]).stdin(Stdio::piped()).process_group(0);
        let mut child = command.spawn().context("sh could not be started")?;
        let groups = Mutex::new(child.stdin.take());
        Ok(Self { child, groups })
    }

    fn watch(&self, group: u32) -> Result<()> {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let groups = groups.as_mut().context("the guard's input is piped")?;
        writeln!(groups, "{group}").context("the guard is gone")
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Killed before its input ends: by now everything was ended by whoever started it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A program that was started; its process group ends when it is dropped.
pub struct Process {
    name: String,
    group: u32,
    child: Child,
    said: watch::Receiver<String>,
}

impl Process {
    pub(super) fn spawn(name: &str, mut command: Command, guard: &Guard) -> Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.process_group(0);
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child = tokio::process::Command::from(command)
            .spawn()
            .with_context(|| format!("{program} could not be started"))?;
        let group = child.id().context("a program that was just started has a number")?;
        let (sender, said) = watch::channel(String::new());
        if let Some(output) = child.stdout.take() {
            tokio::spawn(listen(output, sender.clone()));
        }
        if let Some(output) = child.stderr.take() {
            tokio::spawn(listen(output, sender));
        }
        let process = Self { name: name.to_owned(), group, child, said };
        guard.watch(group)?;
        Ok(process)
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its process ID.
    pub const fn id(&self) -> u32 {
        self.group
    }

    /// Everything that it wrote so far, to both outputs.
    pub fn said(&self) -> String {
        self.said.borrow().clone()
    }

    /// The same, for those who outlive it.
    pub(super) fn hearing(&self) -> (String, watch::Receiver<String>) {
        (self.name.clone(), self.said.clone())
    }

    /// Waits until it has written a line for which `wanted` answers something.
    pub async fn line<T>(
        &self,
        what: &str,
        bound: Duration,
        wanted: impl Fn(&str) -> Option<T> + Send,
    ) -> Result<T> {
        let mut said = self.said.clone();
        let found = within(what, bound, async {
            let said = said
                .wait_for(|said| said.lines().any(|line| wanted(line).is_some()))
                .await
                .context("it wrote nothing of the kind and never will")?;
            said.lines().find_map(&wanted).context("it was just found")
        });
        found.await.with_context(|| format!("{} said:\n{}", self.name, self.said()))
    }

    /// Waits until it ends by itself.
    pub async fn ended(&mut self, bound: Duration) -> Result<ExitStatus> {
        let what = format!("the end of {}", self.name);
        let ended = within(&what, bound, async { Ok(self.child.wait().await?) }).await;
        ended.with_context(|| format!("it said:\n{}", self.said()))
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Asks it to end, as a session's end does.
    pub fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Ends it alone, at once, as a crash would: what it started is not told. Answers when it is
    /// gone.
    pub async fn crash(&mut self) -> Result<()> {
        self.child.kill().await.context("it could not be killed")
    }

    /// Ends it and what it started, at once, and waits until it is gone.
    pub async fn kill(mut self) -> Result<()> {
        self.signal(Signal::KILL);
        self.ended(END_BOUND).await.map(|_status| ())
    }

    fn signal(&self, signal: Signal) {
        let group = i32::try_from(self.group).ok().and_then(Pid::from_raw);
        if let Some(group) = group {
            // It fails only when nobody of the group is left.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

async fn listen(output: impl AsyncRead + Unpin, said: watch::Sender<String>) {
    let mut lines = BufReader::new(output).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        said.send_modify(|said| {
            said.push_str(&line);
            said.push('\n');
        });
    }
}
