//! A watch that runs, as a program that reads its lines sees it.

use std::process::ExitStatus;

use phoenix_tests::{Context, Result, Scene, bail, within};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout},
};

use crate::faults::BOUND;

/// A running `phoenixctl watch --json`. Ends when dropped.
pub(crate) struct Watching {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    seen: Vec<Value>,
}

impl Watching {
    pub(crate) fn start(scene: &Scene) -> Result<Self> {
        Self::start_with(scene, &[])
    }

    /// With these variables of the environment.
    pub(crate) fn start_with(scene: &Scene, environment: &[(&str, &str)]) -> Result<Self> {
        let mut command = scene.ctl_command(["watch", "--json"])?;
        command.envs(environment.iter().copied());
        let mut child = command.spawn().context("phoenixctl could not be started")?;
        let stdout = child.stdout.take().context("BUG: no standard output")?;
        Ok(Self { child, lines: BufReader::new(stdout).lines(), seen: Vec::new() })
    }

    /// The next line of this event.
    pub(crate) async fn line(&mut self, event: &str) -> Result<Value> {
        let reading = async {
            loop {
                let line = self.lines.next_line().await?;
                let Some(line) = line else { bail!("it ended; it said {:#?}", self.seen) };
                let line: Value = serde_json::from_str(&line).context("not one object a line")?;
                self.seen.push(line.clone());
                if line["event"] == event {
                    return Ok(line);
                }
            }
        };
        within(event, BOUND, reading).await
    }

    /// Whether it said something of this event so far.
    pub(crate) fn said(&self, event: &str) -> bool {
        self.seen.iter().any(|line| line["event"] == event)
    }

    pub(crate) fn signal(&self, signal: Signal) -> Result<()> {
        let id = self.child.id().context("it has ended")?;
        let pid = Pid::from_raw(i32::try_from(id)?).context("BUG: process 0")?;
        Ok(kill_process(pid, signal)?)
    }

    /// Waits for its end, reading what it says last.
    pub(crate) async fn end(mut self) -> Result<(ExitStatus, Vec<Value>)> {
        let ending = async {
            while let Some(line) = self.lines.next_line().await? {
                self.seen.push(serde_json::from_str(&line)?);
            }
            Ok(self.child.wait().await?)
        };
        let status = within("the end of the watch", BOUND, ending).await?;
        Ok((status, self.seen))
    }

    /// Ends it as a service manager does.
    pub(crate) async fn stop(self) -> Result<Vec<Value>> {
        self.signal(Signal::TERM)?;
        let (status, seen) = self.end().await?;
        if status.code() != Some(0) {
            bail!("it ended with {status}; it said {seen:#?}");
        }
        Ok(seen)
    }
}
