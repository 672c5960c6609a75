//! The package for Debian and Ubuntu: what it says, what it holds, and that what it installs runs.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
};

use phoenix_tests::{Context, Result, Scene, bail, desktop::Desktop, ensure};
use tempfile::TempDir;
use tokio::process::Command;

use crate::support::{adopted, app_of, on_a_desktop, on_newest_engine, only_ours};

const PROGRAM: &str = "usr/bin/phoenix-tray";

#[test]
fn it_says_what_it_needs_and_holds_what_a_desktop_looks_for() {
    on_a_desktop(async || {
        let package = package()?;
        let fields = run("dpkg-deb", &["--field".as_ref(), &package]).await?;
        for field in
            ["Package: phoenix-tray\n", "libwebkit2gtk-4.1-0", "libgtk-3-0", "Architecture:"]
        {
            assert!(fields.contains(field), "no {field:?} in\n{fields}");
        }
        for foreign in ["appindicator", "libxdo"] {
            assert!(!fields.contains(foreign), "{foreign} is not used\n{fields}");
        }
        let folder = TempDir::with_prefix("phoenix-deb-")?;
        run("dpkg-deb", &["--extract".as_ref(), &package, folder.path()]).await?;
        let held = files(folder.path())?;
        for wanted in [
            PROGRAM,
            "usr/bin/phoenixctl",
            "usr/bin/phoenix-tray-window",
            "usr/lib/systemd/system/phoenixctl-watch.service",
            "usr/lib/systemd/user/phoenixctl-watch.service",
            "usr/share/bash-completion/completions/phoenixctl",
            "usr/share/man/man1/phoenixctl.1.gz",
            "usr/share/applications/phoenix-tray.desktop",
            "usr/share/icons/hicolor/scalable/apps/phoenix-tray.svg",
        ] {
            assert!(held.contains(wanted), "no {wanted} in {held:#?}");
        }
        assert!(held.iter().all(|file| file.starts_with("usr/")), "{held:#?}");
        let entry =
            fs::read_to_string(folder.path().join("usr/share/applications/phoenix-tray.desktop"))?;
        for line in ["Exec=phoenix-tray", "Icon=phoenix-tray"] {
            assert!(entry.lines().any(|one| one.starts_with(line)), "no {line} in\n{entry}");
        }
        Ok(())
    });
}

#[test]
fn it_installs_starts_and_is_removed_without_a_trace() {
    on_newest_engine(async |engine| {
        let scene = Scene::set(&engine, "ddeb").await?;
        let gateway = adopted(&scene).await?;
        let proxy = only_ours(&scene)?;
        let desktop = Desktop::start().await?;
        let place = Place::new()?;
        let package = package()?;
        place.dpkg(&["--install".as_ref(), &package]).await?;
        let program = place.root().join(PROGRAM);
        let app = app_of(&scene, &proxy)?.program(&program).hidden().start(&desktop)?;
        let tray = app.tray().await?;
        tray.wait_for(&format!("{} 1.0.0 · healthy", gateway.name)).await?;
        app.kill().await?;
        place.dpkg(&["--purge".as_ref(), "phoenix-tray".as_ref()]).await?;
        ensure!(!program.exists(), "{} is still there", program.display());
        if let Place::Folder(folder) = &place {
            let left = files(folder.path())?;
            let left: Vec<_> = left.iter().filter(|file| file.starts_with("usr/")).collect();
            assert!(left.is_empty(), "{left:#?}");
        }
        desktop.finish().await?;
        scene.finish().await
    });
}

/// Where it is installed: a folder with a package database of its own, or, where the machine may be
/// changed (`PHOENIX_TEST_DEB=1`), the machine itself.
enum Place {
    Folder(TempDir),
    Machine,
}

impl Place {
    fn new() -> Result<Self> {
        if env::var_os("PHOENIX_TEST_DEB").is_some_and(|wish| wish == "1") {
            return Ok(Self::Machine);
        }
        let folder = TempDir::with_prefix("phoenix-root-")?;
        let database = folder.path().join("var/lib/dpkg");
        for part in ["info", "updates", "triggers"] {
            fs::create_dir_all(database.join(part))?;
        }
        for part in ["status", "available"] {
            fs::write(database.join(part), "")?;
        }
        Ok(Self::Folder(folder))
    }

    fn root(&self) -> &Path {
        match self {
            Self::Folder(folder) => folder.path(),
            Self::Machine => Path::new("/"),
        }
    }

    async fn dpkg(&self, arguments: &[&Path]) -> Result<String> {
        let root = format!("--root={}", self.root().display());
        // An empty database has none of the libraries, and its folder needs no superuser.
        let mut all: Vec<&Path> = match self {
            Self::Folder(_) => {
                vec![root.as_ref(), "--force-depends,not-root,bad-path".as_ref()]
            }
            Self::Machine => Vec::new(),
        };
        all.extend_from_slice(arguments);
        run("dpkg", &all).await
    }
}

/// The package under test: `PHOENIX_DEB`, which `make test` builds.
fn package() -> Result<PathBuf> {
    let path = env::var_os("PHOENIX_DEB").context(
        "PHOENIX_DEB names no package: tests/setup/with-node.sh node \
         src-tauri/packaging/package.mjs --debug deb",
    )?;
    Ok(PathBuf::from(path))
}

/// All files below a folder, by their paths in it.
fn files(folder: &Path) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                let path = entry.path();
                let inside = path.strip_prefix(folder)?;
                found.insert(inside.to_string_lossy().into_owned());
            }
        }
    }
    Ok(found)
}

async fn run(program: &str, arguments: &[&Path]) -> Result<String> {
    let mut command = Command::new(program);
    let output = command.args(arguments).kill_on_drop(true).output().await;
    let output = output.with_context(|| format!("{program} could not be started"))?;
    if !output.status.success() {
        bail!("{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
