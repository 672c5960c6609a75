//! Start at login on Linux: a file in the autostart folder (freedesktop's Desktop Application
//! Autostart Specification 0.5). Tauri's plugin needs its event loop, which this process has not,
//! and looks in `$HOME/.config` whatever `XDG_CONFIG_HOME` says.

use std::{env, ffi::OsString, fs, io, path::PathBuf};

use super::{HIDDEN, StartAtLogin};
use crate::ipc::view::Autostart;

/// The file's name.
const FILE: &str = "phoenix-tray.desktop";

/// The entry of this program.
pub struct Entry {
    /// The autostart folder, if there is a home.
    folder: Option<PathBuf>,
    /// What it starts.
    program: io::Result<PathBuf>,
}

impl Entry {
    /// Where this process's environment leads to.
    pub fn of_process() -> Self {
        let program = env::var_os("APPIMAGE").map(PathBuf::from);
        Self {
            folder: folder(env::var_os("XDG_CONFIG_HOME"), env::var_os("HOME")),
            program: program.map_or_else(env::current_exe, Ok),
        }
    }

    fn file(&self) -> io::Result<PathBuf> {
        let folder = self.folder.as_ref().ok_or_else(|| {
            io::Error::other(
                "there is no autostart folder: neither XDG_CONFIG_HOME nor HOME is set",
            )
        })?;
        Ok(folder.join(FILE))
    }
}

impl StartAtLogin for Entry {
    fn state(&self) -> Autostart {
        match self.file().and_then(fs::read_to_string) {
            Ok(text) if is_on(&text) => Autostart::On,
            Ok(_) => Autostart::Off,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Autostart::Off,
            Err(error) => Autostart::Unknown { reason: error.to_string() },
        }
    }

    fn set(&self, on: bool) -> io::Result<()> {
        let file = self.file()?;
        if !on {
            return match fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                Ok(()) | Err(_) => Ok(()),
            };
        }
        let program = match &self.program {
            Ok(program) => program.to_string_lossy(),
            Err(error) => return Err(io::Error::other(error.to_string())),
        };
        if let Some(folder) = &self.folder {
            fs::create_dir_all(folder)?;
        }
        fs::write(file, text(&program))
    }
}

/// The autostart folder. A relative `XDG_CONFIG_HOME` is to be ignored (XDG Base Directory 0.8).
fn folder(config_home: Option<OsString>, home: Option<OsString>) -> Option<PathBuf> {
    let config = config_home.map(PathBuf::from).filter(|folder| folder.is_absolute());
    let home = home.filter(|home| !home.is_empty()).map(|home| PathBuf::from(home).join(".config"));
    Some(config.or(home)?.join("autostart"))
}

/// Desktops turn an entry off by a key as well as by removing it.
fn is_on(text: &str) -> bool {
    let says = |wanted: &str| text.lines().any(|line| line.replace(' ', "") == wanted);
    !says("Hidden=true") && !says("X-GNOME-Autostart-enabled=false")
}

fn text(program: &str) -> String {
    format!(
        "[Desktop Entry]\nType=Application\nName=Phoenix Tray\nIcon=phoenix-tray\n\
         Exec={} {HIDDEN}\nStartupNotify=false\nTerminal=false\n",
        quoted(program)
    )
}

/// A word of `Exec` (Desktop Entry Specification 1.5): quoted where it has reserved characters,
/// whose backslashes are escaped once more as those of any text are.
fn quoted(word: &str) -> String {
    let word = word.replace('%', "%%");
    let is_plain = |one: char| one.is_alphanumeric() || "/-_.+%:@,".contains(one);
    if word.chars().all(is_plain) {
        return word;
    }
    let mut escaped = String::new();
    for one in word.chars() {
        if "\"`$\\".contains(one) {
            escaped.push('\\');
        }
        escaped.push(one);
    }
    format!("\"{}\"", escaped.replace('\\', "\\\\"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(home: &tempfile::TempDir) -> Entry {
        let folder = folder(Some(home.path().join("config").into()), None);
        Entry { folder, program: Ok("/opt/Phoenix Tray/phoenix-tray".into()) }
    }

    #[test]
    fn the_folder_is_that_of_the_configuration_where_one_is_set() {
        let home = || Some(OsString::from("/home/ann"));
        let at = |config: Option<&str>| folder(config.map(OsString::from), home());
        assert_eq!(at(Some("/etc/ann")), Some("/etc/ann/autostart".into()));
        assert_eq!(at(None), Some("/home/ann/.config/autostart".into()));
        assert_eq!(at(Some("not/absolute")), at(None));
        assert_eq!(folder(None, Some(OsString::new())), None);
    }

    #[test]
    fn what_is_turned_on_is_on_and_what_is_turned_off_is_gone() {
        let home = tempfile::tempdir().unwrap();
        let entry = entry(&home);
        assert_eq!(entry.state(), Autostart::Off);
        entry.set(true).unwrap();
        assert_eq!(entry.state(), Autostart::On);
        let file = home.path().join("config/autostart/phoenix-tray.desktop");
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains("Exec=\"/opt/Phoenix Tray/phoenix-tray\" --hidden\n"), "{text}");
        entry.set(false).unwrap();
        assert!(!file.exists());
        entry.set(false).unwrap();
    }

    #[test]
    fn an_entry_that_the_desktop_turned_off_is_off() {
        for key in ["Hidden=true", "X-GNOME-Autostart-enabled = false"] {
            assert!(!is_on(&format!("{}{key}\n", text("/usr/bin/phoenix-tray"))), "{key}");
        }
        assert!(is_on(&format!("{}Hidden=false\n", text("/usr/bin/phoenix-tray"))));
    }

    #[test]
    fn a_path_is_quoted_only_where_it_has_to_be() {
        assert_eq!(quoted("/usr/bin/phoenix-tray"), "/usr/bin/phoenix-tray");
        assert_eq!(quoted("/a b"), "\"/a b\"");
        assert_eq!(quoted("/a$b"), "\"/a\\\\$b\"");
        assert_eq!(quoted("/100%"), "/100%%");
    }
}
