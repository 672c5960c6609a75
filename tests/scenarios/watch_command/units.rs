//! The systemd units: systemd accepts them, and finds the machine's one well shut in.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use phoenix_tests::{Context, Result, ensure, phoenixctl};

const UNITS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../src-tauri/packaging/systemd");
const NAME: &str = "phoenixctl-watch.service";
/// Of 10 ("unsafe"); what systemd calls "OK" ends at 5.
const EXPOSURE: &str = "50";

/// A copy that starts the program under test, because systemd looks whether it is there.
fn copy(from: &Path, folder: &Path) -> Result<PathBuf> {
    let program = phoenixctl()?.display().to_string();
    let text = fs::read_to_string(from)?.replace("/usr/bin/phoenixctl", &program);
    let unit = folder.join(NAME);
    fs::write(&unit, text)?;
    Ok(unit)
}

fn accepts(arguments: &[&str], unit: &Path) -> Result<()> {
    let mut command = Command::new("systemd-analyze");
    // A user's units are looked at from within a session, which a test machine may not have.
    let session = unit.parent().context("the unit lies in a folder")?;
    let output = command.args(arguments).arg(unit).env("XDG_RUNTIME_DIR", session).output();
    let output = output.context("systemd-analyze could not be started; apt-get install systemd")?;
    let said = String::from_utf8_lossy(&output.stderr);
    let ours: Vec<&str> = said.lines().filter(|line| line.contains(NAME)).collect();
    ensure!(output.status.success() && ours.is_empty(), "{output:?}");
    Ok(())
}

#[test]
fn systemd_accepts_the_unit_of_the_machine_and_finds_it_shut_in() {
    let folder = tempfile::tempdir().unwrap();
    let unit = copy(&Path::new(UNITS).join(NAME), folder.path()).unwrap();
    accepts(&["verify", "--man=no"], &unit).unwrap();
    let threshold = format!("--threshold={EXPOSURE}");
    accepts(&["security", "--offline=true", &threshold], &unit).unwrap();
}

#[test]
fn systemd_accepts_the_unit_of_a_user() {
    let folder = tempfile::tempdir().unwrap();
    let unit = copy(&Path::new(UNITS).join("user").join(NAME), folder.path()).unwrap();
    accepts(&["verify", "--man=no", "--user"], &unit).unwrap();
}
