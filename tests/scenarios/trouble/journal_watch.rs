//! Looking over the shoulder of an update: its journal, as it grows.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use phoenix_tests::{Result, Scene, bail};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::BOUND;

/// Steps take milliseconds.
const PAUSE: Duration = Duration::from_millis(2);

/// Reads the journal that begins after it was made.
pub(crate) struct JournalWatch {
    folder: PathBuf,
    known: BTreeSet<PathBuf>,
}

impl JournalWatch {
    /// From here on, the next journal is the watched one.
    pub(crate) fn begin(scene: &Scene) -> Self {
        let folder = scene.state_dir().join("journals");
        let known = journals(&folder);
        Self { folder, known }
    }

    /// The watched journal's whole lines; none before it begins.
    pub(crate) fn events(&self) -> Vec<Value> {
        let found = journals(&self.folder);
        let Some(path) = found.difference(&self.known).next() else { return Vec::new() };
        let text = fs::read_to_string(path).unwrap_or_default();
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.map(|mut entry| entry["event"].take()).collect()
    }

    /// Waits until the journal's events satisfy `seen`, a minute at most.
    pub(crate) async fn until(&self, what: &str, seen: impl Fn(&[Value]) -> bool) -> Result<()> {
        let end = Instant::now() + BOUND;
        while !seen(&self.events()) {
            if Instant::now() > end {
                bail!("not seen in the journal: {what}; it says {:#?}", self.events());
            }
            sleep(PAUSE).await;
        }
        Ok(())
    }

    /// Waits until this step has been started, or the update is over.
    pub(crate) async fn until_started(&self, step: usize) -> Result<()> {
        self.until(&format!("step {step}"), |events| {
            events.iter().any(|event| {
                event["event"] == "finished"
                    || (event["event"] == "started" && event["step"] == step)
            })
        })
        .await
    }

    /// Waits until the first step of this kind (`gate`, `create`) has been started.
    pub(crate) async fn until_doing(&self, action: &str) -> Result<()> {
        self.until(action, |events| {
            let Some(plan) = events.first().map(|event| &event["plan"]) else { return false };
            let steps = plan["steps"].as_array().map(Vec::as_slice).unwrap_or_default();
            let number = steps.iter().find(|step| step["action"]["do"] == action);
            let number = number.map(|step| &step["number"]);
            events.iter().any(|event| event["event"] == "started" && Some(&event["step"]) == number)
        })
        .await
    }

    /// Whether the journal has its last line.
    pub(crate) fn is_finished(&self) -> bool {
        self.events().iter().any(|event| event["event"] == "finished")
    }
}

fn journals(folder: &Path) -> BTreeSet<PathBuf> {
    let services = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = services.flat_map(|service| fs::read_dir(service.path()).into_iter().flatten());
    files
        .flatten()
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .collect()
}
