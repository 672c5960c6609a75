//! What Tauri adds to the program where the window is part of it: the icon and the manifest of a
//! Windows program.

fn main() {
    let system = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if system != "linux" {
        tauri_build::build();
    }
}
