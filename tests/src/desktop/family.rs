//! Processes and their descendants, as the kernel knows them.

use std::{collections::BTreeMap, fs};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};

/// A process and all its descendants.
pub fn family(root: u32) -> Result<Vec<u32>> {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(process) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
        let parent = stat(process).and_then(|fields| fields.get(1)?.parse().ok());
        children.entry(parent.unwrap_or_default()).or_default().push(process);
    }
    let (mut found, mut next) = (Vec::new(), vec![root]);
    while let Some(process) = next.pop() {
        next.extend(children.get(&process).into_iter().flatten());
        found.push(process);
    }
    Ok(found)
}

/// What a process is called: the first 15 letters of its program's name.
pub fn name(process: u32) -> Option<String> {
    let name = fs::read_to_string(format!("/proc/{process}/comm")).ok()?;
    Some(name.trim_end().to_owned())
}

/// Whether a process runs: one that is gone, or waits only to be taken note of, does not.
pub fn runs(process: u32) -> bool {
    stat(process).is_some_and(|fields| fields.first().is_some_and(|state| state != "Z"))
}

/// Ends a process at once, as a crash would.
pub fn kill(process: u32) -> Result<()> {
    let process = i32::try_from(process).ok().and_then(Pid::from_raw).context("no process")?;
    Ok(kill_process(process, Signal::KILL)?)
}

/// The fields of `/proc/PID/stat` after the program's name.
pub fn stat(process: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_name, fields) = text.rsplit_once(") ")?;
    Some(fields.split_whitespace().map(str::to_owned).collect())
}
