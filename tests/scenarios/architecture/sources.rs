//! The source files of the repository.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

const SOURCES: [&str; 3] = ["rs", "ts", "svelte"];
const ROOMS: [&str; 4] = ["src-tauri", "ui", "tests", "icons"];
const FOREIGN_FOLDERS: [&str; 5] = ["target", "node_modules", "dist", "dist-fixture", "gen"];
/// Written by a program; a test of the shell sees to it that it is what the program writes.
const GENERATED: &str = "bindings.ts";

/// One file of the repository.
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

impl Source {
    /// Whether it is a Rust module; unit tests lie beside what they test and are none.
    pub(super) fn is_module(&self) -> bool {
        let is_test = |part: &OsStr| {
            let part = part.to_string_lossy();
            part == "tests.rs" || part.ends_with("_tests.rs")
        };
        let below_tests = self.path.ancestors().skip(1).any(|folder| {
            folder.file_name() == Some(OsStr::new("tests")) && !folder.join("Cargo.toml").exists()
        });
        self.path.extension() == Some(OsStr::new("rs"))
            && !below_tests
            && !self.path.file_name().is_some_and(is_test)
    }
}

/// Every source file below the rooms of the repository.
pub(super) fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    for room in ROOMS {
        collect(&root.join(room), &mut found);
    }
    assert!(!found.is_empty(), "no sources below {}", root.display());
    found
}

fn collect(folder: &Path, found: &mut Vec<Source>) {
    // A room that is not built yet has no folder.
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("a folder of the repository can be listed").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !FOREIGN_FOLDERS.contains(&name.as_str()) {
            collect(&path, found);
        } else if name != GENERATED
            && path.extension().is_some_and(|end| SOURCES.iter().any(|known| end == *known))
        {
            let text = fs::read_to_string(&path).expect("a source file is UTF-8 text");
            found.push(Source { path, text });
        }
    }
}
