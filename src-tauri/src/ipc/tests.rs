use super::boundary;

/// The committed bindings, which the window is compiled against.
const BINDINGS: &str = "../ui/src/host/bindings.ts";

#[test]
fn the_windows_types_are_those_of_the_program() {
    let folder = std::env::temp_dir().join(format!("phoenix-bindings-{}", std::process::id()));
    let drawn = folder.join("bindings.ts");
    boundary().export(specta_typescript::Typescript::default(), &drawn).unwrap();
    let now = std::fs::read_to_string(&drawn).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        std::fs::write(BINDINGS, &now).unwrap();
    }
    let committed = std::fs::read_to_string(BINDINGS).unwrap_or_default();
    assert!(
        committed == now,
        "the bindings have drifted: UPDATE_BINDINGS=1 cargo test -p phoenix-tray bindings"
    );
}
