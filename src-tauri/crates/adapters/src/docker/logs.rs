//! The last lines of a container's output.

use bollard::query_parameters::LogsOptionsBuilder;
use futures_util::StreamExt as _;
use phoenix_engine::ports::EngineError;

use super::{DockerEngine, bounds, errors};

/// Longer lines are cut; nobody reads on.
const LINE_LIMIT_BYTES: usize = 4 * 1024;

/// Works with and without a terminal.
pub(super) async fn last_lines(
    engine: &DockerEngine,
    id: &str,
    lines: usize,
) -> Result<Vec<String>, EngineError> {
    let options =
        LogsOptionsBuilder::new().stdout(true).stderr(true).tail(&lines.to_string()).build();
    bounds::within("logs", bounds::READ, async {
        let mut output = engine.streams.logs(id, Some(options));
        let mut text = Vec::new();
        while let Some(piece) = output.next().await {
            let piece = piece.map_err(|error| errors::bollard("logs", &error))?;
            text.extend_from_slice(&piece.into_bytes());
        }
        Ok(split(&text, lines))
    })
    .await
}

fn split(text: &[u8], lines: usize) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    let all: Vec<&str> = text.lines().collect();
    let last = all.get(all.len().saturating_sub(lines)..).unwrap_or_default();
    last.iter().map(|line| cut(line.trim_end_matches('\r')).to_owned()).collect()
}

fn cut(line: &str) -> &str {
    let end = (0..=line.len().min(LINE_LIMIT_BYTES)).rev().find(|end| line.is_char_boundary(*end));
    line.get(..end.unwrap_or(0)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_lines_are_kept() {
        assert_eq!(split(b"a\nb\r\nc\n", 2), ["b", "c"]);
    }

    #[test]
    fn an_endless_line_is_cut_between_characters() {
        let line = "ä".repeat(LINE_LIMIT_BYTES);
        assert_eq!(split(line.as_bytes(), 1)[0].len(), LINE_LIMIT_BYTES);
    }
}
