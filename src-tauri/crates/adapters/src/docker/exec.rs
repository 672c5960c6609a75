//! Commands in containers.

use std::time::Duration;

use bollard::exec::{CreateExecOptions, StartExecOptions, StartExecResults};
use futures_util::StreamExt as _;
use phoenix_engine::ports::{EngineError, ExecOutcome};

use super::{
    DockerEngine, bounds, errors,
    raw::{Call, encoded},
};

/// More of a command's output is of no use to anybody.
pub(super) const OUTPUT_LIMIT_BYTES: usize = 16 * 1024;

/// Runs a command to its end, or until the time is up.
pub(super) async fn run(
    engine: &DockerEngine,
    id: &str,
    command: &[String],
    timeout: Duration,
) -> Result<ExecOutcome, EngineError> {
    bounds::within("exec", timeout, async {
        let (exec_id, started) = start(engine, id, command, &[], false).await?;
        let StartExecResults::Attached { mut output, .. } = started else {
            return Err(EngineError::Broken { call: "exec", message: "not attached".to_owned() });
        };
        let mut seen = Vec::new();
        while let Some(piece) = output.next().await {
            let piece = piece.map_err(|error| errors::bollard("exec", &error))?.into_bytes();
            let room = OUTPUT_LIMIT_BYTES.saturating_sub(seen.len());
            seen.extend_from_slice(piece.get(..room.min(piece.len())).unwrap_or_default());
        }
        let output = String::from_utf8_lossy(&seen).into_owned();
        Ok(ExecOutcome { exit_code: exit_code(engine, &exec_id).await?, output })
    })
    .await
}

/// Starts a command with its output attached, and its input too if wanted. `variables` are
/// `NAME=value`.
pub(super) async fn start(
    engine: &DockerEngine,
    id: &str,
    command: &[String],
    variables: &[String],
    with_input: bool,
) -> Result<(String, StartExecResults), EngineError> {
    let options = CreateExecOptions {
        attach_stdin: Some(with_input),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        cmd: Some(command.to_vec()),
        env: (!variables.is_empty()).then(|| variables.to_vec()),
        ..CreateExecOptions::default()
    };
    let made = engine.streams.create_exec(id, options).await;
    let exec_id = made.map_err(|error| errors::bollard("exec", &error))?.id;
    let options = StartExecOptions { detach: false, tty: false, output_capacity: None };
    let started = engine.streams.start_exec(&exec_id, Some(options)).await;
    Ok((exec_id, started.map_err(|error| errors::bollard("exec", &error))?))
}

/// The output may end a moment before the engine has noted the exit.
pub(super) async fn exit_code(engine: &DockerEngine, exec_id: &str) -> Result<i64, EngineError> {
    let path = format!("/exec/{}/json", encoded(exec_id));
    loop {
        let exec = engine.raw.json(Call::get("inspect exec", &path)).await?;
        if exec["Running"] != true {
            return Ok(exec["ExitCode"].as_i64().unwrap_or(-1));
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
