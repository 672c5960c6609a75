//! Hooks in containers. The engine can start a command in a container but not end it: what belongs
//! to a hook is known by a mark in its environment, and ended by another command beside it.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bollard::exec::StartExecResults;
use futures_util::StreamExt as _;
use phoenix_engine::{
    in_a_sentence,
    ports::{EngineError, HookRun},
};
use phoenix_plan::hooks::HookEnded;
use tokio_util::task::TaskTracker;

use super::{
    DockerEngine, errors,
    exec::{self, OUTPUT_LIMIT_BYTES},
    raw::{Call, encoded},
};
use crate::hooks::MARK;

/// To end what runs in the container, and to see that it has ended.
const END_WITHIN: Duration = Duration::from_secs(10);
/// Pause between two looks whether it has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Ends every process that carries the mark, whichever shell the image has.
const END: &str = r#"for e in /proc/[0-9]*/environ; do
  if tr '\000' '\n' <"$e" 2>/dev/null | grep -qx "$1"; then
    p=${e%/environ}; kill -9 "${p#/proc/}" 2>/dev/null
  fi
done; true"#;

pub(super) async fn run(
    engine: &DockerEngine,
    id: &str,
    command: &[String],
    variables: &[(String, String)],
    limit: Duration,
    ending: &TaskTracker,
) -> HookRun {
    let mark = format!("{MARK}={:016x}", rand::random::<u64>());
    let named = variables.iter().map(|(name, value)| format!("{name}={value}"));
    let variables: Vec<String> = named.chain([mark.clone()]).collect();
    let heard = Arc::new(Mutex::new(Heard::default()));
    let mut there = There {
        engine: engine.clone(),
        id: id.to_owned(),
        mark,
        heard: Arc::clone(&heard),
        ending: Some(ending.clone()),
    };
    let running = listen(engine, id, command, &variables, &heard);
    let ended = match tokio::time::timeout(limit, running).await {
        Ok(Ok(code)) => HookEnded::Exited { code },
        Ok(Err(error)) => HookEnded::NotRun { why: in_a_sentence(&error) },
        Err(_) => HookEnded::TimedOut { after: limit, tree_ended: there.end().await },
    };
    there.ending = None;
    let output = std::mem::take(&mut locked(&heard).output);
    HookRun { ended, output: String::from_utf8_lossy(&output).into_owned() }
}

/// What is known of a hook while it runs.
#[derive(Default)]
struct Heard {
    exec_id: String,
    output: Vec<u8>,
}

fn locked(heard: &Mutex<Heard>) -> std::sync::MutexGuard<'_, Heard> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What runs in a container for a call, and is ended there when that is dropped.
#[derive(Clone)]
struct There {
    engine: DockerEngine,
    id: String,
    mark: String,
    heard: Arc<Mutex<Heard>>,
    /// Who ends it; `None` once it has ended.
    ending: Option<TaskTracker>,
}

impl There {
    /// Whether it has ended: the engine says so of the command itself, and everything with the mark
    /// was sent away before. An image without a shell has no means for that.
    async fn end(&self) -> bool {
        let command = ["sh", "-c", END, "end", &self.mark].map(str::to_owned);
        let ending = async {
            exec::run(&self.engine, &self.id, &command, END_WITHIN).await?;
            let path = format!("/exec/{}/json", encoded(&locked(&self.heard).exec_id));
            loop {
                let exec = self.engine.raw.json(Call::get("inspect exec", &path)).await?;
                if exec["Running"] != true {
                    return Ok::<_, EngineError>(());
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        };
        matches!(tokio::time::timeout(END_WITHIN, ending).await, Ok(Ok(())))
    }
}

impl Drop for There {
    fn drop(&mut self) {
        let Some(ending) = self.ending.take() else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let there = self.clone();
        ending.spawn_on(async move { there.end().await }, &runtime);
    }
}

async fn listen(
    engine: &DockerEngine,
    id: &str,
    command: &[String],
    variables: &[String],
    heard: &Mutex<Heard>,
) -> Result<i64, EngineError> {
    let (exec_id, started) = exec::start(engine, id, command, variables, false).await?;
    locked(heard).exec_id.clone_from(&exec_id);
    let StartExecResults::Attached { mut output, .. } = started else {
        return Err(EngineError::Broken { call: "exec", message: "not attached".to_owned() });
    };
    while let Some(piece) = output.next().await {
        let piece = piece.map_err(|error| errors::bollard("exec", &error))?.into_bytes();
        let mut heard = locked(heard);
        let room = OUTPUT_LIMIT_BYTES.saturating_sub(heard.output.len());
        heard.output.extend_from_slice(piece.get(..room.min(piece.len())).unwrap_or_default());
    }
    exec::exit_code(engine, &exec_id).await
}
