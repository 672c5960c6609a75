//! Compose's own CLI, where it is installed: it knows interpolation, extends, includes, profiles.

use std::{
    io,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    time::Duration,
};

use tokio::{io::AsyncWriteExt, process::Command};

/// Rendering reads a few files; longer than this it hangs.
const LIMIT: Duration = Duration::from_secs(10);

/// The rendered project as JSON; nothing when no CLI is installed or none succeeds. It holds the
/// values of variables, so it is never logged.
pub(super) async fn render(files: &[PathBuf], working_dir: &Path) -> Option<String> {
    render_with(programs(), files, working_dir).await
}

/// A program and what goes before compose's own arguments.
type Program = (String, &'static [&'static str]);

/// Compose's CLI, installed, on the files of one project.
pub(super) struct Cli<'a> {
    program: Program,
    files: &'a [PathBuf],
    working_dir: &'a Path,
}

impl<'a> Cli<'a> {
    /// The first program that is installed; nothing when there is none.
    pub(super) async fn find(files: &'a [PathBuf], working_dir: &'a Path) -> Option<Self> {
        Self::find_among(programs(), files, working_dir).await
    }

    async fn find_among(
        programs: Vec<Program>,
        files: &'a [PathBuf],
        working_dir: &'a Path,
    ) -> Option<Self> {
        for program in programs {
            let mut version = Command::new(&program.0);
            let installed = run(version.args(program.1).arg("version"), "").await?;
            if installed.is_some_and(|output| output.status.success()) {
                return Some(Self { program, files, working_dir });
            }
        }
        None
    }

    /// The hash that compose's label has when compose makes a container of `service` from these
    /// files, one of them with another text; nothing when compose refuses that text.
    pub(super) async fn hash(&self, service: &str, file: &Path, text: &str) -> Option<String> {
        let command = self.config(|it| if it == file { Path::new("-") } else { it });
        hash_of(command, service, text).await
    }

    /// The same from the files as they are, with this variable in the environment, where it goes
    /// before every file.
    pub(super) async fn hash_with(&self, service: &str, variable: (&str, &str)) -> Option<String> {
        let mut command = self.config(|it| it);
        command.env(variable.0, variable.1);
        hash_of(command, service, "").await
    }

    /// `compose config` on the project.
    fn config(&self, named: impl Fn(&'a Path) -> &'a Path) -> Command {
        let (program, first) = &self.program;
        let mut command = Command::new(program);
        command.args(*first).arg("--project-directory").arg(self.working_dir);
        for file in self.files {
            command.arg("-f").arg(named(file));
        }
        command.args(["--profile", "*", "config"]).current_dir(self.working_dir);
        command
    }
}

async fn hash_of(mut command: Command, service: &str, input: &str) -> Option<String> {
    let output = run(command.args(["--hash", service]), input).await??;
    let said = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    let mut words = said.split_whitespace();
    words.find(|word| *word == service)?;
    words.next().map(str::to_owned)
}

async fn render_with(
    programs: Vec<Program>,
    files: &[PathBuf],
    working_dir: &Path,
) -> Option<String> {
    let cli = Cli::find_among(programs, files, working_dir).await?;
    let output = run(cli.config(|file| file).args(["--format", "json"]), "").await??;
    if output.status.success() {
        return String::from_utf8(output.stdout).ok();
    }
    let program = &cli.program.0;
    tracing::warn!(program, "the compose CLI refuses the project; its files are read directly");
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
async fn run(command: &mut Command, input: &str) -> Option<Option<Output>> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let ended = tokio::time::timeout(LIMIT, ended(command.kill_on_drop(true), input)).await;
    if ended.is_err() {
        tracing::warn!(limit_s = LIMIT.as_secs(), "the compose CLI does not come to an end");
    }
    ended.ok().map(Result::ok)
}

/// What a program said to this input, which it need not read to its end.
async fn ended(command: &mut Command, input: &str) -> io::Result<Output> {
    let mut child = command.spawn()?;
    let written = child.stdin.take();
    let writing = async {
        if let Some(mut written) = written {
            let _ = written.write_all(input.as_bytes()).await;
        }
    };
    let ((), output) = tokio::join!(writing, child.wait_with_output());
    output
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
