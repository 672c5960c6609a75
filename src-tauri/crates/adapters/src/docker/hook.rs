//! Hooks in containers. The engine can start a command in a container but not end it: what belongs
//! to a hook is known by a mark in its environment, and ended by another command beside it.

use std::{sync::Mutex, time::Duration};

use bollard::exec::StartExecResults;
use futures_util::StreamExt as _;
use phoenix_engine::{
    in_a_sentence,
    ports::{EngineError, HookRun},
};
use phoenix_plan::hooks::HookEnded;

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
) -> HookRun {
    let mark = format!("{MARK}={:016x}", rand::random::<u64>());
    let named = variables.iter().map(|(name, value)| format!("{name}={value}"));
    let variables: Vec<String> = named.chain([mark.clone()]).collect();
    let heard = Mutex::new(Heard::default());
    let running = listen(engine, id, command, &variables, &heard);
    let result = tokio::time::timeout(limit, running).await;
    let Heard { exec_id, output } = heard.into_inner().unwrap_or_default();
    let output = String::from_utf8_lossy(&output).into_owned();
    let ended = match result {
        Ok(Ok(code)) => HookEnded::Exited { code },
        Ok(Err(error)) => HookEnded::NotRun { why: in_a_sentence(&error) },
        Err(_) => {
            HookEnded::TimedOut { after: limit, tree_ended: end(engine, id, &exec_id, &mark).await }
        }
    };
    HookRun { ended, output }
}

/// What is known of a hook while it runs.
#[derive(Default)]
struct Heard {
    exec_id: String,
    output: Vec<u8>,
}

async fn listen(
    engine: &DockerEngine,
    id: &str,
    command: &[String],
    variables: &[String],
    heard: &Mutex<Heard>,
) -> Result<i64, EngineError> {
    let (exec_id, started) = exec::start(engine, id, command, variables, false).await?;
    if let Ok(mut heard) = heard.lock() {
        heard.exec_id.clone_from(&exec_id);
    }
    let StartExecResults::Attached { mut output, .. } = started else {
        return Err(EngineError::Broken { call: "exec", message: "not attached".to_owned() });
    };
    while let Some(piece) = output.next().await {
        let piece = piece.map_err(|error| errors::bollard("exec", &error))?.into_bytes();
        if let Ok(mut heard) = heard.lock() {
            let room = OUTPUT_LIMIT_BYTES.saturating_sub(heard.output.len());
            heard.output.extend_from_slice(piece.get(..room.min(piece.len())).unwrap_or_default());
        }
    }
    exec::exit_code(engine, &exec_id).await
}

/// Whether it has ended: the engine says so of the command itself, and everything with the mark was
/// sent away before. An image without a shell has no means for that.
async fn end(engine: &DockerEngine, id: &str, exec_id: &str, mark: &str) -> bool {
    let command = ["sh", "-c", END, "end", mark].map(str::to_owned);
    let ending = async {
        exec::run(engine, id, &command, END_WITHIN).await?;
        let path = format!("/exec/{}/json", encoded(exec_id));
        loop {
            let exec = engine.raw.json(Call::get("inspect exec", &path)).await?;
            if exec["Running"] != true {
                return Ok::<_, EngineError>(());
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    };
    matches!(tokio::time::timeout(END_WITHIN, ending).await, Ok(Ok(())))
}
