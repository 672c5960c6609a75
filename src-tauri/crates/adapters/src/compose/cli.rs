//! Compose's own CLI, where it is installed: it knows interpolation, extends, includes, profiles.

use std::{
    path::{Path, PathBuf},
    process::{Output, Stdio},
    time::Duration,
};

use tokio::process::Command;

/// Rendering reads a few files; longer than this it hangs.
const LIMIT: Duration = Duration::from_secs(10);

/// The rendered project as JSON; nothing when no CLI is installed or none succeeds. It holds the
/// values of variables, so it is never logged.
pub(super) async fn render(files: &[PathBuf], working_dir: &Path) -> Option<String> {
    render_with(programs(), files, working_dir).await
}

/// A program and what goes before compose's own arguments.
type Program = (String, &'static [&'static str]);

async fn render_with(
    programs: Vec<Program>,
    files: &[PathBuf],
    working_dir: &Path,
) -> Option<String> {
    for (program, first) in programs {
        let mut version = Command::new(&program);
        let installed = run(version.args(first).arg("version")).await?;
        if !installed.is_some_and(|output| output.status.success()) {
            continue;
        }
        let mut command = Command::new(&program);
        command.args(first).arg("--project-directory").arg(working_dir);
        for file in files {
            command.arg("-f").arg(file);
        }
        command.args(["--profile", "*", "config", "--format", "json"]);
        let output = run(command.current_dir(working_dir)).await??;
        if output.status.success() {
            return String::from_utf8(output.stdout).ok();
        }
        tracing::warn!(program, "the compose CLI refuses the project; its files are read directly");
        return None;
    }
    None
}

/// `PHOENIX_COMPOSE` names the one to use; otherwise docker's plugin, then the standalone program.
fn programs() -> Vec<Program> {
    const PLUGIN: &[&str] = &["compose"];
    match std::env::var("PHOENIX_COMPOSE").ok().filter(|named| !named.is_empty()) {
        Some(named) => {
            let name = Path::new(&named).file_stem().and_then(|stem| stem.to_str());
            let first = if matches!(name, Some("docker" | "podman")) { PLUGIN } else { &[] };
            vec![(named, first)]
        }
        None => vec![("docker".to_owned(), PLUGIN), ("docker-compose".to_owned(), &[])],
    }
}

/// Absent outside when the limit is reached, inside when the program cannot be started. A program
/// over the limit is killed.
async fn run(command: &mut Command) -> Option<Option<Output>> {
    command.stdin(Stdio::null()).kill_on_drop(true);
    let ended = tokio::time::timeout(LIMIT, command.output()).await;
    if ended.is_err() {
        tracing::warn!(limit_s = LIMIT.as_secs(), "the compose CLI does not come to an end");
    }
    ended.ok().map(Result::ok)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// What asking for the version gets, in a script.
    const VERSION: &str = "[ \"$1\" = version ] && exit 0;";

    /// A program that is a shell script.
    fn program(dir: &Path, script: &str) -> Program {
        let path = dir.join("compose");
        let script = format!("#!/bin/sh\n{script}\n");
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        (path.display().to_string(), &[])
    }

    async fn rendered(dir: &Path, programs: Vec<Program>) -> Option<String> {
        render_with(programs, &[PathBuf::from("compose.yml")], dir).await
    }

    #[tokio::test]
    async fn the_first_program_that_is_installed_renders() {
        let dir = tempfile::tempdir().unwrap();
        let absent = (dir.path().join("absent").display().to_string(), [].as_slice());
        let present = program(dir.path(), &format!("{VERSION} echo \"$@\""));
        let arguments = rendered(dir.path(), vec![absent, present]).await.unwrap();
        assert!(arguments.contains("-f compose.yml --profile * config --format json"));
    }

    #[tokio::test]
    async fn a_program_that_refuses_the_project_renders_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let refusing = program(dir.path(), &format!("{VERSION} echo half; exit 1"));
        assert_eq!(rendered(dir.path(), vec![refusing]).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_program_that_hangs_is_given_up() {
        let dir = tempfile::tempdir().unwrap();
        let hanging = program(dir.path(), "exec tail -f /dev/null");
        assert_eq!(rendered(dir.path(), vec![hanging]).await, None);
    }
}
