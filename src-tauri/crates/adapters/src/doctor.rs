//! Facts about this machine that only the check-list asks for.

use std::{fs::File, io::ErrorKind, process::Stdio, time::Duration};

use async_trait::async_trait;
use phoenix_engine::{
    doctor::{Channel, CredentialHelper, Machine},
    in_a_sentence,
};

use crate::{
    backup, channels, config,
    registry::DockerConfig,
    state::{FileStore, LOG_NAME, places},
};

/// Bound on asking a program for its version.
const ASK_WITHIN: Duration = Duration::from_secs(5);

/// The machine that this program runs on.
#[derive(Debug, Clone, Copy, Default)]
pub struct ThisMachine;

#[async_trait]
impl Machine for ThisMachine {
    async fn compose_version(&self) -> Option<String> {
        let asked = tokio::process::Command::new("docker")
            .args(["compose", "version", "--short"])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .output();
        let output = tokio::time::timeout(ASK_WITHIN, asked).await.ok()?.ok()?;
        let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        (output.status.success() && !version.is_empty()).then_some(version)
    }

    fn watcher(&self) -> Option<String> {
        FileStore::open().and_then(|store| store.watcher()).ok().flatten()
    }

    fn channels(&self) -> Vec<Channel> {
        // Settings that cannot be read are told by themselves.
        let settings = config::load().unwrap_or_default();
        let seen = |state: channels::ChannelState| Channel {
            name: state.name,
            kind: state.kind,
            last_sent: state.last_sent,
            trouble: state.trouble.map(|trouble| (trouble.at, trouble.message)),
        };
        channels::recorded(&settings).into_iter().map(seen).collect()
    }

    async fn credential_helpers(&self) -> Vec<CredentialHelper> {
        let asked = DockerConfig::default().ask_helpers().await;
        let seen = asked.into_iter().map(|(program, answer)| CredentialHelper {
            program,
            trouble: answer.err().map(|error| in_a_sentence(&error)),
        });
        seen.collect()
    }

    fn log(&self) -> (String, Option<String>) {
        let path = match places::phoenix_home() {
            Ok(folder) => folder.join(LOG_NAME),
            Err(error) => return (LOG_NAME.to_owned(), Some(error.to_string())),
        };
        let trouble = match File::open(&path) {
            Ok(_) => None,
            // It comes with the first update.
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => Some(error.to_string()),
        };
        (path.display().to_string(), trouble)
    }

    fn has_backup(&self, backup: &str) -> bool {
        places::state_dir().is_ok_and(|state| state.join(backup::FOLDER).join(backup).is_dir())
    }

    fn free_bytes(&self, path: &str) -> Option<u64> {
        crate::disk::free_bytes(path)
    }
}
