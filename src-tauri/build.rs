//! What Tauri generates at build time: the permissions of the window and its embedded pages.

fn main() {
    println!("cargo::rerun-if-changed=../ui/dist");
    if !std::path::Path::new("../ui/dist/index.html").exists() {
        println!("cargo::error=the pages of the window are not built yet: run 'make window' first");
        return;
    }
    tauri_build::build();
}
