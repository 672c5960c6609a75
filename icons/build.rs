//! Embeds the drawn tray icons: every file below `tray/`, by its name. A table built from what is
//! there lets the crate compile, and so draw, when icons are missing; the tests miss them.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("tray");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut table = String::from("&[\n");
    for folder in ["dark", "light", "template"] {
        for name in names(&root.join(folder))? {
            let path = root.join(folder).join(&name).to_string_lossy().into_owned();
            writeln!(table, "({:?}, include_bytes!({path:?})),", format!("{folder}/{name}"))?;
        }
    }
    table.push(']');
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("tray.rs"), table)?;
    Ok(())
}

/// The PNG files of `folder`, sorted; none when there is no such folder.
fn names(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut names = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if let (Some(name), Some("png")) =
            (path.file_name(), path.extension().and_then(|end| end.to_str()))
        {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}
