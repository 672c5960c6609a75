//! What a failed test's containers were doing: told before they are taken away.

use bollard::{
    Docker,
    query_parameters::{InspectContainerOptions, LogsOptionsBuilder},
};
use futures_util::TryStreamExt;

/// Each container's state and its last 20 log lines.
pub(super) async fn describe(docker: &Docker, containers: &[&str]) -> String {
    let mut text = String::new();
    for container in containers {
        let state = state(docker, container).await;
        let lines = last_lines(docker, container).await;
        text.push_str(&["-- ", container, ": ", &state, "\n", &lines].concat());
    }
    text
}

async fn state(docker: &Docker, container: &str) -> String {
    match docker.inspect_container(container, None::<InspectContainerOptions>).await {
        Ok(answer) => {
            let state = answer.state.unwrap_or_default();
            let status = state.status.map(|status| status.to_string()).unwrap_or_default();
            format!("{status}, exit code {}", state.exit_code.unwrap_or_default())
        }
        Err(error) => error.to_string(),
    }
}

async fn last_lines(docker: &Docker, container: &str) -> String {
    let options = LogsOptionsBuilder::default().stdout(true).stderr(true).tail("20").build();
    match docker.logs(container, Some(options)).try_collect::<Vec<_>>().await {
        Ok(parts) => parts.iter().map(ToString::to_string).collect(),
        Err(error) => format!("{error}\n"),
    }
}
