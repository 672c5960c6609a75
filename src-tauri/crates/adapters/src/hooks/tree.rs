//! A process and everything that it has started.

use std::time::Duration;

use tokio::process::Child;

/// Time to end by itself, after being asked to.
const GRACE: Duration = Duration::from_secs(2);
/// Time for the last of them to be gone, after being ended.
const GONE_WITHIN: Duration = Duration::from_secs(2);
/// Pause between two looks whether it has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The tree below a hook. Dropping it ends the tree, unless it was left.
#[derive(Debug)]
pub(super) struct Tree {
    id: Option<u32>,
    mark: String,
}

impl Tree {
    pub(super) fn of(child: &Child, mark: String) -> Self {
        Self { id: child.id(), mark }
    }

    /// The hook has ended by itself: what it left running is meant to run.
    pub(super) const fn leave(&mut self) {
        self.id = None;
    }

    /// Asks, then ends; answers whether nothing of it is left.
    pub(super) async fn end(&mut self, child: &mut Child) -> bool {
        let Some(id) = self.id else { return true };
        group::ask(id);
        let _ = tokio::time::timeout(GRACE, child.wait()).await;
        group::end(id);
        marked::end(&self.mark);
        let _ = child.start_kill();
        let gone = async {
            let _ = child.wait().await;
            while group::exists(id) || marked::exist(&self.mark) {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        };
        let is_gone = tokio::time::timeout(GONE_WITHIN, gone).await.is_ok();
        if is_gone {
            self.leave();
        }
        is_gone
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            group::end(id);
            marked::end(&self.mark);
        }
    }
}

/// The process group that the hook leads.
#[cfg(unix)]
mod group {
    use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

    fn pid(id: u32) -> Option<Pid> {
        i32::try_from(id).ok().and_then(Pid::from_raw)
    }

    pub(super) fn ask(id: u32) {
        let _ = pid(id).map(|group| kill_process_group(group, Signal::TERM));
    }

    pub(super) fn end(id: u32) {
        let _ = pid(id).map(|group| kill_process_group(group, Signal::KILL));
    }

    pub(super) fn exists(id: u32) -> bool {
        pid(id).is_some_and(|group| test_kill_process_group(group).is_ok())
    }
}

/// Windows knows no groups: its own tool follows the tree.
#[cfg(not(unix))]
mod group {
    pub(super) const fn ask(_id: u32) {}

    pub(super) fn end(id: u32) {
        let id = id.to_string();
        let mut command = std::process::Command::new("taskkill");
        let _ = command.args(["/PID", &id, "/T", "/F"]).output();
    }

    pub(super) const fn exists(_id: u32) -> bool {
        false
    }
}

/// Those that left the group, known by the mark in their environment.
#[cfg(target_os = "linux")]
mod marked {
    use rustix::process::{Pid, Signal, kill_process};

    use super::super::MARK;

    pub(super) fn end(mark: &str) {
        for pid in all(mark) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }

    pub(super) fn exist(mark: &str) -> bool {
        !all(mark).is_empty()
    }

    fn all(mark: &str) -> Vec<Pid> {
        let wanted = format!("{MARK}={mark}");
        let own = |entry: std::fs::DirEntry| {
            let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
            let environment = std::fs::read(entry.path().join("environ")).ok()?;
            let mut variables = environment.split(|byte| *byte == 0);
            variables.any(|variable| variable == wanted.as_bytes()).then(|| Pid::from_raw(pid))?
        };
        let entries = std::fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
        entries.filter_map(own).collect()
    }
}

/// Elsewhere the environment of another process cannot be read.
#[cfg(not(target_os = "linux"))]
mod marked {
    pub(super) const fn end(_mark: &str) {}

    pub(super) const fn exist(_mark: &str) -> bool {
        false
    }
}
