//! What Tauri generates at build time: the permissions of the window and its embedded pages. The
//! configuration lies where Tauri's own commands look for it, beside the program's.

use tauri_build::Attributes;

fn main() {
    println!("cargo::rerun-if-changed=../../../ui/dist");
    println!("cargo::rerun-if-changed=../../capabilities");
    if !std::path::Path::new("../../../ui/dist/index.html").exists() {
        println!("cargo::error=the pages of the window are not built yet: run 'make window' first");
        return;
    }
    let attributes = Attributes::new()
        .config_path("../../tauri.conf.json")
        .capabilities_path_pattern("../../capabilities/*.json");
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}
