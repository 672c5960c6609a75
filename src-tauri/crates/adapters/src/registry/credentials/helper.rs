//! Runs a credential helper (docker-credential-helpers' protocol: `get`, the server's address on
//! standard input, JSON on standard output).

use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use serde::Deserialize;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
};

use super::{Credential, CredentialError, entries::HelperName};

/// A helper that asks a person, or hangs, is not waited for longer.
pub(super) const LIMIT: Duration = Duration::from_secs(20);
/// No answer is longer.
const ANSWER_BYTES: u64 = 1024 * 1024;

/// Where helpers are, beyond what a program started from a desktop has in its `PATH`.
const PLACES: [&str; 10] = [
    "/usr/local/bin",
    "/opt/homebrew/bin",
    "/usr/bin",
    "/bin",
    "/snap/bin",
    "/opt/docker-desktop/bin",
    "/Applications/Docker.app/Contents/Resources/bin",
    "/usr/lib/google-cloud-sdk/bin",
    "/home/linuxbrew/.linuxbrew/bin",
    r"C:\Program Files\Docker\Docker\resources\bin",
];
/// And below the home folder.
const HOME_PLACES: [&str; 5] =
    [".docker/bin", ".local/bin", ".rd/bin", ".orbstack/bin", "google-cloud-sdk/bin"];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    username: String,
    secret: String,
}

/// The folders in which helpers are looked for: `path` first, then where Docker's are.
pub(super) fn search_path(path: Option<&OsStr>, home: Option<&Path>) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = path
        .into_iter()
        .flat_map(std::env::split_paths)
        .filter(|folder| folder.is_absolute())
        .collect();
    let at_home = HOME_PLACES.iter().filter_map(|place| home.map(|home| home.join(place)));
    for folder in PLACES.iter().map(PathBuf::from).chain(at_home) {
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    folders
}

/// What a helper is called.
pub(super) fn program(name: &HelperName) -> String {
    format!("docker-credential-{}", name.suffix)
}

/// Asks a helper; `Ok(None)` where it has nothing.
pub(super) async fn ask(
    name: &HelperName,
    file: &Path,
    folders: &[PathBuf],
    server: &str,
    limit: Duration,
) -> Result<Option<Credential>, CredentialError> {
    let helper = program(name);
    let setting = format!("{} in {}", name.setting, file.display());
    let failed = |message: String| CredentialError::HelperFailed {
        helper: helper.clone(),
        setting: setting.clone(),
        message,
    };
    let missing =
        || CredentialError::HelperMissing { helper: helper.clone(), setting: setting.clone() };
    let path = found(&helper, folders).ok_or_else(missing)?;
    let mut running = Running::start(&path, folders).map_err(|error| failed(error.to_string()))?;
    let asked = tokio::time::timeout(limit, running.exchange(server)).await;
    let (status, answer) = asked
        .map_err(|_elapsed| CredentialError::HelperHangs {
            helper: helper.clone(),
            setting: setting.clone(),
            limit,
        })?
        .map_err(|error| failed(error.to_string()))?;
    if !status.success() {
        let text = String::from_utf8_lossy(&answer);
        let has_none = ["credentials not found", "no credentials for", "not logged in"];
        if has_none.iter().any(|words| text.to_ascii_lowercase().contains(words)) {
            return Ok(None);
        }
        return Err(failed(match status.code() {
            Some(code) => format!("it ended with exit code {code}"),
            None => "it was killed".to_owned(),
        }));
    }
    let answer: Answer = serde_json::from_slice(&answer)
        .map_err(|_| failed("its answer is not what helpers answer".to_owned()))?;
    Ok(match answer.username.as_str() {
        "<token>" => Some(Credential::IdentityToken(answer.secret)),
        "" if answer.secret.is_empty() => None,
        _ => Some(Credential::Password { user: answer.username, password: answer.secret }),
    })
}

/// The program, where its name stays inside the folders.
fn found(helper: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    if helper.contains(['/', '\\', '\0']) {
        return None;
    }
    let name = format!("{helper}{}", std::env::consts::EXE_SUFFIX);
    folders.iter().map(|folder| folder.join(&name)).find(|program| program.is_file())
}

/// A helper that runs, and whose whole process group ends with this value.
struct Running {
    child: Child,
    ended: bool,
}

impl Running {
    fn start(program: &Path, folders: &[PathBuf]) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.arg("get").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // helpers call others: docker-credential-gcloud calls gcloud
        if let Ok(path) = std::env::join_paths(folders) {
            command.env("PATH", path);
        }
        #[cfg(unix)]
        command.process_group(0);
        let child = command.kill_on_drop(true).spawn()?;
        Ok(Self { child, ended: false })
    }

    async fn exchange(&mut self, server: &str) -> io::Result<(std::process::ExitStatus, Vec<u8>)> {
        let mut answer = Vec::new();
        let (input, output) = (self.child.stdin.take(), self.child.stdout.take());
        if let Some(mut input) = input {
            // a helper may end without reading; its exit code says more than a broken pipe
            let _ = input.write_all(format!("{server}\n").as_bytes()).await;
        }
        if let Some(output) = output {
            output.take(ANSWER_BYTES).read_to_end(&mut answer).await?;
        }
        let status = self.child.wait().await?;
        self.ended = true;
        Ok((status, answer))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(id) = self.child.id().filter(|_| !self.ended)
            && let Some(group) = i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw)
        {
            // fails only when all of the group have ended already
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
