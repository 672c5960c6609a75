//! What Tauri generates at build time: the permissions of the window and its embedded pages.

fn main() {
    tauri_build::build();
}
