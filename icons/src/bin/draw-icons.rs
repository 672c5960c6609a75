//! Draws every icon anew and writes it to its place below `icons/`.

use std::{fs, io, io::Write as _, path::Path};

use phoenix_icons::draw;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = draw::files()?;
    for folder in ["tray", "app"] {
        match fs::remove_dir_all(root.join(folder)) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(why.into()),
            Ok(()) | Err(_) => {}
        }
    }
    let mut bytes = 0;
    for file in &files {
        let path = root.join(&file.path);
        fs::create_dir_all(path.parent().unwrap_or(root))?;
        let content = file.content.bytes()?;
        fs::write(path, &content)?;
        bytes += content.len();
    }
    writeln!(io::stdout(), "{} icons, {} KiB", files.len(), bytes.div_ceil(1024))?;
    Ok(())
}
